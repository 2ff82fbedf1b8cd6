// Code as only a bug of the compiler would make it is found out. That what the compiler makes verifies is
// asked wherever policies are compiled: in compiled_test, the conformance tests and the fuzz targets.
#include "cedar/compiled/verifier.h"

#include <vector>

#include "tests/cedar/support.h"

namespace {

using cedar::Cell;
using cedar::Instruction;
using cedar::Op;
using cedar::ValueKind;

// Constant 0 is true and 1 a number, name 0 is an attribute, path 0 is of it and path 2 of one that isn't
// there; entity set 0 is in order and 1 is not.
struct World {
  cedar::Code code;
  cedar::Symbols symbols;

  explicit World(std::vector<Instruction> instructions) {
    symbols.names.add("a");
    symbols.types.add("User");
    symbols.uids.add(cedar_test::uid("User::\"a\""));
    symbols.uids.add(cedar_test::uid("User::\"b\""));
    code.instructions = std::move(instructions);
    code.constants = {Cell::of(true), Cell::of_number(ValueKind::kLong, 1)};
    code.paths = {1, 0, 1, 7, 3, 0};
    code.entity_sets = {{0, 1}, {1, 0}, {0, 2}};
    code.patterns = {cedar::Pattern{{"a"}}};
    code.shapes = {{"a", "b"}};
    code.stack_size = 3;
  }
};

constexpr std::uint8_t kContext = 3;
constexpr auto kLess = static_cast<std::uint8_t>(cedar::BinaryOp::kLess);
constexpr auto kEqual = static_cast<std::uint8_t>(cedar::BinaryOp::kEqual);
constexpr auto kIp = static_cast<std::uint8_t>(cedar::ExtFunction::kIp);

constexpr Instruction kTrue{Op::kConstant, 0, 0};
constexpr Instruction kOne{Op::kConstant, 0, 1};
constexpr Instruction kWho{Op::kVariable, 0, 0};
constexpr Instruction kHolds{Op::kRequire, 1, 0};
constexpr Instruction kEnd{Op::kSatisfied};

struct Row {
  const char* name;
  std::vector<Instruction> code;
  const char* mistake;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.name);
    const World world(row.code);
    CHECK(cedar::find_mistake(world.code, world.symbols, 0).value_or("") == row.mistake);
  }
}

}  // namespace

TEST_CASE("compiled code: what the compiler may emit verifies", "[cedar]") {
  check({
      {"no condition", {kEnd}, ""},
      {"two conditions", {kTrue, kHolds, kWho, {Op::kAttribute, 0, 0}, kHolds, kEnd}, ""},
      {"and", {kTrue, {Op::kAnd, 0, 4}, kTrue, {Op::kBool}, kHolds, kEnd}, ""},
      {"a chain of three has one end",
       {kTrue, {Op::kOr, 0, 6}, kTrue, {Op::kOr, 0, 6}, kTrue, {Op::kBool}, kHolds, kEnd},
       ""},
      {"if", {kTrue, {Op::kBranch, 0, 4}, kTrue, {Op::kJump, 0, 5}, kOne, kHolds, kEnd}, ""},
      {"is in", {kWho, {Op::kIsElse, 0, 0}, {Op::kJump, 0, 4}, {Op::kInSet, 0, 0}, kHolds, kEnd}, ""},
      {"an if inside an operand",
       {kWho, kTrue, {Op::kBranch, 0, 5}, kWho, {Op::kJump, 0, 6}, kOne, {Op::kIn}, kHolds, kEnd},
       ""},
      {"operands of kinds that fail", {kOne, {Op::kNot}, kHolds, {Op::kFail}, kHolds, kEnd}, ""},
      {"set, record, call",
       {kOne, kWho, {Op::kSet, 0, 2}, kOne, {Op::kRecord, 0, 0}, {Op::kCall, kIp, 1}, kHolds, kEnd},
       ""},
      {"has, like, compare",
       {{Op::kVariable, kContext, 0},
        {Op::kHas, 0, 0},
        {Op::kLike, 0, 0},
        kOne,
        {Op::kCompare, kLess, 0},
        kHolds,
        kEnd},
       ""},
  });
}

