// Walks the tree as the plain evaluator does, and gives of each node its value, that it fails, or the tree
// that remains. Where all operands of a node are known the plain evaluator is asked, so that there is one
// meaning of every operator:
//
//   principal.level + 1 > resource.level        principal.level + 1 is 6: 6 > resource.level
//   resource in Folder::"1"                     remains, if the schema says that a Doc may be in a Folder
//   if resource.open then context.x else true   if resource.open then {}["the record has no …"] else true
//
// Where one operand of an operator that evaluates all fails, so does the operator: whether it is this operand
// that fails first or another, which isn't known yet, makes another message and nothing else. `&&`, `||` and
// `if` are put together from the left (truths.h), so that what fails is reached exactly where it was.
#include <algorithm>
#include <utility>

#include "cedar/declared_types.h"
#include "cedar/evaluator.h"
#include "cedar/partial/known_types.h"
#include "cedar/partial/part.h"
#include "cedar/partial/remainders.h"
#include "cedar/partial/truths.h"
#include "cedar/partial_evaluation.h"
#include "cedar/request.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

EntityUid uid_or_nobody(const PartialEntity& entity) {
  if (const auto* uid = std::get_if<EntityUid>(&entity)) return *uid;
  return {std::get<Name>(entity), ""};
}

}  // namespace

class PartialEvaluator::Walk {
 public:
  Walk(const PartialRequest& request, const EntitySource& entities, const Schema* schema, StepBudget& budget,
       std::size_t most)
      : request_(request),
        entities_(entities),
        budget_(budget),
        types_(request, schema),
        remainders_(most),
        nobody_{uid_or_nobody(request.principal), request.action, uid_or_nobody(request.resource), {}} {}

  base::Result<Residual> policy(const Template&);
  base::Result<Residual> truth(const Expr&);
  bool can_match(const ScopeConstraint&, const PartialEntity&) const;
  bool matches(const ActionConstraint&) const;
  const PartialRequest& request() const { return request_; }
  std::shared_ptr<const ExprPool> pool() const { return remainders_.pool(); }

 private:
  Part walk(const Expr&);
  Part node(const Expr&, const Literal& n) { return n.value; }
  Part node(const Expr&, const Variable& n);
  Part node(const Expr&, const Unary& n);
  Part node(const Expr&, const Binary& n);
  Part node(const Expr&, const Chain& n);
  Part node(const Expr&, const Sum& n);
  Part node(const Expr&, const If& n);
  Part node(const Expr&, const GetAttribute& n);
  Part node(const Expr&, const Has& n);
  Part node(const Expr&, const Like& n);
  Part node(const Expr&, const Is& n);
  Part node(const Expr&, const SetExpr& n);
  Part node(const Expr&, const RecordExpr& n);
  Part node(const Expr&, const Call& n);

  template <typename Make>
  Part operands(const Expr&, std::vector<Part>, Make);
  Part binary(BinaryOp, const Part& left, const Part& right, SourceRange at);
  std::optional<Part> unknown_equal(BinaryOp, const Part& left, const Part& right) const;
  std::optional<Part> unknown_in(const Part& left, const Part& right, SourceRange at);
  std::optional<Part> unknown_tag(BinaryOp, const Part& left, const Part& right) const;
  Part negated(Part, SourceRange at);
  Part scope(const ScopeConstraint&, Variable, const PartialEntity&);
  Part apply(ExprNode&&, SourceRange at);

  bool is_unread(const Part& part) const {
    const EntityUid* const uid = part.value() ? part.value()->entity() : nullptr;
    return uid && is_unread(*uid);
  }
  bool is_unread(const EntityUid& uid) const {
    return std::find(request_.unread.begin(), request_.unread.end(), uid) != request_.unread.end();
  }
  bool is_in(const EntityUid& entity, const EntityUid& group) const {
    return entity == group || entities_.has_ancestor(entity, group);
  }
  base::Result<Residual> answer(Part) const;

  const PartialRequest& request_;
  const EntitySource& entities_;
  StepBudget& budget_;
  const KnownTypes types_;
  Remainders remainders_;
  const Request nobody_;  // for expressions without variables
};

Part PartialEvaluator::Walk::walk(const Expr& expr) {
  if (remainders_.failed() || !budget_.take(1)) return Failure{std::string(kUsedUp)};
  return std::visit([&](const auto& n) { return node(expr, n); }, expr.node);
}

