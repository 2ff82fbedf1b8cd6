#include "tests/support/reached_operands.h"

#include <algorithm>
#include <optional>

namespace cedar_forms {

namespace {

constexpr std::size_t kOperands = 3;
constexpr std::size_t kVarieties = 10;

std::size_t key_of(const Place& place) {
  return static_cast<std::size_t>(place.node) * kOperands + place.operand;
}
std::size_t key_of(const Form& form) {
  return static_cast<std::size_t>(form.node) * kVarieties + static_cast<std::size_t>(form.variety);
}

template <typename T>
std::vector<std::size_t> index_of(const std::vector<T>& all) {
  std::vector<std::size_t> index;
  for (std::size_t i = 0; i < all.size(); ++i) {
    index.resize(std::max(index.size(), key_of(all[i]) + 1));
    index[key_of(all[i])] = i;
  }
  return index;
}

// Whether the operand behind one that has this value, or none, is evaluated too.
struct GoesOn {
  const std::optional<cedar::Value>& value;
  std::size_t child;

  const bool* truth() const { return value ? value->boolean() : nullptr; }
  bool is_long() const { return value && value->integer(); }

  bool operator()(const cedar::Chain& n) const {
    if (n.op == cedar::ChainOp::kMultiply) return is_long();
    return truth() && *truth() == (n.op == cedar::ChainOp::kAnd);
  }
  bool operator()(const cedar::Sum&) const { return is_long(); }
  bool operator()(const cedar::Is& n) const {
    return value && value->entity() && value->entity()->type() == n.type;
  }
  template <typename T>
  bool operator()(const T&) const {
    return value.has_value();
  }
};

}  // namespace

ReachedOperands::ReachedOperands()
    : times_(places().size() * forms().size()),
      place_index_(index_of(places())),
      form_index_(index_of(forms())) {}

std::size_t ReachedOperands::index(const Place& place, const Form& form) const {
  return place_index_[key_of(place)] * forms().size() + form_index_[key_of(form)];
}

void ReachedOperands::count(const cedar::Policy& policy, const cedar::Request& request,
                            const cedar::EntitySource& entities) {
  for (const cedar::Condition& condition : policy.body->conditions) {
    count_at({condition.is_unless ? Node::kUnless : Node::kWhen, 0}, *condition.body, {request, entities});
    const auto value = cedar::evaluate(*condition.body, request, entities);
    const bool* truth = value.ok() ? value->boolean() : nullptr;
    if (!truth || *truth == condition.is_unless) return;
  }
}

void ReachedOperands::count_at(const Place& place, const cedar::Expr& expr, const World& world) {
  ++times_[index(place, form_of(expr))];
  std::vector<cedar::ExprRef> children;
  cedar::for_each_child(expr, [&](cedar::ExprRef child) { children.push_back(child); });
  for (std::size_t i = 0; i < children.size(); ++i) {
    count_at(place_of(expr, i), *children[i], world);
    if (i + 1 == children.size()) return;
    auto evaluated = cedar::evaluate(*children[i], world.request, world.entities);
    const auto value = evaluated.ok() ? std::optional(std::move(evaluated).value()) : std::nullopt;
    if (std::holds_alternative<cedar::If>(expr.node)) {
      const bool* truth = value ? value->boolean() : nullptr;
      if (!truth) return;
      const std::size_t branch = *truth ? 1 : 2;
      return count_at(place_of(expr, branch), *children[branch], world);
    }
    if (!std::visit(GoesOn{value, i}, expr.node)) return;
  }
}

std::vector<std::string> ReachedOperands::counted(std::size_t least, std::size_t most) const {
  std::vector<std::string> found;
  for (const Place& place : places())
    for (const Form& form : forms()) {
      const std::size_t times = times_[index(place, form)];
      if (times >= least && times <= most && can_stand(form, place))
        found.push_back(name_of(place) + ", " + name_of(form) + ": " + std::to_string(times) + " times");
    }
  return found;
}

}  // namespace cedar_forms
