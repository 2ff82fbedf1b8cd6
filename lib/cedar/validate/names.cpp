#include "cedar/validate/names.h"
#include "cedar/schema/messages.h"

#include <string>

#include "base/nearest.h"

namespace cedar {

namespace {

class NameChecker {
 public:
  NameChecker(const Schema& schema, Findings& findings) : schema_(schema), findings_(findings) {}

  void check(const Expr& expr) {
    if (!findings_.step()) return;
    if (const auto* literal = std::get_if<Literal>(&expr.node))
      if (const EntityUid* uid = literal->value.entity()) check_uid(*uid, expr.at);
    if (const auto* is = std::get_if<Is>(&expr.node)) check_type(is->type, expr.at);
    for_each_child(expr, [&](ExprRef child) { check(*child); });
  }

  void check_scope(const ScopeConstraint& constraint, SourceRange at) {
    if (const auto* equal = std::get_if<ScopeEqual>(&constraint)) check_entity(equal->entity, at);
    if (const auto* in = std::get_if<ScopeIn>(&constraint)) check_entity(in->entity, at);
    if (const auto* is = std::get_if<ScopeIs>(&constraint)) check_type(is->type, at);
    if (const auto* is_in = std::get_if<ScopeIsIn>(&constraint)) {
      check_type(is_in->type, at);
      check_entity(is_in->entity, at);
    }
  }

  void check_action(const ActionConstraint& constraint, SourceRange at) {
    if (const auto* equal = std::get_if<ActionEqual>(&constraint)) check_uid(equal->action, at);
    if (const auto* in = std::get_if<ActionIn>(&constraint)) check_uid(in->action, at);
    const auto* set = std::get_if<ActionInSet>(&constraint);
    if (!set) return;
    for (const EntityUid& uid : set->actions) check_uid(uid, at);
  }

  void check_uid(const EntityUid& uid, SourceRange at) {
    if (!findings_.step()) return;
    if (uid.is_action()) {
      if (!schema_.find_action(uid))
        complain(at, "action `" + to_text(uid) + "` is not in the schema",
                 findings_.may_guess(schema_.actions().size()) ? did_you_mean_action(uid, schema_) : "");
      return;
    }
    const SchemaEntityType* type = schema_.find_entity_type(uid.type());
    if (!type) return check_type(uid.type(), at);
    if (!type->allows_id(uid.id()))
      complain(
          at, "`" + to_text(uid) + "` is no entity of the enumeration `" + type->name.text() + "`",
          findings_.may_guess(type->enum_ids->size()) ? base::did_you_mean(uid.id(), *type->enum_ids) : "");
  }

 private:
  void check_entity(const EntityOrSlot& entity, SourceRange at) {
    if (const auto* uid = std::get_if<EntityUid>(&entity)) check_uid(*uid, at);
  }

  void check_type(const Name& name, SourceRange at) {
    if (schema_.find_entity_type(name) || schema_.has_action_type(name)) return;
    complain(
        at, "entity type `" + name.text() + "` is not in the schema",
        findings_.may_guess(schema_.entity_types().size()) ? did_you_mean_entity_type(name, schema_) : "");
  }

  void complain(SourceRange at, std::string message, const std::string& guess) {
    findings_.error(at, message.append(guess.empty() ? "; declare it there, or name another" : guess));
  }

  const Schema& schema_;
  Findings& findings_;
};

}  // namespace

void check_names(const Template& policy, const Schema& schema, Findings& findings) {
  NameChecker checker(schema, findings);
  checker.check_scope(policy.principal, policy.principal_at);
  checker.check_action(policy.action, policy.action_at);
  checker.check_scope(policy.resource, policy.resource_at);
  for (const Condition& condition : policy.conditions) checker.check(*condition.body);
}

void check_names(const SlotValues& values, const Template& body, const Schema& schema, Findings& findings) {
  NameChecker checker(schema, findings);
  if (values.principal) checker.check_uid(*values.principal, body.principal_at);
  if (values.resource) checker.check_uid(*values.resource, body.resource_at);
}

}  // namespace cedar