// REQUIRES: operands are literals
Part PartialEvaluator::Walk::apply(ExprNode&& node, SourceRange at) {
  const Expr expr{std::move(node), 1, at};
  auto value = cedar::evaluate(expr, nobody_, entities_, budget_);
  if (value.ok()) return std::move(value).value();
  return Failure{value.error().message};
}

// A node that evaluates all of its operands. `make` makes it of their expressions.
template <typename Make>
Part PartialEvaluator::Walk::operands(const Expr& expr, std::vector<Part> parts, Make make) {
  for (const Part& part : parts)
    if (part.failure()) return part;
  const bool are_known =
      std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.value() != nullptr; });
  std::vector<ExprRef> exprs;
  exprs.reserve(parts.size());
  if (!are_known) {
    for (const Part& part : parts) exprs.push_back(remainders_.expr(part, expr.at));
    return remainders_.add(make(std::move(exprs)), expr.at);
  }
  std::vector<Expr> literals;
  literals.reserve(parts.size());
  for (const Part& part : parts) {
    literals.push_back({Literal{*part.value()}, 0, expr.at});
    exprs.push_back(&literals.back());
  }
  return apply(make(std::move(exprs)), expr.at);
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Variable& n) {
  const auto entity = [&](const PartialEntity& known) -> Part {
    if (const auto* uid = std::get_if<EntityUid>(&known)) return Value(*uid);
    return remainders_.add(n, expr.at);
  };
  switch (n) {
    case Variable::kPrincipal:
      return entity(request_.principal);
    case Variable::kAction:
      return Value(request_.action);
    case Variable::kResource:
      return entity(request_.resource);
    case Variable::kContext:
      if (request_.context) return Value(*request_.context);
      return remainders_.add(n, expr.at);
  }
  return Failure{};
}

Part PartialEvaluator::Walk::negated(Part part, SourceRange at) {
  if (const ExprRef open = part.open()) {
    const auto* not_ = std::get_if<Unary>(&open->node);
    if (not_ && not_->op == UnaryOp::kNot && types_.is_truth(*not_->operand)) return not_->operand;
    return remainders_.add(Unary{UnaryOp::kNot, open}, at);
  }
  if (part.failure()) return part;
  if (const bool* b = part.value()->boolean()) return Part::truth(!*b);
  return Failure{"expected bool, found " + std::string(name_of(part.value()->kind()))};
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Unary& n) {
  if (n.op == UnaryOp::kNot) return negated(walk(*n.operand), expr.at);
  return operands(expr, {walk(*n.operand)}, [&](std::vector<ExprRef> of) -> ExprNode {
    return Unary{n.op, of[0]};
  });
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Binary& n) {
  const Part left = walk(*n.left);
  return binary(n.op, left, left.failure() ? left : walk(*n.right), expr.at);
}

Part PartialEvaluator::Walk::binary(BinaryOp op, const Part& left, const Part& right, SourceRange at) {
  if (left.failure()) return left;
  if (right.failure()) return right;
  const bool looks_into_left = op == BinaryOp::kIn || op == BinaryOp::kGetTag || op == BinaryOp::kHasTag;
  const bool is_known = left.value() && right.value() && !(looks_into_left && is_unread(left));
  if (is_known) {
    const Expr left_expr{Literal{*left.value()}, 0, at}, right_expr{Literal{*right.value()}, 0, at};
    return apply(Binary{op, &left_expr, &right_expr}, at);
  }
  std::optional<Part> known;
  if (op == BinaryOp::kEqual || op == BinaryOp::kNotEqual) known = unknown_equal(op, left, right);
  if (op == BinaryOp::kIn) known = unknown_in(left, right, at);
  if (op == BinaryOp::kGetTag || op == BinaryOp::kHasTag) known = unknown_tag(op, left, right);
  if (known) return *std::move(known);
  const ExprRef left_expr = remainders_.expr(left, at), right_expr = remainders_.expr(right, at);
  return remainders_.add(Binary{op, left_expr, right_expr}, at);
}

