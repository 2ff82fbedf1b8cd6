// What one question may take (StepBudget), with the tenant's rules and what is stored.
#include "authz/decision.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

const domain::EntityName kDoc{"doc", "1"};

base::Json numbers(int count) {
  base::Json::Array all;
  for (int i = 0; i < count; ++i) all.emplace_back(std::int64_t{i});
  return base::Json(std::move(all));
}

struct Scene {
  ApiWorld world;
  TenantRules rules{world.service().store(), world.acme()};

  // "yes", "no", "used up", or "heavy" in a hurry.
  std::string decide(bool in_a_hurry, int context_values = 0, bool explains = false) {
    authz::DecisionQuestion q{{"user", "ann"}, kDoc, "view"};
    base::Json::Object context;
    if (context_values > 0) {
      context.emplace_back("a", numbers(context_values));
      context.emplace_back("b", numbers(context_values));
    }
    q.context = base::Json(std::move(context));
    std::string text;
    ApiWorld::must(world.read(world.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      const auto policies = authz::compile_policies(read.txn, world.acme());
      REQUIRE(policies.ok());
      authz::Decider decider(read.txn, *read.catalogue, *policies, world.acme(), authz::UserIds::kUuid,
                             read.now);
      if (in_a_hurry) decider.hurry();
      const auto decided = decider.decide(q, explains);
      REQUIRE(decided.ok());
      text = decider.is_heavy() ? "heavy" : decided->used_up ? "used up" : decided->allowed ? "yes" : "no";
      CHECK_FALSE((decided->used_up && decided->allowed));
      return {};
    }));
    return text;
  }
};

std::vector<std::string> many(const std::string& rule, int count) {
  return std::vector<std::string>(static_cast<std::size_t>(count), rule);
}

}  // namespace

TEST_CASE("decision: a question that takes more steps than it may is answered no", "[authz]") {
  Scene s;
  s.rules.add({"permit (principal, action, resource);"}, 1);
  CHECK(s.decide(false, 20'000) == "yes");
  s.rules.add(many("forbid (principal, action, resource) when { !context.a.containsAll(context.b) };", 500),
              2);
  CHECK(s.decide(false, 10) == "yes");
  CHECK(s.decide(false, 20'000) == "used up");
  CHECK(s.decide(true, 10) == "yes");
  CHECK(s.decide(true, 1'000) == "heavy");
}

TEST_CASE("decision: in a hurry the rules that a question comes to count, not those that there are",
          "[authz]") {
  Scene s;
  for (int policy = 0; policy < 4; ++policy)
    s.rules.add(
        many(R"(permit (principal, action == Action::"edit", resource) when { context.x == 1 };)", 500));
  s.rules.add(many(
      R"(permit (principal, action == Action::"view", resource) when { resource in folder::"1" };)", 10));
  CHECK(s.decide(true) == "no");
  s.rules.add_entity({"folder", "1"});
  s.rules.add_entity(kDoc, "{}", {{"folder", "1"}});
  CHECK(s.decide(true) == "yes");
}

TEST_CASE("decision: what is read of the store is paid for by its size", "[authz]") {
  Scene s;
  s.rules.add({R"(permit (principal, action, resource) when { resource.a == "x" };)"});
  s.rules.add_entity(kDoc, R"({"a":"x","b":")" + std::string(40'000, 'b') + "\"}");
  CHECK(s.decide(false) == "yes");
  CHECK(s.decide(true) == "heavy");
}

TEST_CASE("decision: the messages of rules that failed don't change the answer", "[authz]") {
  Scene s;
  s.rules.add({"permit (principal, action, resource);"}, 1);
  s.rules.add(many("permit (principal, action, resource) when { context.absent };", 100), 2);
  CHECK(s.decide(false, 0, true) == "yes");
  CHECK(s.decide(true, 0, false) == "yes");
  CHECK(s.decide(true, 0, true) == "heavy");
}
