#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/keyed_hash.h"
#include "base/result.h"
#include "cedar/entity_uid.h"
#include "cedar/schema/ast.h"
#include "cedar/schema/reachability.h"
#include "cedar/schema/type.h"

namespace cedar {

struct SchemaEntityType {
  Name name;
  TypeRef shape = nullptr;                                   // a record
  TypeRef tags = nullptr;                                    // null where the type has none
  std::shared_ptr<const std::vector<std::string>> enum_ids;  // sorted; null unless the type is an enumeration
  std::vector<std::uint32_t> parents;  // what it is declared in: positions in Schema::entity_types(), sorted
  std::shared_ptr<const EntityTypeBody> declaration;
  SchemaOrigin origin;

  // Whether it is only declared here; then it has parents, and neither attributes nor tags.
  bool is_external() const { return declaration->is_external; }

  // Whether an entity of this type may have that id; of an enumeration those that are declared.
  bool allows_id(std::string_view id) const;
};

struct SchemaAction {
  // What the actions of one declaration share. Positions in Schema::entity_types(), sorted, each once.
  struct AppliesTo {
    std::vector<std::uint32_t> principals;
    std::vector<std::uint32_t> resources;
  };
  EntityUid uid;
  std::shared_ptr<const AppliesTo> applies_to;  // null where the action applies to nothing
  TypeRef context = nullptr;                    // a record
  std::vector<std::uint32_t> parents;  // the groups it is declared in: positions in Schema::actions()
  std::shared_ptr<const ActionBody> declaration;
  SchemaOrigin origin;

  // Whether it is only declared here; then it applies to nothing, and its context is empty.
  bool is_external() const { return declaration->is_external; }
};

// Which entity types, actions and contexts there are: a schema whose names are all looked up and whose types
// are all made. Immutable; shared freely by threads, usually as shared_ptr<const Schema>. Movable, not
// copyable.
class Schema {
 public:
  // Reads Cedar's syntax or JSON, and resolves it. The message has place, line and caret (of JSON: the
  // pointer). Limits: kMaxSchemaText bytes, kMaxEntityTypes, kMaxActions, kMaxMemberships, nesting of
  // kMaxNesting.
  static Result<Schema> parse(std::string_view text, std::string_view file_name);
  static Result<Schema> from_json(std::string_view text, std::string_view file_name);

  // Looks all names up. Refuses: names that mean nothing, a common type that contains itself, actions in a
  // cycle, a name of the empty namespace that another declares too (RFC 70), a shape or context that is no
  // record, an external entity type in an enumeration.
  static Result<Schema> resolve(SchemaFragmentPtr fragment);

  // Links schemas, each resolved by itself, into one (RFC 116): what one declares `external` is what another
  // defines, and stays external where none does. Names mean what they mean in their own schema, common types
  // stand there for what they are and join nothing. The order does not matter; no schemas give an empty one.
  // They need not outlive what is made. `fragment()` of that is its text anew, with the annotations of all.
  //
  // Refuses, with the place in one text and of the other: two definitions; an enumeration for what is
  // external; parents of an external entity type that its definition lacks, or other groups of an action; a
  // membership of a defined entity type that its own schema does not have; what resolve() refuses; an entity
  // type that takes a built-in type's name, unless all the schemas declare it.
  static Result<Schema> link(const std::vector<const Schema*>& schemas);

  std::span<const SchemaEntityType> entity_types() const { return entity_types_; }
  const SchemaEntityType* find_entity_type(
      const Name&) const;  // null where there is none; not for action types

  std::span<const SchemaAction> actions() const { return actions_; }
  const SchemaAction* find_action(const EntityUid&) const;

  // What is only declared, in order of name.
  std::vector<const SchemaEntityType*> external_entity_types() const;
  std::vector<const SchemaAction*> external_actions() const;

  // Whether all is defined. Entities and requests are checked under any schema; policies are validated under
  // a complete one. The failure says what is external, at the place of the first, with a guess.
  Result<void> check_complete() const;

  // Whether some action has that type, as `Action` or `Photos::Action`.
  bool has_action_type(const Name&) const;

  // Whether entities of a type may have ancestors of the other.
  bool may_be_in(const SchemaEntityType& type, const SchemaEntityType& ancestor) const;

  // Whether an action is in a group by one or more steps.
  bool is_in(const SchemaAction& action, const SchemaAction& group) const;

  const TypePool& types() const { return *types_; }
  const SchemaFragment& fragment() const { return *fragment_; }

 private:
  friend class SchemaLinker;
  friend class SchemaResolver;
  Schema() = default;

  // The first external entity type that is in an enumeration, and that; nothing where there is none.
  std::optional<std::pair<const SchemaEntityType*, const SchemaEntityType*>> find_external_in_enum() const;

  SchemaFragmentPtr fragment_;
  std::unique_ptr<TypePool> types_;
  std::vector<SchemaEntityType> entity_types_;
  std::vector<SchemaAction> actions_;
  std::unordered_map<std::string, std::uint32_t, KeyedHash> entity_type_at_;
  std::unordered_map<EntityUid, std::uint32_t, EntityUidHash> action_at_;
  std::unordered_map<std::string, std::uint32_t, KeyedHash> action_types_;  // name, and how many have it
  Reachability entity_type_ancestors_;
  Reachability action_ancestors_;
};

// What is wrong with an external entity type that is in an enumeration, by one or more steps.
std::string external_in_enum(const SchemaEntityType& type, const SchemaEntityType& enumeration);

// "`User` and `Action::\"read\"` are declared `external`, and nothing defines them"; "" where a schema is
// complete.
std::string incompleteness(const Schema&);

// "; did you mean `Action::\"read\"`?", or "" where nothing is near: for names that the schema does not have.
std::string did_you_mean_action(const EntityUid&, const Schema&);
std::string did_you_mean_entity_type(const Name&, const Schema&);

}  // namespace cedar