// An unknown entity is none of another type, and nothing else than an entity.
std::optional<Part> PartialEvaluator::Walk::unknown_equal(BinaryOp op, const Part& left,
                                                          const Part& right) const {
  const auto type = [&](const Part& part) {
    return part.open() ? types_.unknown_type(*part.open()) : nullptr;
  };
  const auto differs = [&](const Name* unknown, const Part& other) {
    if (!unknown) return false;
    if (const Name* const of_other = type(other)) return *of_other != *unknown;
    if (!other.value()) return false;
    const EntityUid* const uid = other.value()->entity();
    return !uid || uid->type() != *unknown;
  };
  if (!differs(type(left), right) && !differs(type(right), left)) return std::nullopt;
  return Part::truth(op == BinaryOp::kNotEqual);
}

// Of groups that an unknown entity can't be in nothing is asked.
std::optional<Part> PartialEvaluator::Walk::unknown_in(const Part& left, const Part& right, SourceRange at) {
  if (!left.open() && left.value()->entity() == nullptr)
    return Failure{"expected entity, found " + std::string(name_of(left.value()->kind()))};
  if (!right.value()) return std::nullopt;
  const EntityUid* const group = right.value()->entity();
  const Set* const groups = right.value()->set();
  if (!group && !groups)
    return Failure{"expected entity or set of entities, found " +
                   std::string(name_of(right.value()->kind()))};
  const auto elements = groups ? groups->elements() : std::span(right.value(), 1);
  if (!budget_.take(elements.size())) return Failure{std::string(kUsedUp)};
  for (const Value& element : elements)
    if (!element.entity())
      return Failure{"expected set of entities, found " + std::string(name_of(element.kind()))};
  const Name* const type = left.open() ? types_.unknown_type(*left.open()) : nullptr;
  if (!type) return std::nullopt;
  std::vector<Value> possible;
  for (const Value& element : elements)
    if (types_.can_be_in(*type, *element.entity())) possible.push_back(element);
  if (possible.empty()) return Part::truth(false);
  if (!groups || possible.size() == elements.size()) return std::nullopt;
  const ExprRef of = remainders_.expr(Part(Value(Set(std::move(possible)))), at);
  return Part(remainders_.add(Binary{BinaryOp::kIn, left.open(), of}, at));
}

std::optional<Part> PartialEvaluator::Walk::unknown_tag(BinaryOp op, const Part& left,
                                                        const Part& right) const {
  const SchemaEntityType* const type =
      left.open() && types_.unknown_type(*left.open()) ? types_.entity_type_of(*left.open()) : nullptr;
  if (!type || type->tags || !right.value() || !right.value()->string()) return std::nullopt;
  if (op == BinaryOp::kHasTag) return Part::truth(false);
  return Part(Failure{"entities of type `" + type->name.text() + "` have no tags"});
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Chain& n) {
  if (n.op == ChainOp::kMultiply) {
    std::vector<Part> parts;
    for (const ExprRef operand : n.operands) parts.push_back(walk(*operand));
    return operands(expr, std::move(parts), [](std::vector<ExprRef> of) -> ExprNode {
      return Chain{ChainOp::kMultiply, std::move(of)};
    });
  }
  Truths truths(n.op, false);
  for (const ExprRef operand : n.operands)
    if (!truths.add(walk(*operand), operand->at, remainders_)) break;
  return truths.take(types_, expr.at, remainders_);
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Sum& n) {
  std::vector<Part> parts;
  for (const Sum::Term& term : n.terms) parts.push_back(walk(*term.operand));
  return operands(expr, std::move(parts), [&](const std::vector<ExprRef>& of) -> ExprNode {
    Sum sum = n;
    for (std::size_t i = 0; i < of.size(); ++i) sum.terms[i].operand = of[i];
    return sum;
  });
}

Part PartialEvaluator::Walk::node(const Expr& expr, const If& n) {
  const Part condition = walk(*n.condition);
  if (condition.failure()) return condition;
  if (const Value* value = condition.value()) {
    const bool* const b = value->boolean();
    if (!b) return Failure{"expected bool, found " + std::string(name_of(value->kind()))};
    return walk(*b ? *n.then : *n.otherwise);
  }
  Part then = walk(*n.then), otherwise = walk(*n.otherwise);
  if (then.failure() && otherwise.failure()) return then;
  const ExprRef then_expr = remainders_.expr(then, n.then->at);
  const ExprRef otherwise_expr = remainders_.expr(otherwise, n.otherwise->at);
  return remainders_.add(If{condition.open(), then_expr, otherwise_expr}, expr.at);
}

