// What is told of rules that came close, and that it tells nobody what they may not see.
#include <random>

#include "api/decision_settings.h"
#include "api/decisions.h"
#include "api/entities.h"
#include "api/explanations.h"
#include "api/policies.h"
#include "base/json.h"
#include "dialects/near_rule_json.h"
#include "tests/support/api_world.h"

namespace {

base::Json json(const std::string& text) {
  return base::parse_json(text).value();
}

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  domain::UserId ann = world.add_user(acme, "PLANTED-name");

  template <typename Fn>
  auto make(const Fn& fn) {
    return ApiWorld::must(world.change(world.platform(), fn));
  }
  Scene() {
    make([&](api::Change& c) {
      return api::put_entity(
          c, acme,
          {{"Doc", "7"},
           R"({"k":"PLANTED-entity","n":7711,"r":{"k":"PLANTED-inner","salary":"PLANTED-secret"},)"
           R"("salary":"PLANTED-secret","owner":{"__entity":{"type":"Doc","id":"8"}}})",
           R"({"k":"PLANTED-tag","salary":"PLANTED-secret"})",
           {},
           {},
           {}},
          {}, {});
    });
    make([&](api::Change& c) {
      return api::put_entity(c, acme, {{"Doc", "8"}, R"({"k":"PLANTED-entity"})", "{}", {}, {}, {}}, {}, {});
    });
    make([&](api::Change& c) {
      domain::DecisionSettings settings;
      settings.secret = {"salary"};
      return api::set_decision_settings(c, acme, settings, {});
    });
  }
  void add(const std::vector<std::string>& texts) {
    std::vector<api::GivenRule> rules;
    for (const std::string& text : texts) rules.push_back({text});
    make([&](api::Change& c) { return api::create_policy(c, acme, {"p", {}, true, 0, rules}); });
  }
  api::DecisionQuestion question() const {
    api::DecisionQuestion asked{{"user", ann.to_string()}, {"Doc", "7"}, "view", {}, {}, {}, {}};
    asked.resource_properties = json(R"({"sent":"sent with it"})");
    asked.context = json(R"({"c":"context","salary":"PLANTED-secret","r":{"salary":"PLANTED-secret"}})");
    return asked;
  }
  // What /v1/explain says to people.
  std::string explained(const api::Caller& caller) {
    const auto told = ApiWorld::must(world.read(caller, [&](const api::Read& read) {
      return api::explain(read, acme, api::UserIds::kUuid, {question(), {}});
    }));
    std::string all = told.sentence;
    for (const api::TurningChange& change : told.changes) all += "\n" + change.text;
    return all;
  }
  // All that is told of one question.
  std::string told(const api::Caller& caller) {
    std::string all;
    ApiWorld::must(world.read(caller, [&](const api::Read& read) -> api::Outcome<void> {
      const auto decisions = ApiWorld::must(
          api::Decisions::begin(read, acme, api::UserIds::kUuid, api::Decisions::Haste::kNone));
      const auto decided = ApiWorld::must(decisions->decide(question(), true));
      base::JsonWriter w;
      w.begin_array();
      for (const authz::FailedRule& failed : decided.failed) w.value(failed.message);
      for (const authz::NearRule& rule : ApiWorld::must(decisions->near_rules(question())).rules)
        dialects::write_near_rule(w, rule);
      all = w.end_array().take();
      return {};
    }));
    return all;
  }
};

std::string rule(const std::string& condition) {
  return "permit (principal, action, resource) when { " + condition + " };";
}

}  // namespace

TEST_CASE("trace: a missing grant, role, group and condition are told apart", "[api][trace]") {
  Scene s;
  s.add({rule("resource.k == \"x\""), "permit (principal in role::\"admin\", action, resource);",
         "permit (principal == ?principal, action, resource);",
         "permit (principal, action == Action::\"burn\", resource);"});
  const std::string told = s.told(s.world.admin(s.acme));
  for (const char* const lack : {"condition", "role", "grant", "scope"})
    CHECK_THAT(told, ContainsSubstring(R"("missing":")" + std::string(lack) + "\""));
  CHECK_THAT(
      told, ContainsSubstring(R"({"expression":"resource.k","type":"string","value":"\"PLANTED-entity\""})"));
}

