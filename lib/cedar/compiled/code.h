#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "cedar/ast.h"
#include "cedar/compiled/symbols.h"

// The code that conditions are compiled to: a machine with a stack of cells. A cell is a value, or points
// at one that is there already, in the code's constants, the request or an entity, so that none is copied.
namespace cedar {

struct Cell {
  ValueKind kind = ValueKind::kBool;
  SymbolId entity = kUnresolved;  // of an entity: its symbol, where it has been looked up
  union {
    std::int64_t number = 0;  // of a bool, long, decimal, datetime or duration
    const std::string* string;
    const EntityUid* uid;
    const Set* set;
    const Record* record;
    const IpAddr* ip;
  };

  static Cell of(bool b) { return of_number(ValueKind::kBool, b ? 1 : 0); }
  static Cell of_number(ValueKind kind, std::int64_t number) {
    Cell cell;
    cell.kind = kind;
    cell.number = number;
    return cell;
  }
  static Cell of(const EntityUid& uid, SymbolId entity) {
    Cell cell;
    cell.kind = ValueKind::kEntity;
    cell.entity = entity;
    cell.uid = &uid;
    return cell;
  }
  static Cell of(const Record& record) {
    Cell cell;
    cell.kind = ValueKind::kRecord;
    cell.record = &record;
    return cell;
  }
  static Cell of(const Value& value);  // points into the value, which must outlive it

  bool is_true() const { return number != 0; }

  // Whether it points at its value, instead of holding it.
  bool points() const {
    return kind == ValueKind::kString || kind == ValueKind::kEntity || kind == ValueKind::kSet ||
           kind == ValueKind::kRecord || kind == ValueKind::kIpAddr;
  }
};
static_assert(sizeof(Cell) == 16);

Value to_value(const Cell&);

bool equal(const Cell&, const Cell&);

// As of the value: value.h, values/cost.h.
std::uint64_t weight_of(const Cell&);
std::uint64_t cost_of_equal(const Cell&, const Cell&);  // REQUIRES: they are of one kind

// Whether the set has the value; in the logarithm of its size.
bool contains(const Set&, const Cell&);

enum class Op : std::uint8_t {
  kConstant,           // push constant `argument`
  kVariable,           // push variable `operand`
  kVariableAttribute,  // push variable `operand`'s attribute, name `argument`
  kAttribute,          // pop an object, push its attribute, name `argument`
  kHas,                // pop an object, push whether it has the path at `argument`
  kNot,
  kNegate,
  kIsEmpty,
  kCompare,  // pop two, push whether BinaryOp `operand` (< <= > >=) holds
  kEqual,
  kNotEqual,
  kIn,
  kInSet,  // pop an entity, push whether it is in one of entity set `argument`
  kContains,
  kContainsAll,
  kContainsAny,
  kGetTag,
  kHasTag,
  kAnd,     // where the top is false go to `argument`, else pop
  kOr,      // where the top is true go to `argument`, else pop
  kBool,    // fail unless the top is a bool
  kBranch,  // pop a bool; where it is false go to `argument`
  kJump,    // go to `argument`
  kAdd,
  kSubtract,
  kMultiply,
  kLike,       // pop a string, push whether it matches pattern `argument`
  kIs,         // pop an entity, push whether it has type `argument`
  kIsElse,     // where the top entity has type `argument` skip the next one, else put false in its place
  kSet,        // pop `argument` values, push the set of them
  kRecord,     // pop the values of record shape `argument`, push the record
  kCall,       // pop `argument` values, push what ExtFunction `operand` makes of them
  kFail,       // an expression without variables that has no value
  kRequire,    // pop a bool; unless it equals `operand` the policy is not satisfied
  kSatisfied,  // the end of a policy
};

struct Instruction {
  Op op;
  std::uint8_t operand = 0;
  std::uint32_t argument = 0;
};
static_assert(sizeof(Instruction) == 8);

// What all policies of a set have together. It needs no tree: what constants point at is here, or in symbols
// that outlive it.
struct Code {
  std::vector<Instruction> instructions;
  std::vector<Cell> constants;
  std::deque<Value> values;  // what constants point at
  std::deque<Pattern> patterns;
  std::vector<SymbolId> paths;                     // of each its length, then its names
  std::vector<std::vector<SymbolId>> entity_sets;  // each sorted
  std::deque<std::vector<std::string>> shapes;     // of each record its names
  std::size_t stack_size = 0;                      // cells that no policy needs more of
};

// The memory a machine works in; kept between requests.
struct MachineScratch {
  std::vector<Cell> stack;
  std::deque<Value> made;  // sets, records and addresses that conditions made
};

}  // namespace cedar
