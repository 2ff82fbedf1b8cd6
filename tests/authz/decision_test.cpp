#include "authz/decision.h"

#include "domain/user.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

using domain::EntityName;

base::Json json_of(const std::string& text) {
  auto json = base::parse_json(text);
  INFO(text);
  REQUIRE(json.ok());
  return std::move(json).value();
}

struct Scene {
  ApiWorld world;
  TenantRules rules{world.service().store(), world.acme()};

  // "yes" or "no", and how: "by roles", "by 1 rule of 10".
  std::string decide(const authz::DecisionQuestion& q) {
    std::string text;
    const auto done = world.read(world.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      auto policies = authz::compile_policies(read.txn, world.acme());
      REQUIRE(policies.ok());
      const auto decided = authz::decide(read.txn, *read.catalogue, *policies, world.acme(), q, read.now);
      if (!decided.ok()) {
        text = decided.error().message;
        return {};
      }
      text = decided->allowed ? "yes" : "no";
      if (decided->by_roles) text += " by roles";
      if (decided->suspended) text += " suspended";
      if (decided->tier)
        text +=
            " by " + std::to_string(decided->determining.size()) + " of " + std::to_string(*decided->tier);
      return {};
    });
    REQUIRE(done.ok());
    return text;
  }
  std::string decide(const EntityName& subject, const std::string& action, const EntityName& resource,
                     const std::string& subject_properties = "{}",
                     const std::string& resource_properties = "{}", const std::string& context = "{}") {
    authz::DecisionQuestion q{subject, resource, action};
    q.subject_properties = json_of(subject_properties);
    q.resource_properties = json_of(resource_properties);
    q.context = json_of(context);
    return decide(q);
  }
  void settings(const std::function<void(domain::Decisions&)>& change) {
    rules.write([&](store::WriteTxn& txn) -> base::Result<void> {
      auto decisions = domain::get_decisions(txn, world.acme());
      if (!decisions.ok()) return decisions.error();
      change(*decisions);
      return domain::put_decisions(txn, *decisions);
    });
  }
  EntityName user(const std::string& name) {
    return {"user", world.add_user(world.acme(), name).to_string()};
  }
  domain::UserId id_of(const EntityName& name) { return *domain::UserId::parse(name.id); }
};

const EntityName kDoc{"doc", "1"};

}  // namespace

TEST_CASE("decisions: tiers decide from the highest priority down, and roles last", "[decisions]") {
  Scene s;
  const EntityName ann = s.user("ann");
  CHECK(s.decide(ann, "requests:approve", kDoc) == "no");
  s.world.map_user(s.world.acme(), s.id_of(ann), {"approver"});
  CHECK(s.decide(ann, "requests:approve", kDoc) == "yes by roles");
  CHECK(s.decide(ann, "requests_approve", kDoc) == "no");
  CHECK(s.decide(ann, "app_requests_approve", kDoc) == "yes by roles");
  CHECK(s.decide(ann, "app.requests.approve", kDoc) == "yes by roles");
  CHECK(s.decide(ann, "approve", {"requests", "1"}) == "yes by roles");
  CHECK(s.decide(ann, "approve", kDoc) == "no");

  s.rules.add({R"(forbid (principal, action == Action::"requests:approve", resource is doc);)"}, -5);
  CHECK(s.decide(ann, "requests:approve", kDoc) == "no by 1 of -5");
  s.rules.add({R"(permit (principal, action, resource == doc::"1");)",
               R"(permit (principal, action, resource is doc);)"},
              10);
  CHECK(s.decide(ann, "requests:approve", kDoc) == "yes by 2 of 10");
  s.rules.add({R"(forbid (principal, action, resource == doc::"1");)"}, 10);
  CHECK(s.decide(ann, "requests:approve", kDoc) == "no by 1 of 10");
  CHECK(s.decide(ann, "requests:approve", {"doc", "2"}) == "yes by 1 of 10");
  s.settings([](domain::Decisions& d) { d.roles_enabled = false; });
  CHECK(s.decide(ann, "grants:revoke", {"picture", "1"}) == "no");
}

