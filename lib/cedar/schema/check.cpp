// Values against types, going down both at once: of a record the fields and the declared attributes are both
// in order of name, so one pass finds what is missing, too much, or of a wrong type. The message begins with
// the way to it, put together on the way back up:
//
//   User::"ann": attribute "address"."zip": `Long` is wanted, not a string
//
// The first mistake ends it. Whether entities that are named exist is not asked.
#include "cedar/schema/check.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/entities.h"
#include "cedar/request.h"
#include "cedar/schema/messages.h"
#include "cedar/schema/tables.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

base::Error invalid(std::string_view message) {
  return {base::ErrorCode::kInvalid, base::utf8::shortened(message, base::kMaxMessage)};
}

// Puts a step in front of the way to a mistake: `"a": …` becomes `"b"."a": …`.
std::string below(std::string_view name, const std::string& mistake) {
  return quote(name) + (mistake.starts_with('"') ? "." : ": ") + mistake;
}

std::string wanted(TypeRef type, const Value& found) {
  const EntityUid* uid = found.entity();
  return "`" + to_text(type) + "` is wanted, not " +
         (uid ? "an entity of type `" + uid->type().text() + "`" : "a " + std::string(name_of(found.kind())));
}

std::vector<std::string> names_of(const RecordType& type) {
  std::vector<std::string> names;
  for (const AttributeType& attribute : type.attributes) names.push_back(attribute.name);
  return names;
}

std::string unknown_action(const EntityUid& uid, const Schema& schema) {
  return to_text(uid) + ": is not an action of the schema" + did_you_mean_action(uid, schema);
}

// An entity of a known type that is none by the schema, which lists actions and the ids of enumerations.
std::optional<std::string> find_id_mistake(const EntityUid& uid, const Schema& schema) {
  if (uid.is_action() && !schema.find_action(uid)) return unknown_action(uid, schema);
  const SchemaEntityType* type = schema.find_entity_type(uid.type());
  if (!type || type->allows_id(uid.id())) return std::nullopt;
  return to_text(uid) + " is no entity of the enumeration `" + uid.type().text() + "`" +
         base::did_you_mean(uid.id(), *type->enum_ids);
}

// In one pass over both, which are in order of name.
std::optional<std::string> find_record_mistake(const Record& record, const RecordType& type,
                                               const Schema& schema) {
  const auto fields = record.fields();
  auto field = fields.begin();
  const auto undeclared = [&] {
    return below(field->first,
                 "is not declared in the schema" + base::did_you_mean(field->first, names_of(type)));
  };
  for (const AttributeType& attribute : type.attributes) {
    const int order = field == fields.end() ? 1 : field->first.compare(attribute.name);
    if (order < 0) return undeclared();
    if (order == 0) {
      if (const auto mistake = find_mistake(field->second, attribute.type, schema))
        return below(attribute.name, *mistake);
      ++field;
    } else if (attribute.is_required) {
      return below(attribute.name, "is missing, and the schema requires it");
    }
  }
  if (field != fields.end()) return undeclared();
  return std::nullopt;
}

std::string unknown_entity_type(const Name& name, const Schema& schema) {
  return "entity type `" + name.text() + "` is not declared in the schema" +
         did_you_mean_entity_type(name, schema);
}

// Principal or resource of a request.
std::optional<std::string> find_party_mistake(std::string_view what, const EntityUid& uid,
                                              const std::vector<std::uint32_t>& allowed,
                                              const SchemaAction& action, const Schema& schema) {
  const auto name = [&] { return std::string(what) + " " + to_text(uid) + ": "; };
  const SchemaEntityType* type = schema.find_entity_type(uid.type());
  if (!type) return name() + unknown_entity_type(uid.type(), schema);
  const auto position = static_cast<std::uint32_t>(type - schema.entity_types().data());
  if (!std::binary_search(allowed.begin(), allowed.end(), position))
    return name() + to_text(action.uid) + " does not apply to a " + std::string(what) + " of type `" +
           type->name.text() + "`";
  if (const auto mistake = find_id_mistake(uid, schema)) return name() + *mistake;
  return std::nullopt;
}

}  // namespace

