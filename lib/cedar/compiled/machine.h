#pragma once
#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "cedar/compiled/code.h"
#include "cedar/evaluate/like.h"
#include "cedar/request.h"
#include "cedar/step_budget.h"
#include "cedar/values/cost.h"
#include "cedar/values/extension_functions.h"

// Runs compiled conditions, on a stack of cells. Of `when { principal.age < 18 }`:
//
//   VariableAttribute(principal, age)     7
//   Constant(18)                          7 18
//   Compare(<)                            true
//   Require(true)                         the stack is empty, and the policy's next condition follows
//   Satisfied
//
// Cells point at values that are there already, in the request, an entity or the code's constants; what is
// made (a set, a record) lies in the scratch until the policy is done. The stack is as large as the verifier
// found that any policy needs, so nothing is checked here but the kinds of values.
//
// It says whether a policy is satisfied and no more: of a policy that fails the plain evaluator is asked for
// the reason, which is rare, and so needs no places in the code.
//
// What takes longer the larger its operands are asks the budget first, and fails where that is used up. For
// all else whoever runs a policy pays as many steps as its code is long, since code has no loops.
namespace cedar {

enum class ConditionResult : std::uint8_t { kNotSatisfied, kSatisfied, kFailed };

// Where entities come from is a parameter: `Store` has resolve(), attribute(), tag(), is_in(), is_in_set()
// and is_in_any(); see SourceStore and CompiledStore. Everything given must outlive the machine. Once the
// budget is used up what run() says means nothing.
template <typename Store>
class Machine {
 public:
  Machine(const Code& code, const Symbols& symbols, const Store& store, const Request& request,
          MachineScratch& scratch, StepBudget& budget)
      : code_(code), symbols_(symbols), store_(store), scratch_(scratch), budget_(budget) {
    variables_[0] = Cell::of(request.principal, store.resolve(request.principal));
    variables_[1] = Cell::of(request.action, store.resolve(request.action));
    variables_[2] = Cell::of(request.resource, store.resolve(request.resource));
    variables_[3] = Cell::of(request.context);
    if (scratch.stack.size() < code.stack_size) scratch.stack.resize(code.stack_size);
  }

  const Cell& variable(Variable v) const { return variables_[static_cast<std::size_t>(v)]; }

  ConditionResult run(std::uint32_t begin) {
    next_ = code_.instructions.data() + begin;
    top_ = scratch_.stack.data();
    while (next_->op != Op::kSatisfied) {
      const Instruction instruction = *next_++;
      if (instruction.op == Op::kRequire) {
        --top_;
        if (top_->kind != ValueKind::kBool) return finish(ConditionResult::kFailed);
        if (top_->is_true() != (instruction.operand != 0)) return finish(ConditionResult::kNotSatisfied);
      } else if (!step(instruction)) {
        return finish(ConditionResult::kFailed);
      }
    }
    return finish(ConditionResult::kSatisfied);
  }

