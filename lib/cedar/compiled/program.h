#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cedar/compiled/code.h"
#include "cedar/compiled/index.h"
#include "cedar/compiled/symbols.h"
#include "cedar/compiled/verifier.h"
#include "cedar/compiled_policies.h"

namespace cedar {

// What a policy set is compiled to. Immutable once made. Policies go by their number in the set.
struct CompiledPolicies::Program {
  static constexpr std::uint32_t kNoCode = 0xFFFFFFFF;  // of a policy that is evaluated from its tree

  std::shared_ptr<const Symbols> symbols;  // shared with the entities made for it
  ScopeIndex index;
  Code code;
  std::vector<std::uint32_t> begins;   // of each policy's code, or kNoCode
  std::vector<std::uint32_t> lengths;  // of each policy's code
  std::vector<Effect> effects;

  std::vector<PolicyHead> heads;
  std::deque<std::vector<Annotation>> annotations;  // what heads point at; links have those of their template
  std::vector<TemplatePtr> trees;                   // null where the policy is read again from its text
  std::vector<Unverified> unverified;

  // As CompiledPolicies::policy().
  Policy policy(std::uint32_t number) const;
};

// Says what is wrong with the code of a policy's conditions, if anything is.
using Verifier = std::optional<std::string> (*)(const Code&, const Symbols&, std::uint32_t begin);

// Linear in the set, but for sorting. Tests may give a verifier that finds more.
std::shared_ptr<const CompiledPolicies::Program> compile(const PolicySet& policies,
                                                         Verifier verifier = find_mistake);

}  // namespace cedar
