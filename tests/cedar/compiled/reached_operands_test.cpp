// What a test counts as evaluated is what the evaluator evaluates.
#include "tests/support/reached_operands.h"

#include "tests/cedar/support.h"

namespace {

std::string reached(const std::string& conditions) {
  const auto policies =
      cedar::PolicySet::parse("permit(principal, action, resource)" + conditions + ";", "p");
  INFO(cedar_test::message(policies));
  REQUIRE(policies.ok());
  const auto entities = cedar::Entities::from_json(R"([
    {"uid": {"type": "User", "id": "alice"}, "attrs": {"yes": true, "no": false, "age": 7}, "parents": []}])");
  cedar_forms::ReachedOperands counts;
  counts.count(policies->policies()[0], cedar_test::request(), *entities);
  std::string text;
  for (const std::string& pair : counts.counted(1, SIZE_MAX)) text += pair + "; ";
  return text;
}

}  // namespace

TEST_CASE("reached operands: those that are evaluated are counted, and no others", "[cedar]") {
  struct Row {
    const char* conditions;
    const char* counted;
  };
  const Row rows[] = {
      {"", ""},
      {"when { true } unless { principal == action }",
       "==: left, principal: 1 times; ==: right, action: 1 times; when: body, true: 1 times; "
       "unless: body, ==: 1 times; "},
      {"when { false } when { true }", "when: body, false: 1 times; "},
      {"when { 1 } when { true }", "when: body, long: 1 times; "},
      {"unless { true } when { true }", "unless: body, true: 1 times; "},
      {"when { principal.yes && principal.no && action }",
       "&&: first, attribute of a variable: 1 times; &&: middle, attribute of a variable: 1 times; "
       "attribute: object, principal: 2 times; when: body, &&: 1 times; "},
      {"when { false || principal.yes || action }",
       "||: first, false: 1 times; ||: middle, attribute of a variable: 1 times; "
       "attribute: object, principal: 1 times; when: body, ||: 1 times; "},
      {"when { true && 1 && true }",
       "&&: first, true: 1 times; &&: middle, long: 1 times; when: body, constant that fails: 1 times; "},
      {"when { context * 2 * 3 }", "*: first, context: 1 times; when: body, *: 1 times; "},
      {"when { 1 * 2 * 3 }",
       "*: first, long: 1 times; *: middle, long: 1 times; *: last, long: 1 times; when: body, constant *: 1 "
       "times; "},
      {"when { 1 + 2 - true + 3 }",
       "sum: first, long: 1 times; sum: added, long: 1 times; sum: subtracted, true: 1 times; "
       "when: body, constant that fails: 1 times; "},
      {"when { context.zz in principal }",
       "in: left, attribute of a variable: 1 times; attribute: object, context: 1 times; when: body, in: 1 "
       "times; "},
      {"when { principal in (if principal.yes then [principal] else []) }",
       "in: left, principal: 1 times; in: right, if with a constant else: 1 times; "
       "if: condition, attribute of a variable: 1 times; if: then, set: 1 times; "
       "attribute: object, principal: 1 times; set: element, principal: 1 times; when: body, in: 1 times; "},
      {"when { if principal.no then [] else [User::\"a\"] }",
       "if: condition, attribute of a variable: 1 times; if: else, constant set of entities: 1 times; "
       "attribute: object, principal: 1 times; set: element, entity: 1 times; "
       "when: body, if with constant branches: 1 times; "},
      {"when { if principal then true else action }",
       "if: condition, principal: 1 times; when: body, if with a constant then: 1 times; "},
      {"when { principal is User in [] }",
       "is in: object, principal: 1 times; is in: group, empty set: 1 times; when: body, is in: 1 times; "},
      {"when { principal is Doc in [] }", "is in: object, principal: 1 times; when: body, is in: 1 times; "},
      {"when { {a: principal has a.b, b: {}.a}.b like \"a\" }",
       "attribute: object, record: 1 times; attribute: object, constant record: 1 times; "
       "has: object, principal: 1 times; like: object, attribute: 1 times; record: field, attribute: 1 "
       "times; "
       "record: field, has with a path: 1 times; when: body, like: 1 times; "},
      {"when { decimal(\"1\").lessThan(decimal(\"1.0\"), principal) }",
       "when: body, lessThan: 1 times; call: first argument, constant that fails: 1 times; "
       "call: first argument, string: 1 times; "},
      {"when { !(-(principal.age) < 3) }",
       "!: operand, <: 1 times; negation: operand, attribute of a variable: 1 times; <: left, negation: 1 "
       "times; "
       "<: right, long: 1 times; attribute: object, principal: 1 times; when: body, !: 1 times; "},
  };
  for (const Row& row : rows) {
    INFO(row.conditions);
    CHECK(reached(row.conditions) == row.counted);
  }
}