TEST_CASE("compiled code: heights that differ, jumps that go astray and cells that are taken are found",
          "[cedar]") {
  check({
      {"folded into the operation, as if the last instruction were the operand",
       {kWho, kTrue, {Op::kBranch, 0, 5}, kWho, {Op::kJump, 0, 6}, {Op::kInSet, 0, 0}, kHolds, kEnd},
       "instruction 5: it takes a cell that a jump over it leaves alone"},
      {"no end", {kTrue, kHolds}, "instruction 2: the code has no end"},
      {"no code", {}, "instruction 0: the code has no end"},
      {"a cell is left", {kTrue, kEnd}, "instruction 1: the stack isn't empty at the end"},
      {"a condition without value",
       {kHolds, kEnd},
       "instruction 0: a condition ends with 0 cells on the stack"},
      {"a condition with two",
       {kTrue, kTrue, kHolds, kEnd},
       "instruction 2: a condition ends with 2 cells on the stack"},
      {"no operand", {{Op::kNot}, kHolds, kEnd}, "instruction 0: the stack has too few cells"},
      {"one operand of two",
       {kOne, {Op::kEqual}, kHolds, kEnd},
       "instruction 1: the stack has too few cells"},
      {"a set of more than there is",
       {kOne, {Op::kSet, 0, 2}, kHolds, kEnd},
       "instruction 1: the stack has too few cells"},
      {"more than the stack holds",
       {kOne, kOne, kOne, kOne, {Op::kSet, 0, 4}, kHolds, kEnd},
       "instruction 3: the stack is too small"},
      {"to itself", {kTrue, {Op::kJump, 0, 1}, kHolds, kEnd}, "instruction 1: it jumps back"},
      {"back", {kTrue, {Op::kAnd, 0, 0}, kTrue, {Op::kBool}, kHolds, kEnd}, "instruction 1: it jumps back"},
      {"beyond the end",
       {kTrue, {Op::kAnd, 0, 6}, kTrue, {Op::kBool}, kHolds, kEnd},
       "instruction 5: a jump goes beyond the end"},
      {"behind the end of the policy, inside the code",
       {kTrue, {Op::kAnd, 0, 6}, kTrue, {Op::kBool}, kHolds, kEnd, kTrue, kHolds, kEnd},
       "instruction 5: a jump goes beyond the end"},
      {"what nothing reaches",
       {kTrue, {Op::kJump, 0, 3}, kTrue, kHolds, kEnd},
       "instruction 2: it can't be reached"},
      {"a branch that leaves its bool",
       {kTrue, {Op::kBranch, 0, 4}, kTrue, {Op::kJump, 0, 4}, kHolds, kEnd},
       "instruction 4: the stack has 1 cells one way and 0 another"},
      {"a cell under a jump is replaced",
       {kTrue, kTrue, {Op::kAnd, 0, 7}, kWho, {Op::kEqual}, kTrue, {Op::kBool}, {Op::kEqual}, kHolds, kEnd},
       "instruction 4: it takes a cell that a jump over it leaves alone"},
      {"and that may end with no bool",
       {kTrue, {Op::kAnd, 0, 3}, kOne, kHolds, kEnd},
       "instruction 3: a jump brings a bool where another kind of value may be"},
      {"or that lands before its check",
       {kTrue, {Op::kOr, 0, 3}, kWho, {Op::kBool}, kHolds, kEnd},
       "instruction 3: a jump brings a bool where another kind of value may be"},
  });
}

TEST_CASE("compiled code: an argument that names nothing is found", "[cedar]") {
  check({
      {"constant", {{Op::kConstant, 0, 2}, kHolds, kEnd}, "instruction 0: there is no constant 2"},
      {"variable", {{Op::kVariable, 4, 0}, kHolds, kEnd}, "instruction 0: there is no variable 4"},
      {"variable of an attribute",
       {{Op::kVariableAttribute, 4, 0}, kHolds, kEnd},
       "instruction 0: there is no variable 4"},
      {"name of a variable's attribute",
       {{Op::kVariableAttribute, 0, 1}, kHolds, kEnd},
       "instruction 0: there is no name 1"},
      {"name", {kWho, {Op::kAttribute, 0, 1}, kHolds, kEnd}, "instruction 1: there is no name 1"},
      {"path", {kWho, {Op::kHas, 0, 6}, kHolds, kEnd}, "instruction 1: there is no path 6"},
      {"name in a path", {kWho, {Op::kHas, 0, 2}, kHolds, kEnd}, "instruction 1: there is no name 7"},
      {"path cut off",
       {kWho, {Op::kHas, 0, 4}, kHolds, kEnd},
       "instruction 1: a path goes beyond the end of all paths"},
      {"path without names",
       {kWho, {Op::kHas, 0, 1}, kHolds, kEnd},
       "instruction 1: a path goes beyond the end of all paths"},
      {"entity set",
       {kWho, {Op::kInSet, 0, 3}, kHolds, kEnd},
       "instruction 1: there is no set of entities 3"},
      {"entity set out of order",
       {kWho, {Op::kInSet, 0, 1}, kHolds, kEnd},
       "instruction 1: a set of entities is not in order"},
      {"entity of a set", {kWho, {Op::kInSet, 0, 2}, kHolds, kEnd}, "instruction 1: there is no uid 2"},
      {"pattern", {kWho, {Op::kLike, 0, 1}, kHolds, kEnd}, "instruction 1: there is no pattern 1"},
      {"type", {kWho, {Op::kIs, 0, 1}, kHolds, kEnd}, "instruction 1: there is no type 1"},
      {"type of is in",
       {kWho, {Op::kIsElse, 0, 1}, {Op::kJump, 0, 4}, {Op::kInSet, 0, 0}, kHolds, kEnd},
       "instruction 1: there is no type 1"},
      {"shape", {kOne, {Op::kRecord, 0, 1}, kHolds, kEnd}, "instruction 1: there is no shape 1"},
      {"function", {kOne, {Op::kCall, 200, 1}, kHolds, kEnd}, "instruction 1: there is no function 200"},
      {"comparison",
       {kOne, kOne, {Op::kCompare, kEqual, 0}, kHolds, kEnd},
       "instruction 2: there is no such comparison"},
  });
}

TEST_CASE("compiled code: a policy is verified from where it begins", "[cedar]") {
  const World world({{Op::kNot}, kEnd, kTrue, kHolds, kEnd});
  CHECK(cedar::find_mistake(world.code, world.symbols, 0).has_value());
  CHECK_FALSE(cedar::find_mistake(world.code, world.symbols, 2).has_value());
  CHECK(cedar::find_mistake(world.code, world.symbols, 5) == "instruction 5: the code has no end");
}
