#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_text.h"
#include "cedar/compiled_entities.h"
#include "cedar/compiled_policies.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"
#include "cedar/step_budget.h"

namespace cedar {

enum class Decision : std::uint8_t { kDeny, kAllow };
std::string_view name_of(Decision);  // "deny", "allow"

// A policy that could not be evaluated, and so took no part in the decision.
struct PolicyError {
  PolicyId policy;
  std::string message;  // what went wrong, one sentence without place: "attribute `a` is not there …"
  std::string file;     // the source's name; "" where the policy was not made from text
  base::Place place;    // of the expression that failed
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

// A decision without texts: policies by their number in the set, in its order. The spans live until the
// scratch is used again.
struct Verdict {
  Decision decision = Decision::kDeny;
  std::span<const std::uint32_t> reasons;
  std::span<const std::uint32_t> errors;
  bool used_up =
      false;  // the budget was; then it is a deny that nothing determined, and all else means nothing
};

// The memory that decisions are made in one after another, so that they need not allocate; nothing in it
// means anything to others. For one thread at a time.
class AuthorizerScratch {
 public:
  AuthorizerScratch();
  AuthorizerScratch(AuthorizerScratch&&) noexcept;
  AuthorizerScratch& operator=(AuthorizerScratch&&) noexcept;
  ~AuthorizerScratch();

  struct Memory;
  Memory& memory() { return *memory_; }

 private:
  std::unique_ptr<Memory> memory_;
};

// Decides requests: a satisfied forbid denies, else a satisfied permit allows, else it is a deny without
// reasons. Holds nothing; any number of threads may use one, each with an EntitySource of its own or one that
// allows it. Whichever form policies and entities are given in, the answer is the same.
class Authorizer {
 public:
  // Decides among the policies whose scope matches. An EntitySource that can't list ancestors is asked for
  // all entities that scopes say `in` of. Entities made for the policies are the fastest.
  //
  // With a budget it ends soon after that is used up, having done a policy's instructions or one operation
  // more. What an EntitySource does to find an entity is not counted; it may take from the same budget.
  Verdict decide(const Request&, const CompiledPolicies&, const EntitySource&, AuthorizerScratch&,
                 StepBudget&) const;
  Verdict decide(const Request&, const CompiledPolicies&, const CompiledEntities&, AuthorizerScratch&,
                 StepBudget&) const;
  Verdict decide(const Request&, const CompiledPolicies&, const EntitySource&, AuthorizerScratch&) const;
  Verdict decide(const Request&, const CompiledPolicies&, const CompiledEntities&, AuthorizerScratch&) const;

  // A verdict in texts. Where nothing failed it costs a copy of the ids; each policy that did is read and
  // evaluated again for its message, for kStepsOfMessage and what it takes to evaluate it. All must be what
  // was decided. Once the budget is used up messages say that.
  Response describe(const Verdict&, const Request&, const CompiledPolicies&, const EntitySource&,
                    StepBudget&) const;
  Response describe(const Verdict&, const Request&, const CompiledPolicies&, const EntitySource&) const;

  // decide() and describe(), for who asks rarely: the scratch is made for the one call.
  Response is_authorized(const Request&, const CompiledPolicies&, const EntitySource&) const;
  Response is_authorized(const Request&, const CompiledPolicies&, const CompiledEntities&) const;

  // Of policies that are not compiled, for one request or two: evaluates every policy from its tree, which is
  // what the others must agree with.
  Response is_authorized(const Request&, const PolicySet&, const EntitySource&) const;
};

}  // namespace cedar
