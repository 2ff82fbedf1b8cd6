#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/keyed_hash.h"
#include "cedar/schema/ast.h"
#include "cedar/schema/type.h"

namespace cedar {

// Writes anew the declarations of a schema that was linked from others, as one text could have them: names
// are whole, and what common types stood for is in their place.
class LinkedFragment {
 public:
  // All entity types and actions are in the schema, each with the declaration it was linked from; it outlives
  // this.
  explicit LinkedFragment(const Schema& schema);

  // Adds a declaration and returns its body. Those that shared a declaration still share a body, if theirs
  // are the same.
  std::shared_ptr<const EntityTypeBody> add(const SchemaEntityType&, const Annotations&);
  std::shared_ptr<const ActionBody> add(const SchemaAction&, const Annotations&);

  // Of a namespace that something was added to; does nothing for others.
  void annotate(const std::string& name_space, const Annotations&);

  // All that was added, the empty namespace first. Add nothing after.
  SchemaFragmentPtr take();

 private:
  // The parts of a name, `A::B` and `C` of `A::B::C`.
  struct Parts {
    std::string_view name_space;
    std::string_view name;
  };
  static Parts split(std::string_view name);

  NamespaceDecl& name_space(std::string_view name);
  std::vector<TypeNameRef> names_of(const std::vector<std::uint32_t>& entity_types) const;
  TypeExprRef record(TypeRef, std::string_view name_space);  // null where it is empty
  TypeExprRef expr(TypeRef);
  TypeExprRef checked_expr(TypeRef, std::string_view name_space);

  template <typename Body>
  struct Shared {
    std::shared_ptr<Body> body;
    std::vector<std::uint32_t> parents;
  };

  const Schema& schema_;
  std::shared_ptr<SchemaFragment> fragment_;
  std::unordered_map<std::string, std::size_t, base::KeyedHash> namespace_at_;
  std::unordered_map<const EntityTypeBody*, Shared<EntityTypeBody>> entity_bodies_;
  std::unordered_map<const ActionBody*, Shared<ActionBody>> action_bodies_;
  std::unordered_map<TypeRef, TypeExprRef> exprs_;
  std::unordered_set<TypeRef> of_outer_actions_;  // types that have `Action` of the empty namespace in them
};

}  // namespace cedar
