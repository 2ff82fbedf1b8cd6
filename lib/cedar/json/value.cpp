#include "cedar/json/value.h"

#include "base/nearest.h"
#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/limits.h"
#include "cedar/values/extension_functions.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

Error invalid(std::string_view message) {
  return {ErrorCode::kInvalid, utf8::shortened(message, kMaxMessage)};
}

// The value of an object's only member, if it has that name; else null.
const Json* only_member(const Json& json, std::string_view name) {
  const Json::Object* members = json.object();
  return members && members->size() == 1 && members->front().first == name ? &members->front().second
                                                                           : nullptr;
}

bool has_uid_shape(const Json& json) {
  const Json* type = json.find("type");
  const Json* id = json.find("id");
  return type && type->string() && id && id->string();
}

// REQUIRES: has_uid_shape(json)
Result<EntityUid> uid_of_shape(const Json& json) {
  const std::string& type = *json.find("type")->string();
  auto name = Name::parse(type);
  if (!name) return invalid(quote(type) + " is not an entity type; one is written as `User` or `App::User`");
  return EntityUid(std::move(*name), *json.find("id")->string());
}

Result<Value> extension_value(const ExtensionCall& call) {
  std::vector<Value> arguments;
  for (const Json* argument : call.arguments) {
    auto value = value_from_json(*argument);
    if (!value.ok()) return value.error();
    arguments.push_back(std::move(value).value());
  }
  return call_extension_by_name(*call.function, arguments);
}

Result<Value> set_from_json(const Json::Array& items) {
  std::vector<Value> elements;
  elements.reserve(items.size());
  for (const Json& item : items) {
    auto value = value_from_json(item);
    if (!value.ok()) return value.error();
    elements.push_back(std::move(value).value());
  }
  return Value(Set(std::move(elements)));
}

Json extension_json(const char* function, std::string text) {
  Json::Object call;
  call.emplace_back("fn", Json(function));
  call.emplace_back("arg", Json(std::move(text)));
  Json::Object escape;
  escape.emplace_back("__extn", Json(std::move(call)));
  return Json(std::move(escape));
}

// A datetime that has no text is a known one and the way to it.
Json datetime_json(Datetime datetime) {
  if (has_text(datetime)) return extension_json("datetime", to_text(datetime));
  Json::Array arguments;
  arguments.push_back(extension_json("datetime", "1970-01-01"));
  arguments.push_back(extension_json("duration", to_text(Duration{datetime.ms})));
  Json::Object call;
  call.emplace_back("fn", Json("offset"));
  call.emplace_back("args", Json(std::move(arguments)));
  Json::Object escape;
  escape.emplace_back("__extn", Json(std::move(call)));
  return Json(std::move(escape));
}

}  // namespace

JsonLimits entity_json_limits(std::size_t bytes) {
  JsonLimits limits;
  limits.depth = kMaxValueNesting + 4;  // the array, the entity, its attributes, and an escape at the bottom
  limits.nodes = kFreeEntityNodes + bytes / kBytesPerEntityNode;
  return limits;
}

std::optional<std::string> find_withdrawn_escape(const Json& json, bool may_have_more) {
  const Json* text = may_have_more ? json.find("__expr") : only_member(json, "__expr");
  if (!text || !text->string()) return std::nullopt;
  return "the escape `__expr` was withdrawn from the language; "
         "write the value itself, `__entity` or `__extn`";
}

Result<EntityUid> uid_from_json(const Json& json) {
  if (const auto withdrawn = find_withdrawn_escape(json, true)) return invalid(*withdrawn);
  const Json* escaped = json.find("__entity");
  const Json& uid = escaped && has_uid_shape(*escaped) ? *escaped : json;
  if (!has_uid_shape(uid)) return invalid(R"(an entity's uid is an object {"type": "…", "id": "…"})");
  return uid_of_shape(uid);
}

