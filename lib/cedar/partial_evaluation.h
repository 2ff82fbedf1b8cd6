#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/authorizer.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/schema.h"
#include "cedar/step_budget.h"

// Decisions of which not all is known yet: what policies say of a resource of which only the type is, as far
// as it can be said, and what remains to be asked of each resource.
//
//   permit (principal, action, resource) when { principal.level > 3 && resource.owner == principal };
//
// for User::"ann", of level 5, and any Doc is `resource.owner == User::"ann"`; for somebody of level 2 it is
// false.
//
// What remains of an expression evaluates as the whole would: to the same value, or it fails where the whole
// fails, whatever the unknown parts turn out to be. It may fail with another message.
namespace cedar {

// Principal or resource of a question: which entity it is, or of which type alone.
using PartialEntity = std::variant<EntityUid, Name>;

struct PartialRequest {
  PartialEntity principal;
  EntityUid action;
  PartialEntity resource;
  std::optional<Record> context{};  // nothing: unknown

  // Entities that have a name, but whose attributes, tags and ancestors are unknown.
  std::vector<EntityUid> unread{};
};

// What is left of a policy, or of an expression that stands where a truth is wanted.
struct Residual {
  enum class Kind : std::uint8_t { kFalse, kTrue, kFails, kOpen };
  Kind kind = Kind::kFalse;
  ExprRef open = nullptr;    // of kOpen, where it is never null: a node of the evaluator's pool
  std::string message = {};  // of kFails: why it does
};

// Where a part of what remains is known to fail, it is `{}["why"]`, the attribute of an empty record, which
// fails by this very message. Null where the expression isn't that.
const std::string* failure_in(const Expr&);

// How much may remain of everything that one evaluator is asked: nodes of trees, with a node more for each 32
// bytes of the values in them.
inline constexpr std::size_t kMaxResidual = 1'000'000;

// Evaluates as far as the request is known. For one thread; everything given must outlive it.
//
// `schema` may be null. With one, entities and contexts are taken to be as it says (check_entity(),
// check_request()), the unknown ones too: an attribute that isn't declared isn't there, and nothing is in
// what its type can't be in. What is required may still be missing, as it is of an entity that isn't there.
class PartialEvaluator {
 public:
  PartialEvaluator(const PartialRequest&, const EntitySource&, const Schema* schema, StepBudget&,
                   std::size_t most = kMaxResidual);
  ~PartialEvaluator();
  PartialEvaluator(const PartialEvaluator&) = delete;  // what remains is in its pool
  PartialEvaluator& operator=(const PartialEvaluator&) = delete;

  // Scope and conditions, from the left. kFull once the budget is used up or more than `most` remains, and
  // kInvalid where what remains would nest more deeply than kMaxNesting; from then on it gives the same.
  base::Result<Residual> evaluate(const Policy&);
  base::Result<Residual> evaluate(const Expr&);

  // Whether a policy with this scope can apply: false only where what is known says no. Takes no steps but of
  // looking for ancestors.
  bool can_match(const ScopeConstraint& principal, const ActionConstraint&, const ScopeConstraint& resource);

  // Holds what remains, and may be kept for longer than this. It grows with each call.
  std::shared_ptr<const ExprPool> pool() const;

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
};

// The type that an attribute or tag of what is unknown is declared with, such as that of `resource.owner`;
// null where the schema doesn't say, and of all other expressions.
TypeRef type_in(const Expr&, const PartialRequest&, const Schema&);

// What is left of each policy of a set, in its order.
struct PartialResponse {
  struct Part {
    PolicyId policy;
    Effect effect;
    Residual residual;
  };
  std::vector<Part> parts;
  std::shared_ptr<const ExprPool> pool;

  // What the answer is whatever is unknown; nothing where that matters.
  std::optional<Decision> decision() const;

  // The policies that remain open or are satisfied, under their ids and with their annotations, each with
  // what remains as its one condition. They decide about whatever resource fits the request as all of them
  // do, but that policies which fail for sure aren't named.
  base::Result<PolicySet> policies(const PolicySet& of) const;
};

// Asks all policies of a set. Fails as PartialEvaluator::evaluate().
base::Result<PartialResponse> evaluate_partially(const PolicySet&, const PartialRequest&, const EntitySource&,
                                                 const Schema*, StepBudget&);

// A policy with what remains as its condition: of the same effect and annotations, for any principal and
// action, and any resource. The pool is that of the evaluator. REQUIRES: kTrue or kOpen
TemplatePtr residual_policy(const Template&, const Residual&, std::shared_ptr<const ExprPool>);

}  // namespace cedar
