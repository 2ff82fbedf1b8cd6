#pragma once
#include "cedar/partial_evaluation.h"

namespace cedar {

// What can be said of expressions that remain from a schema, which may be null, and from their form. For one
// thread at a time; everything given must outlive it.
class KnownTypes {
 public:
  KnownTypes(const PartialRequest& request, const Schema* schema) : request_(request), schema_(schema) {}

  TypeRef type_of(const Expr&) const;  // as type_in()

  // The declared type of the entities that it gives; null where it gives others, or nobody knows.
  const SchemaEntityType* entity_type_of(const Expr&) const;

  // The type of attributes of a variable that is unknown; null where it isn't one, or isn't declared.
  TypeRef attributes_of(const Expr&) const;

  // Whether it gives a truth, if anything.
  bool is_truth(const Expr&) const;

  // Whether it always has a value. Takes the time of the tree.
  bool cannot_fail(const Expr&) const;

  // The type of a variable that stands for an unknown entity; null of anything else.
  const Name* unknown_type(const Expr&) const;

  // Whether entities of a type can be equal to, or in, the other entity.
  bool can_be_in(const Name& type, const EntityUid& group) const;

 private:
  const PartialRequest& request_;
  const Schema* schema_;
};

}  // namespace cedar