TEST_CASE("decisions: a forbid that fails refuses, or is skipped where the tenant says so", "[decisions]") {
  Scene s;
  s.rules.add({R"(forbid (principal, action, resource) when { resource.locked };)",
               R"(permit (principal, action, resource);)"});
  CHECK(s.decide({"user", "x"}, "view", kDoc) == "no by 1 of 0");
  CHECK(s.decide({"user", "x"}, "view", kDoc, "{}", R"({"locked":false})") == "yes by 1 of 0");
  s.settings([](domain::Decisions& d) { d.settings.on_error = domain::OnError::kCedar; });
  CHECK(s.decide({"user", "x"}, "view", kDoc) == "yes by 1 of 0");
}

TEST_CASE("decisions: a question overlays what is stored, never what the directory knows", "[decisions]") {
  Scene s;
  const EntityName ann = s.user("ann");
  s.rules.add_entity(ann, R"({"team":"red","email":"forged@example.org"})");
  s.rules.add_entity(kDoc, R"({"level":1,"kind":"plan"})");
  const domain::GroupId staff = s.world.add_group(s.world.acme(), "staff");
  s.rules.add({
      R"(permit (principal, action == Action::"email", resource) when { principal.email == "ann@example.org" };)",
      R"(permit (principal, action == Action::"team", resource) when { principal.team == "blue" };)",
      R"(permit (principal, action == Action::"level", resource) when { resource.level == 2 && resource.kind == "plan" };)",
      R"(permit (principal, action == Action::"roles", resource) when { principal.roles.contains("admin") };)",
      R"(permit (principal in group::")" + staff.to_string() + R"(", action == Action::"group", resource);)",
      R"(permit (principal, action == Action::"context", resource) when { context.action.a == 1 };)",
  });
  const std::string forged =
      R"({"email":"bob@example.org","roles":["admin"],"groups":["staff"],"scopes":["organization:administer"],"active":false})";
  CHECK(s.decide(ann, "email", kDoc) == "yes by 1 of 0");
  CHECK(s.decide(ann, "email", kDoc, forged) == "yes by 1 of 0");
  CHECK(s.decide(ann, "roles", kDoc, forged) == "no");
  CHECK(s.decide(ann, "group", kDoc, forged) == "no");
  CHECK(s.decide(ann, "organization:administer", kDoc, forged) == "no");
  CHECK(s.decide({"user", "bob"}, "roles", kDoc, forged) == "yes by 1 of 0");
  CHECK(s.decide(ann, "team", kDoc) == "no");
  CHECK(s.decide(ann, "team", kDoc, R"({"team":"blue"})") == "yes by 1 of 0");
  CHECK(s.decide(ann, "level", kDoc) == "no");
  CHECK(s.decide(ann, "level", kDoc, "{}", R"({"level":2})") == "yes by 1 of 0");
  CHECK(s.decide(ann, "context", kDoc, "{}", "{}", R"({"action":{"a":1}})") == "no");
  authz::DecisionQuestion q{ann, kDoc, "context"};
  q.action_properties = json_of(R"({"a":1})");
  CHECK(s.decide(q) == "yes by 1 of 0");
  s.world.add_member(s.world.acme(), staff, s.id_of(ann));
  CHECK(s.decide(ann, "group", kDoc) == "yes by 1 of 0");
}

TEST_CASE("decisions: whoever is suspended may nothing", "[decisions]") {
  Scene s;
  const EntityName ann = s.user("ann");
  s.rules.add({"permit (principal, action, resource);"});
  CHECK(s.decide(ann, "view", kDoc) == "yes by 1 of 0");
  s.rules.write([&](store::WriteTxn& txn) -> base::Result<void> {
    auto user = domain::get_user(txn, s.world.acme(), s.id_of(ann));
    if (!user.ok()) return user.error();
    (*user)->active = false;
    return domain::put_user(txn, **user);
  });
  CHECK(s.decide(ann, "view", kDoc) == "no suspended");
  EntityName upper = ann;
  for (char& c : upper.id) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK(s.decide(upper, "view", kDoc) == "no suspended");
}