 private:
  // One instruction; false where it fails.
  bool step(Instruction instruction) {
    switch (instruction.op) {
      case Op::kConstant:
        return push(code_.constants[instruction.argument]);
      case Op::kVariable:
        return push(variables_[instruction.operand]);
      case Op::kVariableAttribute:
        return push(variables_[instruction.operand]) && attribute(top_[-1], instruction.argument);
      case Op::kAttribute:
        return attribute(top_[-1], instruction.argument);
      case Op::kHas:
        return has(top_[-1], code_.paths.data() + instruction.argument);
      case Op::kNot:
        return is(ValueKind::kBool) && put(!top_[-1].is_true());
      case Op::kNegate:
        return is(ValueKind::kLong) && !__builtin_sub_overflow(0, top_[-1].number, &top_[-1].number);
      case Op::kIsEmpty:
        return is(ValueKind::kSet) && put(top_[-1].set->size() == 0);
      case Op::kCompare:
        return compare(static_cast<BinaryOp>(instruction.operand));
      case Op::kEqual:
        return may_compare() && fold(equal(top_[-2], top_[-1]));
      case Op::kNotEqual:
        return may_compare() && fold(!equal(top_[-2], top_[-1]));
      case Op::kIn:
        return in();
      case Op::kInSet:
        return is(ValueKind::kEntity) &&
               put(store_.is_in_any(top_[-1], code_.entity_sets[instruction.argument]));
      case Op::kContains:
        return top_[-2].kind == ValueKind::kSet &&
               budget_.take(cost_of_search(top_[-2].set->size(), weight_of(top_[-1]))) &&
               fold(contains(*top_[-2].set, top_[-1]));
      case Op::kContainsAll:
        return are_sets() && budget_.take(cost_of_contains_all(*top_[-2].set, *top_[-1].set)) &&
               fold(top_[-2].set->contains_all(*top_[-1].set));
      case Op::kContainsAny:
        return are_sets() && budget_.take(cost_of_contains_any(*top_[-2].set, *top_[-1].set)) &&
               fold(top_[-2].set->contains_any(*top_[-1].set));
      case Op::kGetTag:
        return get_tag();
      case Op::kHasTag:
        return has_tag();
      case Op::kAnd:
        return is(ValueKind::kBool) && (top_[-1].is_true() ? drop() : jump(instruction));
      case Op::kOr:
        return is(ValueKind::kBool) && (top_[-1].is_true() ? jump(instruction) : drop());
      case Op::kBool:
        return is(ValueKind::kBool);
      case Op::kBranch:
        return is(ValueKind::kBool) && drop() && (top_->is_true() || jump(instruction));
      case Op::kJump:
        return jump(instruction);
      case Op::kAdd:
        return are_longs() && !__builtin_add_overflow(top_[-2].number, top_[-1].number, &top_[-2].number) &&
               drop();
      case Op::kSubtract:
        return are_longs() && !__builtin_sub_overflow(top_[-2].number, top_[-1].number, &top_[-2].number) &&
               drop();
      case Op::kMultiply:
        return are_longs() && !__builtin_mul_overflow(top_[-2].number, top_[-1].number, &top_[-2].number) &&
               drop();
      case Op::kLike:
        return is(ValueKind::kString) && budget_.take(cost_of_reading(top_[-1].string->size())) &&
               put(matches(*top_[-1].string, code_.patterns[instruction.argument]));
      case Op::kIs:
        return is(ValueKind::kEntity) && put(has_type(instruction.argument));
      case Op::kIsElse:
        if (!is(ValueKind::kEntity)) return false;
        if (!has_type(instruction.argument)) return put(false);
        ++next_;
        return true;
      case Op::kSet:
        return make_set(instruction.argument);
      case Op::kRecord:
        return make_record(code_.shapes[instruction.argument]);
      case Op::kCall:
        return call(static_cast<ExtFunction>(instruction.operand), instruction.argument);
      case Op::kFail:
      case Op::kRequire:
      case Op::kSatisfied:
        return false;
    }
    return false;
  }

  ConditionResult finish(ConditionResult outcome) {
    if (!scratch_.made.empty()) scratch_.made.clear();
    return outcome;
  }

  // These are true, so that they can end a chain of &&.
  bool push(const Cell& cell) {
    *top_++ = cell;
    return true;
  }
  bool drop() {
    --top_;
    return true;
  }
  bool jump(Instruction instruction) {
    next_ = code_.instructions.data() + instruction.argument;
    return true;
  }
  bool put(bool b) {  // in the place of the top
    top_[-1] = Cell::of(b);
    return true;
  }
  bool fold(bool b) {  // in the place of the top two
    --top_;
    return put(b);
  }

  bool is(ValueKind kind) const { return top_[-1].kind == kind; }
  bool are(ValueKind kind) const { return top_[-1].kind == kind && top_[-2].kind == kind; }
  bool are_longs() const { return are(ValueKind::kLong); }
  bool are_sets() const { return are(ValueKind::kSet); }
  bool has_type(SymbolId type) const { return top_[-1].uid->type().text() == symbols_.types.at(type); }

  // Whether the top two may be compared with each other.
  bool may_compare() const {
    const Cell& left = top_[-2];
    const Cell& right = top_[-1];
    return !left.points() || left.kind != right.kind || budget_.take(cost_of_equal(left, right));
  }

  // Replaces an object by its attribute; false where there is none.
  bool attribute(Cell& object, SymbolId name) const {
    if (object.kind == ValueKind::kEntity) return store_.attribute(object, name, object);
    if (object.kind != ValueKind::kRecord) return false;
    const Value* value = object.record->find(symbols_.names.at(name));
    if (value) object = Cell::of(*value);
    return value != nullptr;
  }

