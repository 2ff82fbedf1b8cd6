// What can be decided in strict mode, and the order of checks, follow the published rules
// (https://docs.cedarpolicy.com/policies/validation.html); messages say what to write instead.
//
// An expression gets a type and capabilities, from its parts upwards, in one environment: for `principal.age
// > 17` with a principal of type User, `principal` is User, `principal.age` is Long if the schema says so,
// and the whole is Bool. True and False are types of their own, so that a branch that is never reached is not
// checked: with `principal is Admin && principal.rank > 3` the right side of a User's environment is none.
// What turned out wrong has no type, and nothing more is told about it.
#include "cedar/validate/type_checker.h"

#include <utility>

#include "base/nearest.h"
#include "cedar/limits.h"
#include "cedar/schema/tables.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

bool is_true(const Typed& typed) {
  return typed.type && typed.type->is(BasicType::kTrue);
}
bool is_false(const Typed& typed) {
  return typed.type && typed.type->is(BasicType::kFalse);
}

std::string words(BasicType type) {
  switch (type) {
    case BasicType::kTrue:
    case BasicType::kFalse:
    case BasicType::kBool:
      return "a Bool";
    case BasicType::kLong:
      return "a Long";
    case BasicType::kString:
      return "a String";
    case BasicType::kDecimal:
      return "a decimal";
    case BasicType::kIpAddr:
      return "an ipaddr";
    case BasicType::kDatetime:
      return "a datetime";
    case BasicType::kDuration:
      return "a duration";
  }
  return {};
}

std::vector<std::string> names_of(const RecordType& record) {
  std::vector<std::string> names;
  for (const AttributeType& attribute : record.attributes) names.push_back(attribute.name);
  return names;
}

}  // namespace

TypeChecker::TypeChecker(const Schema& schema, const Template& policy, Findings& findings,
                         bool remembers_types)
    : schema_(schema),
      policy_(policy),
      findings_(findings),
      remembers_types_(remembers_types),
      pool_(&schema.tables().types) {}

Truth TypeChecker::check(const RequestEnvironment& environment) {
  environment_ = &environment;
  principal_ = pool_.entity(environment.principal->name);
  action_ = pool_.entity(environment.action->uid.type());
  resource_ = pool_.entity(environment.resource->name);
  types_.clear();
  Truth all = Truth::kTrue;
  const std::size_t mark = scope_.mark();
  for (const Condition& condition : policy_.conditions) {
    if (all == Truth::kFalse) break;
    const Typed typed = expect_bool(condition.body, condition.is_unless ? "`unless`" : "`when`");
    Truth one = Truth::kBool;
    if (!typed.type)
      one = Truth::kUnknown;
    else if (is_true(typed))
      one = condition.is_unless ? Truth::kFalse : Truth::kTrue;
    else if (is_false(typed))
      one = condition.is_unless ? Truth::kTrue : Truth::kFalse;
    if (!condition.is_unless) scope_.add(typed.capabilities);
    all = conjunction(all, one);
  }
  scope_.leave(mark);
  return all;
}

TypeRef TypeChecker::type_of(const Expr& expr) const {
  const auto found = types_.find(&expr);
  return found == types_.end() ? nullptr : found->second;
}

const EntityUid* TypeChecker::entity_of(const Expr& expr) const {
  if (const auto* literal = std::get_if<Literal>(&expr.node)) return literal->value.entity();
  const auto* variable = std::get_if<Variable>(&expr.node);
  return variable && *variable == Variable::kAction ? &environment_->action->uid : nullptr;
}

Typed TypeChecker::check(const Expr& expr) {
  if (!findings_.step(kStepsPerNode)) return {};
  Typed typed = std::visit([&](const auto& node) { return check_node(expr, node); }, expr.node);
  if (remembers_types_) types_[&expr] = typed.type;
  return typed;
}

// --- complaints

std::nullptr_t TypeChecker::mismatch(const Expr& at, TypeRef found, std::string_view wanted,
                                     std::string_view by) {
  findings_.error_in_environment(at.at, "`" + findings_.text(at.at) + "` has type `" + to_text(found) +
                                            "`, and " + std::string(by) + " needs " + std::string(wanted));
  return nullptr;
}

bool TypeChecker::is_basic(const Expr& at, TypeRef found, BasicType wanted, std::string_view by) {
  if (!found) return false;
  if (found->is(wanted) || (wanted == BasicType::kBool && found->is_bool())) return true;
  mismatch(at, found, words(wanted), by);
  return false;
}

TypeRef TypeChecker::expect(ExprRef operand, BasicType wanted, std::string_view by) {
  const TypeRef found = check(*operand).type;
  return is_basic(*operand, found, wanted, by) ? found : nullptr;
}

Typed TypeChecker::expect_bool(ExprRef operand, std::string_view by) {
  Typed typed = check(*operand);
  if (!is_basic(*operand, typed.type, BasicType::kBool, by)) typed = {};
  return typed;
}

TypeRef TypeChecker::expect_set(ExprRef operand, std::string_view by) {
  const TypeRef found = check(*operand).type;
  if (!found || found->set()) return found;
  return mismatch(*operand, found, "a set", by);
}

