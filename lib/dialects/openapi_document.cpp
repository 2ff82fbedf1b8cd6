// The document is written in parts, data/openapi/*.json, and put together when the server is built:
//
//   2-v1.json {"paths": {"/v1/roles": …}} + 3-v1beta1.json {"paths": {"/v1beta1/roles": …}}
//     = {"paths": {"/v1/roles": …, "/v1beta1/roles": …}}
//
// Objects are merged member by member, in the order of the parts; anything else that two parts have is a
// mistake. The parts are authored with the names of /v1beta1's fields in camelCase; where the server writes
// them as the protocol's files do, `orgId` becomes `org_id` in what describes that dialect: in names of
// properties, in "required", and in examples. The document's own words, such as `operationId`, stay.
//
// What all calls of a kind have is written once: each GET that needs a credential takes X-Min-Revision, and
// may answer that the store is behind.
#include "dialects/openapi_document.h"

#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/version.h"

namespace dialects {
namespace {

// Adds the members of `from` to `to`, those of objects that both have into one object. The name of what both
// have and is no object; "" where there is none.
std::string merge(base::Json::Object& to, const base::Json::Object& from) {
  for (const auto& [name, value] : from) {
    base::Json* mine = nullptr;
    for (auto& [have, member] : to)
      if (have == name) mine = &member;
    if (!mine) {
      to.emplace_back(name, value);
    } else if (!mine->object() || !value.object()) {
      return name;
    } else if (std::string twice = merge(*mine->object(), *value.object()); !twice.empty()) {
      return name + "/" + twice;
    }
  }
  return "";
}

base::Json* find_member(base::Json& json, std::string_view name) {
  if (!json.object()) return nullptr;
  for (auto& [have, member] : *json.object())
    if (have == name) return &member;
  return nullptr;
}

// "orgId" → "org_id".
std::string proto_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (base::is_upper(c)) text.push_back('_');
    text.push_back(base::to_lower(c));
  }
  return text;
}

// Names of fields in an example: all of them.
void rename_example(base::Json& json) {
  if (base::Json::Array* array = json.array())
    for (base::Json& element : *array) rename_example(element);
  if (base::Json::Object* object = json.object())
    for (auto& [name, value] : *object) {
      name = proto_name(name);
      rename_example(value);
    }
}

// Names of fields in a part of the document, among its own words, which are in camelCase too.
void rename_fields(base::Json& json) {
  if (base::Json::Array* array = json.array())
    for (base::Json& element : *array) rename_fields(element);
  base::Json::Object* object = json.object();
  if (!object) return;
  for (auto& [name, value] : *object) {
    if (name == "examples") {
      rename_example(value);
      continue;
    }
    if (name == "properties" && value.object())
      for (auto& [field, schema] : *value.object()) field = proto_name(field);
    if (name == "required" && value.array())
      for (base::Json& field : *value.array())
        if (field.string()) field = base::Json(proto_name(*field.string()));
    rename_fields(value);
  }
}

// In the dialect's own files; of what all dialects share, in its responses.
void use_proto_names(std::string_view file, base::Json& part) {
  if (file.find("-v1beta1") != std::string_view::npos) rename_fields(part);
  base::Json* components = find_member(part, "components");
  base::Json* responses = components ? find_member(*components, "responses") : nullptr;
  if (!responses) return;
  for (auto& [name, response] : *responses->object())
    if (name.starts_with("Beta")) rename_fields(response);
}

base::Json reference(const std::string& to) {
  return base::Json(base::Json::Object{{"$ref", base::Json("#/components/" + to)}});
}

bool has_parameter(const base::Json& parameters, const std::string& name) {
  const base::Json wanted = reference("parameters/" + name);
  for (const base::Json& parameter : *parameters.array())
    if (to_text(parameter) == to_text(wanted)) return true;
  return false;
}

std::string behind_of(std::string_view path) {
  if (path.starts_with("/v1beta1")) return "BetaBehind";
  return path.find("/access/") == std::string_view::npos ? "Behind" : "AccessBehind";
}

bool is_import(base::Json& call) {
  base::Json* body = find_member(call, "requestBody");
  base::Json* content = body ? find_member(*body, "content") : nullptr;
  return content && content->find("application/x-ndjson");
}

// Reads are all GETs, and those POSTs that can't be repeated by an Idempotency-Key, since they change
// nothing.
void take_min_revision(base::Json& paths) {
  if (!paths.object()) return;
  for (auto& [path, methods] : *paths.object())
    for (const char* method : {"get", "post"}) {
      base::Json* call = find_member(methods, method);
      base::Json* parameters = call ? find_member(*call, "parameters") : nullptr;
      base::Json* responses = call ? find_member(*call, "responses") : nullptr;
      if (!parameters || !responses || call->find("security")) continue;
      if (has_parameter(*parameters, "idempotency_key") || is_import(*call)) continue;
      parameters->array()->push_back(reference("parameters/min_revision"));
      if (!responses->find("409"))
        responses->object()->emplace_back("409", reference("responses/" + behind_of(path)));
    }
}

}  // namespace

base::Result<base::Json> openapi_document(std::span<const OpenApiPart> parts, FieldNames v1beta1_names) {
  base::Json::Object whole;
  for (const OpenApiPart& given : parts) {
    auto part = base::parse_json(given.text);
    if (!part.ok()) return base::Error{base::ErrorCode::kInvalid, given.name + ": " + part.error().message};
    if (!part->object()) return base::Error{base::ErrorCode::kInvalid, given.name + ": must be an object"};
    if (v1beta1_names == FieldNames::kProto) use_proto_names(given.name, part.value());
    if (const std::string twice = merge(whole, *part->object()); !twice.empty())
      return base::Error{base::ErrorCode::kInvalid, given.name + ": " + twice + ": another part has it too"};
  }
  for (auto& [name, member] : whole)
    if (name == "paths") take_min_revision(member);
  for (auto& [name, member] : whole)
    if (name == "info" && member.object())
      member.object()->emplace_back("version", base::Json(base::kVersion));
  return base::Json(std::move(whole));
}

}  // namespace dialects
