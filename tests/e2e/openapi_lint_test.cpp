// The document as two linters see it, from npm: `make openapi`.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/json.h"
#include "dialects/openapi.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/server.h"
#include "tests/support/temp_dir.h"

namespace {

// The file, as an argument for both.
std::string write(const TempDir& dir, const std::string& name, const std::string& text) {
  const std::string path = dir.path() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

std::string without(std::string text, const std::string& part) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.erase(at, part.size());
}

// "rule message" of each problem in a list of them, one a line.
std::string shown(const base::Json* problems, const char* rule) {
  std::string text;
  if (!problems || !problems->array()) return "no list of problems\n";
  for (const base::Json& problem : *problems->array())
    text += text_at(problem, rule) + " " + text_at(problem, "message") + "\n";
  return text;
}

// What a linter writes is JSON, behind which it may add a word for people.
base::Json run_linter(std::vector<std::string> arguments) {
  Process linter(
      {std::move(arguments), {{"REDOCLY_TELEMETRY", "off"}, {"REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"}}});
  const int code = linter.wait(std::chrono::minutes(5));
  INFO(code << " " << linter.out() << linter.err());
  const std::string& out = linter.out();
  auto json = base::parse_json(out.substr(0, out.find_last_of("]}") + 1));
  REQUIRE(json.ok());
  return std::move(json).value();
}

// The console's pages lie in a folder, to which its name alone leads. There is no license. The contract has
// both paths, which no request can take for each other: an id is a uuid.
constexpr std::string_view kFound =
    "info-license Info object should contain `license` field.\n"
    "no-ambiguous-paths Paths should resolve unambiguously. Found two ambiguous paths: `/v1/policies/{id}/rules` "
    "and `/v1/policies/tests/{test_id}`.\n"
    "operation-2xx-response Operation must have at least one `2XX` response.\n"
    "no-path-trailing-slash `/console/` should not have a trailing slash.\n";

}  // namespace

TEST_CASE("openapi: both linters find what is known and nothing else", "[.linters]") {
  const char* folder = std::getenv("NPM_PACKAGES");
  const std::string installed = std::string(folder ? folder : "build/npm") + "/openapi";
  if (!std::filesystem::exists(installed + "/.installed")) {
    std::cout << "linters: skipped, there are no packages in " << installed << "\n";
    const char* ci = std::getenv("CI");
    if (ci && std::string(ci) == "true") FAIL("the packages are required where CI=true");
    return;
  }
  TempDir dir;
  std::vector<std::string> files;
  for (const auto names : {dialects::FieldNames::kCamel, dialects::FieldNames::kProto}) {
    const std::string name = names == dialects::FieldNames::kCamel ? "camel" : "proto";
    files.push_back(write(dir, name + ".json", std::string(dialects::openapi_json(names))));
    files.push_back(write(dir, name + ".yaml", std::string(dialects::openapi_yaml(names))));
  }
  const std::string bin = installed + "/node_modules/.bin/";
  for (const std::string& file : files) {
    INFO(file);
    const base::Json found =
        run_linter({bin + "redocly", "lint", "--extends=recommended-strict", "--format=json", file});
    CHECK(shown(found.find("problems"), "ruleId") == kFound);
  }
  std::vector<std::string> spectral = {bin + "spectral", "lint", "--ruleset=tests/npm/openapi/spectral.yaml",
                                       "--format=json", "--quiet"};
  spectral.insert(spectral.end(), files.begin(), files.end());
  const base::Json found = run_linter(spectral);
  CHECK(shown(&found, "code") == "");

  // It does look: with something taken away it says so.
  const std::string contact = R"("contact":{"name":"Whoever runs this server"},)";
  const std::string poorer =
      write(dir, "poorer.json", without(std::string(dialects::openapi_json()), contact));
  spectral.erase(spectral.end() - static_cast<std::ptrdiff_t>(files.size()), spectral.end());
  spectral.push_back(poorer);
  const base::Json missing = run_linter(spectral);
  CHECK(shown(&missing, "code") == "info-contact Info object must have \"contact\" object.\n");
}
