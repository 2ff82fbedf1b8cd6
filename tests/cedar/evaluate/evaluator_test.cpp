#include "cedar/evaluator.h"

#include "tests/cedar/support.h"

namespace {

// The value as text, or "begin..end: message" of the error.
std::string answer(const std::string& text) {
  const auto parsed = cedar::parse_expression(cedar_test::source(text));
  if (!parsed.ok()) return parsed.error().message;
  const auto entities = cedar::Entities::from_json(R"([
    {"uid": {"type": "User", "id": "alice"}, "attrs": {"age": 7, "boss": {"__entity": {"type": "User", "id": "bob"}}},
     "parents": [{"type": "Group", "id": "g"}], "tags": {"t": "x"}},
    {"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": [{"type": "Group", "id": "absent"}]}])");
  const auto context = cedar::context_from_json(R"({"n": 5, "s": "abc", "r": {"x": {"y": 1}}})");
  const auto value = evaluate(*parsed->root, cedar_test::request(context.value()), entities.value());
  if (value.ok()) return to_text(value.value());
  const auto& error = value.error();
  return std::to_string(error.at.begin) + ".." + std::to_string(error.at.end) + ": " + error.message;
}

struct Row {
  std::string expr;
  std::string answer;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.expr);
    CHECK(answer(row.expr) == row.answer);
  }
}

}  // namespace

TEST_CASE("evaluator: values", "[cedar]") {
  check({
      {"principal.age + context.n * 2 - 1", "16"},
      {"10 - 3 - 2", "5"},
      {"principal in Group::\"g\" && principal in Group::\"absent\"", "true"},
      {"resource in resource", "true"},
      {"resource in Group::\"g\"", "false"},
      {"principal in []", "false"},
      {"principal in [Group::\"x\", Group::\"g\"]", "true"},
      {"principal is User in Group::\"g\"", "true"},
      {"1 == 1 || 1 + true == 2", "true"},
      {"false && 1", "false"},
      {"if false then 1 + true else [1, 1, 2]", "[1, 2]"},
      {"principal has boss.name", "false"},
      {"principal has boss && principal.boss == User::\"bob\"", "true"},
      {"resource has a", "false"},
      {"context has r.x.y && context.r.x.y == 1", "true"},
      {"context has r.z.y", "false"},
      {"{a: {b: \"c\"}}.a.b", "\"c\""},
      {"principal.hasTag(\"t\") && principal.getTag(\"t\") == \"x\"", "true"},
      {"resource.hasTag(\"t\")", "false"},
      {"[1, 2, 3].containsAll([1, 3]) && ![1].containsAny([2, 3])", "true"},
      {"[[1, 2]].contains([2, 1, 1])", "true"},
      {"{a: 1, b: 2} == {b: 2, a: 1}", "true"},
      {"1 == \"1\"", "false"},
      {"\"abcabd\" like \"*ab*abd\"", "true"},
      {"\"ab\" like \"ab*b\"", "false"},
      {"\"a*b\" like \"a\\*b\"", "true"},
      {"\"axb\" like \"a\\*b\"", "false"},
      {"datetime(\"2024-01-02\") > datetime(\"2024-01-01T23:59:59.999Z\")", "true"},
      {"datetime(\"1969-12-31T23:00:00Z\").toDate()", "datetime(\"1969-12-31\")"},
      {"duration(\"-1d1h\").toHours()", "-25"},
  });
}

TEST_CASE("evaluator: isInRange takes any number of ranges, of which one is enough (RFC 99)", "[cedar]") {
  const std::string offices =
      ".isInRange(ip(\"198.51.100.0/24\"), ip(\"203.0.113.0/24\"), ip(\"192.0.2.0/25\"), "
      "ip(\"2001:db8:a001::/48\"))";
  check({
      {"ip(\"198.51.100.0\")" + offices, "true"},
      {"ip(\"203.0.113.255\")" + offices, "true"},
      {"ip(\"192.0.2.127\")" + offices, "true"},
      {"ip(\"192.0.2.128\")" + offices, "false"},
      {"ip(\"2001:db8:a001:7::9\")" + offices, "true"},
      {"ip(\"2001:db8:a002::\")" + offices, "false"},
      {"ip(\"::\")" + offices, "false"},
      // Addresses that are ranges themselves have to be in one as a whole.
      {"ip(\"192.0.2.0/25\")" + offices, "true"},
      {"ip(\"192.0.2.0/24\")" + offices, "false"},
      {"ip(\"192.0.2.0/24\").isInRange(ip(\"192.0.2.0/25\"), ip(\"192.0.2.128/25\"))", "false"},
      // Ranges of the other kind hold nothing, wherever they stand.
      {"ip(\"127.0.0.1\").isInRange(ip(\"::/0\"), ip(\"127.0.0.0/8\"), ip(\"fe80::/10\"))", "true"},
      {"ip(\"::1\").isInRange(ip(\"0.0.0.0/0\"), ip(\"::1/128\"))", "true"},
      {"ip(\"::1\").isInRange(ip(\"0.0.0.0/0\"), ip(\"127.0.0.1\"))", "false"},
      // All are evaluated and looked at, also after one that is enough.
      {"ip(\"10.0.0.1\").isInRange(ip(\"10.0.0.0/8\"), ip(\"10.0.0.0/33\"))",
       "43..60: \"10.0.0.0/33\" is not an address like \"10.0.0.1\", \"10.0.0.0/8\", \"::1\" or "
       "\"2001:db8::/32\""},
      {"ip(\"10.0.0.1\").isInRange(ip(\"10.0.0.0/8\"), \"10.0.0.0/8\")",
       "0..56: `isInRange` expected ipaddr, found string"},
      {"ip(\"10.0.0.1\").isInRange([ip(\"10.0.0.0/8\")])", "0..44: `isInRange` expected ipaddr, found set"},
      {"1.isInRange(ip(\"10.0.0.0/8\"), ip(\"11.0.0.0/8\"))",
       "0..47: `isInRange` expected ipaddr, found long"},
      {"ip(\"10.0.0.1\").isLoopback(ip(\"10.0.0.0/8\"))", "0..43: `isLoopback` takes 0 arguments, not 1"},
      {"decimal(\"1.0\").lessThan(decimal(\"2.0\"), decimal(\"3.0\"))",
       "0..55: `lessThan` takes 1 argument, not 2"},
  });
}

