#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cedar/compiled_code.h"
#include "cedar/compiled_index.h"
#include "cedar/policy_set.h"

namespace cedar {

// A policy set made ready for many requests: scopes as an index, conditions as code. An Authorizer gives the
// same answers from it as from the set. Immutable, and shared by threads; a change of policies makes a new
// one.
class CompiledPolicies {
 public:
  // Linear in the set, but for sorting.
  explicit CompiledPolicies(PolicySet policies);

  // Code points into the trees.
  CompiledPolicies(const CompiledPolicies&) = delete;
  CompiledPolicies& operator=(const CompiledPolicies&) = delete;

  const PolicySet& source() const { return source_; }

  // For those who run it.
  const Code& code() const { return code_; }
  const ScopeIndex& index() const { return index_; }
  const std::shared_ptr<const Symbols>& symbols() const { return symbols_; }
  std::uint32_t code_of(std::uint32_t policy) const { return begins_[policy]; }
  Effect effect_of(std::uint32_t policy) const { return effects_[policy]; }

 private:
  PolicySet source_;
  std::shared_ptr<const Symbols> symbols_;
  ScopeIndex index_;
  Code code_;
  std::vector<std::uint32_t> begins_;  // of each policy's code
  std::vector<Effect> effects_;
};

}  // namespace cedar
