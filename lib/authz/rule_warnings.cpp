// An expression without variables, and without anything that entities decide, is evaluated once for all: if
// that fails, so does every request that gets there. Of one that has variables it is known where an operand
// without them is of a kind that the operator can't take.
//
//   context.age < "18"     the right side is a string, and `<` takes no string
//   ip("10.0.0.300")       fails by itself
//
// The innermost part is told: what is around it fails because of it. A constant in a constant is evaluated
// with both, which is bounded.
#include "authz/rule_warnings.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "cedar/evaluator.h"

namespace authz {
namespace {

using cedar::ValueKind;

class Walker {
 public:
  std::vector<RuleWarning> warnings;

  // The value of what is constant; nothing of what isn't, or fails.
  struct Looked {
    bool is_constant = true;
    std::optional<ValueKind> kind;
    std::size_t size = 1;  // in nodes
  };
  Looked look(const cedar::Expr& expr) {
    if (std::holds_alternative<cedar::Variable>(expr.node)) return {false, {}};
    Looked looked{!asks_entities(expr), {}};
    bool is_sound = true;
    std::vector<std::pair<cedar::ExprRef, Looked>> children;
    for_each_child(expr, [&](cedar::ExprRef child) {
      const Looked inner = look(*child);
      looked.is_constant = looked.is_constant && inner.is_constant;
      looked.size += inner.size;
      is_sound = is_sound && (!inner.is_constant || inner.kind);
      children.emplace_back(child, inner);
    });
    if (looked.is_constant) {
      if (is_sound) looked.kind = kind_of(expr, looked.size);  // else it was told already
      return looked;
    }
    for (std::size_t i = 0; i < children.size(); ++i)
      if (children[i].second.kind) check_operand(expr, i, *children[i].first, *children[i].second.kind);
    return looked;
  }

  void require_bool(const cedar::Expr& condition, const Looked& looked) {
    if (looked.kind && *looked.kind != ValueKind::kBool)
      warn(condition.at, "a condition must be true or false, and this is " + article(*looked.kind));
  }

 private:
  // Nodes, those counted again that are in several constants.
  static constexpr std::size_t kMaxEvaluated = 100'000;

  static std::string article(ValueKind kind) {
    const std::string name(name_of(kind));
    return (std::string_view("aeiou").find(name[0]) != std::string_view::npos ? "an " : "a ") + name;
  }

  void warn(cedar::SourceRange at, std::string message) {
    if (warnings.size() < kMaxRuleWarnings) warnings.push_back({std::move(message), at});
  }

  static bool asks_entities(const cedar::Expr& expr) {
    if (const auto* binary = std::get_if<cedar::Binary>(&expr.node))
      return binary->op == cedar::BinaryOp::kIn || binary->op == cedar::BinaryOp::kGetTag ||
             binary->op == cedar::BinaryOp::kHasTag;
    if (const auto* is = std::get_if<cedar::Is>(&expr.node)) return is->in != nullptr;
    return std::holds_alternative<cedar::GetAttribute>(expr.node) ||
           std::holds_alternative<cedar::Has>(expr.node);
  }

  // Of a constant; nothing where it fails, or where what is in it was evaluated too often.
  std::optional<ValueKind> kind_of(const cedar::Expr& expr, std::size_t size) {
    if (std::holds_alternative<cedar::SetExpr>(expr.node)) return ValueKind::kSet;
    if (std::holds_alternative<cedar::RecordExpr>(expr.node)) return ValueKind::kRecord;
    if ((evaluated_ += size) > kMaxEvaluated) return std::nullopt;
    static const cedar::EntityUid nobody(cedar::Name::unchecked("user"), "");
    static const cedar::Request request{nobody, nobody, nobody, {}};
    static const cedar::Entities entities;
    const auto value = cedar::evaluate(expr, request, entities);
    if (value.ok()) return value->kind();
    warn(value.error().at, "this can only fail: " + value.error().message);
    return std::nullopt;
  }

  void check_operand(const cedar::Expr& expr, std::size_t number, const cedar::Expr& operand, ValueKind is) {
    const auto wanted = wanted_by(expr, number);
    if (wanted.empty()) return;
    for (const ValueKind kind : wanted)
      if (kind == is) return;
    warn(operand.at, "this is " + article(is) + ", which can't stand here: the rule can only fail");
  }

  // The kinds that an operand may have; none: any.
  static std::vector<ValueKind> wanted_by(const cedar::Expr& expr, std::size_t number) {
    if (const auto* chain = std::get_if<cedar::Chain>(&expr.node))
      return {chain->op == cedar::ChainOp::kMultiply ? ValueKind::kLong : ValueKind::kBool};
    if (std::holds_alternative<cedar::Sum>(expr.node)) return {ValueKind::kLong};
    if (std::holds_alternative<cedar::Like>(expr.node)) return {ValueKind::kString};
    if (std::holds_alternative<cedar::If>(expr.node) && number == 0) return {ValueKind::kBool};
    if (std::holds_alternative<cedar::Is>(expr.node)) return {ValueKind::kEntity};
    if (const auto* unary = std::get_if<cedar::Unary>(&expr.node)) switch (unary->op) {
        case cedar::UnaryOp::kNot:
          return {ValueKind::kBool};
        case cedar::UnaryOp::kNegate:
          return {ValueKind::kLong};
        case cedar::UnaryOp::kIsEmpty:
          return {ValueKind::kSet};
      }
    if (const auto* binary = std::get_if<cedar::Binary>(&expr.node)) switch (binary->op) {
        case cedar::BinaryOp::kEqual:
        case cedar::BinaryOp::kNotEqual:
          return {};
        case cedar::BinaryOp::kLess:
        case cedar::BinaryOp::kLessOrEqual:
        case cedar::BinaryOp::kGreater:
        case cedar::BinaryOp::kGreaterOrEqual:
          return {ValueKind::kLong, ValueKind::kDatetime, ValueKind::kDuration};
        case cedar::BinaryOp::kIn:
          return number == 0 ? std::vector{ValueKind::kEntity}
                             : std::vector{ValueKind::kEntity, ValueKind::kSet};
        case cedar::BinaryOp::kContains:
          return number == 0 ? std::vector{ValueKind::kSet} : std::vector<ValueKind>();
        case cedar::BinaryOp::kContainsAll:
        case cedar::BinaryOp::kContainsAny:
          return {ValueKind::kSet};
        case cedar::BinaryOp::kGetTag:
        case cedar::BinaryOp::kHasTag:
          return {number == 0 ? ValueKind::kEntity : ValueKind::kString};
      }
    return {};
  }

  std::size_t evaluated_ = 0;
};

}  // namespace

std::vector<RuleWarning> warnings_of(const cedar::Template& policy) {
  Walker walker;
  for (const cedar::Condition& condition : policy.conditions)
    walker.require_bool(*condition.body, walker.look(*condition.body));
  return std::move(walker.warnings);
}

}  // namespace authz
