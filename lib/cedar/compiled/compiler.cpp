// A condition becomes code for a machine with a stack: first the operands, from the left, then the operation,
// as in `principal.age < 18`: VariableAttribute(principal, age), Constant(18), Compare(<). Operators that may
// leave an operand out become jumps over it: `a && b` is: a, And(end), b, Bool, end.
//
// What holds of the code, and compiled_verifier.h checks of every policy:
//
//   - An expression's code is entered at its first instruction and left behind its last, with one cell more
//     on the stack, its value. In between it takes no cell that was there before.
//   - Jumps go forward, from inside an expression to the start of one of its operands or just behind its last
//     instruction, which is also where those land that come from inside of it. So where two ways meet, the
//     stack has the same height, and the last instruction of an expression is *not* all of it: a jump may
//     pass over it.
//   - A policy's code ends with the one kSatisfied it has.
//
// Hence nothing here looks back at what was emitted, but to say where a jump lands: what can be folded is
// decided by looking at the expression.
#include "cedar/compiled/compiler.h"

#include <algorithm>
#include <optional>

#include "cedar/evaluator.h"

namespace cedar {

namespace {

// Constants are found before there is a request; nothing constant looks at this one.
const EntityUid& nobody() {
  static const EntityUid uid(Name::unchecked("None"), "");
  return uid;
}

std::optional<Value> constant_value(const Expr& expr) {
  const Entities none;
  auto value = evaluate(expr, {nobody(), nobody(), nobody(), {}}, none);
  if (!value.ok()) return std::nullopt;
  return std::move(value).value();
}

// Whether a node is constant where its children are. Entities' attributes, tags and parents are not: they
// are the store's. GetAttribute is asked for records only: of an entity it has no value without a store.
struct MayBeConstant {
  bool operator()(const Literal&) const { return true; }
  bool operator()(Variable) const { return false; }
  bool operator()(const Unary&) const { return true; }
  bool operator()(const Binary& n) const {
    return n.op != BinaryOp::kIn && n.op != BinaryOp::kGetTag && n.op != BinaryOp::kHasTag;
  }
  bool operator()(const Chain&) const { return true; }
  bool operator()(const Sum&) const { return true; }
  bool operator()(const If&) const { return true; }
  bool operator()(const GetAttribute&) const { return false; }
  bool operator()(const Has&) const { return false; }
  bool operator()(const Like&) const { return true; }
  bool operator()(const Is& n) const { return !n.in; }
  bool operator()(const SetExpr&) const { return true; }
  bool operator()(const RecordExpr&) const { return true; }
  bool operator()(const Call&) const { return true; }
};

bool is_set_of_entities(const Value& value) {
  const Set* set = value.set();
  return set && std::all_of(set->elements().begin(), set->elements().end(),
                            [](const Value& element) { return element.entity(); });
}

}  // namespace

std::uint32_t Compiler::policy(const std::vector<Condition>& conditions) {
  const std::size_t begin = code_.instructions.size();
  for (const Condition& condition : conditions) {
    constants_.clear();
    mark_constants(*condition.body);
    if (const bool* known = known_bool(*condition.body); known && *known != condition.is_unless) continue;
    emit(*condition.body);
    add(Op::kRequire, 0, condition.is_unless ? 0 : 1);
    pop();
  }
  add(Op::kSatisfied);
  return static_cast<std::uint32_t>(begin);
}

bool Compiler::mark_constants(const Expr& expr) {
  bool is_constant = std::visit(MayBeConstant{}, expr.node);
  for_each_child(expr, [&](ExprRef child) { is_constant = mark_constants(*child) && is_constant; });
  if (is_constant && !std::holds_alternative<Literal>(expr.node)) constants_.insert(&expr);
  return is_constant;
}

const bool* Compiler::known_bool(const Expr& expr) const {
  const auto* literal = std::get_if<Literal>(&expr.node);
  return literal ? literal->value.boolean() : nullptr;
}

void Compiler::emit(const Expr& expr) {
  if (constants_.contains(&expr)) return add_known(constant_value(expr));
  std::visit([&](const auto& node) { emit_node(node); }, expr.node);
}

std::size_t Compiler::add(Op op, std::size_t argument, std::size_t operand) {
  code_.instructions.push_back(
      {op, static_cast<std::uint8_t>(operand), static_cast<std::uint32_t>(argument)});
  return code_.instructions.size() - 1;
}

void Compiler::push(std::size_t cells) {
  depth_ += cells;
  code_.stack_size = std::max(code_.stack_size, depth_);
}

void Compiler::add_constant(const Value& value) {
  Cell cell = Cell::of(value);
  if (cell.points()) cell = Cell::of(code_.values.emplace_back(value));
  if (cell.kind == ValueKind::kEntity) cell.entity = symbols_.uids.add(*cell.uid);
  add(Op::kConstant, code_.constants.size());
  code_.constants.push_back(cell);
  push();
}

void Compiler::add_known(const std::optional<Value>& value) {
  if (value) return add_constant(*value);
  add(Op::kFail);
  push();
}

void Compiler::target(std::size_t jump) {
  code_.instructions[jump].argument = static_cast<std::uint32_t>(code_.instructions.size());
}

void Compiler::emit_node(const Literal& n) {
  add_constant(n.value);
}

void Compiler::emit_node(Variable n) {
  add(Op::kVariable, 0, static_cast<std::size_t>(n));
  push();
}

void Compiler::emit_node(const Unary& n) {
  emit(*n.operand);
  switch (n.op) {
    case UnaryOp::kNot:
      add(Op::kNot);
      break;
    case UnaryOp::kNegate:
      add(Op::kNegate);
      break;
    case UnaryOp::kIsEmpty:
      add(Op::kIsEmpty);
      break;
  }
}

// What is right of `in`, and the operation. A set of entities that is known is searched by symbols.
void Compiler::emit_in(const Expr& groups) {
  if (!constants_.contains(&groups)) {
    emit(groups);
  } else {
    const auto value = constant_value(groups);
    if (value && is_set_of_entities(*value)) return add_in_set(*value->set());
    add_known(value);
  }
  pop();
  add(Op::kIn);
}

void Compiler::add_in_set(const Set& groups) {
  add(Op::kInSet, code_.entity_sets.size());
  std::vector<SymbolId>& symbols = code_.entity_sets.emplace_back();
  for (const Value& group : groups.elements()) symbols.push_back(symbols_.uids.add(*group.entity()));
  std::sort(symbols.begin(), symbols.end());
}

void Compiler::emit_node(const Binary& n) {
  emit(*n.left);
  if (n.op == BinaryOp::kIn) return emit_in(*n.right);
  emit(*n.right);
  pop();
  switch (n.op) {
    case BinaryOp::kEqual:
      add(Op::kEqual);
      break;
    case BinaryOp::kNotEqual:
      add(Op::kNotEqual);
      break;
    case BinaryOp::kLess:
    case BinaryOp::kLessOrEqual:
    case BinaryOp::kGreater:
    case BinaryOp::kGreaterOrEqual:
      add(Op::kCompare, 0, static_cast<std::size_t>(n.op));
      break;
    case BinaryOp::kIn:
      break;
    case BinaryOp::kContains:
      add(Op::kContains);
      break;
    case BinaryOp::kContainsAll:
      add(Op::kContainsAll);
      break;
    case BinaryOp::kContainsAny:
      add(Op::kContainsAny);
      break;
    case BinaryOp::kGetTag:
      add(Op::kGetTag);
      break;
    case BinaryOp::kHasTag:
      add(Op::kHasTag);
      break;
  }
}

void Compiler::emit_node(const Chain& n) {
  if (n.op == ChainOp::kMultiply) return emit_product(n);
  const Op jump = n.op == ChainOp::kAnd ? Op::kAnd : Op::kOr;
  std::vector<std::size_t> jumps;
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    const bool is_last = i + 1 == n.operands.size();
    const bool* known = known_bool(*n.operands[i]);
    if (known && !is_last && *known == (n.op == ChainOp::kAnd)) continue;  // it changes nothing
    emit(*n.operands[i]);
    if (is_last) break;
    jumps.push_back(add(jump));
    pop();
  }
  add(Op::kBool);
  for (const std::size_t at : jumps) target(at);
}

