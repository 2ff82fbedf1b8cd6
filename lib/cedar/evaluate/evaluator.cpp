// Walks the tree of an expression, as the language is written down: operands from the left, `&&`, `||` and
// `if` only as far as they must, the first error is the result. It is what everything faster is compared
// with, and what says why a policy failed, with the place.
//
// A value is seldom made. For `resource.owner == principal` the walk finds the attribute where the entity
// keeps it, and the variable in the request, and compares the two where they lie; only what is computed (`1 +
// 2`, a set, a record) is put into a place that the caller lends. It recurses as deep as the tree, which
// parsers keep within kMaxNesting, and remembers nothing of entities: their source does.
#include "cedar/evaluator.h"

#include <algorithm>
#include <utility>

#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/evaluate/like.h"
#include "cedar/values/cost.h"
#include "cedar/values/extension_functions.h"
#include "cedar/values/membership.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

std::string kind(const Value& value) {
  return std::string(name_of(value.kind()));
}

bool in(const EntityUid& entity, const EntityUid& group, const EntitySource& entities) {
  return entity == group || entities.has_ancestor(entity, group);
}

// Evaluates into a caller's scratch place, or points at a value that is there already: in the tree, the
// request or an entity. So literals and attributes are compared without being copied. Null on an error.
class Evaluator {
 public:
  Evaluator(const Request& request, const EntitySource& entities, StepBudget& budget)
      : entities_(entities),
        budget_(budget),
        principal_(request.principal),
        action_(request.action),
        resource_(request.resource),
        context_(request.context) {}

  const Value* evaluate(const Expr& expr, Value& scratch) {
    if (!budget_.take(1)) return fail(expr, kUsedUp);
    const Expr* const outer = std::exchange(current_, &expr);
    const Value* value = std::visit([&](const auto& node) { return node_value(node, scratch); }, expr.node);
    current_ = outer;
    return value;
  }

  // REQUIRES: evaluate() gave null
  EvaluationError take_error() { return std::move(error_); }

  // The value as a truth; nothing, and an error, where it is none.
  std::optional<bool> truth(const Expr& expr) {
    Value scratch(false);
    const Value* value = evaluate(expr, scratch);
    if (!value) return std::nullopt;
    if (const bool* b = value->boolean()) return *b;
    type_error(expr, "bool", *value);
    return std::nullopt;
  }

 private:
  const Value* node_value(const Literal& n, Value&) { return &n.value; }
  const Value* node_value(const Variable& n, Value&) {
    switch (n) {
      case Variable::kPrincipal:
        return &principal_;
      case Variable::kAction:
        return &action_;
      case Variable::kResource:
        return &resource_;
      case Variable::kContext:
        return &context_;
    }
    return nullptr;
  }
  const Value* node_value(const Unary& n, Value& scratch);
  const Value* node_value(const Binary& n, Value& scratch);
  const Value* node_value(const Chain& n, Value& scratch);
  const Value* node_value(const Sum& n, Value& scratch);
  const Value* node_value(const If& n, Value& scratch);
  const Value* node_value(const GetAttribute& n, Value& scratch);
  const Value* node_value(const Has& n, Value& scratch);
  const Value* node_value(const Like& n, Value& scratch);
  const Value* node_value(const Is& n, Value& scratch);
  const Value* node_value(const SetExpr& n, Value& scratch);
  const Value* node_value(const RecordExpr& n, Value& scratch);
  const Value* node_value(const Call& n, Value& scratch);

  const Value* product(const Chain& n, Value& scratch);
  const Value* compare(const Binary& n, const Value& left, const Value& right, Value& scratch);
  const Value* membership(const Expr& left_expr, const Value& left, const Expr& right_expr,
                          const Value& right, Value& scratch);
  const Value* contains(const Binary& n, const Value& left, const Value& right, Value& scratch);
  const Value* tag(const Binary& n, const Value& left, const Value& right, Value& scratch);

  // The long an expression stands for; nothing, and an error, where it is none.
  std::optional<std::int64_t> integer(const Expr& expr) {
    Value scratch(false);
    const Value* value = evaluate(expr, scratch);
    if (!value) return std::nullopt;
    if (const std::int64_t* n = value->integer()) return *n;
    type_error(expr, "long", *value);
    return std::nullopt;
  }

  // False, and an error, where one of them has no value.
  bool append_values(const std::vector<ExprRef>& exprs, std::vector<Value>& values);

