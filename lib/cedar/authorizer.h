#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_text.h"
#include "cedar/compiled_entities.h"
#include "cedar/compiled_policies.h"
#include "cedar/entities.h"
#include "cedar/evaluator.h"
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

// Of a policy that failed.
PolicyError error_of(const Policy&, EvaluationError);

// Both in the order of the policy set.
struct Diagnostics {
  std::vector<PolicyId> reasons;    // the policies that determined the decision
  std::vector<PolicyError> errors;  // independent of the decision
};

struct Response {
  Decision decision = Decision::kDeny;
  Diagnostics diagnostics;
};

// A decision without texts: policies by their number in the set, in its order.
struct Verdict {
  Decision decision = Decision::kDeny;
  std::span<const std::uint32_t> reasons;
  std::span<const std::uint32_t> errors;
};

// Room that decisions are made in one after another, so that they need not allocate; nothing in it means
// anything to others. For one thread at a time.
struct AuthorizerRoom {
  MachineRoom machine;
  std::vector<std::uint32_t> candidates, permits, forbids, errors;
  std::array<std::vector<SymbolId>, kScopeParts> ancestors;
  std::vector<const EntityUid*> listed;
};

// Decides requests: a satisfied forbid denies, else a satisfied permit allows, else it is a deny without
// reasons. Holds nothing; any number of threads may use one, each with an EntitySource of its own or one that
// allows it. Whichever form policies and entities are given in, the answer is the same.
class Authorizer {
 public:
  // Evaluates every policy.
  Response is_authorized(const Request&, const PolicySet&, const EntitySource&) const;

  // Evaluates the policies whose scope matches. An EntitySource that can't list ancestors is asked for all
  // entities that scopes say `in` of.
  Response is_authorized(const Request&, const CompiledPolicies&, const EntitySource&) const;

  // The fastest, where the entities were made for the policies.
  Response is_authorized(const Request&, const CompiledPolicies&, const CompiledEntities&) const;

  // The same in room that is kept from one request to the next.
  Response is_authorized(const Request&, const CompiledPolicies&, const EntitySource&, AuthorizerRoom&) const;
  Response is_authorized(const Request&, const CompiledPolicies&, const CompiledEntities&,
                         AuthorizerRoom&) const;

  // The same without texts. The spans live until the room is used again.
  Verdict decide(const Request&, const CompiledPolicies&, const EntitySource&, AuthorizerRoom&) const;
  Verdict decide(const Request&, const CompiledPolicies&, const CompiledEntities&, AuthorizerRoom&) const;
};

}  // namespace cedar
