#include "config/policy_tests.h"

#include "tests/support/catch.h"

namespace {

constexpr auto is_entity = [](const std::string& text) { return text.ends_with('"'); };

std::string mistakes(const std::string& text) {
  const auto tests = config::parse_policy_tests("dir/t.yaml", text, is_entity);
  return tests.ok() ? "" : tests.error().message;
}

constexpr const char* kTest = R"(
  - name: n
    principal: U::"a"
    action: Action::"a"
    resource: U::"a"
    decision: allow
)";

std::string with_test(const std::string& more) {
  return "policies: [p.cedar]\ntests:" + std::string(kTest) + more;
}

// The list of as many items.
std::string list(std::size_t count) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) out += "a,";
  return out + "]";
}

}  // namespace

TEST_CASE("policy tests: what a file says", "[config]") {
  const auto tests = config::parse_policy_tests("dir/t.yaml", R"(policies: [a.cedar, ../b.json]
schema: s.cedarschema
entities: e.json
tests:
  - name: one
    principal: U::"a"
    action: Action::"a"
    resource: U::"b"
    context: {n: 1, s: "1", t: true, word: w, list: [1, {deep: -2}]}
    decision: deny
    reasons: [z, a]
    errors: []
  - {name: two, principal: 'U::"a"', action: 'Action::"a"', resource: 'U::"a"', decision: allow}
)",
                                                is_entity);
  REQUIRE(tests.ok());
  CHECK(tests->policies == std::vector<std::string>{"dir/a.cedar", "dir/../b.json"});
  CHECK(tests->schema == "dir/s.cedarschema");
  CHECK(tests->entities == "dir/e.json");
  REQUIRE(tests->tests.size() == 2);
  const config::PolicyTest& one = tests->tests[0];
  CHECK(one.name == "one");
  CHECK(one.place.line == 5);
  CHECK(one.principal == R"(U::"a")");
  CHECK(one.action == R"(Action::"a")");
  CHECK(one.resource == R"(U::"b")");
  CHECK(to_text(one.context) == R"({"n":1,"s":"1","t":true,"word":"w","list":[1,{"deep":-2}]})");
  CHECK(one.decision == "deny");
  CHECK(one.reasons == std::vector<std::string>{"a", "z"});
  CHECK(one.errors == std::vector<std::string>{});
  const config::PolicyTest& two = tests->tests[1];
  CHECK(to_text(two.context) == "{}");
  CHECK_FALSE(two.reasons);
  CHECK_FALSE(two.errors);
}

TEST_CASE("policy tests: a mistake has its place and a guess", "[config]") {
  struct Row {
    std::string text;
    const char* message;
  };
  const Row rows[] = {
      {"", "dir/t.yaml:1:1: must be a map with the keys `policies` and `tests`, not empty\n  1 | \n    | ^"},
      {"[]",
       "dir/t.yaml:1:1: must be a map with the keys `policies` and `tests`, not a list\n  1 | []\n    | ^"},
      {"tests: []", "dir/t.yaml:1:1: file: policies: is missing\n  1 | tests: []\n    | ^"},
      {"policies: []\ntests: []",
       "dir/t.yaml:1:11: file: policies: must name at least one file\n  1 | policies: []\n    |           ^"},
      {"policies: [p]", "dir/t.yaml:1:1: file: tests: is missing\n  1 | policies: [p]\n    | ^"},
      {"policies: [p]\ntests: {}",
       "dir/t.yaml:2:8: file: tests: must be a list, not a map\n  2 | tests: {}\n    |        ^"},
      {"policies: [p]\ntests: []\nentites: e",
       "dir/t.yaml:3:1: entites: unknown key; did you mean `entities`?\n  3 | entites: e\n    | ^"},
      {"policies: [p]\ntests: [x]",
       "dir/t.yaml:2:9: test 1: must be a map with keys of its own, not `x`\n  2 | tests: [x]\n    |         "
       "^"},
      {with_test("    contxt: {}\n"),
       "dir/t.yaml:8:5: test 1: contxt: unknown key; did you mean `context`?\n  8 |     contxt: {}\n    |    "
       " ^"},
      {with_test("    context: [1]\n"),
       "dir/t.yaml:8:14: test 1: context: must be a map, not a list\n  8 |     context: [1]\n    |           "
       "   ^"},
      {with_test("    context: {a: [null]}\n"),
       "dir/t.yaml:8:18: test 1: context: null is not a value\n  8 |     context: {a: [null]}\n    | "
       "                 ^"},
      {with_test("    reasons: owners\n"),
       "dir/t.yaml:8:14: test 1: reasons: must be a list such as `[]` or `[a, b]`, not `owners`\n  8 |     "
       "reasons: owners\n    |     "
       "         ^"},
      {with_test("    name: m\n"),
       "dir/t.yaml:8:5: key `name` is given twice, first on line 3\n  8 |     name: m\n    |     ^"},
      {"policies: [p",
       "dir/t.yaml:1:1: not YAML: end of sequence flow not found\n  1 | policies: [p\n    | ^"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(mistakes(row.text) == row.message);
  }
}

TEST_CASE("policy tests: all mistakes are said at once, in their order", "[config]") {
  CHECK(mistakes("policies: [p]\nschem: s\ntests:\n  - name: n\n    principal: a\n    decision: yes\n") ==
        "dir/t.yaml:2:1: schem: unknown key; did you mean `schema`?\n"
        "  2 | schem: s\n"
        "    | ^\n"
        "\n"
        "dir/t.yaml:4:5: test 1: action: is missing\n"
        "  4 |   - name: n\n"
        "    |     ^\n"
        "\n"
        "dir/t.yaml:4:5: test 1: resource: is missing\n"
        "  4 |   - name: n\n"
        "    |     ^\n"
        "\n"
        "dir/t.yaml:5:16: test 1: principal: must be an entity such as User::\"alice\", not `a`\n"
        "  5 |     principal: a\n"
        "    |                ^\n"
        "\n"
        "dir/t.yaml:6:15: test 1: decision: must be allow or deny, not `yes`\n"
        "  6 |     decision: yes\n"
        "    |               ^");
}

TEST_CASE("policy tests: limits are kept, and one less is fine", "[config]") {
  const auto paths = [](std::size_t count) { return mistakes("policies: " + list(count) + "\ntests: []"); };
  CHECK(paths(config::kMaxPolicyTestPaths) == "");
  CHECK_THAT(paths(config::kMaxPolicyTestPaths + 1),
             ContainsSubstring("policies: must have at most 100 items, not 101"));
  const auto ids = [](std::size_t count) {
    return mistakes(with_test("    reasons: " + list(count) + "\n"));
  };
  CHECK(ids(config::kMaxPolicyTestIds) == "");
  CHECK_THAT(ids(config::kMaxPolicyTestIds + 1),
             ContainsSubstring("reasons: must have at most 1000 items, not 1001"));
  const std::string base = "policies: [p]\ntests: [] #";
  CHECK(mistakes(base + std::string(config::kMaxPolicyTestsText - base.size(), ' ')) == "");
  CHECK(mistakes(base + std::string(config::kMaxPolicyTestsText + 1 - base.size(), ' ')) ==
        "dir/t.yaml: larger than 4194304 bytes");
  std::string many = "policies: [p]\ntests: [";
  for (std::size_t i = 0; i <= config::kMaxPolicyTests; ++i) many += "x,";
  CHECK_THAT(mistakes(many + "]"), ContainsSubstring("tests: must have at most 10000 items, not 10001"));
}
