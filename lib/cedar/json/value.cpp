#include "cedar/json/value.h"

#include "base/nearest.h"
#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/limits.h"
#include "cedar/values/extension_functions.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

base::Error invalid(std::string_view message) {
  return {base::ErrorCode::kInvalid, base::utf8::shortened(message, base::kMaxMessage)};
}

// The value of an object's only member, if it has that name; else null.
const base::Json* only_member(const base::Json& json, std::string_view name) {
  const base::Json::Object* members = json.object();
  return members && members->size() == 1 && members->front().first == name ? &members->front().second
                                                                           : nullptr;
}

bool has_uid_shape(const base::Json& json) {
  const base::Json* type = json.find("type");
  const base::Json* id = json.find("id");
  return type && type->string() && id && id->string();
}

// REQUIRES: has_uid_shape(json)
base::Result<EntityUid> uid_of_shape(const base::Json& json) {
  const std::string& type = *json.find("type")->string();
  auto name = Name::parse(type);
  if (!name) return invalid(quote(type) + " is not an entity type; one is written as `User` or `App::User`");
  return EntityUid(std::move(*name), *json.find("id")->string());
}

base::Result<Value> extension_value(const ExtensionCall& call) {
  std::vector<Value> arguments;
  for (const base::Json* argument : call.arguments) {
    auto value = value_from_json(*argument);
    if (!value.ok()) return value.error();
    arguments.push_back(std::move(value).value());
  }
  return call_extension_by_name(*call.function, arguments);
}

base::Result<Value> set_from_json(const base::Json::Array& items) {
  std::vector<Value> elements;
  elements.reserve(items.size());
  for (const base::Json& item : items) {
    auto value = value_from_json(item);
    if (!value.ok()) return value.error();
    elements.push_back(std::move(value).value());
  }
  return Value(Set(std::move(elements)));
}

base::Json extension_json(const char* function, std::string text) {
  base::Json::Object call;
  call.emplace_back("fn", base::Json(function));
  call.emplace_back("arg", base::Json(std::move(text)));
  base::Json::Object escape;
  escape.emplace_back("__extn", base::Json(std::move(call)));
  return base::Json(std::move(escape));
}

// A datetime that has no text is a known one and the way to it.
base::Json datetime_json(Datetime datetime) {
  if (has_text(datetime)) return extension_json("datetime", to_text(datetime));
  base::Json::Array arguments;
  arguments.push_back(extension_json("datetime", "1970-01-01"));
  arguments.push_back(extension_json("duration", to_text(Duration{datetime.ms})));
  base::Json::Object call;
  call.emplace_back("fn", base::Json("offset"));
  call.emplace_back("args", base::Json(std::move(arguments)));
  base::Json::Object escape;
  escape.emplace_back("__extn", base::Json(std::move(call)));
  return base::Json(std::move(escape));
}

}  // namespace

base::JsonLimits entity_json_limits(std::size_t bytes) {
  base::JsonLimits limits;
  limits.depth = kMaxValueNesting + 4;  // the array, the entity, its attributes, and an escape at the bottom
  limits.nodes = kFreeEntityNodes + bytes / kBytesPerEntityNode;
  return limits;
}

std::optional<std::string> find_withdrawn_escape(const base::Json& json, bool may_have_more) {
  const base::Json* text = may_have_more ? json.find("__expr") : only_member(json, "__expr");
  if (!text || !text->string()) return std::nullopt;
  return "the escape `__expr` was withdrawn from the language; "
         "write the value itself, `__entity` or `__extn`";
}

base::Result<EntityUid> uid_from_json(const base::Json& json) {
  if (const auto withdrawn = find_withdrawn_escape(json, true)) return invalid(*withdrawn);
  const base::Json* escaped = json.find("__entity");
  const base::Json& uid = escaped && has_uid_shape(*escaped) ? *escaped : json;
  if (!has_uid_shape(uid)) return invalid(R"(an entity's uid is an object {"type": "…", "id": "…"})");
  return uid_of_shape(uid);
}

