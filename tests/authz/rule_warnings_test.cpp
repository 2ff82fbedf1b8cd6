#include "authz/rule_warnings.h"

#include "authz/tenant_rule.h"
#include "cedar/source.h"
#include "tests/support/catch.h"

namespace {

std::string warned(const std::string& condition) {
  const auto rule =
      authz::parse_rule("permit (principal, action, resource) when { " + condition + " };", "r");
  INFO(condition);
  REQUIRE(rule.ok());
  std::string all;
  for (const authz::RuleWarning& warning : authz::warnings_of(*rule->body))
    all += (all.empty() ? "" : " ; ") + std::string(rule->body->source->text_at(warning.at)) + ": " +
           warning.message;
  return all;
}

}  // namespace

TEST_CASE("what of a rule can only fail is told, without a schema", "[authz]") {
  const std::string rule_fails = ", which can't stand here: the rule can only fail";
  const struct {
    std::string condition, warning;
  } rows[] = {
      {"true", ""},
      {"context.age < 18", ""},
      {"context.age < \"18\"", "\"18\": this is a string" + rule_fails},
      {"context.age + \"1\" == 2", "\"1\": this is a string" + rule_fails},
      {"principal.a && 1", "1: this is a long" + rule_fails},
      {"!(context has a) || \"x\"", "\"x\": this is a string" + rule_fails},
      {"1", "1: a condition must be true or false, and this is a long"},
      {"principal in user::\"a\"", ""},
      {"principal in [user::\"a\"]", ""},
      {"principal in \"a\"", "\"a\": this is a string" + rule_fails},
      {"context.set.contains(1)", ""},
      {"[1].contains(context.a)", ""},
      {"context.ip.isInRange(ip(\"10.0.0.0/8\"))", ""},
      {"principal == resource || \"a\" == 1", ""},
      {"user::\"a\" in group::\"b\"", ""},
      {"user::\"a\".name == \"x\"", ""},
  };
  for (const auto& row : rows) CHECK(warned(row.condition) == row.warning);
  CHECK_THAT(warned("context.ip.isInRange(ip(\"10.0.0.300\"))"),
             ContainsSubstring("ip(\"10.0.0.300\"): this can only fail: "));
  CHECK_THAT(warned("9223372036854775807 + 1 == context.a"), ContainsSubstring("this can only fail: "));
  std::string many = "context.a < \"0\"";
  for (int i = 0; i < 50; ++i) many += " || context.a < \"0\"";
  const std::string all = warned(many);
  std::size_t told = 0;
  for (std::size_t at = 0; (at = all.find("this is a string", at)) != std::string::npos; ++at) ++told;
  CHECK(told == authz::kMaxRuleWarnings);
}

TEST_CASE("constants within constants cost what they are long, not what they are deep", "[authz]") {
  std::string wide = "1";
  while (wide.size() < 30'000) wide += ",1";
  std::string nested = "[" + wide + "].contains(1)";
  for (int i = 0; i < 150; ++i) nested = "!(" + nested + ")";
  CHECK(warned(nested + " == context.a") == "");
  CHECK_THAT(warned("context.a == ip(\"x\") || " + nested), ContainsSubstring("this can only fail: "));
}