TEST_CASE("evaluator: errors say what was found where", "[cedar]") {
  check({
      {"1 + true", "4..8: expected long, found bool"},
      {"true && 1", "8..9: expected bool, found long"},
      {"!1", "1..2: expected bool, found long"},
      {"-\"a\"", "1..4: expected long, found string"},
      {"9223372036854775807 + 1", "0..23: integer overflow: 9223372036854775807 + 1"},
      {"-9223372036854775807 - 2", "0..24: integer overflow: -9223372036854775807 - 2"},
      {"9223372036854775807 * 2", "0..23: integer overflow: 9223372036854775807 * 2"},
      {"-(-9223372036854775808)", "0..23: integer overflow: -(-9223372036854775808)"},
      {"principal.name", "0..14: User::\"alice\" has no attribute \"name\""},
      {"resource.name", "0..13: Doc::\"d\" is not there, so it has no attribute \"name\""},
      {"context.zz", "0..10: the record has no attribute \"zz\""},
      {"context.n.a", "0..9: expected record or entity, found long"},
      {"principal.getTag(\"zz\")", "0..22: User::\"alice\" has no tag \"zz\""},
      {"resource.getTag(\"a\")", "0..20: Doc::\"d\" is not there, so it has no tags"},
      {"principal.getTag(1)", "17..18: expected string, found long"},
      {"1.hasTag(\"a\")", "0..1: expected entity, found long"},
      {"1 < true", "4..8: expected long, found bool"},
      {"true < 1", "0..4: expected long, datetime or duration, found bool"},
      {"decimal(\"1.0\") < decimal(\"2.0\")", "0..14: expected long, datetime or duration, found decimal"},
      {"1 in principal", "0..1: expected entity, found long"},
      {"principal in 1", "13..14: expected entity or set of entities, found long"},
      {"principal in [principal, 1]", "13..27: expected set of entities, found long"},
      {"[1].containsAll(1)", "16..17: expected set, found long"},
      {"1.isEmpty()", "0..1: expected set, found long"},
      {"1 like \"a\"", "0..1: expected string, found long"},
      {"1 is User", "0..1: expected entity, found long"},
      {"1 has a", "0..1: expected record or entity, found long"},
      {"context has n.x", "0..7: expected record or entity, found long"},
      {"ip(\"1.2\")",
       "0..9: \"1.2\" is not an address like \"10.0.0.1\", \"10.0.0.0/8\", \"::1\" or \"2001:db8::/32\""},
      {"ip(1)", "0..5: `ip` expected string, found long"},
      {"ip()", "0..4: `ip` takes 1 argument, not 0"},
      {"ip(\"::1\").isInRange()", "0..21: `isInRange` takes at least 1 argument, not 0"},
      {"ip(\"::1\").isIpv4(1)", "0..19: `isIpv4` takes 0 arguments, not 1"},
      {"decimal(\"1\")",
       "0..12: \"1\" is not a decimal like \"12.34\": one to four digits after the point, within 64 bits"},
      {"datetime(\"2024-02-30\")",
       "0..22: \"2024-02-30\" is not a datetime like \"2024-10-15\" or \"2024-10-15T11:35:00.000+0100\""},
      {"duration(\"1w\")",
       "0..14: \"1w\" is not a duration like \"1d2h3m4s5ms\" or \"-90m\", within 64 bits"},
      {"datetime(\"1970-01-02\").offset(duration(\"9223372036854775807ms\"))",
       "0..64: the sum of datetime(\"1970-01-02\") and duration(\"9223372036854775807ms\") does not fit 64 "
       "bits"},
      {"if 1 then 2 else 3", "3..4: expected bool, found long"},
  });
}