TEST_CASE("trace: values that the caller may not see are in no rule", "[api][trace]") {
  // Each ends in a part that doesn't hold, or an error that quotes what it met.
  const std::vector<std::string> conditions = {
      "resource.k == \"x\"",
      "resource.k like \"*x*\"",
      "resource.r.k == \"x\"",
      "resource.r == {}",
      "resource.owner.k == \"x\"",
      "ip(resource.k).isLoopback()",
      "decimal(resource.k) == decimal(\"1.0\")",
      "resource.k + 1 > 2",
      "[resource.k].contains(\"x\")",
      "resource.getTag(\"k\") == \"x\"",
      "resource.n > 9999",
      "principal.name == \"x\"",
      "principal.email == \"x\"",
      "principal.name like \"x*\"",
      "datetime(principal.name) == datetime(\"2026-01-01\")",
      "resource.salary == \"x\"",
      "resource.getTag(\"salary\") == \"x\"",
      "context.salary == \"x\"",
      "context.r == {}",
      "context.r.salary == \"x\"",
      "context == {}",
      "ip(context.salary).isIpv4()",
      "resource.r.salary == \"x\"",
      "duration(resource.salary) == duration(\"1s\")",
      "resource.sent == \"x\"",
      "context.c == \"x\"",
      "(if resource.salary == \"x\" then true else resource.k == \"x\")",
      "{a: resource.salary}.a == \"x\"",
      "resource has salary && resource.salary == \"x\""};
  struct Row {
    std::vector<std::string> scopes;
    bool directory, entities;
  };
  const Row rows[] = {{{"organization:decide"}, false, false},
                      {{"organization:decide", "organization:get"}, true, false},
                      {{"organization:decide", "organization:policymanage"}, true, true},
                      {{"organization:administer"}, true, true}};
  const auto seed = static_cast<std::uint32_t>(GENERATE(range(1, 7)));
  Scene s;
  std::mt19937 random(seed);
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < 8; ++i)
    rules.push_back(rule(conditions[random() % conditions.size()] + (random() % 2 == 0 ? " && " : " || ") +
                         conditions[random() % conditions.size()]));
  rules.push_back(rule("resource.k == \"x\""));
  rules.push_back(rule("principal.name == \"x\""));
  s.add(rules);
  bool decides_gets = false;
  for (const Row& row : rows) {
    const std::string told = s.told(s.world.caller(s.acme, row.scopes));
    INFO(told);
    CHECK_THAT(told, !ContainsSubstring("PLANTED-secret"));
    const std::string explained = s.explained(s.world.caller(s.acme, row.scopes));
    INFO(explained);
    CHECK_THAT(explained, !ContainsSubstring("PLANTED-secret"));
    CHECK((row.directory || explained.find("PLANTED-name") == std::string::npos));
    const bool shows_entities = told.find("PLANTED-entity") != std::string::npos;
    const bool shows_names = told.find("PLANTED-name") != std::string::npos;
    CHECK(shows_entities == row.entities);
    CHECK(shows_names == row.directory);
    if (!row.entities) {
      CHECK_THAT(told, !ContainsSubstring("PLANTED-inner") && !ContainsSubstring("PLANTED-tag"));
      CHECK_THAT(told, !ContainsSubstring("7711"));
      CHECK_THAT(explained, !ContainsSubstring("PLANTED-entity") && !ContainsSubstring("PLANTED-inner") &&
                                !ContainsSubstring("PLANTED-tag") && !ContainsSubstring("7711"));
    }
    decides_gets = decides_gets || told.find("\"hidden\":true") != std::string::npos;
  }
  CHECK(decides_gets);
}