TypeRef TypeChecker::expect_entity(ExprRef operand, std::string_view by) {
  const TypeRef found = check(*operand).type;
  if (!found || found->entity()) return found;
  return mismatch(*operand, found, "an entity", by);
}

Typed TypeChecker::truth(Truth value) const {
  switch (value) {
    case Truth::kTrue:
      return truth(true);
    case Truth::kFalse:
      return truth(false);
    case Truth::kBool:
      return {bool_type(), {}};
    case Truth::kUnknown:
      break;
  }
  return {};
}

// --- leaves

Typed TypeChecker::check_node(const Expr&, const Literal& literal) {
  const Value& value = literal.value;
  if (const bool* b = value.boolean()) return truth(*b);
  if (const EntityUid* uid = value.entity()) {
    // What is not in the schema is told once for the whole policy, reached or not.
    const bool is_known = uid->is_action() ? schema_.find_action(*uid) != nullptr
                                           : schema_.find_entity_type(uid->type()) != nullptr;
    return {is_known ? pool_.entity(uid->type()) : nullptr, {}};
  }
  const auto type = basic_type_of(value.kind());
  return {type ? basic(*type) : nullptr, {}};
}

Typed TypeChecker::check_node(const Expr&, const Variable& variable) {
  switch (variable) {
    case Variable::kPrincipal:
      return {principal_, {}};
    case Variable::kAction:
      return {action_, {}};
    case Variable::kResource:
      return {resource_, {}};
    case Variable::kContext:
      return {environment_->action->context, {}};
  }
  return {};
}

// --- logic

Typed TypeChecker::check_node(const Expr&, const Chain& chain) {
  switch (chain.op) {
    case ChainOp::kAnd:
      return check_and(chain);
    case ChainOp::kOr:
      return check_or(chain);
    case ChainOp::kMultiply:
      break;
  }
  bool is_well = true;
  for (const ExprRef operand : chain.operands) is_well = expect(operand, BasicType::kLong, "`*`") && is_well;
  return {is_well ? basic(BasicType::kLong) : nullptr, {}};
}

// From the left, as ((a && b) && c): what is left of an operand is true when the operand is evaluated, so its
// capabilities hold there.
Typed TypeChecker::check_and(const Chain& chain) {
  const std::size_t mark = scope_.mark();
  Typed all = expect_bool(chain.operands.front(), "`&&`");
  for (std::size_t i = 1; i < chain.operands.size() && !is_false(all); ++i) {
    // Only what the operand before added is new to the scope.
    scope_.add(std::span(all.capabilities).subspan(scope_.mark() - mark));
    Typed right = expect_bool(chain.operands[i], "`&&`");
    if (!all.type || !right.type) {
      all = {nullptr, std::move(all.capabilities)};
      continue;
    }
    if (is_false(right)) {
      all = truth(false);
      break;
    }
    append(all.capabilities, right.capabilities);
    if (is_true(all))
      all.type = right.type;
    else if (!is_true(right))
      all.type = bool_type();
  }
  scope_.leave(mark);
  return all;
}

Typed TypeChecker::check_or(const Chain& chain) {
  Typed any = expect_bool(chain.operands.front(), "`||`");
  for (std::size_t i = 1; i < chain.operands.size() && !is_true(any); ++i) {
    Typed right = expect_bool(chain.operands[i], "`||`");
    if (!any.type || !right.type) {
      any = {};
    } else if (is_true(right) || is_false(any)) {
      any = std::move(right);
    } else if (!is_false(right)) {
      any = {bool_type(), intersection(std::move(any.capabilities), right.capabilities)};
    }
  }
  return any;
}

Typed TypeChecker::check_node(const Expr& expr, const If& node) {
  Typed condition = expect_bool(node.condition, "the condition of `if`");
  if (is_false(condition)) return check(*node.otherwise);
  const std::size_t mark = scope_.mark();
  scope_.add(condition.capabilities);
  Typed then = check(*node.then);
  scope_.leave(mark);
  append(then.capabilities, condition.capabilities);
  if (is_true(condition)) return then;
  const Typed otherwise = check(*node.otherwise);
  if (!condition.type || !then.type || !otherwise.type) return {};
  const TypeRef common = TypePool::common(then.type, otherwise.type);
  if (common) return {common, intersection(std::move(then.capabilities), otherwise.capabilities)};
  findings_.error_in_environment(expr.at, "`if` gives `" + to_text(then.type) + "` here and `" +
                                              to_text(otherwise.type) +
                                              "` there; both branches need one type");
  return {};
}

Typed TypeChecker::check_node(const Expr&, const Unary& unary) {
  switch (unary.op) {
    case UnaryOp::kNot: {
      const Typed operand = expect_bool(unary.operand, "`!`");
      if (is_true(operand) || is_false(operand)) return truth(is_false(operand));
      return {operand.type, {}};
    }
    case UnaryOp::kNegate:
      return {expect(unary.operand, BasicType::kLong, "`-`"), {}};
    case UnaryOp::kIsEmpty:
      return {expect_set(unary.operand, "`isEmpty`") ? bool_type() : nullptr, {}};
  }
  return {};
}

