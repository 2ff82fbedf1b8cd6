#pragma once
#include <string>
#include <utility>
#include <vector>

#include "cedar/partial/known_types.h"
#include "cedar/partial/part.h"
#include "cedar/partial/remainders.h"

namespace cedar {

// Puts together the operands of `&&` or `||`, of which some are known, from the left:
//
//   true && A && B            A && B
//   A && false && B           A && false; and false where A always has a value, being a truth
//   A && fails && B           A && fails
//   A && true                 A, where A is a truth
class Truths {
 public:
  // kAnd or kOr. `wants_truth`: what stands around it makes sure itself that the last operand is a truth.
  Truths(ChainOp op, bool wants_truth) : op_(op), wants_truth_(wants_truth) {}

  // False where operands behind this one don't matter, and aren't to be evaluated.
  bool add(Part part, SourceRange at, Remainders& remainders);

  Part take(const KnownTypes& types, SourceRange at, Remainders& remainders);

 private:
  bool decisive() const { return op_ == ChainOp::kOr; }

  const ChainOp op_;
  const bool wants_truth_;
  std::vector<ExprRef> open_;
  bool is_settled_ = false;  // the last operand is decisive, or fails
  Part last_ = Part::truth(false);
};

}  // namespace cedar
