#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/ast.h"
#include "cedar/evaluator.h"
#include "cedar/explain.h"

// What explain() shows of expressions and values.
namespace cedar {

// The text as it is, or its first kMaxExplainedText bytes and `…`.
std::string cut(std::string_view text);

// cut(to_text(value)), in time and memory that do not grow with the value. What members of records hold whose
// names are secret isn't shown.
std::string cut_text(const Value&, const std::function<bool(std::string_view)>& is_secret);

// Looks at the values that evaluating an expression meets: variables, attributes and tags, as written, and
// no further than evaluation itself goes (not behind the `&&` that stopped it).
class ValueWitness {
 public:
  // All must outlive it.
  ValueWitness(const Request& request, const EntitySource& entities, const ExplainOptions& options,
               StepBudget& steps)
      : request_(request), entities_(entities), options_(options), steps_(steps) {}

  // In the order of evaluation, each expression once, at most kMaxSeenValues.
  std::vector<SeenValue> values_of(const Expr&);

  // Whether the asker may see every field that may take part in the expression's value.
  bool may_see_all(const Expr&);

 private:
  void look(const Expr&);
  void look_until(const std::vector<ExprRef>& operands, bool decisive);
  void note(const Expr&);
  bool may_see(const Expr&);
  bool is_secret(std::string_view name) const { return options_.is_secret && options_.is_secret(name); }
  bool may_see_path(const base::Result<Value, EvaluationError>& object,
                    std::span<const std::string> path) const;
  base::Result<Value, EvaluationError> value_of(const Expr&);

  const Request& request_;
  const EntitySource& entities_;
  const ExplainOptions& options_;
  StepBudget& steps_;
  std::vector<SeenValue> seen_;
  std::size_t evaluations_ = 0;  // of the present expression
};

}  // namespace cedar