  static const Value* give(bool b, Value& scratch) {
    scratch = Value(b);
    return &scratch;
  }
  const Value* fail(const Expr& at, std::string_view message) {
    error_ = {base::utf8::shortened(message, base::kMaxMessage), at.at};
    return nullptr;
  }
  const Value* type_error(const Expr& at, std::string_view expected, const Value& found) {
    return fail(at, "expected " + std::string(expected) + ", found " + kind(found));
  }
  // False, and an error, where the budget has less.
  bool may_take(std::uint64_t steps) {
    if (budget_.take(steps)) return true;
    fail(*current_, kUsedUp);
    return false;
  }
  const Value* overflow(std::int64_t left, std::string_view op, std::int64_t right) {
    return fail(*current_,
                "integer overflow: " + std::to_string(left) + std::string(op) + std::to_string(right));
  }

  const EntitySource& entities_;
  StepBudget& budget_;
  const Value principal_;
  const Value action_;
  const Value resource_;
  const Value context_;
  const Expr* current_ = nullptr;
  EvaluationError error_;
};

const Value* Evaluator::node_value(const Unary& n, Value& scratch) {
  switch (n.op) {
    case UnaryOp::kNot: {
      const auto b = truth(*n.operand);
      return b ? give(!*b, scratch) : nullptr;
    }
    case UnaryOp::kNegate: {
      const auto number = integer(*n.operand);
      if (!number) return nullptr;
      std::int64_t negated = 0;
      if (__builtin_sub_overflow(std::int64_t{0}, *number, &negated))
        return fail(*current_, "integer overflow: -(" + std::to_string(*number) + ")");
      scratch = Value(negated);
      return &scratch;
    }
    case UnaryOp::kIsEmpty: {
      Value place(false);
      const Value* value = evaluate(*n.operand, place);
      if (!value) return nullptr;
      if (const Set* set = value->set()) return give(set->size() == 0, scratch);
      return type_error(*n.operand, "set", *value);
    }
  }
  return nullptr;
}

const Value* Evaluator::node_value(const Binary& n, Value& scratch) {
  Value left_place(false);
  Value right_place(false);
  const Value* left = evaluate(*n.left, left_place);
  if (!left) return nullptr;
  const Value* right = evaluate(*n.right, right_place);
  if (!right) return nullptr;
  switch (n.op) {
    case BinaryOp::kEqual:
      return may_take(cost_of_equal(*left, *right)) ? give(*left == *right, scratch) : nullptr;
    case BinaryOp::kNotEqual:
      return may_take(cost_of_equal(*left, *right)) ? give(!(*left == *right), scratch) : nullptr;
    case BinaryOp::kLess:
    case BinaryOp::kLessOrEqual:
    case BinaryOp::kGreater:
    case BinaryOp::kGreaterOrEqual:
      return compare(n, *left, *right, scratch);
    case BinaryOp::kIn:
      return membership(*n.left, *left, *n.right, *right, scratch);
    case BinaryOp::kContains:
    case BinaryOp::kContainsAll:
    case BinaryOp::kContainsAny:
      return contains(n, *left, *right, scratch);
    case BinaryOp::kGetTag:
    case BinaryOp::kHasTag:
      return tag(n, *left, *right, scratch);
  }
  return nullptr;
}

const Value* Evaluator::compare(const Binary& n, const Value& left, const Value& right, Value& scratch) {
  const bool is_ordered = left.integer() || left.datetime() || left.duration();
  if (!is_ordered) return type_error(*n.left, "long, datetime or duration", left);
  if (left.kind() != right.kind()) return type_error(*n.right, kind(left), right);
  const std::strong_ordering order = left <=> right;
  switch (n.op) {
    case BinaryOp::kLess:
      return give(order < 0, scratch);
    case BinaryOp::kLessOrEqual:
      return give(order <= 0, scratch);
    case BinaryOp::kGreater:
      return give(order > 0, scratch);
    default:
      return give(order >= 0, scratch);
  }
}

const Value* Evaluator::membership(const Expr& left_expr, const Value& left, const Expr& right_expr,
                                   const Value& right, Value& scratch) {
  const EntityUid* entity = left.entity();
  if (!entity) return type_error(left_expr, "entity", left);
  if (const EntityUid* group = right.entity()) return give(in(*entity, *group, entities_), scratch);
  const Set* groups = right.set();
  if (!groups) return type_error(right_expr, "entity or set of entities", right);
  if (!may_take(groups->size())) return nullptr;
  for (const Value& group : groups->elements())
    if (!group.entity()) return type_error(right_expr, "set of entities", group);
  return give(is_in_any(*entity, *groups, entities_, budget_), scratch);
}

const Value* Evaluator::contains(const Binary& n, const Value& left, const Value& right, Value& scratch) {
  const Set* set = left.set();
  if (!set) return type_error(*n.left, "set", left);
  if (n.op == BinaryOp::kContains)
    return may_take(cost_of_search(set->size(), weight_of(right))) ? give(set->contains(right), scratch)
                                                                   : nullptr;
  const Set* others = right.set();
  if (!others) return type_error(*n.right, "set", right);
  const bool all = n.op == BinaryOp::kContainsAll;
  if (!may_take(all ? cost_of_contains_all(*set, *others) : cost_of_contains_any(*set, *others)))
    return nullptr;
  return give(all ? set->contains_all(*others) : set->contains_any(*others), scratch);
}

