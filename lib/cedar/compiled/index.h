#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cedar/compiled/symbols.h"
#include "cedar/policy_set.h"
#include "cedar/step_budget.h"

// Finds the policies whose scope can match a request without looking at the others. A policy whose scope does
// not match can neither be satisfied nor fail, so leaving it out changes no answer.
namespace cedar {

enum class ScopePart : std::uint8_t { kPrincipal, kAction, kResource };
constexpr std::size_t kScopeParts = 3;

// One constraint, in symbols.
struct CompiledScope {
  enum class Kind : std::uint8_t { kAny, kEqual, kIn, kIs, kIsIn, kInSet };
  Kind kind = Kind::kAny;
  SymbolId entity = kNoSymbol;  // of kInSet: which of the sets
  SymbolId type = kNoSymbol;
};

// One of a request's principal, action and resource, as constraints see it.
struct ScopeSubject {
  SymbolId entity = kNoSymbol;
  SymbolId type = kNoSymbol;
  std::span<const SymbolId> ancestors;  // those that policies name, sorted
};
using ScopeSubjects = std::array<ScopeSubject, kScopeParts>;

class ScopeIndex {
 public:
  ScopeIndex() = default;

  // Adds what the scopes name to the symbols.
  ScopeIndex(std::span<const Policy> policies, Symbols& symbols);

  // Appends every policy whose scope matches, by its number in the set; in no order, and some twice. Not all
  // of them, once the budget is used up.
  void find(const ScopeSubjects& subjects, std::vector<std::uint32_t>& found, StepBudget& budget) const;

  // Whether any constraint on that part uses `is`, so that the subject's type is wanted.
  bool wants_type(ScopePart part) const { return wants_type_[static_cast<std::size_t>(part)]; }

  // What constraints on that part say `in` of, sorted: of a subject's ancestors only these are wanted.
  std::span<const SymbolId> groups(ScopePart part) const { return groups_[static_cast<std::size_t>(part)]; }

 private:
  using Scopes = std::array<CompiledScope, kScopeParts>;
  using List = std::vector<std::uint32_t>;

  // Lists of policies under keys counted from 0, one after another.
  class Lists {
   public:
    struct Entry {
      std::uint32_t key;
      std::uint32_t policy;
    };
    Lists() = default;
    Lists(std::size_t keys, const std::vector<Entry>& entries);
    std::span<const std::uint32_t> at(std::size_t key) const {
      if (key + 1 >= first_.size()) return {};
      return {policies_.data() + first_[key], policies_.data() + first_[key + 1]};
    }

   private:
    std::vector<std::uint32_t> first_;
    List policies_;
  };

  class Builder;

  std::span<const SymbolId> in_set(const CompiledScope& scope) const { return entity_sets_[scope.entity]; }
  bool matches(const CompiledScope& scope, const ScopeSubject& subject) const;
  void add_matching(std::span<const std::uint32_t> list, const ScopeSubjects& subjects, List& found) const;

  std::vector<Scopes> scopes_;                      // of each policy
  std::vector<std::vector<SymbolId>> entity_sets_;  // of `action in […]`, each sorted
  std::size_t largest_set_ = 0;
  std::array<List, kScopeParts> groups_;
  std::array<bool, kScopeParts> wants_type_{};

  // Each policy is listed under one constraint of its scope: the one that the fewest policies share.
  List everywhere_;  // no constraint at all
  std::array<Lists, kScopeParts> equal_;
  std::array<Lists, kScopeParts> in_;
  std::array<Lists, kScopeParts> is_;
  std::array<List, kScopeParts> keys_in_;  // the keys of in_ that have a list, sorted
};

}  // namespace cedar
