#include "authz/grants_held.h"

#include "authz/decision.h"
#include "authz/grant_scopes.h"
#include "authz/tenant_rule.h"
#include "domain/user.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

using domain::EntityName;

struct Scene {
  ApiWorld world;
  TenantRules rules{world.service().store(), world.acme()};

  authz::Decided decided(const EntityName& subject, const EntityName& resource, const char* action = "view") {
    authz::Decided answer;
    ApiWorld::must(world.read(world.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      auto policies = api::stored(authz::compile_policies(read.txn, world.acme()));
      if (!policies.ok()) return policies.error();
      auto made = api::stored(authz::decide(read.txn, *read.catalogue, *policies, world.acme(),
                                            {subject, resource, action}, read.now));
      if (!made.ok()) return made.error();
      answer = std::move(made).value();
      answer.failed.clear();  // what they point into ends here
      return {};
    }));
    return answer;
  }
  bool may(const EntityName& subject, const EntityName& resource, const char* action = "view") {
    return decided(subject, resource, action).allowed;
  }
  EntityName user(const std::string& name) {
    return {"user", world.add_user(world.acme(), name).to_string()};
  }
  static domain::UserId id_of(const EntityName& name) { return *domain::UserId::parse(name.id); }
};

const EntityName kDoc{"Doc", "7"}, kOtherDoc{"Doc", "8"}, kFolder{"Folder", "1"};

const char* const kEqual =
    "permit (principal == ?principal, action == Action::\"view\", resource == ?resource);";
const char* const kIn =
    "permit (principal in ?principal, action == Action::\"view\", resource in ?resource);";

}  // namespace

TEST_CASE("grants: a template decides nothing, and what a grant fills decides for that alone", "[grants]") {
  Scene s;
  const EntityName ann = s.user("ann"), bob = s.user("bob"), device{"Device", "12"};
  const auto policy = s.rules.add({kEqual});
  CHECK_FALSE(s.may(ann, kDoc));
  const domain::GrantId grant = s.rules.grant(policy, {to_string(ann), "Doc:7"});
  const authz::Decided decided = s.decided(ann, kDoc);
  CHECK(decided.allowed);
  CHECK(decided.tier == 0);
  CHECK(decided.determining.size() == 1);
  CHECK(decided.grants == std::vector{grant});
  CHECK_FALSE(s.may(bob, kDoc));
  CHECK_FALSE(s.may(ann, kOtherDoc));
  CHECK_FALSE(s.may(ann, kDoc, "edit"));
  // An entity of the application's can be given something, too, stored or not.
  s.rules.grant(policy, {"Device:12", "Doc:7"});
  CHECK(s.may(device, kDoc));
  CHECK_FALSE(s.may({"Device", "1"}, kDoc));
}

TEST_CASE("grants: `==` is the thing itself, and `in` what is in it", "[grants]") {
  Scene s;
  const EntityName ann = s.user("ann"), device{"Device", "12"};
  const domain::GroupId team = s.world.add_group(s.world.acme(), "Team"),
                        all = s.world.add_group(s.world.acme(), "All");
  s.world.add_member(s.world.acme(), team, Scene::id_of(ann));
  s.world.add_member(s.world.acme(), all, team);
  s.rules.add_entity(kFolder);
  s.rules.add_entity(kDoc, "{}", {kFolder});
  s.rules.add_entity(device, "{}", {{"Site", "1"}});
  const std::string of_all = "group:" + all.to_string(), tenant = "tenant:" + s.world.acme().to_string();
  struct Row {
    const char* text;
    std::string principal, resource;
    bool ann, device;  // may they view Doc:7, which is in Folder:1
  };
  const Row rows[] = {
      {kIn, to_string(ann), "Doc:7", true, false},
      {kIn, of_all, "Folder:1", true, false},
      {kIn, of_all, "Folder:2", false, false},
      {kIn, of_all, "", true, false},
      {kIn, tenant, "Doc:7", true, false},
      {kIn, "Site:1", "Folder:1", false, true},
      {kIn, "Device:12", "", false, true},
      {kEqual, of_all, "Doc:7", false, false},
      {kEqual, to_string(ann), "Folder:1", false, false},
      {kEqual, to_string(ann), "", false, false},
      {"permit (principal is Device in ?principal, action, resource);", "Site:1", "", false, true},
      {"permit (principal is Gate in ?principal, action, resource);", "Site:1", "", false, false},
      {"permit (principal, action, resource is Doc in ?resource);", "", "Folder:1", true, true},
      {"permit (principal, action, resource == ?resource);", "", "Doc:8", false, false},
      {"permit (principal == ?principal, action, resource) when { resource in Folder::\"2\" };",
       to_string(ann), "", false, false},
  };
  for (const Row& row : rows) {
    INFO(row.text << " " << row.principal << " on " << row.resource);
    const auto policy = s.rules.add({row.text});
    const auto given = s.rules.grant(policy, {row.principal, row.resource});
    CHECK(s.may(ann, kDoc) == row.ann);
    CHECK(s.may(device, kDoc) == row.device);
    s.rules.write([&](store::WriteTxn& txn) -> base::Result<void> {
      const auto grant = domain::get_grant(txn, s.world.acme(), given);
      if (!grant.ok()) return grant.error();
      return domain::delete_grant(txn, **grant);
    });
    CHECK_FALSE(s.may(ann, kDoc));
  }
}