Part PartialEvaluator::Walk::node(const Expr& expr, const GetAttribute& n) {
  const Part object = walk(*n.object);
  if (object.failure()) return object;
  if (object.open()) {
    const TypeRef attributes = types_.attributes_of(*object.open());
    if (attributes && !member_type(attributes, n.name))
      return Failure{"no attribute " + quote(n.name) + " is declared"};
  } else if (!is_unread(object)) {
    const Expr literal{Literal{*object.value()}, 0, expr.at};
    return apply(GetAttribute{&literal, n.name}, expr.at);
  }
  return remainders_.add(GetAttribute{remainders_.expr(object, expr.at), n.name}, expr.at);
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Has& n) {
  const Part object = walk(*n.object);
  if (object.failure()) return object;
  if (object.open()) {
    const TypeRef attributes = types_.attributes_of(*object.open());
    if (attributes && !member_type(attributes, n.path.front())) return Part::truth(false);
  } else if (!is_unread(object)) {
    const Expr literal{Literal{*object.value()}, 0, expr.at};
    // A path may lead to an entity that isn't read.
    if (request_.unread.empty() || n.path.size() == 1) return apply(Has{&literal, n.path}, expr.at);
  }
  return remainders_.add(Has{remainders_.expr(object, expr.at), n.path}, expr.at);
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Like& n) {
  return operands(expr, {walk(*n.object)}, [&](std::vector<ExprRef> of) -> ExprNode {
    return Like{of[0], n.pattern};
  });
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Is& n) {
  const Part object = walk(*n.object);
  if (object.failure()) return object;
  const Name* type = object.open() ? types_.unknown_type(*object.open()) : nullptr;
  if (const Value* value = object.value()) {
    const EntityUid* const uid = value->entity();
    if (!uid) return Failure{"expected entity, found " + std::string(name_of(value->kind()))};
    type = &uid->type();
  }
  if (type) {
    if (*type != n.type) return Part::truth(false);
    return n.in ? binary(BinaryOp::kIn, object, walk(*n.in), expr.at) : Part::truth(true);
  }
  const ExprRef in = n.in ? remainders_.expr(walk(*n.in), n.in->at) : nullptr;
  return remainders_.add(Is{object.open(), n.type, in}, expr.at);
}

Part PartialEvaluator::Walk::node(const Expr& expr, const SetExpr& n) {
  std::vector<Part> parts;
  for (const ExprRef element : n.elements) parts.push_back(walk(*element));
  return operands(expr, std::move(parts),
                  [](std::vector<ExprRef> of) -> ExprNode { return SetExpr{std::move(of)}; });
}

Part PartialEvaluator::Walk::node(const Expr& expr, const RecordExpr& n) {
  std::vector<Part> parts;
  for (const auto& field : n.fields) parts.push_back(walk(*field.second));
  return operands(expr, std::move(parts), [&](const std::vector<ExprRef>& of) -> ExprNode {
    RecordExpr record = n;
    for (std::size_t i = 0; i < of.size(); ++i) record.fields[i].second = of[i];
    return record;
  });
}

Part PartialEvaluator::Walk::node(const Expr& expr, const Call& n) {
  std::vector<Part> parts;
  for (const ExprRef argument : n.arguments) parts.push_back(walk(*argument));
  return operands(expr, std::move(parts), [&](std::vector<ExprRef> of) -> ExprNode {
    return Call{n.function, std::move(of)};
  });
}

Part PartialEvaluator::Walk::scope(const ScopeConstraint& constraint, Variable variable,
                                   const PartialEntity& entity) {
  if (!can_match(constraint, entity)) return Part::truth(false);
  const auto* known = std::get_if<EntityUid>(&entity);
  const auto ask = [&](BinaryOp op, const EntityOrSlot& named) {
    const Part left = known ? Part(Value(*known)) : Part(remainders_.add(variable, {}));
    return binary(op, left, Value(std::get<EntityUid>(named)), {});
  };
  if (const auto* equal = std::get_if<ScopeEqual>(&constraint)) return ask(BinaryOp::kEqual, equal->entity);
  if (const auto* in = std::get_if<ScopeIn>(&constraint)) return ask(BinaryOp::kIn, in->entity);
  if (const auto* is_in = std::get_if<ScopeIsIn>(&constraint)) return ask(BinaryOp::kIn, is_in->entity);
  return Part::truth(true);
}

