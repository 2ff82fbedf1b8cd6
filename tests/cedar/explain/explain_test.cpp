#include "cedar/explain.h"

#include "tests/cedar/support.h"

namespace {

using cedar_test::message;
using cedar_test::repeated;
using cedar_test::uid;

constexpr const char* kEntities = R"([
  {"uid": {"type": "User", "id": "alice"}, "attrs": {"age": 17, "boss": {"__entity": {"type": "User", "id": "bob"}},
    "address": {"city": "Graz"}, "keys": ["k1", "k2"]},
    "parents": [{"type": "Group", "id": "staff"}], "tags": {"team": "red"}},
  {"uid": {"type": "User", "id": "bob"}, "attrs": {"name": "Bob"}, "parents": []},
  {"uid": {"type": "Doc", "id": "d"}, "attrs": {"owner": {"__entity": {"type": "User", "id": "bob"}}, "is_public": false},
    "parents": []}
])";

cedar::Record context() {
  return cedar::context_from_json(R"({"ip": {"__extn": {"fn": "ip", "arg": "10.0.0.7"}}, "mfa": true})")
      .value();
}

std::string explained(const cedar::PolicySet& policies, const cedar::ExplainOptions& options = {}) {
  const auto entities = cedar::Entities::from_json(kEntities);
  REQUIRE(message(entities).empty());
  return to_text(explain(cedar_test::request(context()), policies, entities.value(), options));
}

std::string explained(std::string_view policies, const cedar::ExplainOptions& options = {}) {
  const auto set = cedar::PolicySet::parse(policies, "p.cedar");
  REQUIRE(message(set).empty());
  return explained(set.value(), options);
}

// The explanation of `permit(principal, action, resource) when { … };`, without its first three lines.
std::string part_of(const std::string& expr, const cedar::ExplainOptions& options = {}) {
  std::string text = explained("permit(principal, action, resource) when { " + expr + " };", options);
  for (int line = 0; line < 3; ++line) text.erase(0, text.find('\n') + 1);
  return text;
}

}  // namespace

TEST_CASE("explain: a deny without a policy that applies lists the nearest permits first", "[cedar]") {
  const char* const kPolicies =
      "@id(\"far\")\n"
      "permit(principal in Group::\"admins\", action == Action::\"edit\", resource is Folder)\n"
      "  when { resource.owner == principal };\n"
      "permit(principal is User, action in [Action::\"view\", Action::\"list\"], resource)\n"
      "  when { principal has age && principal.age >= 18 && context.mfa }\n"
      "  unless { resource.owner == principal || principal.boss == resource.owner };\n"
      "forbid(principal, action, resource) when { context.ip.isInRange(ip(\"192.168.0.0/16\"), ip(\"::/0\")) };\n"
      "permit(principal, action, resource) when { resource.is_public };\n";
  CHECK(explained(kPolicies) ==
        "deny: no policy applies\n"
        "\n"
        "permit `policy3` at p.cedar:8:1 does not apply: 1 of 1 part does not hold\n"
        "  p.cedar:8:44: when `resource.is_public` is false\n"
        "    resource.is_public is false\n"
        "\n"
        "permit `policy1` at p.cedar:4:1 does not apply: 2 of 7 parts do not hold\n"
        "  p.cedar:5:31: when `principal.age >= 18` is false\n"
        "    principal.age is 17\n"
        "  p.cedar:6:43: unless `principal.boss == resource.owner` is true\n"
        "    principal.boss is User::\"bob\"\n"
        "    resource.owner is User::\"bob\"\n"
        "\n"
        "permit `policy0` at p.cedar:1:1 does not apply: 4 of 4 parts do not hold\n"
        "  p.cedar:2:8: `principal in Group::\"admins\"` is false\n"
        "    principal is User::\"alice\"\n"
        "  p.cedar:2:38: `action == Action::\"edit\"` is false\n"
        "    action is Action::\"view\"\n"
        "  p.cedar:2:64: `resource is Folder` is false\n"
        "    resource is Doc::\"d\"\n"
        "  p.cedar:3:10: when `resource.owner == principal` is false\n"
        "    resource.owner is User::\"bob\"\n"
        "    principal is User::\"alice\"\n"
        "\n"
        "forbid `policy2` at p.cedar:7:1 does not apply: 1 of 1 part does not hold\n"
        "  p.cedar:7:44: when `context.ip.isInRange(ip(\"192.168.0.0/16\"), ip(\"::/0\"))` is false\n"
        "    context.ip is ip(\"10.0.0.7\")");
}

TEST_CASE("explain: a deny by forbids says what made them apply", "[cedar]") {
  CHECK(explained("permit(principal, action, resource);\n"
                  "forbid(principal in Group::\"staff\", action, resource)\n"
                  "  unless { resource.is_public || principal.getTag(\"team\") == \"blue\" };") ==
        "deny: 1 forbid applies\n"
        "\n"
        "forbid `policy1` at p.cedar:2:1 applies\n"
        "  p.cedar:2:8: `principal in Group::\"staff\"` is true\n"
        "    principal is User::\"alice\"\n"
        "  p.cedar:3:12: unless `resource.is_public` is false\n"
        "    resource.is_public is false\n"
        "  p.cedar:3:34: unless `principal.getTag(\"team\") == \"blue\"` is false\n"
        "    principal.getTag(\"team\") is \"red\"\n"
        "\n"
        "permit `policy0` at p.cedar:1:1 applies to every request");
}