std::optional<ExtensionCall> extension_call_from_json(const Json& json) {
  const Json* function = json.find("fn");
  const Json* argument = json.find("arg");
  const Json* arguments = json.find("args");
  if (!function || !function->string()) return std::nullopt;
  ExtensionCall call{function->string(), {}};
  if (argument) {
    call.arguments.push_back(argument);
  } else if (arguments && arguments->array()) {
    for (const Json& item : *arguments->array()) call.arguments.push_back(&item);
  } else {
    return std::nullopt;
  }
  return call;
}

Result<Value> call_extension_by_name(const std::string& function, std::span<const Value> arguments) {
  const auto found = find_extension_function(function);
  if (!found) {
    std::vector<std::string> names;
    for (const ExtFunctionInfo& f : extension_functions()) names.emplace_back(f.name);
    return invalid("there is no extension function " + quote(function) + did_you_mean(function, names));
  }
  auto value = call_extension(*found, arguments);
  if (!value.ok()) return invalid(value.error());
  return std::move(value).value();
}

Result<Value> value_from_json(const Json& json) {
  switch (json.kind()) {
    case Json::Kind::kBool:
      return Value(*json.boolean());
    case Json::Kind::kInteger:
      return Value(*json.integer());
    case Json::Kind::kString:
      return Value(*json.string());
    case Json::Kind::kNull:
      return invalid("null is not a value");
    case Json::Kind::kNumber:
      return invalid("numbers are integers from -2^63 to 2^63 - 1");
    case Json::Kind::kArray:
      return set_from_json(*json.array());
    case Json::Kind::kObject:
      break;
  }
  if (const auto withdrawn = find_withdrawn_escape(json, false)) return invalid(*withdrawn);
  if (const Json* uid = only_member(json, "__entity"); uid && has_uid_shape(*uid)) {
    auto entity = uid_of_shape(*uid);
    if (!entity.ok()) return entity.error();
    return Value(std::move(entity).value());
  }
  if (const Json* extension = only_member(json, "__extn"))
    if (const auto call = extension_call_from_json(*extension)) return extension_value(*call);
  auto record = record_from_json(json);
  if (!record.ok()) return record.error();
  return Value(std::move(record).value());
}

Result<Record> record_from_json(const Json& object) {
  std::vector<Record::Field> fields;
  fields.reserve(object.object()->size());
  for (const auto& [name, member] : *object.object()) {
    auto value = value_from_json(member);
    if (!value.ok()) return invalid(quote(name) + ": " + value.error().message);
    fields.emplace_back(name, std::move(value).value());
  }
  return Record(std::move(fields));
}

Json to_json(const EntityUid& uid) {
  Json::Object object;
  object.emplace_back("type", Json(uid.type().text()));
  object.emplace_back("id", Json(uid.id()));
  return Json(std::move(object));
}

Json to_json(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBool:
      return Json(*value.boolean());
    case ValueKind::kLong:
      return Json(*value.integer());
    case ValueKind::kString:
      return Json(*value.string());
    case ValueKind::kDecimal:
      return extension_json("decimal", to_text(*value.decimal()));
    case ValueKind::kIpAddr:
      return extension_json("ip", to_text(*value.ip_addr()));
    case ValueKind::kDatetime:
      return datetime_json(*value.datetime());
    case ValueKind::kDuration:
      return extension_json("duration", to_text(*value.duration()));
    case ValueKind::kEntity: {
      Json::Object escape;
      escape.emplace_back("__entity", to_json(*value.entity()));
      return Json(std::move(escape));
    }
    case ValueKind::kSet: {
      Json::Array items;
      for (const Value& element : value.set()->elements()) items.push_back(to_json(element));
      return Json(std::move(items));
    }
    case ValueKind::kRecord: {
      Json::Object members;
      for (const Record::Field& field : value.record()->fields())
        members.emplace_back(field.first, to_json(field.second));
      return Json(std::move(members));
    }
  }
  return {};
}

}  // namespace cedar