// --- attributes

const RecordType* TypeChecker::attributes_of(TypeRef type) const {
  static const RecordType kNone;
  if (const RecordType* record = type->record()) return record;
  const EntityType* entity = type->entity();
  if (!entity) return nullptr;
  if (type == principal_) return environment_->principal->shape->record();
  if (type == resource_) return environment_->resource->shape->record();
  const SchemaEntityType* declared = schema_.find_entity_type(entity->name);
  return declared ? declared->shape->record() : &kNone;
}

std::string TypeChecker::describe(TypeRef type) const {
  if (const EntityType* entity = type->entity()) return "entity type `" + entity->name.text() + "`";
  if (type == environment_->action->context)
    return "the context of `" + to_text(environment_->action->uid) + "`";
  return "the record `" + to_text(type) + "`";
}

Typed TypeChecker::check_node(const Expr& expr, const GetAttribute& get) {
  const TypeRef object = check(*get.object).type;
  if (!object) return {};
  const RecordType* attributes = attributes_of(object);
  if (!attributes) return {mismatch(*get.object, object, "an entity or a record", "`." + get.name + "`"), {}};
  const AttributeType* attribute = attributes->find(get.name);
  if (!attribute) {
    const bool may_guess = findings_.may_guess(attributes->attributes.size());
    const std::string guess = may_guess ? base::did_you_mean(get.name, names_of(*attributes)) : "";
    findings_.error_in_environment(
        expr.at, "attribute `" + get.name + "` is not declared for " + describe(object) +
                     (guess.empty() ? "; declare it in the schema, or test for it first with `has`" : guess));
    return {};
  }
  if (attribute->is_required || scope_.has(numbers_.of(expr))) return {attribute->type, {}};
  findings_.error_in_environment(expr.at, "attribute `" + get.name + "` of " + describe(object) +
                                              " is optional and may be absent; test for it first: `" +
                                              findings_.text(get.object->at) + " has " +
                                              name_or_quoted(get.name) + " && …`");
  return {};
}

// An entity may be absent from the store, and then it has nothing: so even a required attribute is sure only
// of records, or where it was tested before.
Typed TypeChecker::check_has_step(TypeRef object, std::string_view name, ExprId attribute) {
  const AttributeType* declared = attributes_of(object)->find(name);
  if (!declared) return truth(false);
  const bool is_sure = (object->record() && declared->is_required) || scope_.has(attribute);
  return {is_sure ? basic(BasicType::kTrue) : bool_type(), {attribute}};
}

Typed TypeChecker::check_node(const Expr&, const Has& has) {
  TypeRef object = check(*has.object).type;
  if (!object) return {};
  if (!attributes_of(object)) return {mismatch(*has.object, object, "an entity or a record", "`has`"), {}};
  Typed all = truth(true);
  ExprId path = numbers_.of(*has.object);
  const std::size_t mark = scope_.mark();
  for (std::size_t i = 0; i < has.path.size(); ++i) {
    path = numbers_.of_attribute(path, has.path[i]);
    const Typed step = check_has_step(object, has.path[i], path);
    if (is_false(step)) {
      all = truth(false);
      break;
    }
    scope_.add(step.capabilities);
    append(all.capabilities, step.capabilities);
    if (!is_true(step)) all.type = step.type;
    if (i + 1 == has.path.size()) break;
    object = attributes_of(object)->find(has.path[i])->type;
    if (attributes_of(object)) continue;
    findings_.error_in_environment(
        has.object->at, "`has`: attribute `" + has.path[i] + "` has type `" + to_text(object) +
                            "`, and only entities and records have attributes such as `" + has.path[i + 1] +
                            "`");
    all = {};
    break;
  }
  scope_.leave(mark);
  return all;
}

Typed TypeChecker::check_tag(const Expr& expr, const Binary& binary) {
  const bool is_test = binary.op == BinaryOp::kHasTag;
  const std::string_view by = is_test ? "`hasTag`" : "`getTag`";
  const TypeRef object = expect_entity(binary.left, by);
  const TypeRef key =
      expect(binary.right, BasicType::kString, is_test ? "the key of `hasTag`" : "the key of `getTag`");
  if (!object || !key) return {};
  const SchemaEntityType* declared = schema_.find_entity_type(object->entity()->name);
  const TypeRef tags = declared ? declared->tags : nullptr;
  if (!tags) {
    if (is_test) return truth(false);
    findings_.error_in_environment(
        expr.at, describe(object) + " has no tags; declare them in the schema, as `tags String`");
    return {};
  }
  const ExprId left = numbers_.of(*binary.left);
  const ExprId tag = numbers_.of_tag(left, numbers_.of(*binary.right));
  const bool is_sure = scope_.has(tag);
  if (is_test) return {is_sure ? basic(BasicType::kTrue) : bool_type(), {tag}};
  if (is_sure) return {tags, {}};
  findings_.error_in_environment(expr.at, "the tag may be absent; test for it first: `" +
                                              findings_.text(binary.left->at) + ".hasTag(" +
                                              findings_.text(binary.right->at) + ") && …`");
  return {};
}

}  // namespace cedar
