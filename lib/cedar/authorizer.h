#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/source_text.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"

namespace cedar {

enum class Decision : std::uint8_t { kDeny, kAllow };
std::string_view name_of(Decision);  // "deny", "allow"

// A policy that could not be evaluated, and so took no part in the decision.
struct PolicyError {
  PolicyId policy;
  std::string message;  // what went wrong, one sentence without place: "attribute `a` is not there …"
  std::string file;     // the source's name; "" where the policy was not made from text
  Place place;          // of the expression that failed
};

// "file:line:col: policy `id`: message".
std::string to_text(const PolicyError&);

// Both in the order of the policy set.
struct Diagnostics {
  std::vector<PolicyId> reasons;    // the policies that determined the decision
  std::vector<PolicyError> errors;  // independent of the decision
};

struct Response {
  Decision decision = Decision::kDeny;
  Diagnostics diagnostics;
};

// Decides requests by evaluating every policy: a satisfied forbid denies, else a satisfied permit allows,
// else it is a deny without reasons. Holds nothing; any number of threads may use one, each with an
// EntitySource of its own or one that allows it.
class Authorizer {
 public:
  Response is_authorized(const Request&, const PolicySet&, const EntitySource&) const;
};

}  // namespace cedar
