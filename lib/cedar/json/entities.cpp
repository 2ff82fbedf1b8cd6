#include "cedar/json/entities.h"

#include <string>

#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/json/value.h"
#include "cedar/limits.h"

namespace cedar {

namespace {

base::Error invalid(std::string_view message) {
  return {base::ErrorCode::kInvalid, base::utf8::shortened(message, base::kMaxMessage)};
}

// A member of an entity, by name and kind; null and a message where it is missing or something else.
const base::Json* required(const base::Json& entity, std::string_view name, base::Json::Kind kind,
                           std::string& mistake) {
  const base::Json* member = entity.find(name);
  if (member && member->kind() == kind) return member;
  mistake =
      "\"" + std::string(name) + "\" " + (member ? "is not an " + std::string(name_of(kind)) : "is missing");
  return nullptr;
}

base::Result<Entity> read_entity(const base::Json& json, RecordReader read_attributes,
                                 RecordReader read_tags) {
  const base::Json* uid_json = json.find("uid");
  if (!uid_json) return invalid("\"uid\" is missing");
  auto uid = uid_from_json(*uid_json);
  if (!uid.ok()) return invalid("\"uid\": " + uid.error().message);
  const std::string name = to_text(uid.value()) + ": ";

  std::string mistake;
  const base::Json* attrs = required(json, "attrs", base::Json::Kind::kObject, mistake);
  const base::Json* parents = required(json, "parents", base::Json::Kind::kArray, mistake);
  const base::Json* tags = json.find("tags");
  if (tags && !tags->object()) mistake = "\"tags\" is not an object";
  if (!mistake.empty()) return invalid(name + mistake);

  Entity entity{std::move(uid).value(), {}, {}, {}};
  auto attributes = read_attributes(entity.uid, *attrs);
  if (!attributes.ok()) return invalid(name + "attribute " + attributes.error().message);
  entity.attrs = std::move(attributes).value();
  if (tags) {
    auto tag_record = read_tags(entity.uid, *tags);
    if (!tag_record.ok()) return invalid(name + "tag " + tag_record.error().message);
    entity.tags = std::move(tag_record).value();
  }
  for (const base::Json& item : *parents->array()) {
    auto parent = uid_from_json(item);
    if (!parent.ok()) return invalid(name + "\"parents\": " + parent.error().message);
    entity.parents.push_back(std::move(parent).value());
  }
  return entity;
}

}  // namespace

base::Result<std::vector<Entity>> read_entities(std::string_view text, RecordReader attributes,
                                                RecordReader tags) {
  if (text.size() > kMaxEntitiesText)
    return invalid("entities: longer than " + std::to_string(kMaxEntitiesText) + " bytes");
  auto json = base::parse_json(text, entity_json_limits(text.size()));
  if (!json.ok()) return invalid("entities: " + json.error().message);
  const base::Json::Array* items = json->array();
  if (!items) return invalid("entities: an array is expected, not " + std::string(name_of(json->kind())));
  std::vector<Entity> entities;
  entities.reserve(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto entity = read_entity((*items)[i], attributes, tags);
    if (!entity.ok()) return invalid("entity " + std::to_string(i + 1) + ": " + entity.error().message);
    entities.push_back(std::move(entity).value());
  }
  return entities;
}

base::Result<base::Json> parse_context(std::string_view text) {
  if (text.size() > kMaxEntitiesText)
    return invalid("context: longer than " + std::to_string(kMaxEntitiesText) + " bytes");
  auto json = base::parse_json(text, entity_json_limits(text.size()));
  if (!json.ok()) return invalid("context: " + json.error().message);
  if (!json->object())
    return invalid("context: an object is expected, not " + std::string(name_of(json->kind())));
  return json;
}

base::Result<Entities> Entities::from_json(std::string_view text) {
  const auto read = [](const EntityUid&, const base::Json& object) { return record_from_json(object); };
  auto entities = read_entities(text, read, read);
  if (!entities.ok()) return entities.error();
  return make(std::move(entities).value());
}

base::Result<Record> context_from_json(std::string_view text) {
  const auto json = parse_context(text);
  if (!json.ok()) return json.error();
  auto value = value_from_json(json.value());
  if (!value.ok()) return invalid("context: " + value.error().message);
  const Record* record = value->record();
  if (!record) return invalid("context: an object is expected, that is no `__entity` and no `__extn`");
  return *record;
}

}  // namespace cedar