TEST_CASE("explain: an allow, and policies that failed", "[cedar]") {
  CHECK(explained("permit(principal, action, resource) when { principal.age };\n"
                  "permit(principal, action, resource) when { true && principal.email == \"a\" };\n"
                  "permit(principal, action, resource) when { context.mfa };") ==
        "allow: 1 permit applies\n"
        "\n"
        "permit `policy2` at p.cedar:3:1 applies\n"
        "  p.cedar:3:44: when `context.mfa` is true\n"
        "    context.mfa is true\n"
        "\n"
        "permit `policy0` at p.cedar:1:1 takes no part: it could not be evaluated\n"
        "  p.cedar:1:44: when `principal.age` could not be evaluated: expected bool, found long\n"
        "    principal.age is 17\n"
        "\n"
        "permit `policy1` at p.cedar:2:1 takes no part: it could not be evaluated\n"
        "  p.cedar:2:52: when `principal.email == \"a\"` could not be evaluated: "
        "User::\"alice\" has no attribute \"email\"\n"
        "    principal is User::\"alice\"");
}

TEST_CASE("explain: a part behind the one that decided may be unknown", "[cedar]") {
  CHECK(
      explained(
          "permit(principal, action, resource) when { principal has email && principal.email == \"a\" };") ==
      "deny: no policy applies\n"
      "\n"
      "permit `policy0` at p.cedar:1:1 does not apply: 2 of 2 parts do not hold\n"
      "  p.cedar:1:44: when `principal has email` is false\n"
      "    principal is User::\"alice\"\n"
      "  p.cedar:1:67: when `principal.email == \"a\"` could not be evaluated: "
      "User::\"alice\" has no attribute \"email\"\n"
      "    principal is User::\"alice\"");
}

TEST_CASE("explain: values are those evaluation met", "[cedar]") {
  const std::string kOf = "  p.cedar:1:44: when `";
  struct Row {
    std::string expr;
    std::string values;
  };
  const std::vector<Row> rows = {
      {"principal.age > 20 || resource.is_public && principal.age == 1",
       "\n    principal.age is 17\n    resource.is_public is false"},
      {"if context.mfa then principal.age == 1 else resource.is_public",
       "\n    context.mfa is true\n    principal.age is 17"},
      {"principal.boss.name == \"Al\"", "\n    principal.boss.name is \"Bob\""},
      {"principal.keys.contains(principal.address.city)",
       "\n    principal.keys is [\"k1\", \"k2\"]\n    principal.address.city is \"Graz\""},
      {"principal.age + principal.age * 2 == 1", "\n    principal.age is 17"},
      {"principal.address == {city: \"Linz\"}", "\n    principal.address is {city: \"Graz\"}"},
      {"context has day", ""},
      {"!context.mfa", "\n    context.mfa is true"},
      {"[context.mfa, principal.age] == [1]", "\n    context.mfa is true\n    principal.age is 17"},
      {"principal.boss is Doc in resource.owner",
       "\n    principal.boss is User::\"bob\"\n    resource.owner is User::\"bob\""},
      {"principal.address.city like \"L*\"", "\n    principal.address.city is \"Graz\""},
      {"1 == 2", ""},
  };
  for (const Row& row : rows) CHECK(part_of(row.expr) == kOf + row.expr + "` is false" + row.values);
}

TEST_CASE("explain: what the asker may not see is not shown", "[cedar]") {
  cedar::ExplainOptions options;
  options.may_see = [](const cedar::EntityField& field) {
    if (field.is_tag) return field.name != "team";
    return to_text(field.entity) != "User::\"bob\"" && field.name != "age";
  };
  const std::string kHidden = " is something that you may not see";
  struct Row {
    std::string expr;
    std::string text;  // behind the expression
  };
  const std::vector<Row> rows = {
      {"principal.age == 1", "` is false\n    principal.age" + kHidden},
      {"principal.boss.name == \"Al\"", "` is false\n    principal.boss.name" + kHidden},
      {"principal.boss == principal",
       "` is false\n    principal.boss is User::\"bob\"\n    principal is User::\"alice\""},
      {"principal.getTag(\"team\") == \"blue\"", "` is false\n    principal.getTag(\"team\")" + kHidden},
      {"{a: principal.age}.a == 1", "` is false\n    {a: principal.age}.a" + kHidden},
      {"principal.address.city == \"Linz\"", "` is false\n    principal.address.city is \"Graz\""},
      {"context.mfa == false", "` is false\n    context.mfa is true"},
      // Messages would tell the value, or its kind.
      {"principal.age + 9223372036854775807 == 1", "` could not be evaluated\n    principal.age" + kHidden},
      {"principal.boss.name < 5", "` could not be evaluated\n    principal.boss.name" + kHidden},
      {"principal has boss.name.x", "` could not be evaluated\n    principal is User::\"alice\""},
      {"principal.hasTag(\"team\") && principal.boss.name",
       "` could not be evaluated\n    principal.boss.name" + kHidden},
      {"principal.address.city < 5",
       "` could not be evaluated: expected long, datetime or duration, found string\n"
       "    principal.address.city is \"Graz\""},
  };
  for (const Row& row : rows) {
    INFO(row.expr);
    const std::string text = part_of(row.expr, options);
    CHECK(text.substr(text.find("` ")) == row.text);
  }
}