std::optional<ExtensionCall> extension_call_from_json(const base::Json& json) {
  const base::Json* function = json.find("fn");
  const base::Json* argument = json.find("arg");
  const base::Json* arguments = json.find("args");
  if (!function || !function->string()) return std::nullopt;
  ExtensionCall call{function->string(), {}};
  if (argument) {
    call.arguments.push_back(argument);
  } else if (arguments && arguments->array()) {
    for (const base::Json& item : *arguments->array()) call.arguments.push_back(&item);
  } else {
    return std::nullopt;
  }
  return call;
}

base::Result<Value> call_extension_by_name(const std::string& function, std::span<const Value> arguments) {
  const auto found = find_extension_function(function);
  if (!found) {
    std::vector<std::string> names;
    for (const ExtFunctionInfo& f : extension_functions()) names.emplace_back(f.name);
    return invalid("there is no extension function " + quote(function) + base::did_you_mean(function, names));
  }
  auto value = call_extension(*found, arguments);
  if (!value.ok()) return invalid(value.error());
  return std::move(value).value();
}

base::Result<Value> value_from_json(const base::Json& json) {
  switch (json.kind()) {
    case base::Json::Kind::kBool:
      return Value(*json.boolean());
    case base::Json::Kind::kInteger:
      return Value(*json.integer());
    case base::Json::Kind::kString:
      return Value(*json.string());
    case base::Json::Kind::kNull:
      return invalid("null is not a value");
    case base::Json::Kind::kNumber:
      return invalid("numbers are integers from -2^63 to 2^63 - 1");
    case base::Json::Kind::kArray:
      return set_from_json(*json.array());
    case base::Json::Kind::kObject:
      break;
  }
  if (const auto withdrawn = find_withdrawn_escape(json, false)) return invalid(*withdrawn);
  if (const base::Json* uid = only_member(json, "__entity"); uid && has_uid_shape(*uid)) {
    auto entity = uid_of_shape(*uid);
    if (!entity.ok()) return entity.error();
    return Value(std::move(entity).value());
  }
  if (const base::Json* extension = only_member(json, "__extn"))
    if (const auto call = extension_call_from_json(*extension)) return extension_value(*call);
  auto record = record_from_json(json);
  if (!record.ok()) return record.error();
  return Value(std::move(record).value());
}

base::Result<Record> record_from_json(const base::Json& object) {
  std::vector<Record::Field> fields;
  fields.reserve(object.object()->size());
  for (const auto& [name, member] : *object.object()) {
    auto value = value_from_json(member);
    if (!value.ok()) return invalid(quote(name) + ": " + value.error().message);
    fields.emplace_back(name, std::move(value).value());
  }
  return Record(std::move(fields));
}

base::Json to_json(const EntityUid& uid) {
  base::Json::Object object;
  object.emplace_back("type", base::Json(uid.type().text()));
  object.emplace_back("id", base::Json(uid.id()));
  return base::Json(std::move(object));
}

base::Json to_json(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBool:
      return base::Json(*value.boolean());
    case ValueKind::kLong:
      return base::Json(*value.integer());
    case ValueKind::kString:
      return base::Json(*value.string());
    case ValueKind::kDecimal:
      return extension_json("decimal", to_text(*value.decimal()));
    case ValueKind::kIpAddr:
      return extension_json("ip", to_text(*value.ip_addr()));
    case ValueKind::kDatetime:
      return datetime_json(*value.datetime());
    case ValueKind::kDuration:
      return extension_json("duration", to_text(*value.duration()));
    case ValueKind::kEntity: {
      base::Json::Object escape;
      escape.emplace_back("__entity", to_json(*value.entity()));
      return base::Json(std::move(escape));
    }
    case ValueKind::kSet: {
      base::Json::Array items;
      for (const Value& element : value.set()->elements()) items.push_back(to_json(element));
      return base::Json(std::move(items));
    }
    case ValueKind::kRecord: {
      base::Json::Object members;
      for (const Record::Field& field : value.record()->fields())
        members.emplace_back(field.first, to_json(field.second));
      return base::Json(std::move(members));
    }
  }
  return {};
}

}  // namespace cedar
