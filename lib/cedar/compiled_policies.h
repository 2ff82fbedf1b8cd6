#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "cedar/compiled_code.h"
#include "cedar/compiled_index.h"
#include "cedar/policy_set.h"

namespace cedar {

// A policy set made ready for many requests: scopes as an index, conditions as code. An Authorizer gives the
// same answers from it as from the set. Immutable, and shared by threads; a change of policies makes a new
// one.
//
// The trees of policies that were read from text are let go. They take more room than all the rest, and only
// an error's message wants them: then one policy is read again, from the text that is kept for its places.
class CompiledPolicies {
 public:
  // Linear in the set, but for sorting.
  explicit CompiledPolicies(const PolicySet& policies);

  // The set without the conditions of what was read from text: ids, effects, annotations, scopes, places.
  const PolicySet& heads() const { return heads_; }

  // A policy as it was given, by its number in the set. Linear in its text.
  Policy policy(std::uint32_t number) const;

  // The set as it was given. Linear in its text.
  PolicySet source() const;

  // For those who run it.
  const Code& code() const { return code_; }
  const ScopeIndex& index() const { return index_; }
  const std::shared_ptr<const Symbols>& symbols() const { return symbols_; }
  std::uint32_t code_of(std::uint32_t policy) const { return begins_[policy]; }
  Effect effect_of(std::uint32_t policy) const { return effects_[policy]; }

 private:
  PolicySet heads_;
  std::shared_ptr<const Symbols> symbols_;
  ScopeIndex index_;
  Code code_;
  std::vector<std::uint32_t> begins_;  // of each policy's code
  std::vector<Effect> effects_;
};

}  // namespace cedar
