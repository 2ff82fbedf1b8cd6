#include "tests/cedar/support.h"

namespace {

std::string printed(const std::string& text) {
  const auto parsed = cedar::parse_expression(cedar_test::source(text));
  return parsed.ok() ? to_text(*parsed->root) : parsed.error().message;
}

}  // namespace

TEST_CASE("printer: brackets stand where they are needed, and nowhere else", "[cedar]") {
  struct Row {
    const char* text;
    const char* printed;
  };
  const std::vector<Row> rows = {
      {"((1))", "1"},
      {"(1 + 2) * 3", "(1 + 2) * 3"},
      {"1 + (2 * 3)", "1 + 2 * 3"},
      {"1 - (2 - 3)", "1 - (2 - 3)"},
      {"(1 - 2) - 3", "1 - 2 - 3"},
      {"(true && false) && true", "true && false && true"},
      {"true && (false && true)", "true && (false && true)"},
      {"(true || false) && true", "(true || false) && true"},
      {"true || false && true", "true || false && true"},
      {"(1 == 1) == true", "(1 == 1) == true"},
      {"(if true then 1 else 2) == 1", "(if true then 1 else 2) == 1"},
      {"if true then 1 else 2 == 1", "if true then 1 else 2 == 1"},
      {"!(!true)", "!(!true)"},
      {"!!true", "!(!true)"},
      {"!(context has a)", "!(context has a)"},
      {"!context has a", "!context has a"},
      {"-5", "-5"},
      {"-(5)", "-(5)"},
      {"--5", "-((-5))"},
      {"-(-(context.a))", "-(-context.a)"},
      {"(-5).a", "(-5).a"},
      {"-5 * 2", "-5 * 2"},
      {"1 - -5", "1 - -5"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"context[\"a\"]", "context.a"},
      {"context[\"if\"][\"a b\"]", "context[\"if\"][\"a b\"]"},
      {"context has \"a b\"", "context has \"a b\""},
      {"context has a . b", "context has a.b"},
      {"{\"a\": 1, \"if\": [], \"\": {}}", "{a: 1, \"if\": [], \"\": {}}"},
      {"principal is A :: B in [User::\"x\"]", "principal is A::B in [User::\"x\"]"},
      {"(1 + 2).a", "(1 + 2).a"},
      {"[1,].contains(1)", "[1].contains(1)"},
      {"[1].isEmpty()", "[1].isEmpty()"},
      {"ip(\"::\").isInRange(ip(\"::1\"), 1)", "ip(\"::\").isInRange(ip(\"::1\"), 1)"},
      {"principal.getTag(\"a\" ) in context.b", "principal.getTag(\"a\") in context.b"},
      {"\"\\u{41}\\n\\0\\u{200B}\xC3\xA9\\'\"", "\"A\\n\\0\\u{200b}\xC3\xA9'\""},
      {"\"a\" like \"*\\**\\u{2a}\"", "\"a\" like \"*\\***\""},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(printed(row.text) == row.printed);
    CHECK(printed(row.printed) == row.printed);
  }
}

TEST_CASE("printer: a policy in canonical form", "[cedar]") {
  const std::string text =
      "@id(\"x\")\n@note\nforbid(principal is User in ?principal, action in [Action::\"a\", "
      "N::Action::\"b\"], "
      "resource == ?resource)\nwhen { true }\nunless { context.a };";
  const auto parsed = cedar::parse_policies(cedar_test::source(text));
  REQUIRE(parsed.ok());
  CHECK(to_text(*parsed->front()) == text);
  const auto again = cedar::parse_policies(cedar_test::source(to_text(*parsed->front())));
  CHECK(equal(*parsed->front(), *again->front()));
}

TEST_CASE("printer: values", "[cedar]") {
  using cedar::Value;
  CHECK(to_text(Value(cedar::Set({Value(std::int64_t{2}), Value(true), Value(std::int64_t{2})}))) ==
        "[true, 2]");
  CHECK(to_text(Value(cedar::Record({{"b", Value("x")}, {"a b", Value(cedar::Set())}}))) ==
        "{\"a b\": [], b: \"x\"}");
  CHECK(to_text(Value(*cedar::Decimal::parse("-0.5"))) == "decimal(\"-0.5\")");
  CHECK(to_text(Value(cedar::Datetime{INT64_MIN})) ==
        "datetime(\"1970-01-01\").offset(duration(\"-9223372036854775808ms\"))");
}
