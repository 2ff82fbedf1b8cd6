#include "cedar/schema.h"

#include <algorithm>

#include "base/nearest.h"
#include "cedar/json/reader.h"
#include "cedar/limits.h"

namespace cedar {

namespace {

Result<Schema> resolve_read(Result<SchemaFragmentPtr> fragment) {
  if (!fragment.ok()) return fragment.error();
  return Schema::resolve(std::move(fragment).value());
}

Result<SourcePtr> make_source(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxSchemaText)
    return Error{ErrorCode::kInvalid, std::string(file_name) + ": the schema is larger than " +
                                          std::to_string(kMaxSchemaText) + " bytes"};
  return std::make_shared<const Source>(std::string(file_name), std::string(text));
}

}  // namespace

std::string SchemaFragment::message(const SchemaPlace& place, std::string_view what) const {
  if (!json) return source->message(place.at.begin, what);
  if (place.json) return json_message(source->name(), *json, *place.json, what);
  return source->name() + ": " + std::string(what);
}

std::string SchemaFragment::where(const SchemaPlace& place) const {
  if (json) return place.json ? json_place(source->name(), *json, *place.json) : source->name();
  const Place at = source->place(place.at.begin);
  return source->name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

bool SchemaEntityType::allows_id(std::string_view id) const {
  return !enum_ids || std::binary_search(enum_ids->begin(), enum_ids->end(), id);
}

Result<Schema> Schema::parse(std::string_view text, std::string_view file_name) {
  const Result<SourcePtr> source = make_source(text, file_name);
  if (!source.ok()) return source.error();
  return resolve_read(parse_schema(source.value()));
}

Result<Schema> Schema::from_json(std::string_view text, std::string_view file_name) {
  const Result<SourcePtr> source = make_source(text, file_name);
  if (!source.ok()) return source.error();
  return resolve_read(schema_from_json(source.value()));
}

const SchemaEntityType* Schema::find_entity_type(const Name& name) const {
  const auto found = entity_type_at_.find(name.text());
  return found == entity_type_at_.end() ? nullptr : &entity_types_[found->second];
}

const SchemaAction* Schema::find_action(const EntityUid& uid) const {
  const auto found = action_at_.find(uid);
  return found == action_at_.end() ? nullptr : &actions_[found->second];
}

bool Schema::has_action_type(const Name& name) const {
  return action_types_.contains(name.text());
}

bool Schema::may_be_in(const SchemaEntityType& type, const SchemaEntityType& ancestor) const {
  return entity_type_ancestors_.reaches(static_cast<std::uint32_t>(&type - entity_types_.data()),
                                        static_cast<std::uint32_t>(&ancestor - entity_types_.data()));
}

std::vector<const SchemaEntityType*> Schema::external_entity_types() const {
  std::vector<const SchemaEntityType*> found;
  for (const SchemaEntityType& type : entity_types_)
    if (type.is_external()) found.push_back(&type);
  std::sort(found.begin(), found.end(),
            [](const auto* a, const auto* b) { return a->name.text() < b->name.text(); });
  return found;
}

std::vector<const SchemaAction*> Schema::external_actions() const {
  std::vector<const SchemaAction*> found;
  for (const SchemaAction& action : actions_)
    if (action.is_external()) found.push_back(&action);
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
    return std::pair(a->uid.type().text(), a->uid.id()) < std::pair(b->uid.type().text(), b->uid.id());
  });
  return found;
}

Result<void> Schema::check_complete() const {
  const std::string what = incompleteness(*this);
  if (what.empty()) return {};
  std::vector<std::string> defined;
  if (const auto types = external_entity_types(); !types.empty()) {
    for (const SchemaEntityType& type : entity_types_)
      if (!type.is_external()) defined.push_back(type.name.text());
    return types.front()->origin.error(what + did_you_mean(types.front()->name.text(), defined));
  }
  const SchemaAction& first = *external_actions().front();
  for (const SchemaAction& action : actions_)
    if (!action.is_external() && action.uid.type() == first.uid.type()) defined.push_back(action.uid.id());
  return first.origin.error(what + did_you_mean(first.uid.id(), defined));
}

std::optional<std::pair<const SchemaEntityType*, const SchemaEntityType*>> Schema::find_external_in_enum()
    const {
  std::vector<const SchemaEntityType*> enumerations;
  for (const SchemaEntityType& type : entity_types_)
    if (type.enum_ids) enumerations.push_back(&type);
  for (const SchemaEntityType& type : entity_types_) {
    if (!type.is_external()) continue;
    for (const SchemaEntityType* enumeration : enumerations)
      if (may_be_in(type, *enumeration)) return std::pair(&type, enumeration);
  }
  return std::nullopt;
}

std::string external_in_enum(const SchemaEntityType& type, const SchemaEntityType& enumeration) {
  return "external entity type `" + type.name.text() + "` would be in the enumeration `" +
         enumeration.name.text() + "`, and only its definition could say in which of its entities";
}

std::string incompleteness(const Schema& schema) {
  constexpr std::size_t kMaxNamed = 10;
  std::vector<std::string> names;
  for (const SchemaEntityType* type : schema.external_entity_types()) names.push_back(type->name.text());
  for (const SchemaAction* action : schema.external_actions()) names.push_back(to_text(action->uid));
  if (names.empty()) return "";
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kMaxNamed); ++i)
    out += (i == 0 ? "`" : i + 1 == names.size() ? " and `" : ", `") + names[i] + "`";
  if (names.size() > kMaxNamed) out += " and " + std::to_string(names.size() - kMaxNamed) + " more";
  return out + (names.size() == 1 ? " is declared `external`, and nothing defines it"
                                  : " are declared `external`, and nothing defines them");
}

std::string did_you_mean_action(const EntityUid& uid, const Schema& schema) {
  std::vector<std::string> ids;
  for (const SchemaAction& action : schema.actions())
    if (action.uid.type() == uid.type()) ids.push_back(action.uid.id());
  const auto id = nearest(uid.id(), ids);
  return id ? "; did you mean `" + to_text(EntityUid(uid.type(), *id)) + "`?" : "";
}

std::string did_you_mean_entity_type(const Name& name, const Schema& schema) {
  std::vector<std::string> names;
  for (const SchemaEntityType& type : schema.entity_types()) names.push_back(type.name.text());
  return did_you_mean(name.text(), names);
}

bool Schema::is_in(const SchemaAction& action, const SchemaAction& group) const {
  return action_ancestors_.reaches(static_cast<std::uint32_t>(&action - actions_.data()),
                                   static_cast<std::uint32_t>(&group - actions_.data()));
}

}  // namespace cedar
