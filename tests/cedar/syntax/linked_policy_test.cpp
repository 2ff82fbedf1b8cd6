#include "cedar/policy_set.h"

#include "tests/cedar/support.h"

TEST_CASE("linked policy: slots give way to their entities, in every kind of scope", "[cedar]") {
  struct Row {
    const char* policy;
    const char* linked;
  };
  const Row rows[] = {
      {"permit(principal == ?principal, action, resource);",
       R"(permit(principal == User::"a", action, resource);)"},
      {"permit(principal in ?principal, action, resource == ?resource);",
       R"(permit(principal in User::"a", action, resource == Doc::"d");)"},
      {"forbid(principal is User in ?principal, action, resource in ?resource) when { principal.x };",
       R"(forbid(principal is User in User::"a", action, resource in Doc::"d"))"
       "\nwhen { principal.x };"},
      {R"(@n("1") permit(principal, action == Action::"v", resource is Doc in ?resource) unless { true };)",
       "@n(\"1\")\n"
       R"(permit(principal, action == Action::"v", resource is Doc in Doc::"d"))"
       "\nunless { true };"},
      {R"(permit(principal == User::"b", action, resource == ?resource);)",
       R"(permit(principal == User::"b", action, resource == Doc::"d");)"},
  };
  for (const Row& row : rows) {
    INFO(row.policy);
    auto set = cedar::PolicySet::parse(row.policy, "p.cedar");
    REQUIRE(set.ok());
    cedar::SlotValues values;
    const std::string text = row.policy;
    if (text.find("?principal") != std::string::npos) values.principal = cedar_test::uid(R"(User::"a")");
    if (text.find("?resource") != std::string::npos) values.resource = cedar_test::uid(R"(Doc::"d")");
    REQUIRE(cedar_test::message(set->link("policy0", "l", values)) == "");
    CHECK(cedar::to_text(cedar::linked_policy(*set->find("l"))) == row.linked);
  }
}

TEST_CASE("linked policy: a static policy stays as it is", "[cedar]") {
  const std::string text = "permit(principal == User::\"a\", action, resource)\nwhen { true };";
  const auto set = cedar::PolicySet::parse(text, "p.cedar");
  REQUIRE(set.ok());
  CHECK(cedar::to_text(cedar::linked_policy(*set->find("policy0"))) == text);
}