  bool has(Cell& object, const SymbolId* path) {
    for (SymbolId left = *path++; left > 0; --left, ++path) {
      if (object.kind != ValueKind::kEntity && object.kind != ValueKind::kRecord) return false;
      if (!attribute(object, *path)) return put(false);
    }
    return put(true);
  }

  bool compare(BinaryOp op) {
    const Cell& left = top_[-2];
    const Cell& right = top_[-1];
    const bool is_ordered = left.kind == ValueKind::kLong || left.kind == ValueKind::kDatetime ||
                            left.kind == ValueKind::kDuration;
    if (!is_ordered || left.kind != right.kind) return false;
    if (op == BinaryOp::kLess) return fold(left.number < right.number);
    if (op == BinaryOp::kLessOrEqual) return fold(left.number <= right.number);
    if (op == BinaryOp::kGreater) return fold(left.number > right.number);
    return fold(left.number >= right.number);
  }

  bool in() {
    const Cell& entity = top_[-2];
    const Cell& groups = top_[-1];
    if (entity.kind != ValueKind::kEntity) return false;
    if (groups.kind == ValueKind::kEntity) return fold(store_.is_in(entity, groups));
    if (groups.kind != ValueKind::kSet || !budget_.take(groups.set->size())) return false;
    const auto elements = groups.set->elements();
    const auto is_entity = [](const Value& group) { return group.entity() != nullptr; };
    if (!std::all_of(elements.begin(), elements.end(), is_entity)) return false;
    return fold(store_.is_in_set(entity, *groups.set));
  }

  bool is_tag_access() const {
    return top_[-2].kind == ValueKind::kEntity && top_[-1].kind == ValueKind::kString &&
           budget_.take(cost_of_reading(top_[-1].string->size()));
  }
  bool get_tag() { return is_tag_access() && store_.tag(top_[-2], *top_[-1].string, top_[-2]) && drop(); }
  bool has_tag() {
    Cell ignored;
    return is_tag_access() && fold(store_.tag(top_[-2], *top_[-1].string, ignored));
  }

  bool make_set(std::size_t size) {
    std::uint64_t weight = 0;
    for (const Cell& cell : std::span(top_ - size, size)) weight += weight_of(cell);
    if (!may_copy(size) || !budget_.take(cost_of_set(size, weight))) return false;
    std::vector<Value> elements;
    elements.reserve(size);
    for (const Cell& cell : std::span(top_ - size, size)) elements.push_back(to_value(cell));
    return replace(size, Value(Set(std::move(elements))));
  }

  bool make_record(const std::vector<std::string>& names) {
    if (!may_copy(names.size())) return false;
    std::vector<Record::Field> fields;
    fields.reserve(names.size());
    const Cell* cell = top_ - names.size();
    for (const std::string& name : names) fields.emplace_back(name, to_value(*cell++));
    return replace(names.size(), Value(Record(std::move(fields))));
  }

  bool call(ExtFunction function, std::size_t size) {
    if (!may_copy(size)) return false;
    std::vector<Value> arguments;
    arguments.reserve(size);
    for (const Cell& cell : std::span(top_ - size, size)) arguments.push_back(to_value(cell));
    auto called = call_extension(function, arguments);
    return called.ok() && replace(size, std::move(called).value());
  }

  // Whether values may be made of the topmost cells: sets and records are shared, but texts are copied.
  bool may_copy(std::size_t size) const {
    std::uint64_t cost = size;
    for (const Cell& cell : std::span(top_ - size, size))
      if (cell.kind == ValueKind::kString) cost += cost_of_copying(cell.string->size());
    return budget_.take(cost);
  }

  // Puts a made value in the place of the topmost ones.
  bool replace(std::size_t size, Value value) {
    top_ -= size;
    return push(Cell::of(scratch_.made.emplace_back(std::move(value))));
  }

  const Code& code_;
  const Symbols& symbols_;
  const Store& store_;
  MachineScratch& scratch_;
  StepBudget& budget_;
  Cell variables_[4];
  const Instruction* next_ = nullptr;
  Cell* top_ = nullptr;  // one past the topmost
};

}  // namespace cedar
