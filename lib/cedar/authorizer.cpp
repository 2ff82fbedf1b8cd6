#include "cedar/authorizer.h"

#include "cedar/evaluator.h"

namespace cedar {

std::string_view name_of(Decision decision) {
  return decision == Decision::kAllow ? "allow" : "deny";
}

std::string to_text(const PolicyError& error) {
  std::string out;
  if (!error.file.empty())
    out =
        error.file + ":" + std::to_string(error.place.line) + ":" + std::to_string(error.place.column) + ": ";
  return out + "policy `" + error.policy + "`: " + error.message;
}

PolicyError error_of(const Policy& policy, EvaluationError error) {
  PolicyError out{policy.id, std::move(error.message), {}, {}};
  if (const SourcePtr& source = policy.body->source) {
    out.file = source->name();
    out.place = source->place(error.at.begin);
  }
  return out;
}

Response Authorizer::is_authorized(const Request& request, const PolicySet& policies,
                                   const EntitySource& entities) const {
  Response response;
  std::vector<PolicyId> permits;
  std::vector<PolicyId> forbids;
  for (const Policy& policy : policies.policies()) {
    auto satisfied = is_satisfied(policy, request, entities);
    if (!satisfied.ok()) {
      response.diagnostics.errors.push_back(error_of(policy, satisfied.error()));
    } else if (satisfied.value()) {
      (policy.body->effect == Effect::kPermit ? permits : forbids).push_back(policy.id);
    }
  }
  const bool is_allowed = forbids.empty() && !permits.empty();
  response.decision = is_allowed ? Decision::kAllow : Decision::kDeny;
  response.diagnostics.reasons = std::move(is_allowed ? permits : forbids);
  return response;
}

}  // namespace cedar