TEST_CASE("explain: a link is told with the entities of its slots", "[cedar]") {
  auto set =
      cedar::PolicySet::parse("permit(principal == ?principal, action, resource in ?resource);", "p.cedar")
          .value();
  REQUIRE(message(set.link("policy0", "bob reads", {uid("User::\"bob\""), uid("Doc::\"d\"")})).empty());
  CHECK(explained(set) ==
        "deny: no policy applies\n"
        "\n"
        "permit `bob reads`, a link of `policy0`, at p.cedar:1:1 does not apply: 1 of 2 parts does not hold\n"
        "  p.cedar:1:8: `principal == User::\"bob\"` is false\n"
        "    principal is User::\"alice\"");
}

TEST_CASE("explain: nothing to tell", "[cedar]") {
  CHECK(explained("") == "deny: no policy applies");
}

TEST_CASE("explain: policies, parts, values and texts are bounded", "[cedar]") {
  cedar::ExplainOptions two;
  two.max_policies = 2;
  const std::string kFirst = "permit(principal, action, resource) when { false };";
  CHECK(explained(repeated(kFirst, 4), two) ==
        "deny: no policy applies\n"
        "\n"
        "permit `policy0` at p.cedar:1:1 does not apply: 1 of 1 part does not hold\n"
        "  p.cedar:1:44: when `false` is false\n"
        "\n"
        "permit `policy1` at p.cedar:1:52 does not apply: 1 of 1 part does not hold\n"
        "  p.cedar:1:95: when `false` is false\n"
        "\n"
        "and 2 more policies");

  const std::string many_parts = part_of("false" + repeated(" && false", cedar::kMaxExplainedParts));
  CHECK(many_parts.ends_with("when `false` is false\n  and 1 more part"));
  CHECK(std::count(many_parts.begin(), many_parts.end(), '\n') == cedar::kMaxExplainedParts);

  std::string sum = "0 == 0";
  for (int i = 0; i <= 8; ++i) sum += " + {a: principal.age, b: " + std::to_string(i) + "}.a";
  const std::string many_values = part_of(sum);
  CHECK(std::count(many_values.begin(), many_values.end(), '\n') == cedar::kMaxSeenValues);

  const std::string text_160(cedar::kMaxExplainedText - 2, 'x');
  CHECK(part_of("{a: \"" + text_160 + "\"}.a == 1").ends_with(" is \"" + text_160 + "\""));
  CHECK(part_of("{a: \"" + text_160 + "x\"}.a == 1").ends_with(" is \"" + text_160 + "x…"));
  CHECK(part_of("{a: \"" + repeated("\xC3\xA9", 80) + "\"}.a == 1")
            .ends_with(" is \"" + repeated("\xC3\xA9", 79) + "…"));
}

TEST_CASE("explain: hostile policies are explained in bounded text", "[cedar]") {
  const std::string deep = repeated("(false || ", 190) + "principal.age == 1" + repeated(")", 190);
  CHECK(part_of(deep).size() < 1'000);
  const std::string wide = "principal.age == 1" + repeated(" || principal.age == 1", 20'000);
  CHECK(part_of(wide).size() < 1'000);
  const std::string set = "[1" + repeated(", 2", 20'000) + "] == [principal.age]";
  CHECK(part_of(set).size() < 1'000);
}

TEST_CASE("explain: JSON has the same", "[cedar]") {
  const auto set =
      cedar::PolicySet::parse("forbid(principal, action, resource) when { principal.age == 1 };", "p");
  const auto entities = cedar::Entities::from_json(kEntities);
  cedar::ExplainOptions options;
  options.may_see = [](const cedar::EntityField&) { return false; };
  CHECK(
      to_text(to_json(explain(cedar_test::request(), set.value(), entities.value(), options))) ==
      R"({"decision":"deny","determining":0,"policies":[{"policy":"policy0","effect":"forbid",)"
      R"("outcome":"does not apply","file":"p","place":{"line":1,"column":1},"part_count":1,"failed_count":1,)"
      R"("parts":[{"kind":"when","outcome":"fails","text":"principal.age == 1","place":{"line":1,"column":44},)"
      R"("seen":[{"expression":"principal.age","value":null}]}]}],"unlisted":0})");
}