const Value* Evaluator::tag(const Binary& n, const Value& left, const Value& right, Value& scratch) {
  const EntityUid* uid = left.entity();
  if (!uid) return type_error(*n.left, "entity", left);
  const std::string* key = right.string();
  if (!key) return type_error(*n.right, "string", right);
  if (!may_take(cost_of_reading(key->size()))) return nullptr;
  const Entity* entity = entities_.find(*uid);
  const Value* found = entity ? entity->tags.find(*key) : nullptr;
  if (n.op == BinaryOp::kHasTag) return give(found != nullptr, scratch);
  if (found) return found;
  return fail(*current_,
              to_text(*uid) + (entity ? " has no tag " + quote(*key) : " is not there, so it has no tags"));
}

const Value* Evaluator::node_value(const Chain& n, Value& scratch) {
  if (n.op == ChainOp::kMultiply) return product(n, scratch);
  const bool decisive = n.op == ChainOp::kOr;
  for (const ExprRef operand : n.operands) {
    const auto b = truth(*operand);
    if (!b) return nullptr;
    if (*b == decisive) return give(decisive, scratch);
  }
  return give(!decisive, scratch);
}

const Value* Evaluator::product(const Chain& n, Value& scratch) {
  std::int64_t product = 1;
  for (const ExprRef operand : n.operands) {
    const auto factor = integer(*operand);
    if (!factor) return nullptr;
    const std::int64_t before = product;
    if (__builtin_mul_overflow(before, *factor, &product)) return overflow(before, " * ", *factor);
  }
  scratch = Value(product);
  return &scratch;
}

const Value* Evaluator::node_value(const Sum& n, Value& scratch) {
  std::int64_t sum = 0;
  for (const Sum::Term& term : n.terms) {
    const auto operand = integer(*term.operand);
    if (!operand) return nullptr;
    const std::int64_t before = sum;
    if (term.subtracted ? __builtin_sub_overflow(before, *operand, &sum)
                        : __builtin_add_overflow(before, *operand, &sum))
      return overflow(before, term.subtracted ? " - " : " + ", *operand);
  }
  scratch = Value(sum);
  return &scratch;
}

const Value* Evaluator::node_value(const If& n, Value& scratch) {
  const auto condition = truth(*n.condition);
  if (!condition) return nullptr;
  return evaluate(*condition ? *n.then : *n.otherwise, scratch);
}

const Value* Evaluator::node_value(const GetAttribute& n, Value& scratch) {
  Value place(false);
  const Value* object = evaluate(*n.object, place);
  if (!object) return nullptr;
  if (const Record* record = object->record()) {
    const Value* found = record->find(n.name);
    if (!found) return fail(*current_, "the record has no attribute " + quote(n.name));
    if (object != &place) return found;
    // The record goes away with this function.
    scratch = Value(*found);
    return &scratch;
  }
  const EntityUid* uid = object->entity();
  if (!uid) return type_error(*n.object, "record or entity", *object);
  const Entity* entity = entities_.find(*uid);
  if (!entity)
    return fail(*current_, to_text(*uid) + " is not there, so it has no attribute " + quote(n.name));
  const Value* found = entity->attrs.find(n.name);
  return found ? found : fail(*current_, to_text(*uid) + " has no attribute " + quote(n.name));
}

const Value* Evaluator::node_value(const Has& n, Value& scratch) {
  Value place(false);
  const Value* object = evaluate(*n.object, place);
  if (!object) return nullptr;
  for (const std::string& name : n.path) {
    const Record* record = object->record();
    const EntityUid* uid = object->entity();
    if (!record && !uid) return type_error(*n.object, "record or entity", *object);
    const Entity* entity = uid ? entities_.find(*uid) : nullptr;
    const Record* fields = entity ? &entity->attrs : record;
    object = fields ? fields->find(name) : nullptr;
    if (!object) return give(false, scratch);
  }
  return give(true, scratch);
}

const Value* Evaluator::node_value(const Like& n, Value& scratch) {
  Value place(false);
  const Value* object = evaluate(*n.object, place);
  if (!object) return nullptr;
  const std::string* text = object->string();
  if (!text) return type_error(*n.object, "string", *object);
  return may_take(cost_of_reading(text->size())) ? give(matches(*text, n.pattern), scratch) : nullptr;
}

const Value* Evaluator::node_value(const Is& n, Value& scratch) {
  Value place(false);
  const Value* object = evaluate(*n.object, place);
  if (!object) return nullptr;
  const EntityUid* uid = object->entity();
  if (!uid) return type_error(*n.object, "entity", *object);
  if (uid->type() != n.type) return give(false, scratch);
  if (!n.in) return give(true, scratch);
  Value group_place(false);
  const Value* group = evaluate(*n.in, group_place);
  return group ? membership(*n.object, *object, *n.in, *group, scratch) : nullptr;
}

