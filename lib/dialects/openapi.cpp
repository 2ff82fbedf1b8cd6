#include "dialects/openapi.h"

#include <cassert>
#include <string>

#include "base/embedded.h"
#include "base/json.h"
#include "base/version.h"
#include "dialects/yaml.h"

namespace dialects {
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

Json* find_member(Json& json, std::string_view name) {
  if (!json.object()) return nullptr;
  for (auto& [have, member] : *json.object())
    if (have == name) return &member;
  return nullptr;
}

// "orgId" → "org_id".
std::string proto_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper) text.push_back('_');
    text.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return text;
}

// Names of fields in an example: all of them.
void rename_example(Json& json) {
  if (Json::Array* array = json.array())
    for (Json& element : *array) rename_example(element);
  if (Json::Object* object = json.object())
    for (auto& [name, value] : *object) {
      name = proto_name(name);
      rename_example(value);
    }
}

// Names of fields in a part of the document, among its own words, which are in camelCase too.
void rename_fields(Json& json) {
  if (Json::Array* array = json.array())
    for (Json& element : *array) rename_fields(element);
  Json::Object* object = json.object();
  if (!object) return;
  for (auto& [name, value] : *object) {
    if (name == "examples") {
      rename_example(value);
      continue;
    }
    if (name == "properties" && value.object())
      for (auto& [field, schema] : *value.object()) field = proto_name(field);
    if (name == "required" && value.array())
      for (Json& field : *value.array())
        if (field.string()) field = Json(proto_name(*field.string()));
    rename_fields(value);
  }
}

// In the dialect's own files; of what all dialects share, in its responses.
void use_proto_names(std::string_view file, Json& part) {
  if (file.find("-v1beta1") != std::string_view::npos) rename_fields(part);
  Json* components = find_member(part, "components");
  Json* responses = components ? find_member(*components, "responses") : nullptr;
  if (!responses) return;
  for (auto& [name, response] : *responses->object())
    if (name.starts_with("Beta")) rename_fields(response);
}

// The files in order of name, which begins with a number: what stands first in the document comes first.
Json document(FieldNames names) {
  Json::Object whole;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path.substr(0, 8) != "openapi/") continue;
    auto part = parse_json(file.text);
    assert(part.ok() && part->object());
    if (names == FieldNames::kProto) use_proto_names(file.path, part.value());
    merge(whole, *part->object());
  }
  for (auto& [name, member] : whole)
    if (name == "info" && member.object()) member.object()->emplace_back("version", Json(kVersion));
  return Json(std::move(whole));
}

struct Texts {
  explicit Texts(const Json& whole) : json(to_text(whole)), yaml(to_yaml(whole)) {}
  const std::string json, yaml;
};

const Texts& texts(FieldNames names) {
  static const Texts camel(document(FieldNames::kCamel)), proto(document(FieldNames::kProto));
  return names == FieldNames::kCamel ? camel : proto;
}

}  // namespace

std::string_view openapi_json(FieldNames v1beta1_names) {
  return texts(v1beta1_names).json;
}

std::string_view openapi_yaml(FieldNames v1beta1_names) {
  return texts(v1beta1_names).yaml;
}

}  // namespace dialects
