#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/keyed_hash.h"
#include "base/result.h"
#include "cedar/entity_uid.h"
#include "cedar/reachability.h"
#include "cedar/schema_ast.h"
#include "cedar/type.h"

namespace cedar {

struct SchemaEntityType {
  Name name;
  TypeRef shape = nullptr;                                   // a record
  TypeRef tags = nullptr;                                    // null where the type has none
  std::shared_ptr<const std::vector<std::string>> enum_ids;  // sorted; null unless the type is an enumeration
  std::shared_ptr<const EntityTypeBody> declaration;

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
  // record.
  static Result<Schema> resolve(SchemaFragmentPtr fragment);

  std::span<const SchemaEntityType> entity_types() const { return entity_types_; }
  const SchemaEntityType* find_entity_type(
      const Name&) const;  // null where there is none; not for action types

  std::span<const SchemaAction> actions() const { return actions_; }
  const SchemaAction* find_action(const EntityUid&) const;

  // Whether some action has that type, as `Action` or `Photos::Action`.
  bool has_action_type(const Name&) const;

  // Whether entities of a type may have ancestors of the other.
  bool may_be_in(const SchemaEntityType& type, const SchemaEntityType& ancestor) const;

  // Whether an action is in a group by one or more steps.
  bool is_in(const SchemaAction& action, const SchemaAction& group) const;

  const TypePool& types() const { return *types_; }
  const SchemaFragment& fragment() const { return *fragment_; }

 private:
  friend class SchemaResolver;
  Schema() = default;

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

// "; did you mean `Action::\"read\"`?", or "" where nothing is near: for names that the schema does not have.
std::string did_you_mean_action(const EntityUid&, const Schema&);
std::string did_you_mean_entity_type(const Name&, const Schema&);

}  // namespace cedar
