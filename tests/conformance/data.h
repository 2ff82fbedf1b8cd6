#pragma once
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "tests/support/catch.h"

// The official test data, which lies outside the project. Where it is absent a test says so and passes,
// unless CI=true.
namespace conformance {

inline std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The folder or file, or nothing and a line that says so.
inline std::optional<std::string> data(const char* variable, const std::string& below) {
  const std::string root = environment(variable);
  const std::string path = root + "/" + below;
  if (!root.empty() && std::filesystem::exists(path)) return path;
  std::cout << "conformance: skipped, there is no " << below << " in $" << variable << " (" << root << ")\n";
  if (environment("CI") == "true") FAIL("the Cedar test data is required where CI=true");
  return std::nullopt;
}

inline std::string read(const std::string& path) {
  auto text = base::read_file(path, 256U * 1024U * 1024U);
  INFO(path);
  REQUIRE(text.ok());
  return std::move(text).value();
}

inline base::Json read_json(const std::string& path) {
  base::JsonLimits limits;
  limits.depth = 200;
  auto json = base::parse_json(read(path), limits);
  INFO(path);
  REQUIRE(json.ok());
  return std::move(json).value();
}

// The member of a test case that must be there.
inline const std::string& text_of(const base::Json& json, const char* name) {
  const base::Json* member = json.find(name);
  REQUIRE(member);
  REQUIRE(member->string());
  return *member->string();
}

}  // namespace conformance