TEST_CASE("decisions: groups nest, and roles reach what is below their resource", "[decisions]") {
  Scene s;
  const EntityName ann = s.user("ann");
  const domain::GroupId low = s.world.add_group(s.world.acme(), "low"),
                        high = s.world.add_group(s.world.acme(), "high");
  s.world.add_member(s.world.acme(), low, s.id_of(ann));
  s.world.add_member(s.world.acme(), high, low);
  s.world.add_role(s.world.acme(), "reviewer", {"requests:approve"});
  s.rules.add_entity({"folder", "a"});
  s.rules.add_entity({"folder", "b"}, "{}", {{"folder", "a"}});
  s.rules.add_entity({"doc", "1"}, "{}", {{"folder", "b"}, {"folder", "unstored"}});
  s.world.map_on(s.world.acme(), high, "reviewer", "folder:a");
  CHECK(s.decide(ann, "requests:approve", kDoc) == "yes by roles");
  CHECK(s.decide(ann, "requests:approve", {"folder", "a"}) == "yes by roles");
  CHECK(s.decide(ann, "requests:approve", {"folder", "c"}) == "no");
  s.rules.add({R"(permit (principal in group::")" + high.to_string() +
                   R"(", action == Action::"view", resource in folder::"unstored");)",
               R"(permit (principal in role::"reviewer", action == Action::"edit", resource);)",
               R"(permit (principal in tenant::")" + s.world.acme().to_string() +
                   R"(", action == Action::"read", resource);)"});
  CHECK(s.decide(ann, "view", kDoc) == "yes by 1 of 0");
  CHECK(s.decide(ann, "view", {"folder", "b"}) == "no");
  CHECK(s.decide(ann, "edit", kDoc) == "no");  // on a folder, and not for the whole tenant
  s.world.map_group(s.world.acme(), high, "reviewer");
  CHECK(s.decide(ann, "edit", kDoc) == "yes by 1 of 0");
  CHECK(s.decide(ann, "read", kDoc) == "yes by 1 of 0");
  CHECK(s.decide({"user", "stranger"}, "read", kDoc) == "no");
}

TEST_CASE("decisions: types are named as the tenant says, or stay opaque", "[decisions]") {
  Scene s;
  const EntityName ann = s.user("ann");
  const EntityName odd{"urn:some thing", "1"};
  s.rules.add_entity(odd, R"({"n":1})");
  s.rules.add(
      {R"(permit (principal, action == Action::"any", resource) when { resource.n == 1 };)",
       R"(permit (principal is Person, action == Action::"scoped", resource is Thing) when { resource.n == 1 };)",
       R"(permit (principal is user, action == Action::"old", resource);)"});
  CHECK(s.decide(ann, "any", odd) == "yes by 1 of 0");
  CHECK(s.decide(ann, "scoped", odd) == "no");
  CHECK(s.decide(ann, "old", odd) == "yes by 1 of 0");
  s.settings([](domain::Decisions& d) {
    d.settings.type_names = {{"urn:some thing", "Thing"}, {"user", "Person"}};
  });
  CHECK(s.decide(ann, "any", odd) == "yes by 1 of 0");
  CHECK(s.decide(ann, "scoped", odd) == "yes by 1 of 0");
  CHECK(s.decide(ann, "old", odd) == "no");
}

TEST_CASE("decisions: no policy gives a right in Reeve itself", "[decisions]") {
  Scene s;
  const EntityName ann = s.user("ann");
  const domain::GroupId team = s.world.add_group(s.world.acme(), "team"),
                        other = s.world.add_group(s.world.acme(), "other");
  s.world.add_member(s.world.acme(), team, other);
  s.rules.add({"permit (principal, action, resource);"});
  const EntityName tenant{"tenant", s.world.acme().to_string()}, group{"group", team.to_string()};
  CHECK(s.decide(ann, "organization:update", tenant) == "no");
  CHECK(s.decide(ann, "update", group) == "no");
  CHECK(s.decide(ann, "view", group) == "yes by 1 of 0");
  s.world.map_on(s.world.acme(), s.id_of(ann), "app_group_owner", domain::group_resource(team));
  CHECK(s.decide(ann, "group:update", group) == "yes by roles");
  CHECK(s.decide(ann, "update", group) == "yes by roles");
  CHECK(s.decide(ann, "update", {"group", other.to_string()}) == "no");  // membership is not containment
  s.world.map_user(s.world.acme(), s.id_of(ann), {"admin"});
  CHECK(s.decide(ann, "organization:update", tenant) == "yes by roles");
  CHECK(s.decide(ann, "organization:update", {"tenant", s.world.globex().to_string()}) == "no");
  CHECK(s.decide(ann, "update", {"group", s.world.add_group(s.world.globex(), "x").to_string()}) == "no");
  CHECK(s.decide({"user", s.world.add_user(s.world.globex(), "eve").to_string()}, "organization:update",
                 tenant) == "no");
}
