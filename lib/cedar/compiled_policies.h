#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/policy_set.h"

namespace cedar {

// What a policy's scope asks of principal, action and resource; of a link with the entities in place of its
// slots.
struct PolicyScope {
  ScopeConstraint principal;
  ActionConstraint action;
  ScopeConstraint resource;
};

// A policy without its conditions: what is asked about it, and nothing that could be decided with.
struct PolicyHead {
  PolicyId id;
  Effect effect = Effect::kPermit;
  std::span<const Annotation> annotations;  // of the compiled policies, and live as long
  PolicyScope scope;
  SourcePtr source;  // null where it was not made from text
  SourceRange at;    // from the first annotation to the semicolon

  // The annotation's value, "" where it has none; null where there is no such annotation.
  const std::string* annotation(std::string_view key) const;
};

// A policy set made ready for many requests: scopes as an index, conditions as code. An Authorizer gives the
// same answers from it as from the set. Immutable, and shared by threads; a copy shares all of it, and a
// change of policies makes a new one.
//
// The trees of policies that were read from text are dropped: they take more memory than all the rest, and
// only an error message needs them. Then that one policy is parsed again, from the text, which is kept for
// places anyway.
//
// All code is verified before it is used. Where that finds a mistake, which only a bug of the compiler makes,
// the policy is evaluated from its tree: slower, and as right as ever.
class CompiledPolicies {
 public:
  // Linear in the set, but for sorting.
  explicit CompiledPolicies(const PolicySet& policies);

  std::size_t size() const { return heads().size(); }

  // In the order of the set, so that a Verdict's numbers are places in it.
  std::span<const PolicyHead> heads() const;

  // A policy by itself, by its number in the set: of a link the template with the entities in place of its
  // slots. Linear in its text.
  Policy policy(std::uint32_t number) const;

  // A policy that is evaluated from its tree, and what is wrong with its code. Who has a log should say so.
  struct Unverified {
    std::uint32_t policy;  // by its number in the set
    std::string mistake;
  };
  std::span<const Unverified> unverified() const;

  // What runs; see compiled/program.h.
  struct Program;
  explicit CompiledPolicies(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  const Program& program() const { return *program_; }

 private:
  std::shared_ptr<const Program> program_;
};

}  // namespace cedar
