// What a search has to try. That answers are the same either way is for decision_model_test.cpp.
#include "authz/reach.h"

#include <algorithm>

#include "authz/decision.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

using domain::EntityName;

// folder:1 has folder:2, which has doc:1 and doc:2; doc:3 is in nothing. Ann is in the red group, which is in
// the blue one; Bob is in blue.
struct Scene {
  ApiWorld world;
  TenantRules rules{world.service().store(), world.acme()};
  domain::UserId ann = world.add_user(world.acme(), "ann"), bob = world.add_user(world.acme(), "bob");
  domain::GroupId red = world.add_group(world.acme(), "red"), blue = world.add_group(world.acme(), "blue");

  Scene() {
    world.add_member(world.acme(), red, ann);
    world.add_member(world.acme(), blue, bob);
    world.add_member(world.acme(), blue, red);
    world.add_role(world.acme(), "viewer", {"requests:approve"});
    rules.add_entity({"folder", "1"});
    rules.add_entity({"folder", "2"}, "{}", {{"folder", "1"}});
    for (const char* const id : {"1", "2"}) rules.add_entity({"doc", id}, "{}", {{"folder", "2"}});
    rules.add_entity({"doc", "3"});
  }

  // The ids, "all", or "" for none; people by their first names.
  std::string reach(bool of_subjects, const std::string& action) {
    authz::DecisionQuestion q{{"user", ann.to_string()}, {"doc", "1"}, action};
    std::string text;
    ApiWorld::must(world.read(world.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      const auto policies = authz::compile_policies(read.txn, world.acme());
      REQUIRE(policies.ok());
      authz::Decider decider(read.txn, *read.catalogue, *policies, world.acme(), authz::UserIds::kUuid,
                             read.now);
      const auto ids = decider.within_reach(q, of_subjects);
      REQUIRE(ids.ok());
      if (!*ids) {
        text = "all";
        return {};
      }
      std::vector<std::string> shown;
      for (const std::string& id : **ids)
        shown.push_back(id == ann.to_string() ? "ann" : id == bob.to_string() ? "bob" : id);
      std::sort(shown.begin(), shown.end());
      for (const std::string& id : shown) text += (text.empty() ? "" : " ") + id;
      return {};
    }));
    return text;
  }
};

}  // namespace

TEST_CASE("reach: scopes of permits say what can be allowed", "[authz]") {
  struct Row {
    std::string rule, documents, people;
  };
  const Row rows[] = {
      {"", "", ""},
      {"permit (principal, action, resource);", "all", "all"},
      {"permit (principal, action, resource is doc);", "all", "all"},
      {"permit (principal, action, resource is folder);", "", ""},
      {"forbid (principal, action, resource);", "", ""},
      {"permit (principal, action == Action::\"edit\", resource);", "", ""},
      {"permit (principal == user::\"ANN\", action, resource == doc::\"3\");", "3", ""},
      {"permit (principal == user::\"ANN\", action, resource == doc::\"1\");", "1", "ann"},
      {"permit (principal == user::\"BOB\", action, resource in folder::\"1\");", "", "bob"},
      {"permit (principal == user::\"ANN\", action == Action::\"view\", resource in folder::\"1\");", "1 2",
       "ann"},
      {"permit (principal in group::\"RED\", action, resource in folder::\"2\");", "1 2", "ann"},
      {"permit (principal in group::\"BLUE\", action, resource in folder::\"2\");", "1 2", "ann bob"},
      {"permit (principal in group::\"BLUE\", action, resource is doc in folder::\"2\");", "1 2", "ann bob"},
      {"permit (principal is user in group::\"BLUE\", action, resource is folder in folder::\"2\");", "", ""},
      {"permit (principal in role::\"viewer\", action, resource == doc::\"1\");", "", "all"},
      {"permit (principal in group::\"RED\", action, resource);", "all", "ann"},
      {"permit (principal is user, action, resource == doc::\"3\");", "3", ""},
  };
  for (const Row& row : rows) {
    INFO(row.rule);
    Scene s;
    std::string rule = row.rule;
    const auto fill = [&](const std::string& from, const std::string& to) {
      if (const auto at = rule.find(from); at != std::string::npos) rule.replace(at, from.size(), to);
    };
    fill("ANN", s.ann.to_string());
    fill("BOB", s.bob.to_string());
    fill("RED", s.red.to_string());
    fill("BLUE", s.blue.to_string());
    if (!rule.empty()) s.rules.add({rule});
    CHECK(s.reach(false, "view") == row.documents);
    CHECK(s.reach(true, "view") == row.people);
  }
}

