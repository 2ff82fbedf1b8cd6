#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"
#include "cedar/step_budget.h"

namespace cedar {

// Why an expression has no value: one sentence without place, cut at kMaxMessage bytes, and the part of the
// source it is about.
struct EvaluationError {
  std::string message;
  SourceRange at;
};

// What is said of an evaluation that its budget ended.
inline constexpr std::string_view kUsedUp = "takes more steps than it may";

// The plain evaluator: walks the tree, no deeper than kMaxNesting. It is the reference that faster ones must
// agree with.
// With a budget it fails once that is used up.
base::Result<Value, EvaluationError> evaluate(const Expr&, const Request&, const EntitySource&, StepBudget&);
base::Result<Value, EvaluationError> evaluate(const Expr&, const Request&, const EntitySource&);

// Whether scope and conditions hold, from the left, stopping at the first that does not. Fails once the
// budget is used up.
base::Result<bool, EvaluationError> is_satisfied(const Policy&, const Request&, const EntitySource&,
                                                 StepBudget&);
base::Result<bool, EvaluationError> is_satisfied(const Policy&, const Request&, const EntitySource&);

// The scope alone, which cannot fail.
bool scope_matches(const Policy&, const Request&, const EntitySource&);

}  // namespace cedar