bool Evaluator::append_values(const std::vector<ExprRef>& exprs, std::vector<Value>& values) {
  values.reserve(values.size() + exprs.size());
  for (const ExprRef expr : exprs) {
    Value place(false);
    const Value* value = evaluate(*expr, place);
    if (!value) return false;
    values.push_back(*value);
  }
  return true;
}

const Value* Evaluator::node_value(const SetExpr& n, Value& scratch) {
  std::vector<Value> elements;
  if (!append_values(n.elements, elements)) return nullptr;
  std::uint64_t weight = 0;
  for (const Value& element : elements) weight += weight_of(element);
  if (!may_take(cost_of_set(elements.size(), weight))) return nullptr;
  scratch = Value(Set(std::move(elements)));
  return &scratch;
}

const Value* Evaluator::node_value(const RecordExpr& n, Value& scratch) {
  std::vector<Record::Field> fields;
  fields.reserve(n.fields.size());
  for (const auto& [name, expr] : n.fields) {
    Value place(false);
    const Value* value = evaluate(*expr, place);
    if (!value) return nullptr;
    fields.emplace_back(name, *value);
  }
  scratch = Value(Record(std::move(fields)));
  return &scratch;
}

const Value* Evaluator::node_value(const Call& n, Value& scratch) {
  std::vector<Value> arguments;
  if (!append_values(n.arguments, arguments)) return nullptr;
  auto called = call_extension(n.function, arguments);
  if (!called.ok()) return fail(*current_, called.error());
  scratch = std::move(called).value();
  return &scratch;
}

struct EntityConstraint {
  const Policy& policy;
  const EntityUid& uid;
  const EntityUid& (Policy::*entity_of)(const EntityOrSlot&) const;
  const EntitySource& entities;

  const EntityUid& named(const EntityOrSlot& e) const { return (policy.*entity_of)(e); }
  bool operator()(const ScopeAny&) const { return true; }
  bool operator()(const ScopeEqual& c) const { return uid == named(c.entity); }
  bool operator()(const ScopeIn& c) const { return in(uid, named(c.entity), entities); }
  bool operator()(const ScopeIs& c) const { return uid.type() == c.type; }
  bool operator()(const ScopeIsIn& c) const {
    return uid.type() == c.type && in(uid, named(c.entity), entities);
  }
};

struct ActionMatches {
  const EntityUid& uid;
  const EntitySource& entities;

  bool operator()(const ScopeAny&) const { return true; }
  bool operator()(const ActionEqual& c) const { return uid == c.action; }
  bool operator()(const ActionIn& c) const { return in(uid, c.action, entities); }
  bool operator()(const ActionInSet& c) const {
    return std::any_of(c.actions.begin(), c.actions.end(),
                       [&](const EntityUid& action) { return in(uid, action, entities); });
  }
};

}  // namespace

base::Result<Value, EvaluationError> evaluate(const Expr& expr, const Request& request,
                                              const EntitySource& entities) {
  StepBudget endless;
  return evaluate(expr, request, entities, endless);
}

base::Result<Value, EvaluationError> evaluate(const Expr& expr, const Request& request,
                                              const EntitySource& entities, StepBudget& budget) {
  Evaluator evaluator(request, entities, budget);
  Value scratch(false);
  const Value* value = evaluator.evaluate(expr, scratch);
  if (!value) return evaluator.take_error();
  return *value;
}

bool scope_matches(const Policy& policy, const Request& request, const EntitySource& entities) {
  const Template& body = *policy.body;
  return std::visit(EntityConstraint{policy, request.principal, &Policy::principal_entity, entities},
                    body.principal) &&
         std::visit(ActionMatches{request.action, entities}, body.action) &&
         std::visit(EntityConstraint{policy, request.resource, &Policy::resource_entity, entities},
                    body.resource);
}

base::Result<bool, EvaluationError> is_satisfied(const Policy& policy, const Request& request,
                                                 const EntitySource& entities) {
  StepBudget endless;
  return is_satisfied(policy, request, entities, endless);
}

base::Result<bool, EvaluationError> is_satisfied(const Policy& policy, const Request& request,
                                                 const EntitySource& entities, StepBudget& budget) {
  if (!scope_matches(policy, request, entities)) return false;
  Evaluator evaluator(request, entities, budget);
  for (const Condition& condition : policy.body->conditions) {
    const auto holds = evaluator.truth(*condition.body);
    if (!holds) return evaluator.take_error();
    if (*holds == condition.is_unless) return false;
  }
  return true;
}

}  // namespace cedar
