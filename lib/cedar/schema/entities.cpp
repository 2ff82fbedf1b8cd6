// Entities and contexts in JSON, read by the types that a schema gives them: where an entity is wanted,
// {"type", "id"} is one; where a value of an extension type is wanted, its text is enough, or {"fn", "arg"};
// and where either is wanted, other members may stand beside the escape. What does not fit is read as if
// there were no schema, and then found to be of a wrong type.
#include <unordered_map>
#include <unordered_set>

#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/json/entities.h"
#include "cedar/json/value.h"
#include "cedar/schema/check.h"
#include "cedar/schema/messages.h"
#include "cedar/schema/tables.h"
#include "cedar/values/extension_functions.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

base::Error invalid(std::string_view message) {
  return {base::ErrorCode::kInvalid, base::utf8::shortened(message, base::kMaxMessage)};
}

// The function that makes a value of an extension type from its text.
const char* constructor_of(TypeRef type) {
  if (type->is(BasicType::kDecimal)) return "decimal";
  if (type->is(BasicType::kIpAddr)) return "ip";
  if (type->is(BasicType::kDatetime)) return "datetime";
  if (type->is(BasicType::kDuration)) return "duration";
  return nullptr;
}

class TypedReader {
 public:
  explicit TypedReader(const TypePool& types) : types_(types) {}

  base::Result<Value> read(const base::Json& json, TypeRef type) const {
    if (type->record() && json.object())
      return read_record(json, [&](const std::string& name) -> TypeRef {
        const AttributeType* attribute = type->record()->find(name);
        return attribute ? attribute->type : nullptr;
      });
    if (type->set() && json.array()) return read_set(*json.array(), type->set()->element);
    if (type->entity() && json.object()) {
      auto uid = uid_from_json(json);
      if (!uid.ok()) return uid.error();
      return Value(std::move(uid).value());
    }
    if (const char* constructor = constructor_of(type)) return read_extension(json, constructor);
    return value_from_json(json);
  }

  // `type_of` gives the type of a member, or null where it is not known.
  template <typename TypeOf>
  base::Result<Value> read_record(const base::Json& json, TypeOf type_of) const {
    std::vector<Record::Field> fields;
    for (const auto& [name, member] : *json.object()) {
      const TypeRef type = type_of(name);
      auto value = type ? read(member, type) : value_from_json(member);
      if (!value.ok()) return invalid(quote(name) + ": " + value.error().message);
      fields.emplace_back(name, std::move(value).value());
    }
    return Value(Record(std::move(fields)));
  }

 private:
  base::Result<Value> read_set(const base::Json::Array& items, TypeRef element) const {
    std::vector<Value> elements;
    for (const base::Json& item : items) {
      auto value = read(item, element);
      if (!value.ok()) return value.error();
      elements.push_back(std::move(value).value());
    }
    return Value(Set(std::move(elements)));
  }

  base::Result<Value> read_extension(const base::Json& json, const char* constructor) const {
    if (const std::string* text = json.string())
      return call_extension_by_name(constructor, std::vector<Value>{Value(*text)});
    if (const auto withdrawn = find_withdrawn_escape(json, true)) return invalid(*withdrawn);
    const base::Json* escaped = json.find("__extn");
    auto call = escaped ? extension_call_from_json(*escaped) : std::nullopt;
    if (!call) call = extension_call_from_json(json);
    if (!call) return value_from_json(json);
    const auto function = find_extension_function(*call->function);
    std::vector<Value> arguments;
    for (const base::Json* argument : call->arguments) {
      const bool is_first = arguments.empty();
      const auto kind =
          function ? basic_type_of(is_first ? info(*function).first : info(*function).second) : std::nullopt;
      auto value = kind ? read(*argument, types_.basic(*kind)) : value_from_json(*argument);
      if (!value.ok()) return value.error();
      arguments.push_back(std::move(value).value());
    }
    return call_extension_by_name(*call->function, arguments);
  }

  const TypePool& types_;
};

base::Result<Record> record_of(base::Result<Value> value) {
  if (!value.ok()) return value.error();
  return *value->record();
}

// The ancestors of an action in a file: what is reached through the parents given there.
using ByUid = std::unordered_map<EntityUid, const Entity*, EntityUidHash>;
std::unordered_set<EntityUid, EntityUidHash> ancestors_of(const Entity& action, const ByUid& entities) {
  std::unordered_set<EntityUid, EntityUidHash> found;
  std::vector<const Entity*> waiting = {&action};
  while (!waiting.empty()) {
    const Entity& entity = *waiting.back();
    waiting.pop_back();
    for (const EntityUid& parent : entity.parents) {
      if (!found.insert(parent).second) continue;
      const auto next = entities.find(parent);
      if (next != entities.end()) waiting.push_back(next->second);
    }
  }
  return found;
}

base::Result<void> check_groups(const Entity& entity, const ByUid& entities, const Schema& schema) {
  const SchemaAction& action = *schema.find_action(entity.uid);
  const auto found = ancestors_of(entity, entities);
  std::size_t in_schema = 0;
  for (const SchemaAction& group : schema.actions()) {
    if (!schema.is_in(action, group)) continue;
    ++in_schema;
    if (!found.contains(group.uid))
      return invalid(to_text(entity.uid) + ": is in " + to_text(group.uid) + " by the schema, but not here");
  }
  if (found.size() == in_schema) return {};
  return invalid(to_text(entity.uid) + ": has other groups than in the schema; actions need not be given");
}

}  // namespace

base::Result<Entities> Entities::from_json(std::string_view text, const Schema& schema) {
  const TypedReader reader(schema.tables().types);
  const auto read_attributes = [&](const EntityUid& of, const base::Json& object) -> base::Result<Record> {
    const SchemaEntityType* type = schema.find_entity_type(of.type());
    return type ? record_of(reader.read(object, type->shape)) : record_from_json(object);
  };
  const auto read_tags = [&](const EntityUid& of, const base::Json& object) -> base::Result<Record> {
    const SchemaEntityType* type = schema.find_entity_type(of.type());
    if (!type || !type->tags) return record_from_json(object);
    return record_of(reader.read_record(object, [&](const std::string&) { return type->tags; }));
  };
  auto read = read_entities(text, read_attributes, read_tags);
  if (!read.ok()) return read.error();
  // Doubles and cycles first: what follows relies on their absence.
  auto plain = make(std::move(read).value());
  if (!plain.ok()) return plain.error();

  ByUid by_uid;
  for (const Entity& entity : plain->all()) by_uid.emplace(entity.uid, &entity);
  std::vector<Entity> all = action_entities(schema);
  for (const Entity& entity : plain->all()) {
    auto checked = check_entity(entity, schema);
    if (checked.ok() && entity.uid.is_action()) checked = check_groups(entity, by_uid, schema);
    if (!checked.ok()) return checked.error();
    if (!entity.uid.is_action()) all.push_back(entity);
  }
  return make(std::move(all));
}

base::Result<Record> context_from_json(std::string_view text, const Schema& schema, const EntityUid& action) {
  const SchemaAction* declared = schema.find_action(action);
  if (!declared) return invalid("context: " + to_text(action) + " is not an action of the schema");
  if (declared->is_external()) return invalid("context: " + declared_external(to_text(action)));
  const auto json = parse_context(text);
  if (!json.ok()) return json.error();
  auto value = TypedReader(schema.tables().types).read(*json, declared->context);
  if (!value.ok()) return invalid("context: " + value.error().message);
  if (const auto mistake = find_mistake(*value, declared->context, schema))
    return invalid("context of " + to_text(action) + ": " + *mistake);
  return *value->record();
}

}  // namespace cedar