bool PartialEvaluator::Walk::can_match(const ScopeConstraint& constraint, const PartialEntity& entity) const {
  const auto* known = std::get_if<EntityUid>(&entity);
  const Name& type = known ? known->type() : std::get<Name>(entity);
  const auto can_be = [&](const EntityOrSlot& named) {
    const EntityUid& uid = std::get<EntityUid>(named);
    return known ? *known == uid : type == uid.type();
  };
  const auto can_be_in = [&](const EntityOrSlot& named) {
    const EntityUid& group = std::get<EntityUid>(named);
    return known && !is_unread(*known) ? is_in(*known, group) : types_.can_be_in(type, group);
  };
  if (const auto* equal = std::get_if<ScopeEqual>(&constraint)) return can_be(equal->entity);
  if (const auto* in = std::get_if<ScopeIn>(&constraint)) return can_be_in(in->entity);
  if (const auto* is = std::get_if<ScopeIs>(&constraint)) return type == is->type;
  if (const auto* is_in_ = std::get_if<ScopeIsIn>(&constraint))
    return type == is_in_->type && can_be_in(is_in_->entity);
  return true;
}

bool PartialEvaluator::Walk::matches(const ActionConstraint& constraint) const {
  const auto is = [&](const EntityUid& action) { return is_in(request_.action, action); };
  if (const auto* equal = std::get_if<ActionEqual>(&constraint)) return request_.action == equal->action;
  if (const auto* in = std::get_if<ActionIn>(&constraint)) return is(in->action);
  if (const auto* set = std::get_if<ActionInSet>(&constraint))
    return std::any_of(set->actions.begin(), set->actions.end(), is);
  return true;
}

base::Result<Residual> PartialEvaluator::Walk::policy(const Template& policy) {
  Truths all(ChainOp::kAnd, true);
  const auto add = [&](Part part, SourceRange at) { return all.add(std::move(part), at, remainders_); };
  bool goes_on = matches(policy.action) || add(Part::truth(false), {});
  goes_on = goes_on && add(scope(policy.principal, Variable::kPrincipal, request_.principal), {});
  goes_on = goes_on && add(scope(policy.resource, Variable::kResource, request_.resource), {});
  for (const Condition& condition : policy.conditions) {
    if (!goes_on) break;
    Part holds = walk(*condition.body);
    if (condition.is_unless) holds = negated(std::move(holds), condition.at);
    goes_on = add(std::move(holds), condition.at);
  }
  return answer(all.take(types_, {}, remainders_));
}

base::Result<Residual> PartialEvaluator::Walk::truth(const Expr& expr) {
  Truths all(ChainOp::kAnd, true);
  all.add(walk(expr), expr.at, remainders_);
  return answer(all.take(types_, expr.at, remainders_));
}

base::Result<Residual> PartialEvaluator::Walk::answer(Part part) const {
  if (budget_.is_used_up()) return base::Error{base::ErrorCode::kFull, std::string(kUsedUp)};
  if (remainders_.failed()) return *remainders_.failed();
  if (const ExprRef open = part.open()) return Residual{Residual::Kind::kOpen, open, {}};
  if (part.failure()) return Residual{Residual::Kind::kFails, nullptr, part.failure()->message};
  const bool holds = *part.value()->boolean();
  return Residual{holds ? Residual::Kind::kTrue : Residual::Kind::kFalse, nullptr, {}};
}

PartialEvaluator::PartialEvaluator(const PartialRequest& request, const EntitySource& entities,
                                   const Schema* schema, StepBudget& budget, std::size_t most)
    : walk_(std::make_unique<Walk>(request, entities, schema, budget, most)) {}

PartialEvaluator::~PartialEvaluator() = default;

base::Result<Residual> PartialEvaluator::evaluate(const Policy& policy) {
  if (!policy.is_link()) return walk_->policy(*policy.body);
  return walk_->policy(linked_policy(policy));
}

base::Result<Residual> PartialEvaluator::evaluate(const Expr& expr) {
  return walk_->truth(expr);
}

bool PartialEvaluator::can_match(const ScopeConstraint& principal, const ActionConstraint& action,
                                 const ScopeConstraint& resource) {
  return walk_->matches(action) && walk_->can_match(principal, walk_->request().principal) &&
         walk_->can_match(resource, walk_->request().resource);
}

std::shared_ptr<const ExprPool> PartialEvaluator::pool() const {
  return walk_->pool();
}

}  // namespace cedar
