// Two rounds: every policy is judged, which says what applies and how near the others come; then those that
// will be listed are judged again, and described.
//
// A policy is a chain of parts (parts.cpp). `permit (principal, action == Action::"view", resource) when {
// resource.owner == principal && context.mfa }` has three: the action, the owner, mfa. Each is evaluated by
// itself, also behind one that does not hold, so that "2 of 3 parts do not hold" can be said; the first that
// does not is what decided. Of a part that is shown the values that it saw are looked up again (values.cpp).
//
// What links of a template have in common is judged once. Nothing is described of how entities came to be as
// they are.
#include "cedar/explain.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "cedar/evaluator.h"
#include "cedar/explain/parts.h"
#include "cedar/explain/values.h"

namespace cedar {

namespace {

struct PartResult {
  PartOutcome outcome;
  std::string error;
};

PartResult evaluate_part(const PartExpr& part, const Request& request, const EntitySource& entities,
                         StepBudget& steps) {
  auto value = evaluate(*part.expr, request, entities, steps);
  if (!value.ok()) return {PartOutcome::kUnknown, value.error().message};
  const bool* truth = value->boolean();
  if (!truth) return {PartOutcome::kUnknown, "expected bool, found " + std::string(name_of(value->kind()))};
  return {*truth == part.wanted() ? PartOutcome::kHolds : PartOutcome::kFails, {}};
}

// How parts that follow one another did.
struct Tally {
  std::size_t count = 0;
  std::size_t failed = 0;
  PartOutcome first = PartOutcome::kHolds;  // of the first that does not hold, which decides

  void add(const Tally& next) {
    if (failed == 0) first = next.first;
    count += next.count;
    failed += next.failed;
  }
};

struct Judgement {
  const Policy* policy;
  PolicyOutcome outcome = PolicyOutcome::kApplies;
  std::size_t part_count = 0;
  std::size_t failed_count = 0;
  std::size_t failed_in_scope = 0;
};

// Judges what the links of a template have in common once, so that many links of a long template take no
// longer than their text.
class Judge {
 public:
  Judge(const Request& request, const EntitySource& entities, StepBudget& steps)
      : request_(request), entities_(entities), steps_(steps) {}

  Judgement judge(const Policy& policy) {
    PolicyParts principal, resource;
    principal.add_principal(policy);
    resource.add_resource(policy);
    const Common common = common_of(policy);
    Tally all = tally(principal);
    all.add(common.action);
    all.add(tally(resource));
    const std::size_t failed_in_scope = all.failed;
    all.add(common.conditions);
    const PolicyOutcome outcome = all.first == PartOutcome::kHolds     ? PolicyOutcome::kApplies
                                  : all.first == PartOutcome::kUnknown ? PolicyOutcome::kFailed
                                                                       : PolicyOutcome::kDoesNotApply;
    return {&policy, outcome, all.count, all.failed, failed_in_scope};
  }

 private:
  struct Common {
    Tally action, conditions;
  };

  Common common_of(const Policy& policy) {
    const Template* body = policy.body.get();
    if (const auto known = templates_.find(body); known != templates_.end()) return known->second;
    PolicyParts action, conditions;
    action.add_action(*body);
    conditions.add_conditions(*body);
    const Common common{tally(action), tally(conditions)};
    if (policy.is_link()) templates_.emplace(body, common);
    return common;
  }

  Tally tally(const PolicyParts& parts) const {
    Tally sum;
    for (const PartExpr& part : parts.all()) {
      const PartOutcome outcome = evaluate_part(part, request_, entities_, steps_).outcome;
      sum.add({1, outcome == PartOutcome::kHolds ? std::size_t{0} : 1, outcome});
    }
    return sum;
  }

