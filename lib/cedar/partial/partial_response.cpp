#include <utility>

#include "cedar/partial_evaluation.h"

namespace cedar {

base::Result<PartialResponse> evaluate_partially(const PolicySet& policies, const PartialRequest& request,
                                                 const EntitySource& entities, const Schema* schema,
                                                 StepBudget& budget) {
  PartialEvaluator evaluator(request, entities, schema, budget);
  PartialResponse response{{}, evaluator.pool()};
  for (const Policy& policy : policies.policies()) {
    auto residual = evaluator.evaluate(policy);
    if (!residual.ok()) return residual.error();
    response.parts.push_back({policy.id, policy.body->effect, std::move(residual).value()});
  }
  return response;
}

std::optional<Decision> PartialResponse::decision() const {
  const auto has = [&](Effect effect, Residual::Kind kind) {
    for (const Part& part : parts)
      if (part.effect == effect && part.residual.kind == kind) return true;
    return false;
  };
  using Kind = Residual::Kind;
  if (has(Effect::kForbid, Kind::kTrue)) return Decision::kDeny;
  const bool is_permitted = has(Effect::kPermit, Kind::kTrue),
             may_be_permitted = has(Effect::kPermit, Kind::kOpen);
  if (!is_permitted && !may_be_permitted) return Decision::kDeny;
  if (!is_permitted || has(Effect::kForbid, Kind::kOpen)) return std::nullopt;
  return Decision::kAllow;
}

base::Result<PolicySet> PartialResponse::policies(const PolicySet& of) const {
  PolicySet set;
  for (const Part& part : parts) {
    if (part.residual.kind != Residual::Kind::kOpen && part.residual.kind != Residual::Kind::kTrue) continue;
    const Policy* const policy = of.find(part.policy);
    if (!policy)
      return base::Error{base::ErrorCode::kNotFound, "policy `" + part.policy + "`: not in the set"};
    if (auto added = set.add(part.policy, residual_policy(*policy->body, part.residual, pool)); !added.ok())
      return added.error();
  }
  return set;
}

TemplatePtr residual_policy(const Template& policy, const Residual& residual,
                            std::shared_ptr<const ExprPool> pool) {
  auto made = std::make_shared<Template>();
  made->annotations = policy.annotations;
  made->effect = policy.effect;
  if (residual.open) made->conditions.push_back({false, residual.open, {}});
  made->pool = std::move(pool);
  return made;
}

}  // namespace cedar
