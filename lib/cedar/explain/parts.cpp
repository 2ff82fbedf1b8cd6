// A scope becomes expressions, too: `principal is User in Group::"staff"` is the part `principal is User in
// Group::"staff"`, made anew with the entity of a link's slot. Conditions are taken apart at `&&` in a
// `when`, at `||` in an `unless`, since there one operand alone can keep a policy from applying; `when { a &&
// (b || c) }` is the parts a and `b || c`.
//
// Parts of conditions point into the policy's tree, those of scopes into a pool of their own.
#include "cedar/explain/parts.h"

namespace cedar {

PolicyParts::PolicyParts(const Policy& policy) {
  add_principal(policy);
  add_action(*policy.body);
  add_resource(policy);
  add_conditions(*policy.body);
}

void PolicyParts::add_principal(const Policy& policy) {
  add_entity_scope(PartKind::kPrincipal, Variable::kPrincipal, policy.body->principal, policy.slots.principal,
                   policy.body->principal_at);
}

void PolicyParts::add_resource(const Policy& policy) {
  add_entity_scope(PartKind::kResource, Variable::kResource, policy.body->resource, policy.slots.resource,
                   policy.body->resource_at);
}

void PolicyParts::add_conditions(const Template& body) {
  for (const Condition& condition : body.conditions) {
    if (condition.is_unless) {
      add_operands(PartKind::kUnless, ChainOp::kOr, condition.body);
    } else {
      add_operands(PartKind::kWhen, ChainOp::kAnd, condition.body);
    }
  }
}

// Recurses as deep as chains are nested, which is bounded by kMaxNesting.
void PolicyParts::add_operands(PartKind kind, ChainOp op, ExprRef expr) {
  const auto* chain = std::get_if<Chain>(&expr->node);
  if (!chain || chain->op != op) {
    parts_.push_back({kind, expr, expr->at});
    return;
  }
  for (const ExprRef operand : chain->operands) add_operands(kind, op, operand);
}

ExprRef PolicyParts::entity(const EntityOrSlot& e, const std::optional<EntityUid>& slot) {
  const auto* uid = std::get_if<EntityUid>(&e);
  return pool_.add(Literal{Value(uid ? *uid : *slot)}, {});
}

void PolicyParts::add_entity_scope(PartKind kind, Variable variable, const ScopeConstraint& constraint,
                                   const std::optional<EntityUid>& slot, SourceRange at) {
  struct Visit {
    PolicyParts& parts;
    ExprRef variable;
    const std::optional<EntityUid>& slot;

    ExprRef operator()(const ScopeAny&) const { return nullptr; }
    ExprRef operator()(const ScopeEqual& c) const {
      return parts.pool_.add(Binary{BinaryOp::kEqual, variable, parts.entity(c.entity, slot)}, {});
    }
    ExprRef operator()(const ScopeIn& c) const {
      return parts.pool_.add(Binary{BinaryOp::kIn, variable, parts.entity(c.entity, slot)}, {});
    }
    ExprRef operator()(const ScopeIs& c) const { return parts.pool_.add(Is{variable, c.type, nullptr}, {}); }
    ExprRef operator()(const ScopeIsIn& c) const {
      return parts.pool_.add(Is{variable, c.type, parts.entity(c.entity, slot)}, {});
    }
  };
  const ExprRef expr = std::visit(Visit{*this, pool_.add(variable, {}), slot}, constraint);
  if (expr) parts_.push_back({kind, expr, at});
}

void PolicyParts::add_action(const Template& body) {
  struct Visit {
    ExprPool& pool;
    ExprRef action;

    ExprRef literal(const EntityUid& uid) const { return pool.add(Literal{Value(uid)}, {}); }
    ExprRef operator()(const ScopeAny&) const { return nullptr; }
    ExprRef operator()(const ActionEqual& c) const {
      return pool.add(Binary{BinaryOp::kEqual, action, literal(c.action)}, {});
    }
    ExprRef operator()(const ActionIn& c) const {
      return pool.add(Binary{BinaryOp::kIn, action, literal(c.action)}, {});
    }
    ExprRef operator()(const ActionInSet& c) const {
      SetExpr set;
      for (const EntityUid& uid : c.actions) set.elements.push_back(literal(uid));
      return pool.add(Binary{BinaryOp::kIn, action, pool.add(std::move(set), {})}, {});
    }
  };
  const ExprRef expr = std::visit(Visit{pool_, pool_.add(Variable::kAction, {})}, body.action);
  if (expr) parts_.push_back({PartKind::kAction, expr, body.action_at});
}

}  // namespace cedar