std::string declared_external(std::string_view name) {
  return std::string(name) + " is declared `external` in the schema; link it with the one that defines it";
}

std::optional<std::string> find_mistake(const Value& value, TypeRef type, const Schema& schema) {
  if (const RecordType* record_type = type->record()) {
    const Record* record = value.record();
    return record ? find_record_mistake(*record, *record_type, schema) : wanted(type, value);
  }
  if (const SetType* set_type = type->set()) {
    const Set* set = value.set();
    if (!set) return wanted(type, value);
    for (const Value& element : set->elements())
      if (const auto mistake = find_mistake(element, set_type->element, schema))
        return "an element of the set: " + *mistake;
    return std::nullopt;
  }
  if (const EntityType* entity_type = type->entity()) {
    const EntityUid* uid = value.entity();
    return uid && uid->type() == entity_type->name ? find_id_mistake(*uid, schema) : wanted(type, value);
  }
  const auto basic = basic_type_of(value.kind());
  if (basic && type->is(*basic)) return std::nullopt;
  return wanted(type, value);
}

base::Result<void> check_entity(const Entity& entity, const Schema& schema) {
  const std::string name = to_text(entity.uid) + ": ";
  if (entity.uid.is_action()) {
    if (!schema.find_action(entity.uid)) return invalid(unknown_action(entity.uid, schema));
    if (entity.attrs.size() + entity.tags.size() != 0)
      return invalid(name + "an action has no attributes and no tags");
    return {};
  }
  const SchemaEntityType* type = schema.find_entity_type(entity.uid.type());
  if (!type) return invalid(name + unknown_entity_type(entity.uid.type(), schema));
  if (type->is_external())
    return invalid(name + declared_external("entity type `" + type->name.text() + "`"));
  if (const auto mistake = find_id_mistake(entity.uid, schema)) return invalid(*mistake);
  if (const auto mistake = find_record_mistake(entity.attrs, *type->shape->record(), schema))
    return invalid(name + "attribute " + *mistake);
  if (entity.tags.size() != 0 && !type->tags)
    return invalid(name + "entity type `" + type->name.text() + "` has no tags by the schema");
  for (const auto& [key, value] : entity.tags.fields())
    if (const auto mistake = find_mistake(value, type->tags, schema))
      return invalid(name + "tag " + below(key, *mistake));
  for (const EntityUid& parent : entity.parents) {
    const SchemaEntityType* parent_type = schema.find_entity_type(parent.type());
    if (!parent_type || !schema.may_be_in(*type, *parent_type))
      return invalid(name + "by the schema a `" + type->name.text() + "` is in no `" + parent.type().text() +
                     "`, so " + to_text(parent) + " is no parent of it");
    if (const auto mistake = find_id_mistake(parent, schema)) return invalid(name + *mistake);
  }
  return {};
}

base::Result<void> check_request(const Request& request, const Schema& schema) {
  const SchemaAction* action = schema.find_action(request.action);
  if (!action) return invalid("action " + unknown_action(request.action, schema));
  if (action->is_external()) return invalid(declared_external("action " + to_text(request.action) + ":"));
  if (!action->applies_to)
    return invalid("action " + to_text(request.action) + ": applies to nothing by the schema");
  if (const auto mistake =
          find_party_mistake("principal", request.principal, action->applies_to->principals, *action, schema))
    return invalid(*mistake);
  if (const auto mistake =
          find_party_mistake("resource", request.resource, action->applies_to->resources, *action, schema))
    return invalid(*mistake);
  if (const auto mistake = find_record_mistake(request.context, *action->context->record(), schema))
    return invalid("context of " + to_text(request.action) + ": " + *mistake);
  return {};
}

std::vector<Entity> action_entities(const Schema& schema) {
  std::vector<Entity> entities;
  for (const SchemaAction& action : schema.actions()) {
    Entity entity{action.uid, {}, {}, {}};
    for (const std::uint32_t parent : action.parents) entity.parents.push_back(schema.actions()[parent].uid);
    entities.push_back(std::move(entity));
  }
  return entities;
}

}  // namespace cedar
