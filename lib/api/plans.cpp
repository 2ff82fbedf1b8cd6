// A plan as whoever asked reads it: what remains as policies, and as one condition. Each policy says by an
// annotation which priority it has, since one set in Cedar has none; roles are the last.
#include "api/plans.h"

#include <algorithm>
#include <utility>

#include "api/parts/authorize.h"
#include "api/policies.h"
#include "authz/plan.h"
#include "cedar/cedar.h"
#include "domain/directory.h"

namespace api {
namespace {

cedar::TemplatePtr as_policy(const authz::PlannedTier& tier, const authz::PlannedRule& rule,
                             const authz::Plan& plan) {
  cedar::Template body;
  body.effect = rule.effect;
  if (rule.body) body.annotations = rule.body->annotations;
  std::erase_if(body.annotations, [](const cedar::Annotation& annotation) {
    return annotation.key == "priority" || annotation.key == "policy";
  });
  body.annotations.push_back({"priority", tier.priority ? std::to_string(*tier.priority) : "roles"});
  if (rule.policy) body.annotations.push_back({"policy", rule.policy->to_string()});
  return residual_policy(body, rule.residual, plan.pool);
}

Outcome<std::string> policy_of(const authz::Plan& plan) {
  cedar::PolicySet set;
  for (const authz::PlannedTier& tier : plan.tiers)
    for (const authz::PlannedRule& rule : tier.rules)
      if (auto added = set.add(rule.id, as_policy(tier, rule, plan)); !added.ok())
        return error(Code::kInternal, added.error().message);
  const auto json = policy_set_to_json(set);
  if (!json.ok())
    return error(Code::kOverloaded, "what remains is too deep for JSON: " + json.error().message);
  return to_canonical_text(*json);
}

bool may_show_secrets(const authz::Plan& plan) {
  return std::any_of(plan.tiers.begin(), plan.tiers.end(), [](const authz::PlannedTier& tier) {
    return std::any_of(tier.rules.begin(), tier.rules.end(),
                       [](const authz::PlannedRule& rule) { return rule.may_show_secrets; });
  });
}

void add_sql(const authz::Plan& plan, const PlanQuestion::Sql& wanted, const cedar::Schema& schema,
             const sql::Hierarchy& hierarchy, PlanAnswer& answer) {
  sql::Conditions conditions({wanted.dialect, wanted.columns}, plan.request, schema, hierarchy);
  sql::Truth allowed = plan.kind == authz::Plan::Kind::kAlways;
  const bool is_conditional = plan.kind == authz::Plan::Kind::kConditional;
  const Unsaid too_large{"", "", "all rules together need a condition that is larger than one may be"};
  std::size_t bytes = 0, parameters = 0;
  for (auto tier = plan.tiers.rbegin(); is_conditional && tier != plan.tiers.rend(); ++tier) {
    std::vector<sql::Rule> rules;
    for (const authz::PlannedRule& rule : tier->rules) {
      if (rule.may_show_secrets) {
        answer.unsupported.push_back({rule.id, "", "compares what is shown to nobody"});
        continue;
      }
      const auto outcome = conditions.outcome(rule.residual);
      if (!outcome) {
        answer.unsupported.push_back(
            {rule.id, conditions.unsupported()->expression, conditions.unsupported()->reason});
        continue;
      }
      for (const sql::Truth* part : {&outcome->evaluates, &outcome->holds})
        if (!part->is_known()) {
          bytes += part->condition().text.size();
          parameters += part->condition().parameters.size();
        }
      if (bytes > sql::kMaxStatement || parameters > sql::kMaxParameters) {
        answer.unsupported.push_back(too_large);
        return;
      }
      rules.push_back({rule.effect == cedar::Effect::kForbid, *outcome});
    }
    if (answer.unsupported.empty()) allowed = sql::allows(rules, plan.failing_forbids, allowed);
  }
  if (!answer.unsupported.empty()) return;
  const sql::Truth taken = allowed.is_known() ? allowed : conditions.told_of() && allowed;
  sql::Statement made = finish(taken.fragment(), wanted.dialect);
  if (taken.depth() > sql::max_depth(wanted.dialect) || made.text.size() > sql::kMaxStatement ||
      made.parameters.size() > sql::kMaxParameters)
    answer.unsupported.push_back(too_large);
  else
    answer.sql = std::move(made);
}

}  // namespace

Outcome<PlanAnswer> plan(const Read& read, const domain::TenantId& tenant, UserIds user_ids,
                         const PlanQuestion& wanted) {
  const auto authorized = authorize(read, on_tenant(op::decide, tenant));
  if (!authorized.ok()) return authorized.error();
  if (domain::is_reeves_type(wanted.question.resource.type) ||
      wanted.question.resource.type == "organization")
    return invalid("/resource/type", "is a type of Reeve's own; plans are about things of the application");
  const auto decisions = Decisions::begin(read, tenant, user_ids, Decisions::Haste::kNone);
  if (!decisions.ok()) return decisions.error();
  const auto& schema = (*decisions)->policies().schema;
  if (wanted.sql && !schema)
    return error(Code::kSchemaRequired,
                 "SQL needs the tenant's schema, which says what columns hold; see /v1/schema");
  const auto planned = (*decisions)->plan(wanted.question);
  if (!planned.ok()) return planned.error();
  if (planned->used_up)
    return error(Code::kOverloaded, "the plan takes more steps than a question may, or leaves too much");
  PlanAnswer answer;
  answer.kind = static_cast<PlanAnswer::Kind>(planned->kind);
  // Rules, and the values that they saw, are for those who may read policies; values that are secret are for
  // nobody.
  const auto may_read = authorize(read, on_tenant(op::list_policies, tenant));
  if (!may_read.ok() && may_read.error().code != Code::kForbidden) return may_read.error();
  if (may_read.ok() && !may_show_secrets(*planned)) {
    auto policy = policy_of(*planned);
    if (!policy.ok()) return policy.error();
    answer.policy = std::move(policy).value();
  }
  if (wanted.sql) add_sql(*planned, *wanted.sql, *schema, (*decisions)->decider().hierarchy(), answer);
  if (!may_read.ok())
    for (Unsaid& unsaid : answer.unsupported) unsaid.expression.clear();
  answer.revision = read.txn.revision();
  answer.valid_until = (*decisions)->decider().until();
  return answer;
}

}  // namespace api
