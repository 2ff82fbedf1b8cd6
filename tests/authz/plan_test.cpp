// What a plan says of each thing is what a decision about that thing says.
#include "authz/plan.h"

#include "cedar/cedar.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

using domain::EntityName;

// Folder:1 has Folder:2, which has Doc:1 and Doc:2; Doc:3 is in nothing.
struct Scene {
  ApiWorld world;
  TenantRules rules{world.service().store(), world.acme()};
  EntityName ann{"user", world.add_user(world.acme(), "ann").to_string()};

  Scene() {
    rules.add_entity({"Folder", "1"});
    rules.add_entity({"Folder", "2"}, "{}", {{"Folder", "1"}});
    rules.add_entity({"Doc", "1"}, R"({"open":true})", {{"Folder", "2"}});
    rules.add_entity({"Doc", "2"}, R"({"open":false})", {{"Folder", "2"}});
    rules.add_entity({"Doc", "3"}, R"({"size":1})");
  }

  // By the plan and by deciding, a letter each: y, n.
  void compare(const char* action) {
    ApiWorld::must(world.read(world.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      const auto policies = authz::compile_policies(read.txn, world.acme());
      REQUIRE(policies.ok());
      authz::Decider decider(read.txn, *read.catalogue, *policies, world.acme(), authz::UserIds::kUuid,
                             read.now);
      const auto plan = decider.plan({ann, {"Doc", ""}, action});
      REQUIRE(plan.ok());
      cedar::StepBudget steps;
      const authz::TenantEntities entities(read.txn, *read.catalogue, **policies, world.acme(),
                                           authz::UserIds::kUuid, read.now, steps);
      for (const char* id : {"1", "2", "3", "4"}) {
        INFO(action << " Doc:" << id);
        const auto decided = decider.decide({ann, {"Doc", id}, action});
        REQUIRE(decided.ok());
        CHECK(allows(*plan, id, entities) == decided->allowed);
      }
      return {};
    }));
  }

  static bool allows(const authz::Plan& plan, const char* id, const cedar::EntitySource& entities) {
    if (plan.kind != authz::Plan::Kind::kConditional) return plan.kind == authz::Plan::Kind::kAlways;
    const cedar::Request request{std::get<cedar::EntityUid>(plan.request.principal),
                                 plan.request.action,
                                 {cedar::Name::unchecked("Doc"), id},
                                 {}};
    for (const authz::PlannedTier& tier : plan.tiers) {
      bool permits = false, forbids = false;
      for (const authz::PlannedRule& rule : tier.rules) {
        bool holds = rule.residual.kind == cedar::Residual::Kind::kTrue;
        bool fails = false;
        if (rule.residual.open) {
          const auto value = evaluate(*rule.residual.open, request, entities);
          fails = !value.ok() || !value->boolean();
          holds = !fails && *value->boolean();
        }
        const bool is_forbid = rule.effect == cedar::Effect::kForbid;
        if (is_forbid && (holds || (fails && plan.failing_forbids))) forbids = true;
        if (!is_forbid && holds) permits = true;
      }
      if (permits || forbids) return !forbids;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("plan: tiers, grants and roles come to what decisions come to", "[authz]") {
  Scene s;
  s.compare("view");
  s.rules.add({"forbid (principal, action == Action::\"edit\", resource) when { resource.open };"}, 100);
  s.rules.add({"permit (principal, action == Action::\"view\", resource in Folder::\"1\");",
               "permit (principal, action, resource) when { resource has open && !resource.open };"});
  const auto policy = s.rules.add(
      {"permit (principal == ?principal, action == Action::\"edit\", resource in ?resource);"}, -1);
  s.rules.grant(policy, {to_string(s.ann), "Folder:2"});
  for (const char* action : {"view", "edit", "delete"}) s.compare(action);
  s.rules.add({"forbid (principal, action == Action::\"delete\", resource);"}, 200);
  s.compare("delete");
}
