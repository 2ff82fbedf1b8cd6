#include "cedar/explain.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "cedar/evaluator.h"
#include "cedar/explain/parts.h"
#include "cedar/explain/values.h"
#include "cedar/printer.h"

// Two rounds: every policy is judged, which says what applies and how near the others come; then those that
// will be listed are judged again, and told about.
namespace cedar {

namespace {

struct Verdict {
  PartOutcome outcome;
  std::string error;
};

Verdict verdict_of(const PartExpr& part, const Request& request, const EntitySource& entities) {
  auto value = evaluate(*part.expr, request, entities);
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

struct Standing {
  const Policy* policy;
  PolicyOutcome outcome = PolicyOutcome::kApplies;
  std::size_t part_count = 0;
  std::size_t failed_count = 0;
  std::size_t failed_in_scope = 0;
};

// Judges what the links of a template have in common once, so that many links of a long template take no longer
// than their text.
class Judge {
 public:
  Judge(const Request& request, const EntitySource& entities) : request_(request), entities_(entities) {}

  Standing standing_of(const Policy& policy) {
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
      const PartOutcome outcome = verdict_of(part, request_, entities_).outcome;
      sum.add({1, outcome == PartOutcome::kHolds ? std::size_t{0} : 1, outcome});
    }
    return sum;
  }

  const Request& request_;
  const EntitySource& entities_;
  std::unordered_map<const Template*, Common> templates_;
};

// What is told first is less.
auto rank(const Standing& standing) {
  const bool is_permit = standing.policy->body->effect == Effect::kPermit;
  const bool applies = standing.outcome == PolicyOutcome::kApplies;
  const int group =
      applies ? (is_permit ? 1 : 0) : (standing.outcome == PolicyOutcome::kFailed ? 2 : (is_permit ? 3 : 4));
  return std::tuple(group, standing.failed_count, standing.failed_in_scope);
}

std::optional<Place> place_in(const Template& body, SourceRange at) {
  if (!body.source || at.end == 0) return std::nullopt;
  return body.source->place(at.begin);
}

class Teller {
 public:
  Teller(const Request& request, const EntitySource& entities, const ExplainOptions& options)
      : request_(request), entities_(entities), witness_(request, entities, options) {}

  PolicyExplanation tell(const Standing& standing) {
    const Policy& policy = *standing.policy;
    const Template& body = *policy.body;
    PolicyExplanation told;
    told.policy = cut(policy.id);
    told.template_id = cut(policy.template_id);
    told.effect = body.effect;
    told.outcome = standing.outcome;
    if (body.source) told.file = body.source->name();
    told.place = place_in(body, body.at);
    told.part_count = standing.part_count;
    told.failed_count = standing.failed_count;
    const PolicyParts parts(policy);
    for (const PartExpr& part : parts.all()) {
      if (told.parts.size() == kMaxExplainedParts) break;
      Verdict verdict = verdict_of(part, request_, entities_);
      if (standing.outcome != PolicyOutcome::kApplies && verdict.outcome == PartOutcome::kHolds) continue;
      told.parts.push_back(tell(part, std::move(verdict), body));
    }
    return told;
  }

 private:
  PolicyPart tell(const PartExpr& part, Verdict verdict, const Template& body) {
    PolicyPart told;
    told.kind = part.kind;
    told.outcome = verdict.outcome;
    told.text = cut(to_text(*part.expr));
    told.place = place_in(body, part.at);
    told.seen = witness_.values_of(*part.expr);
    // Messages quote values.
    if (!verdict.error.empty() && witness_.may_see_all(*part.expr)) told.error = cut(verdict.error);
    return told;
  }

  const Request& request_;
  const EntitySource& entities_;
  ValueWitness witness_;
};

}  // namespace

Explanation explain(const Request& request, const PolicySet& policies, const EntitySource& entities,
                    const ExplainOptions& options) {
  Judge judge(request, entities);
  std::vector<Standing> standings;
  standings.reserve(policies.policies().size());
  for (const Policy& policy : policies.policies()) standings.push_back(judge.standing_of(policy));
  std::stable_sort(standings.begin(), standings.end(),
                   [](const Standing& left, const Standing& right) { return rank(left) < rank(right); });

  Explanation explanation;
  // Forbids that apply stand first, and overrule permits.
  for (const Standing& standing : standings) {
    if (standing.outcome != PolicyOutcome::kApplies) break;
    if (standing.policy->body->effect != standings.front().policy->body->effect) break;
    ++explanation.determining;
  }
  if (explanation.determining > 0 && standings.front().policy->body->effect == Effect::kPermit)
    explanation.decision = Decision::kAllow;
  Teller teller(request, entities, options);
  const std::size_t listed = std::min(standings.size(), options.max_policies);
  for (std::size_t i = 0; i < listed; ++i) explanation.policies.push_back(teller.tell(standings[i]));
  explanation.unlisted = standings.size() - listed;
  return explanation;
}

}  // namespace cedar
