#include "cedar/partial/truths.h"

#include <algorithm>

namespace cedar {

bool Truths::add(Part part, SourceRange at, Remainders& remainders) {
  if (const ExprRef open = part.open()) {
    const auto* chain = std::get_if<Chain>(&open->node);
    if (chain && chain->op == op_)
      open_.insert(open_.end(), chain->operands.begin(), chain->operands.end());
    else
      open_.push_back(open);
    return true;
  }
  if (const Value* value = part.value()) {
    const bool* const truth = value->boolean();
    if (truth && *truth != decisive()) return true;
    if (!truth) part = Failure{"expected bool, found " + std::string(name_of(value->kind()))};
  }
  is_settled_ = true;
  last_ = std::move(part);
  if (!open_.empty()) open_.push_back(remainders.expr(last_, at));
  return false;
}

Part Truths::take(const KnownTypes& types, SourceRange at, Remainders& remainders) {
  if (open_.empty()) return is_settled_ ? std::move(last_) : Part::truth(!decisive());
  if (is_settled_ && last_.value() && std::all_of(open_.begin(), open_.end() - 1, [&](ExprRef open) {
        return types.is_truth(*open) && types.cannot_fail(*open);
      }))
    return Part::truth(decisive());
  if (open_.size() == 1) {
    if (wants_truth_ || types.is_truth(*open_.front())) return open_.front();
    open_.push_back(remainders.expr(Part::truth(!decisive()), at));
  }
  return remainders.add(Chain{op_, std::move(open_)}, at);
}

}  // namespace cedar
