#include "http/openapi.h"

#include <cassert>
#include <mutex>
#include <string_view>

#include "base/embedded.h"
#include "base/json.h"
#include "base/version.h"
#include "http/yaml.h"

namespace http {
namespace {

// Adds the members of `from` to `to`, those of objects that both have into one object.
void merge(Json::Object& to, const Json::Object& from) {
  for (const auto& [name, value] : from) {
    Json* mine = nullptr;
    for (auto& [have, member] : to)
      if (have == name) mine = &member;
    if (!mine) {
      to.emplace_back(name, value);
    } else {
      assert(mine->object() && value.object());
      merge(*mine->object(), *value.object());
    }
  }
}

// The files in order of name, which begins with a number: what stands first in the document comes first.
Json document() {
  Json::Object whole;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path.substr(0, 8) != "openapi/") continue;
    auto part = parse_json(file.text);
    assert(part.ok() && part->object());
    merge(whole, *part->object());
  }
  for (auto& [name, member] : whole)
    if (name == "info" && member.object()) member.object()->emplace_back("version", Json(kVersion));
  return Json(std::move(whole));
}

}  // namespace

struct OpenApi::Texts {
  std::once_flag made;
  std::string json, yaml;

  void make() {
    std::call_once(made, [this] {
      const Json whole = document();
      json = to_text(whole);
      yaml = to_yaml(whole);
    });
  }
};

OpenApi::OpenApi() : texts_(std::make_unique<Texts>()) {}
OpenApi::~OpenApi() = default;

const std::string& OpenApi::json() const {
  texts_->make();
  return texts_->json;
}

const std::string& OpenApi::yaml() const {
  texts_->make();
  return texts_->yaml;
}

}  // namespace http
