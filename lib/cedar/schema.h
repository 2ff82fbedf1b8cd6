#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cedar/entities.h"
#include "cedar/entity_uid.h"
#include "cedar/request.h"
#include "cedar/source.h"

namespace cedar {

// A type that a schema declares, such as that of a context; lives as long as the schema. Types of one schema
// are equal exactly where the pointers are.
struct Type;
using TypeRef = const Type*;

// As Cedar's schema syntax writes it, on one line: `{"city": String, "zip"?: Long}`, `Set<User>`. Cut with an
// ellipsis after some 200 bytes, since types that share parts can be exponentially longer than their schema.
std::string to_text(TypeRef);

// Where something was written: a part of the text, or a value of the JSON tree.
struct SchemaPlace {
  SourceRange at;
  const base::Json* json = nullptr;
};

// Where something is declared, for messages about it.
struct SchemaFragment;
struct SchemaOrigin {
  std::shared_ptr<const SchemaFragment> fragment;
  SchemaPlace place;

  std::string where() const;                       // "file:line:col", or "file: /json/pointer"
  base::Error error(std::string_view what) const;  // that and `what`; of a text with the line and a caret
};

struct EntityTypeBody;
struct SchemaEntityType {
  Name name;
  TypeRef shape = nullptr;                                   // a record
  TypeRef tags = nullptr;                                    // null where the type has none
  std::shared_ptr<const std::vector<std::string>> enum_ids;  // sorted; null unless the type is an enumeration
  std::vector<std::uint32_t> parents;  // what it is declared in: positions in Schema::entity_types(), sorted
  std::shared_ptr<const EntityTypeBody> declaration;
  SchemaOrigin origin;

  // Whether it is only declared here; then it has parents, and neither attributes nor tags.
  bool is_external() const;

  // Whether an entity of this type may have that id; of an enumeration those that are declared.
  bool allows_id(std::string_view id) const;
};

struct ActionBody;
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
  bool is_external() const;
};

// Which entity types, actions and contexts there are: a schema whose names are all looked up and whose types
// are all made. Immutable; shared freely by threads, usually as shared_ptr<const Schema>. Movable, not
// copyable.
class Schema {
 public:
  // Reads Cedar's syntax or JSON, and looks all names up. The message has place, line and caret (of JSON: the
  // pointer). Limits: kMaxSchemaText bytes, kMaxEntityTypes, kMaxActions, kMaxMemberships, nesting of
  // kMaxNesting. Refuses: names that mean nothing, a common type that contains itself, actions in a cycle, a
  // name of the empty namespace that another declares too (RFC 70), a shape or context that is no record, an
  // external entity type in an enumeration.
  static base::Result<Schema> parse(std::string_view text, std::string_view file_name);
  static base::Result<Schema> from_json(std::string_view text, std::string_view file_name);

  // Links schemas, each resolved by itself, into one (RFC 116): what one declares `external` is what another
  // defines, and stays external where none does. Names mean what they mean in their own schema, common types
  // stand there for what they are and join nothing. The order does not matter; no schemas give an empty one.
  // They need not outlive what is made. The text of that is written anew, with the annotations of all.
  //
  // Refuses, with the place in one text and of the other: two definitions; an enumeration for what is
  // external; parents of an external entity type that its definition lacks, or other groups of an action; a
  // membership of a defined entity type that its own schema does not have; what parse() refuses; an entity
  // type that takes a built-in type's name, unless all the schemas declare it.
  static base::Result<Schema> link(const std::vector<const Schema*>& schemas);

  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  std::span<const SchemaEntityType> entity_types() const;
  // Null where there is none; not for action types.
  const SchemaEntityType* find_entity_type(const Name&) const;

  std::span<const SchemaAction> actions() const;
  const SchemaAction* find_action(const EntityUid&) const;

  // What is only declared, in order of name.
  std::vector<const SchemaEntityType*> external_entity_types() const;
  std::vector<const SchemaAction*> external_actions() const;

  // Whether all is defined. Entities and requests are checked under any schema; policies are validated under
  // a complete one. The failure says what is external, at the place of the first, with a guess.
  base::Result<void> check_complete() const;

  // Whether some action has that type, as `Action` or `Photos::Action`.
  bool has_action_type(const Name&) const;

  // Whether entities of a type may have ancestors of the other.
  bool may_be_in(const SchemaEntityType& type, const SchemaEntityType& ancestor) const;

  // Whether an action is in a group by one or more steps.
  bool is_in(const SchemaAction& action, const SchemaAction& group) const;

  // What the functions of the library look things up in.
  struct Tables;
  const Tables& tables() const { return *tables_; }

 private:
  friend class SchemaLinker;
  friend class SchemaResolver;
  Schema();

  std::unique_ptr<Tables> tables_;
};

// A schema as text in either syntax, whichever it was read from. What is printed and read again means the
// same; printing that once more gives the same text.
//
// Cedar's syntax, laid out. An entity type whose shape is a name gets the attributes themselves, since that
// syntax has no names there; an action that applies to no principal or no resource is printed as one that
// applies to nothing. Fails where a JSON schema names an entity type that only the common type of the same
// name hides, and beyond kMaxSchemaText.
base::Result<std::string> to_cedar_text(const Schema&);

// The JSON format, on one line. Fails beyond kMaxSchemaText: JSON has no `entity A, B { … }`, so what such
// share is repeated.
base::Result<std::string> to_json_text(const Schema&);

// The same from text to text, for schemas whose names need not mean anything yet: the grammar alone is
// checked.
base::Result<std::string> schema_text_to_json(std::string_view text, std::string_view file_name);
base::Result<std::string> schema_json_to_text(std::string_view json, std::string_view file_name);

// Refuses an entity whose type is not declared or external, whose id is not of the enumeration, that lacks a
// required attribute, has one that is not declared, or a value, tag or parent of a wrong type; and an action
// that is not declared. Whether an action's groups are right needs all entities, and is judged by
// Entities::from_json with a schema.
base::Result<void> check_entity(const Entity&, const Schema&);

// Refuses a request that no policy of this schema is written for: the action is not declared, is external or
// applies to other types, principal or resource are not of their enumeration, or the context is not of the
// action's type.
base::Result<void> check_request(const Request&, const Schema&);

// The schema's actions as entities, with their groups as parents; external ones too, whose groups are known.
std::vector<Entity> action_entities(const Schema&);

}  // namespace cedar
