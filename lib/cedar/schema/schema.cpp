#include "cedar/schema.h"

#include <algorithm>

#include "base/nearest.h"
#include "cedar/json/reader.h"
#include "cedar/limits.h"
#include "cedar/schema/messages.h"
#include "cedar/schema/printer.h"
#include "cedar/schema/resolver.h"
#include "cedar/schema/tables.h"

namespace cedar {

namespace {

base::Result<Schema> resolve_read(base::Result<SchemaFragmentPtr> fragment) {
  if (!fragment.ok()) return fragment.error();
  return resolve(std::move(fragment).value());
}

base::Result<SourcePtr> make_source(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxSchemaText)
    return base::Error{base::ErrorCode::kInvalid, std::string(file_name) + ": the schema is larger than " +
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
  const base::Place at = source->place(place.at.begin);
  return source->name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string SchemaOrigin::where() const {
  return fragment->where(place);
}

base::Error SchemaOrigin::error(std::string_view what) const {
  return fragment->error(place, what);
}

bool SchemaEntityType::is_external() const {
  return declaration->is_external;
}

bool SchemaAction::is_external() const {
  return declaration->is_external;
}

bool SchemaEntityType::allows_id(std::string_view id) const {
  return !enum_ids || std::binary_search(enum_ids->begin(), enum_ids->end(), id);
}

Schema::Schema() : tables_(std::make_unique<Tables>()) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

base::Result<Schema> Schema::parse(std::string_view text, std::string_view file_name) {
  const base::Result<SourcePtr> source = make_source(text, file_name);
  if (!source.ok()) return source.error();
  return resolve_read(parse_schema(source.value()));
}

base::Result<Schema> Schema::from_json(std::string_view text, std::string_view file_name) {
  const base::Result<SourcePtr> source = make_source(text, file_name);
  if (!source.ok()) return source.error();
  return resolve_read(schema_from_json(source.value()));
}

std::span<const SchemaEntityType> Schema::entity_types() const {
  return tables_->entity_types;
}

const SchemaEntityType* Schema::find_entity_type(const Name& name) const {
  const auto found = tables_->entity_type_at.find(name.text());
  return found == tables_->entity_type_at.end() ? nullptr : &tables_->entity_types[found->second];
}

std::span<const SchemaAction> Schema::actions() const {
  return tables_->actions;
}

const SchemaAction* Schema::find_action(const EntityUid& uid) const {
  const auto found = tables_->action_at.find(uid);
  return found == tables_->action_at.end() ? nullptr : &tables_->actions[found->second];
}

bool Schema::has_action_type(const Name& name) const {
  return tables_->action_types.contains(name.text());
}

bool Schema::may_be_in(const SchemaEntityType& type, const SchemaEntityType& ancestor) const {
  const SchemaEntityType* first = tables_->entity_types.data();
  return tables_->entity_type_ancestors.reaches(static_cast<std::uint32_t>(&type - first),
                                                static_cast<std::uint32_t>(&ancestor - first));
}

std::vector<const SchemaEntityType*> Schema::external_entity_types() const {
  std::vector<const SchemaEntityType*> found;
  for (const SchemaEntityType& type : entity_types())
    if (type.is_external()) found.push_back(&type);
  std::sort(found.begin(), found.end(),
            [](const auto* a, const auto* b) { return a->name.text() < b->name.text(); });
  return found;
}

std::vector<const SchemaAction*> Schema::external_actions() const {
  std::vector<const SchemaAction*> found;
  for (const SchemaAction& action : actions())
    if (action.is_external()) found.push_back(&action);
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
    return std::pair(a->uid.type().text(), a->uid.id()) < std::pair(b->uid.type().text(), b->uid.id());
  });
  return found;
}

base::Result<void> Schema::check_complete() const {
  const std::string what = incompleteness(*this);
  if (what.empty()) return {};
  std::vector<std::string> defined;
  if (const auto types = external_entity_types(); !types.empty()) {
    for (const SchemaEntityType& type : entity_types())
      if (!type.is_external()) defined.push_back(type.name.text());
    return types.front()->origin.error(what + base::did_you_mean(types.front()->name.text(), defined));
  }
  const SchemaAction& first = *external_actions().front();
  for (const SchemaAction& action : actions())
    if (!action.is_external() && action.uid.type() == first.uid.type()) defined.push_back(action.uid.id());
  return first.origin.error(what + base::did_you_mean(first.uid.id(), defined));
}

std::optional<std::pair<const SchemaEntityType*, const SchemaEntityType*>>
Schema::Tables::find_external_in_enum() const {
  std::vector<std::uint32_t> enumerations;
  for (std::uint32_t i = 0; i < entity_types.size(); ++i)
    if (entity_types[i].enum_ids) enumerations.push_back(i);
  for (std::uint32_t i = 0; i < entity_types.size(); ++i) {
    if (!entity_types[i].is_external()) continue;
    for (const std::uint32_t enumeration : enumerations)
      if (entity_type_ancestors.reaches(i, enumeration))
        return std::pair(&entity_types[i], &entity_types[enumeration]);
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
  const auto id = base::nearest(uid.id(), ids);
  return id ? "; did you mean `" + to_text(EntityUid(uid.type(), *id)) + "`?" : "";
}

std::string did_you_mean_entity_type(const Name& name, const Schema& schema) {
  std::vector<std::string> names;
  for (const SchemaEntityType& type : schema.entity_types()) names.push_back(type.name.text());
  return base::did_you_mean(name.text(), names);
}

bool Schema::is_in(const SchemaAction& action, const SchemaAction& group) const {
  const SchemaAction* first = tables_->actions.data();
  return tables_->action_ancestors.reaches(static_cast<std::uint32_t>(&action - first),
                                           static_cast<std::uint32_t>(&group - first));
}

base::Result<std::string> to_cedar_text(const Schema& schema) {
  return to_cedar_text(*schema.tables().fragment);
}

base::Result<std::string> to_json_text(const Schema& schema) {
  return to_json_text(*schema.tables().fragment);
}

base::Result<std::string> schema_text_to_json(std::string_view text, std::string_view file_name) {
  const base::Result<SourcePtr> source = make_source(text, file_name);
  if (!source.ok()) return source.error();
  const auto fragment = parse_schema(source.value());
  return fragment.ok() ? to_json_text(**fragment) : fragment.error();
}

base::Result<std::string> schema_json_to_text(std::string_view json, std::string_view file_name) {
  const base::Result<SourcePtr> source = make_source(json, file_name);
  if (!source.ok()) return source.error();
  const auto fragment = schema_from_json(source.value());
  return fragment.ok() ? to_cedar_text(**fragment) : fragment.error();
}

}  // namespace cedar