  const Request& request_;
  const EntitySource& entities_;
  StepBudget& steps_;
  std::unordered_map<const Template*, Common> templates_;
};

// What is described first is less.
auto rank(const Judgement& judgement) {
  const bool is_permit = judgement.policy->body->effect == Effect::kPermit;
  const bool applies = judgement.outcome == PolicyOutcome::kApplies;
  const int group =
      applies ? (is_permit ? 1 : 0) : (judgement.outcome == PolicyOutcome::kFailed ? 2 : (is_permit ? 3 : 4));
  return std::tuple(group, judgement.failed_count, judgement.failed_in_scope);
}

std::optional<base::Place> place_in(const Template& body, SourceRange at) {
  if (!body.source || at.end == 0) return std::nullopt;
  return body.source->place(at.begin);
}

class Describer {
 public:
  Describer(const Request& request, const EntitySource& entities, const ExplainOptions& options,
            StepBudget& steps)
      : request_(request), entities_(entities), steps_(steps), witness_(request, entities, options, steps) {}

  PolicyExplanation describe(const Judgement& judgement) {
    const Policy& policy = *judgement.policy;
    const Template& body = *policy.body;
    PolicyExplanation described;
    described.policy = cut(policy.id);
    described.template_id = cut(policy.template_id);
    described.effect = body.effect;
    described.outcome = judgement.outcome;
    if (body.source) described.file = body.source->name();
    described.place = place_in(body, body.at);
    described.part_count = judgement.part_count;
    described.failed_count = judgement.failed_count;
    const PolicyParts parts(policy);
    for (const PartExpr& part : parts.all()) {
      if (described.parts.size() == kMaxExplainedParts) break;
      PartResult result = evaluate_part(part, request_, entities_, steps_);
      if (judgement.outcome != PolicyOutcome::kApplies && result.outcome == PartOutcome::kHolds) continue;
      described.parts.push_back(describe(part, std::move(result), body));
    }
    return described;
  }

 private:
  PolicyPart describe(const PartExpr& part, PartResult result, const Template& body) {
    PolicyPart described;
    described.kind = part.kind;
    described.outcome = result.outcome;
    described.text = cut(to_text(*part.expr));
    described.place = place_in(body, part.at);
    described.seen = witness_.values_of(*part.expr);
    // Messages quote values.
    if (!result.error.empty() && witness_.may_see_all(*part.expr)) described.error = cut(result.error);
    return described;
  }

  const Request& request_;
  const EntitySource& entities_;
  StepBudget& steps_;
  ValueWitness witness_;
};

}  // namespace

Explanation explain(const Request& request, const PolicySet& policies, const EntitySource& entities,
                    const ExplainOptions& options) {
  StepBudget endless;
  StepBudget& steps = options.steps ? *options.steps : endless;
  Judge judge(request, entities, steps);
  std::vector<Judgement> judgements;
  judgements.reserve(policies.policies().size());
  for (const Policy& policy : policies.policies()) judgements.push_back(judge.judge(policy));
  std::stable_sort(judgements.begin(), judgements.end(),
                   [](const Judgement& left, const Judgement& right) { return rank(left) < rank(right); });

  Explanation explanation;
  // Forbids that apply stand first, and overrule permits.
  for (const Judgement& judgement : judgements) {
    if (judgement.outcome != PolicyOutcome::kApplies) break;
    if (judgement.policy->body->effect != judgements.front().policy->body->effect) break;
    ++explanation.determining;
  }
  if (explanation.determining > 0 && judgements.front().policy->body->effect == Effect::kPermit)
    explanation.decision = Decision::kAllow;
  Describer describer(request, entities, options, steps);
  const std::size_t listed = std::min(judgements.size(), options.max_policies);
  for (std::size_t i = 0; i < listed; ++i) explanation.policies.push_back(describer.describe(judgements[i]));
  explanation.unlisted = judgements.size() - listed;
  return explanation;
}

bool may_see_all(const Policy& policy, const Request& request, const EntitySource& entities,
                 const ExplainOptions& options) {
  StepBudget endless;
  ValueWitness witness(request, entities, options, options.steps ? *options.steps : endless);
  const PolicyParts parts(policy);
  return std::all_of(parts.all().begin(), parts.all().end(),
                     [&](const PartExpr& part) { return witness.may_see_all(*part.expr); });
}

}  // namespace cedar
