#include "authz/entity_validation.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "authz/request_values.h"
#include "authz/tenant_schema.h"
#include "base/text.h"
#include "cedar/entities.h"
#include "domain/directory.h"

namespace authz {
namespace {

using domain::EntityName;

// What a type is called in policies; nothing where it isn't called anything there.
std::optional<cedar::Name> name_in_policies(const std::string& type,
                                            const domain::DecisionSettings& settings) {
  const auto found = settings.type_names.find(type);
  if (found != settings.type_names.end()) return cedar::Name::parse(found->second);
  // By a name that another type has there nothing is known.
  for (const auto& [from, to] : settings.type_names)
    if (to == type) return std::nullopt;
  return cedar::Name::parse(type);
}

class Finder {
 public:
  Finder(const cedar::Schema& schema, const domain::DecisionSettings& settings)
      : schema_(schema), settings_(settings), values_(&schema, notes_, RequestValues::Undeclared::kKept) {}

  std::vector<EntityMistake> find(const EntityContent& given) {
    const auto name = name_in_policies(given.name.type, settings_);
    const cedar::SchemaEntityType* const type = name ? schema_.find_entity_type(*name) : nullptr;
    if (!type) {
      add("type", "is not a type that the schema declares");
      return std::move(mistakes_);
    }
    cedar::Entity entity{{type->name, given.name.id}, {}, {}, {}};
    entity.attrs = attributes(given, *type);
    entity.tags = tags(given, *type);
    entity.parents = parents(given, *type);
    if (mistakes_.empty()) check_whole(entity);
    return std::move(mistakes_);
  }

 private:
  void add(std::string pointer, std::string message) {
    mistakes_.push_back({std::move(pointer), std::move(message)});
  }

  // The value, if it is of the type.
  std::optional<cedar::Value> read(const base::Json& json, const std::string& pointer, cedar::TypeRef type) {
    const std::size_t noted = notes_.size();
    auto value = values_.value(json, pointer, type);
    if (notes_.size() > noted) {
      add(pointer, notes_.back().why);
      return std::nullopt;
    }
    if (!value) return value;
    if (auto mistake = cedar::mistake_in(*value, type, schema_)) {
      add(pointer, *std::move(mistake));
      return std::nullopt;
    }
    return value;
  }

  cedar::Record attributes(const EntityContent& given, const cedar::SchemaEntityType& type) {
    std::vector<cedar::Record::Field> fields;
    for (const auto& [name, json] : *given.attrs.object()) {
      const std::string pointer = "attrs/" + base::pointer_token(name);
      const cedar::TypeRef declared = cedar::member_type(type.shape, name);
      if (!declared)
        add(pointer, "is not declared in the schema");
      else if (auto value = read(json, pointer, declared))
        fields.emplace_back(name, *std::move(value));
    }
    if (given.name.type == domain::kUserType)
      for (cedar::Record::Field& known : sample_user_attributes()) {
        const bool is_given = std::any_of(fields.begin(), fields.end(),
                                          [&](const auto& field) { return field.first == known.first; });
        if (!is_given && cedar::member_type(type.shape, known.first)) fields.push_back(std::move(known));
      }
    return cedar::Record(std::move(fields));
  }

  cedar::Record tags(const EntityContent& given, const cedar::SchemaEntityType& type) {
    std::vector<cedar::Record::Field> fields;
    if (!given.tags.object()->empty() && !type.tags) {
      add("tags", "must be empty: by the schema `" + type.name.text() + "` has no tags");
      return {};
    }
    for (const auto& [name, json] : *given.tags.object())
      if (auto value = read(json, "tags/" + base::pointer_token(name), type.tags))
        fields.emplace_back(name, *std::move(value));
    return cedar::Record(std::move(fields));
  }

  std::vector<cedar::EntityUid> parents(const EntityContent& given, const cedar::SchemaEntityType& type) {
    std::vector<cedar::EntityUid> uids;
    for (std::size_t i = 0; i < given.parents.size(); ++i) {
      const EntityName& parent = given.parents[i];
      const auto name = name_in_policies(parent.type, settings_);
      const cedar::SchemaEntityType* const of = name ? schema_.find_entity_type(*name) : nullptr;
      if (of && schema_.may_be_in(type, *of))
        uids.emplace_back(of->name, parent.id);
      else
        add("parents/" + std::to_string(i), "must not be of type `" + parent.type + "`: by the schema `" +
                                                type.name.text() + "` is in no such");
    }
    return uids;
  }

  // What is missing, and what only lists of ids say.
  void check_whole(const cedar::Entity& entity) {
    const auto fits = cedar::check_entity(entity, schema_);
    if (fits.ok()) return;
    constexpr std::string_view kAttribute = "attribute ";
    std::string why = fits.error().message;
    if (const std::string subject = to_text(entity.uid) + ": "; why.starts_with(subject))
      why.erase(0, subject.size());
    const bool is_missing = why.starts_with(kAttribute);
    if (is_missing) why.erase(0, kAttribute.size());
    add(is_missing ? "attrs" : "id", std::move(why));
  }

  const cedar::Schema& schema_;
  const domain::DecisionSettings& settings_;
  std::vector<NotHeld> notes_;
  const RequestValues values_;
  std::vector<EntityMistake> mistakes_;
};

}  // namespace

std::vector<EntityMistake> find_mistakes(const EntityContent& given, const cedar::Schema& schema,
                                         const domain::DecisionSettings& settings) {
  return Finder(schema, settings).find(given);
}

std::vector<EntityMistake> find_mistakes(const domain::StoredEntity& stored, const cedar::Schema& schema,
                                         const domain::DecisionSettings& settings) {
  const auto attrs = base::parse_json(stored.attrs), tags = base::parse_json(stored.tags);
  if (!attrs.ok() || !attrs->object()) return {{"attrs", "is no JSON object"}};
  if (!tags.ok() || !tags->object()) return {{"tags", "is no JSON object"}};
  return find_mistakes({stored.name, *attrs, *tags, stored.parents}, schema, settings);
}

}  // namespace authz
