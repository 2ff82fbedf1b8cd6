#include "cedar/type_capabilities.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "cedar/printer.h"

namespace cedar {

ExprId ExprNumbers::number(std::string key) {
  const auto next = static_cast<ExprId>(numbers_.size());
  return numbers_.emplace(std::move(key), next).first->second;
}

// The canonical text says all of an expression. Paths are numbered step by step, so that a path that is only
// spelled out, as in `has a.b`, gets the number of the expression it stands for.
ExprId ExprNumbers::of(const Expr& expr) {
  const auto found = known_.find(&expr);
  if (found != known_.end()) return found->second;
  ExprId id = 0;
  const auto* path = std::get_if<GetAttribute>(&expr.node);
  const auto* binary = std::get_if<Binary>(&expr.node);
  if (path) {
    id = of_attribute(of(*path->object), path->name);
  } else if (binary && binary->op == BinaryOp::kGetTag) {
    const ExprId object = of(*binary->left);
    id = of_tag(object, of(*binary->right));
  } else {
    id = number("e" + to_text(expr));
  }
  known_.emplace(&expr, id);
  return id;
}

ExprId ExprNumbers::of_attribute(ExprId object, std::string_view name) {
  return number("a" + std::to_string(object) + "." + std::string(name));
}

ExprId ExprNumbers::of_tag(ExprId object, ExprId key) {
  return number("t" + std::to_string(object) + "." + std::to_string(key));
}

void append(Capabilities& to, const Capabilities& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Capabilities intersection(Capabilities a, const Capabilities& b) {
  const std::unordered_set<ExprId> in_b(b.begin(), b.end());
  std::erase_if(a, [&](ExprId id) { return !in_b.contains(id); });
  return a;
}

void CapabilityScope::add(const Capabilities& capabilities) {
  for (const ExprId id : capabilities) {
    if (id >= count_.size()) count_.resize(id + 1, 0);
    ++count_[id];
    added_.push_back(id);
  }
}

void CapabilityScope::leave(std::size_t mark) {
  while (added_.size() > mark) {
    --count_[added_.back()];
    added_.pop_back();
  }
}

}  // namespace cedar
