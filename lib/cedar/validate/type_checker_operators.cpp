// The operators on values: equality, order, arithmetic, sets, hierarchy, extension functions.
#include <algorithm>
#include <utility>

#include "cedar/validate/type_checker.h"
#include "cedar/values/extension_functions.h"

namespace cedar {

namespace {

const Value* literal_of(const Expr& expr) {
  const auto* literal = std::get_if<Literal>(&expr.node);
  return literal ? &literal->value : nullptr;
}

bool is_ordered(TypeRef type) {
  return type->is(BasicType::kLong) || type->is(BasicType::kDatetime) || type->is(BasicType::kDuration);
}

bool is_constructor(ExtFunction function) {
  switch (function) {
    case ExtFunction::kDecimal:
    case ExtFunction::kIp:
    case ExtFunction::kDatetime:
    case ExtFunction::kDuration:
      return true;
    default:
      return false;
  }
}

}  // namespace

Typed TypeChecker::check_node(const Expr& expr, const Binary& binary) {
  switch (binary.op) {
    case BinaryOp::kEqual:
      return check_equal(expr, binary);
    case BinaryOp::kNotEqual: {
      const Typed equal = check_equal(expr, binary);
      if (!equal.type || equal.type == bool_type()) return {equal.type, {}};
      return truth(equal.type->is(BasicType::kFalse));
    }
    case BinaryOp::kLess:
    case BinaryOp::kLessOrEqual:
    case BinaryOp::kGreater:
    case BinaryOp::kGreaterOrEqual:
      return check_order(binary);
    case BinaryOp::kIn:
      return check_in(binary.left, binary.right, expect_entity(binary.left, "the left side of `in`"));
    case BinaryOp::kContains:
    case BinaryOp::kContainsAll:
    case BinaryOp::kContainsAny:
      return check_contains(expr, binary);
    case BinaryOp::kGetTag:
    case BinaryOp::kHasTag:
      return check_tag(expr, binary);
  }
  return {};
}

// Different entity types are never equal, which is no mistake: it is how policies for several types are
// written. What is written out on both sides is compared here and now, whatever its types; `action` is
// written out too, being the environment's.
Typed TypeChecker::check_equal(const Expr& expr, const Binary& binary) {
  const TypeRef left = check(*binary.left).type;
  const TypeRef right = check(*binary.right).type;
  const EntityUid* left_entity = entity_of(*binary.left);
  const EntityUid* right_entity = entity_of(*binary.right);
  if (left_entity && right_entity) return truth(*left_entity == *right_entity);
  if (!left || !right) return {};
  if (left->entity() && right->entity() && left != right) return truth(false);
  const Value* left_literal = literal_of(*binary.left);
  const Value* right_literal = literal_of(*binary.right);
  if (left_literal && right_literal) return truth(*left_literal == *right_literal);
  if ((left_entity && right_literal) || (left_literal && right_entity)) return truth(false);
  if (TypePool::common(left, right)) return {bool_type(), {}};
  findings_.error_in_environment(expr.at, "`==` compares `" + to_text(left) + "` with `" + to_text(right) +
                                              "`; both sides need one type");
  return {};
}

Typed TypeChecker::check_order(const Binary& binary) {
  const TypeRef left = check(*binary.left).type;
  const TypeRef right = check(*binary.right).type;
  constexpr std::string_view kBy = "an order (`<`, `<=`, `>`, `>=`)";
  constexpr std::string_view kWanted = "a Long, a datetime or a duration";
  const bool is_left_well = left && (is_ordered(left) || mismatch(*binary.left, left, kWanted, kBy));
  const bool is_right_well = right && (is_ordered(right) || mismatch(*binary.right, right, kWanted, kBy));
  if (!is_left_well || !is_right_well) return {};
  if (left == right) return {bool_type(), {}};
  return {mismatch(*binary.right, right, "two values of one type, the left one being `" + to_text(left) + "`",
                   kBy),
          {}};
}

Typed TypeChecker::check_node(const Expr&, const Sum& sum) {
  bool is_well = true;
  for (std::size_t i = 0; i < sum.terms.size(); ++i) {
    const bool is_minus = sum.terms[i == 0 && sum.terms.size() > 1 ? 1 : i].subtracted;
    is_well = expect(sum.terms[i].operand, BasicType::kLong, is_minus ? "`-`" : "`+`") && is_well;
  }
  return {is_well ? basic(BasicType::kLong) : nullptr, {}};
}

Typed TypeChecker::check_node(const Expr&, const Like& like) {
  return {expect(like.object, BasicType::kString, "`like`") ? bool_type() : nullptr, {}};
}

Typed TypeChecker::check_node(const Expr&, const Is& is) {
  const TypeRef object = expect_entity(is.object, "`is`");
  if (!object) return {};
  if (object->entity()->name != is.type) return truth(false);
  return is.in ? check_in(is.object, is.in, object) : truth(true);
}

// Actions are known with all their groups, so where both sides name actions the answer is exact. For others
// the schema says which types can be in which; of two types of actions, whether any group joins them.
Typed TypeChecker::check_in(const ExprRef& left, const ExprRef& right, TypeRef left_type) {
  const TypeRef right_type = check(*right).type;
  const SetType* set = right_type ? right_type->set() : nullptr;
  const TypeRef target = set ? set->element : right_type;
  if (target && !target->entity())
    return {mismatch(*right, right_type, "an entity or a set of entities", "the right side of `in`"), {}};
  if (!left_type || !target) return {};

  const EntityUid* uid = entity_of(*left);
  const SchemaAction* action = uid ? schema_.find_action(*uid) : nullptr;
  if (action) {
    std::vector<ExprRef> groups = {right};
    if (const auto* elements = std::get_if<SetExpr>(&right->node)) groups = elements->elements;
    bool are_all_known = true;
    bool is_in_one = false;
    for (const ExprRef group_expr : groups) {
      const EntityUid* group_uid = entity_of(*group_expr);
      const SchemaAction* group = group_uid ? schema_.find_action(*group_uid) : nullptr;
      are_all_known = are_all_known && group;
      is_in_one = is_in_one || (group && (group == action || schema_.is_in(*action, *group)));
    }
    if (are_all_known) return truth(is_in_one);
  }
  const Name& type = left_type->entity()->name;
  const Name& of = target->entity()->name;
  const bool are_apart = type != of && schema_.has_action_type(type) && schema_.has_action_type(of) &&
                         !may_action_be_in(type, of);
  return are_apart ? truth(false) : truth(membership(type, of, schema_));
}

bool TypeChecker::may_action_be_in(const Name& type, const Name& of) {
  const auto [known, is_new] = action_types_.try_emplace({type.text(), of.text()}, false);
  if (!is_new || !findings_.step(schema_.actions().size())) return known->second;
  std::vector<const SchemaAction*> groups;
  for (const SchemaAction& action : schema_.actions())
    if (action.uid.type() == of) groups.push_back(&action);
  for (const SchemaAction& action : schema_.actions()) {
    if (action.uid.type() != type) continue;
    if (!findings_.step(groups.size())) break;
    known->second = std::any_of(groups.begin(), groups.end(),
                                [&](const SchemaAction* group) { return schema_.is_in(action, *group); });
    if (known->second) break;
  }
  return known->second;
}

Typed TypeChecker::check_contains(const Expr& expr, const Binary& binary) {
  const bool is_one = binary.op == BinaryOp::kContains;
  const std::string_view by = is_one                                ? "`contains`"
                              : binary.op == BinaryOp::kContainsAll ? "`containsAll`"
                                                                    : "`containsAny`";
  const TypeRef set = expect_set(binary.left, by);
  const TypeRef other = is_one ? check(*binary.right).type : expect_set(binary.right, by);
  if (!set || !other) return {};
  const TypeRef element = set->set()->element;
  const TypeRef wanted = is_one ? other : other->set()->element;
  if (TypePool::common(element, wanted)) return {bool_type(), {}};
  findings_.error_in_environment(expr.at, std::string(by) + " looks for `" + to_text(wanted) +
                                              "` in a set of `" + to_text(element) +
                                              "`, which can hold none; both need one type");
  return {};
}

Typed TypeChecker::check_node(const Expr& expr, const SetExpr& set) {
  if (set.elements.empty()) {
    findings_.error_in_environment(
        expr.at,
        "an empty set says nothing about its elements' type and is not allowed in policies; for "
        "\"is empty\" write `.isEmpty()`");
    return {};
  }
  TypeRef element = nullptr;
  bool is_well = true;
  for (const ExprRef operand : set.elements) {
    const TypeRef type = check(*operand).type;
    if (!type) {
      is_well = false;
      continue;
    }
    const TypeRef common = element ? TypePool::common(element, type) : type;
    if (!common) {
      findings_.error_in_environment(operand->at, "`" + to_text(element) + "` and `" + to_text(type) +
                                                      "` stand in one set; all elements need one type");
      return {};
    }
    element = common;
  }
  if (!is_well) return {};
  return {pool_.set(element), {}};
}

Typed TypeChecker::check_node(const Expr&, const RecordExpr& record) {
  std::vector<AttributeType> attributes;
  bool is_well = true;
  for (const auto& [name, value] : record.fields) {
    const TypeRef type = check(*value).type;
    is_well = is_well && type;
    if (type) attributes.push_back({name, type, true});
  }
  if (!is_well) return {};
  return {pool_.record(std::move(attributes)), {}};
}

Typed TypeChecker::check_node(const Expr& expr, const Call& call) {
  const ExtFunctionInfo& function = info(call.function);
  const std::string name = "`" + std::string(function.name) + "`";
  const auto result = basic_type_of(function.result);
  if (!function.takes(call.arguments.size())) {
    const std::size_t receiver = function.is_method && !call.arguments.empty() ? 1 : 0;
    findings_.error_in_environment(
        expr.at,
        arity_text(function) + ", and " + std::to_string(call.arguments.size() - receiver) + " are given");
    for (const ExprRef argument : call.arguments) check(*argument);
    return {};
  }
  bool is_well = true;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const auto wanted = basic_type_of(i == 0 ? function.first : function.second);
    is_well = wanted && expect(call.arguments[i], *wanted, name) && is_well;
  }
  if (is_constructor(call.function)) check_constructor(expr, call);
  return {is_well && result ? basic(*result) : nullptr, {}};
}

void TypeChecker::check_constructor(const Expr& expr, const Call& call) {
  const Value* literal = literal_of(*call.arguments.front());
  const std::string name(info(call.function).name);
  if (!literal) {
    findings_.error_in_environment(
        expr.at, "`" + name +
                     "` takes a string literal here, so that it can be checked now; for values that "
                     "come later declare an attribute of the type");
    return;
  }
  if (!literal->string()) return;  // told by its type
  const std::vector<Value> arguments = {*literal};
  const auto value = call_extension(call.function, arguments);
  if (!value.ok()) findings_.error_in_environment(call.arguments.front()->at, value.error());
}

}  // namespace cedar
