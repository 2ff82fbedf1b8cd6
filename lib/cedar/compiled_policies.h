#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cedar/compiled/code.h"
#include "cedar/compiled/index.h"
#include "cedar/compiled/verifier.h"
#include "cedar/policy_set.h"

namespace cedar {

// A policy set made ready for many requests: scopes as an index, conditions as code. An Authorizer gives the
// same answers from it as from the set. Immutable, and shared by threads; a change of policies makes a new
// one.
//
// The trees of policies that were read from text are let go. They take more room than all the rest, and only
// an error's message wants them: then one policy is read again, from the text that is kept for its places.
//
// All code is verified before it is used. Where that finds a mistake, which only a bug of the compiler makes,
// the policy is evaluated from its tree: slower, and as right as ever.
class CompiledPolicies {
 public:
  // Says what is wrong with the code of a policy's conditions, if anything is.
  using Verifier = std::optional<std::string> (*)(const Code&, const Symbols&, std::uint32_t begin);

  // Linear in the set, but for sorting. Tests may give a verifier that finds more.
  explicit CompiledPolicies(const PolicySet& policies, Verifier verifier = find_mistake);

  // A policy that is evaluated from its tree, and what is wrong with its code. Who has a log should say so.
  struct Unverified {
    std::uint32_t policy;  // by its number in the set
    std::string mistake;
  };
  std::span<const Unverified> unverified() const { return unverified_; }

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
  static constexpr std::uint32_t kNoCode = 0xFFFFFFFF;  // of a policy that is evaluated from its tree
  std::uint32_t code_of(std::uint32_t policy) const { return begins_[policy]; }
  Effect effect_of(std::uint32_t policy) const { return effects_[policy]; }

 private:
  PolicySet heads_;
  std::shared_ptr<const Symbols> symbols_;
  ScopeIndex index_;
  Code code_;
  std::vector<std::uint32_t> begins_;  // of each policy's code, or kNoCode
  std::vector<Effect> effects_;
  std::vector<Unverified> unverified_;
};

}  // namespace cedar
