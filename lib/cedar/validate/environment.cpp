// What a scope says of an environment, that is of an action with a principal and a resource type, before any
// request is known: true, false, or either. With `entity User in [Team]` and an environment of User, action
// view, Doc:
//
//   principal is User           true         principal in Team::"a"      either, a user may be
//   principal == Doc::"d"       false        action in Action::"read"    true or false by the schema
//
// A name that the schema doesn't have makes it unknown, which is told elsewhere, once, and not here.
#include "cedar/validate/environment.h"

#include <algorithm>

namespace cedar {

namespace {

Truth known(bool b) {
  return b ? Truth::kTrue : Truth::kFalse;
}

bool is_declared(const Name& type, const Schema& schema) {
  return schema.find_entity_type(type) || schema.has_action_type(type);
}

Truth equal_truth(const EntityOrSlot& entity, const SchemaEntityType& type, const Schema& schema) {
  const auto* uid = std::get_if<EntityUid>(&entity);
  if (!uid) return Truth::kBool;
  if (uid->type() == type.name) return Truth::kBool;
  return is_declared(uid->type(), schema) ? Truth::kFalse : Truth::kUnknown;
}

Truth in_truth(const EntityOrSlot& entity, const SchemaEntityType& type, const Schema& schema) {
  const auto* uid = std::get_if<EntityUid>(&entity);
  return uid ? membership(type.name, uid->type(), schema) : Truth::kBool;
}

Truth group_truth(const EntityUid& uid, const SchemaAction& action, const Schema& schema) {
  const SchemaAction* group = schema.find_action(uid);
  if (!group) return Truth::kUnknown;
  return known(group == &action || schema.is_in(action, *group));
}

}  // namespace

Truth conjunction(Truth left, Truth right) {
  if (left == Truth::kFalse) return Truth::kFalse;
  if (left == Truth::kUnknown || right == Truth::kUnknown) return Truth::kUnknown;
  if (right == Truth::kFalse) return Truth::kFalse;
  return left == Truth::kTrue ? right : left;
}

Truth membership(const Name& type, const Name& of, const Schema& schema) {
  const SchemaEntityType* descendant = schema.find_entity_type(type);
  const SchemaEntityType* ancestor = schema.find_entity_type(of);
  if (descendant && ancestor)
    return descendant == ancestor || schema.may_be_in(*descendant, *ancestor) ? Truth::kBool : Truth::kFalse;
  if (!is_declared(type, schema) || !is_declared(of, schema)) return Truth::kUnknown;
  return descendant || ancestor ? Truth::kFalse : Truth::kBool;
}

Truth scope_truth(const ScopeConstraint& constraint, const SchemaEntityType& type, const Schema& schema) {
  if (const auto* equal = std::get_if<ScopeEqual>(&constraint))
    return equal_truth(equal->entity, type, schema);
  if (const auto* in = std::get_if<ScopeIn>(&constraint)) return in_truth(in->entity, type, schema);
  if (const auto* is = std::get_if<ScopeIs>(&constraint)) return known(is->type == type.name);
  if (const auto* is_in = std::get_if<ScopeIsIn>(&constraint))
    return is_in->type == type.name ? in_truth(is_in->entity, type, schema) : Truth::kFalse;
  return Truth::kTrue;
}

Truth scope_truth(const ActionConstraint& constraint, const SchemaAction& action, const Schema& schema) {
  if (const auto* equal = std::get_if<ActionEqual>(&constraint)) return known(equal->action == action.uid);
  if (const auto* in = std::get_if<ActionIn>(&constraint)) return group_truth(in->action, action, schema);
  if (const auto* set = std::get_if<ActionInSet>(&constraint)) {
    if (set->actions.empty()) return Truth::kUnknown;
    Truth any = Truth::kFalse;
    for (const EntityUid& uid : set->actions) {
      const Truth one = group_truth(uid, action, schema);
      if (one == Truth::kUnknown) return one;
      if (one == Truth::kTrue) any = one;
    }
    return any;
  }
  return Truth::kTrue;
}

}  // namespace cedar