void Compiler::emit_product(const Chain& n) {
  add_constant(Value(std::int64_t{1}));
  for (const ExprRef operand : n.operands) {
    emit(*operand);
    pop();
    add(Op::kMultiply);
  }
}

void Compiler::emit_node(const Sum& n) {
  add_constant(Value(std::int64_t{0}));
  for (const Sum::Term& term : n.terms) {
    emit(*term.operand);
    pop();
    add(term.subtracted ? Op::kSubtract : Op::kAdd);
  }
}

void Compiler::emit_node(const If& n) {
  emit(*n.condition);
  const std::size_t otherwise = add(Op::kBranch);
  pop();
  emit(*n.then);
  const std::size_t end = add(Op::kJump);
  pop();
  target(otherwise);
  emit(*n.otherwise);
  target(end);
}

void Compiler::emit_node(const GetAttribute& n) {
  const SymbolId name = symbols_.names.add(n.name);
  if (const auto* variable = std::get_if<Variable>(&n.object->node)) {
    add(Op::kVariableAttribute, name, static_cast<std::size_t>(*variable));
    push();
    return;
  }
  emit(*n.object);
  add(Op::kAttribute, name);
}

void Compiler::emit_node(const Has& n) {
  emit(*n.object);
  add(Op::kHas, code_.paths.size());
  code_.paths.push_back(static_cast<SymbolId>(n.path.size()));
  for (const std::string& name : n.path) code_.paths.push_back(symbols_.names.add(name));
}

void Compiler::emit_node(const Like& n) {
  emit(*n.object);
  add(Op::kLike, code_.patterns.size());
  code_.patterns.push_back(n.pattern);
}

void Compiler::emit_node(const Is& n) {
  emit(*n.object);
  const SymbolId type = symbols_.types.add(n.type.text());
  if (!n.in) {
    add(Op::kIs, type);
    return;
  }
  add(Op::kIsElse, type);
  const std::size_t end = add(Op::kJump);
  emit_in(*n.in);
  target(end);
}

void Compiler::emit_node(const SetExpr& n) {
  for (const ExprRef element : n.elements) emit(*element);
  pop(n.elements.size());
  add(Op::kSet, n.elements.size());
  push();
}

void Compiler::emit_node(const RecordExpr& n) {
  for (const auto& field : n.fields) emit(*field.second);
  pop(n.fields.size());
  add(Op::kRecord, code_.shapes.size());
  auto& names = code_.shapes.emplace_back();
  for (const auto& field : n.fields) names.push_back(field.first);
  push();
}

void Compiler::emit_node(const Call& n) {
  for (const ExprRef argument : n.arguments) emit(*argument);
  pop(n.arguments.size());
  add(Op::kCall, n.arguments.size(), static_cast<std::size_t>(n.function));
  push();
}

}  // namespace cedar