TEST_CASE("grants: on a group they don't reach its members", "[grants]") {
  Scene s;
  const EntityName ann = s.user("ann"), bob = s.user("bob");
  const domain::GroupId team = s.world.add_group(s.world.acme(), "Team");
  s.world.add_member(s.world.acme(), team, Scene::id_of(bob));
  s.rules.grant(s.rules.add({kIn}), {to_string(ann), domain::group_resource(team)});
  CHECK(s.may(ann, {"group", team.to_string()}));
  CHECK_FALSE(s.may(ann, bob));
}

TEST_CASE("grants: they count from their first millisecond to the one before their end", "[grants]") {
  Scene s;
  const EntityName ann = s.user("ann");
  const std::int64_t now = s.world.now().ms;
  s.rules.grant(s.rules.add({kEqual}), {to_string(ann), "Doc:7", now + 1, now + 3});
  for (const bool may : {false, true, true, false}) {
    CHECK(s.may(ann, kDoc) == may);
    s.world.clock().advance(1);
  }
}

TEST_CASE("grants: a template decides in its policy's tier, by its effect, and not where that is disabled",
          "[grants]") {
  Scene s;
  const EntityName ann = s.user("ann");
  s.rules.add({"permit (principal, action, resource);"}, 5);
  const char* const forbid =
      "@notice(\"Sealed.\") forbid (principal, action, resource in ?resource) unless { principal.vip };";
  const auto low = s.rules.add({forbid}, 1), high = s.rules.add({forbid}, 9);
  s.rules.grant(low, {"", "Doc:7"});
  CHECK(s.may(ann, kDoc));
  s.rules.grant(high, {"", "Doc:7"});
  const authz::Decided decided = s.decided(ann, kDoc);  // fails, as there is no `vip`, and so forbids
  CHECK_FALSE(decided.allowed);
  CHECK(decided.tier == 9);
  CHECK(s.may(ann, kOtherDoc));
  s.rules.write([&](store::WriteTxn& txn) -> base::Result<void> {
    auto policy = domain::get_policy(txn, s.world.acme(), high);
    if (!policy.ok()) return policy.error();
    (*policy)->enabled = false;
    return domain::put_policy(txn, **policy);
  });
  CHECK(s.may(ann, kDoc));
}

TEST_CASE("grants: whoever is asked about by another type's name has none", "[grants]") {
  Scene s;
  s.rules.grant(s.rules.add({kEqual}), {"crew:1", "Doc:7"});
  s.rules.write([&](store::WriteTxn& txn) -> base::Result<void> {
    auto decisions = domain::get_decisions(txn, s.world.acme());
    if (!decisions.ok()) return decisions.error();
    decisions->settings.type_names = {{"crew", "Crew"}};
    return domain::put_decisions(txn, *decisions);
  });
  CHECK(s.may({"crew", "1"}, kDoc));
  CHECK_FALSE(s.may({"Crew", "1"}, kDoc));
}

TEST_CASE("grants: a template gives the permissions that its action names", "[grants]") {
  Scene s;
  const auto given = [&](const std::string& text) {
    const auto rule = authz::parse_rule(text, "rule");
    REQUIRE(rule.ok());
    return ApiWorld::must(
        s.world.read(s.world.platform(), [&](const api::Read& read) -> api::Outcome<std::string> {
          std::string scopes;
          for (const std::string& scope : authz::scopes_permitted(*read.catalogue, *rule->body))
            scopes += (scopes.empty() ? "" : " ") + scope;
          return scopes;
        }));
  };
  CHECK(given("permit (principal == ?principal, action == Action::\"requests:approve\", resource);") ==
        "requests:approve");
  CHECK(given("permit (principal == ?principal, action in [Action::\"approve\", Action::\"revoke\", "
              "Action::\"fly\"], resource);") == "grants:revoke requests:approve");
  CHECK(given("permit (principal == ?principal, action == Action::\"administer\", resource);") == "");
  CHECK(given("permit (principal == ?principal, action == Action::\"organization:delete\", resource);") ==
        "organization:delete");
  CHECK(given("forbid (principal == ?principal, action, resource);") == "");
  const std::string any = given("permit (principal == ?principal, action, resource);");
  CHECK(any.find("requests:approve") != std::string::npos);
  CHECK(any.find("organization:") == std::string::npos);
}