TEST_CASE("reach: mappings say what roles can allow", "[authz]") {
  Scene s;
  const std::string action = "requests:approve";
  CHECK(s.reach(false, action).empty());
  CHECK(s.reach(true, action).empty());
  s.world.map_on(s.world.acme(), s.red, "viewer", "doc:3");
  CHECK(s.reach(false, action) == "3");
  s.world.map_on(s.world.acme(), s.ann, "viewer", "folder:1");
  CHECK(s.reach(false, action) == "1 2 3");
  CHECK(s.reach(true, action) == "ann");
  s.world.map_on(s.world.acme(), s.blue, "viewer", "folder:2");
  CHECK(s.reach(true, action) == "ann bob");
  CHECK(s.reach(false, "view").empty());  // which no role allows
  s.world.map_group(s.world.acme(), s.blue, "viewer");
  CHECK(s.reach(false, action) == "all");
  CHECK(s.reach(true, action) == "ann bob");
}

TEST_CASE("reach: grants say what templates can allow, and whom", "[authz]") {
  struct Row {
    const char* rule;
    const char *principal, *resource, *documents, *people;
  };
  const char* const both = "permit (principal in ?principal, action, resource in ?resource);";
  const char* const equal = "permit (principal == ?principal, action, resource == ?resource);";
  const char* const to = "permit (principal in ?principal, action, resource in folder::\"1\");";
  const char* const on = "permit (principal is user, action == Action::\"view\", resource in ?resource);";
  const Row rows[] = {
      {both, "user:ANN", "folder:1", "1 2", "ann"},
      {both, "group:RED", "folder:2", "1 2", "ann"},
      {both, "group:BLUE", "doc:1", "1", "ann bob"},
      {both, "user:BOB", "doc:1", "", "bob"},
      {both, "user:ANN", "doc:3", "3", ""},
      {both, "user:ANN", "", "all", "ann"},
      {both, "tenant:ALL", "doc:3", "3", ""},
      {both, "tenant:ALL", "doc:1", "1", "all"},
      {equal, "user:ANN", "folder:1", "", ""},
      {equal, "user:ANN", "doc:1", "1", "ann"},
      {equal, "group:RED", "doc:1", "", ""},
      {equal, "user:ANN", "", "", ""},
      {to, "group:BLUE", "", "1 2", "ann bob"},
      {to, "user:BOB", "", "1 2", "bob"},
      {on, "", "folder:2", "1 2", "all"},
      {on, "", "doc:3", "3", "all"},
      {"permit (principal in ?principal, action == Action::\"edit\", resource in ?resource);", "user:ANN",
       "folder:1", "", ""},
      {"forbid (principal in ?principal, action, resource in ?resource);", "user:ANN", "", "", ""},
  };
  for (const Row& row : rows) {
    INFO(row.rule << " " << row.principal << " on " << row.resource);
    Scene scene;
    std::string principal = row.principal;
    const std::pair<const char*, std::string> ids[] = {{"ANN", scene.ann.to_string()},
                                                       {"BOB", scene.bob.to_string()},
                                                       {"RED", scene.red.to_string()},
                                                       {"BLUE", scene.blue.to_string()},
                                                       {"ALL", scene.world.acme().to_string()}};
    for (const auto& [name, id] : ids)
      if (const auto at = principal.find(name); at != std::string::npos)
        principal.replace(at, std::string_view(name).size(), id);
    const auto policy = scene.rules.add({row.rule});
    CHECK(scene.reach(false, "view") == (std::string(row.rule) == to ? "1 2" : ""));
    CHECK(scene.reach(true, "view") == (std::string(row.rule) == on ? "all" : ""));
    scene.rules.grant(policy, {principal, row.resource});
    CHECK(scene.reach(false, "view") == row.documents);
    CHECK(scene.reach(true, "view") == row.people);
  }
}

TEST_CASE("reach: a grant that isn't in force names nothing", "[authz]") {
  Scene s;
  const auto policy = s.rules.add({"permit (principal in ?principal, action, resource in ?resource);"});
  const std::string ann = "user:" + s.ann.to_string();
  const std::int64_t now = s.world.now().ms;
  s.rules.grant(policy, {ann, "doc:1", now - 2, now - 1});
  s.rules.grant(policy, {ann, "doc:2", now + 1, {}});
  CHECK(s.reach(false, "view").empty());
  s.rules.grant(policy, {ann, "doc:3", now, now + 1});
  CHECK(s.reach(false, "view") == "3");
  for (std::size_t i = 0; i < 40; ++i) s.rules.grant(policy, {ann, "note:" + std::to_string(i)});
  CHECK(s.reach(false, "view") == "3");
}

TEST_CASE("reach: what would be found by thousands isn't looked for", "[authz]") {
  Scene s;
  s.rules.add({"permit (principal, action, resource in folder::\"1\");"});
  CHECK(s.reach(false, "view") == "1 2");
  s.rules.write([&](store::WriteTxn& txn) -> base::Result<void> {
    for (std::size_t i = 0; i < authz::Reach::kMostLookedFor; ++i) {
      domain::StoredEntity entity;
      entity.tenant = s.world.acme();
      entity.name = {"note", std::to_string(i)};
      entity.parents = {{"folder", "2"}};
      if (auto put = domain::put_entity(txn, entity); !put.ok()) return put;
    }
    return {};
  });
  CHECK(s.reach(false, "view") == "all");
}
