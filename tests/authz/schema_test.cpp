// The shipped schema against what the server really makes: its operations, its entities, and its policies.
#include <set>

#include "api/operations.h"
#include "api/projects.h"
#include "authz/entities.h"
#include "authz/guard.h"
#include "base/file.h"
#include "tests/support/api_world.h"

namespace {

authz::SchemaPtr shipped() {
  const auto schema = authz::load_schema("config/reeve.cedarschema");
  INFO((schema.ok() ? "" : schema.error().message));
  REQUIRE(schema.ok());
  return *schema;
}

std::string problem(const std::string& policies) {
  const auto guard = authz::Guard::from_text(policies, "local.cedar", shipped());
  return guard.ok() ? "" : guard.error().message;
}

}  // namespace

TEST_CASE("the shipped schema has every operation, in its group, and nothing else", "[authz]") {
  const auto schema = shipped();
  std::set<std::string> known = {"read", "write"};
  for (const api::Operation& operation : api::all_operations()) {
    INFO(operation.action);
    known.emplace(operation.action);
    const auto* action = schema->find_action(authz::action_uid(operation.action));
    const auto* group = schema->find_action(
        authz::action_uid(operation.kind == api::OperationKind::kWrite ? "write" : "read"));
    REQUIRE((action && group));
    CHECK(schema->is_in(*action, *group));
    CHECK(action->parents.size() == 1);
  }
  for (const cedar::SchemaAction& action : schema->actions()) CHECK(known.contains(action.uid.id()));
}

TEST_CASE("the entities of the store are what the shipped schema says", "[authz]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "lead", {"group:get"});
  world.add_member(world.acme(), team, ann);
  world.map_group(world.acme(), team, "lead");
  const domain::ProjectId web = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
                                  return api::create_project(c, world.acme(), {"web", {}});
                                })).id;
  const auto schema = shipped();
  const auto key = world.caller(world.acme(), {"organization:get"});
  for (const api::Caller& caller : {world.login(world.acme(), ann), key, world.platform()}) {
    const auto read = world.read(caller, [&](const api::Read& r) -> api::Outcome<void> {
      const authz::StoreEntities entities(r.txn, *r.catalogue,
                                          {r.caller, world.acme(), "role:get", false, r.now});
      std::size_t found = 0;
      for (const auto& uid : {authz::principal_uid(caller.principal), authz::user_uid(ann),
                              authz::group_uid(team), authz::project_uid(web), authz::role_uid("lead"),
                              authz::role_uid("admin"), authz::tenant_uid(world.acme()),
                              authz::tenant_uid(domain::Platform{}), authz::action_uid("role:get")}) {
        const cedar::Entity* entity = entities.find(uid);
        if (!entity) continue;
        ++found;
        const auto checked = check_entity(*entity, *schema);
        CHECK((checked.ok() ? "" : checked.error().message) == std::string());
      }
      CHECK(found == 9);
      return {};
    });
    CHECK(read.ok());
  }
}

TEST_CASE("the shipped policies are valid under the shipped schema", "[authz]") {
  const auto guard = authz::Guard::load("config/policies", shipped());
  CHECK((guard.ok() ? "" : guard.error().message) == std::string());
}

TEST_CASE("policies that the schema refuses are told all together, with their places", "[authz]") {
  CHECK(
      problem("@id(\"a\")\nforbid (principal, action == Action::\"role:updat\", resource);\n"
              "@id(\"b\")\nforbid (principal, action in Action::\"write\", resource)\nwhen { "
              "context.ip.isLoopback() };") ==
      "local.cedar:2:20: policy `a`: action `Action::\"role:updat\"` is not in the schema; did you mean "
      "`Action::\"role:update\"`?\n"
      "  2 | forbid (principal, action == Action::\"role:updat\", resource);\n"
      "    |                    ^\n"
      "local.cedar:2:20: policy `a`: no action of this scope applies to anything; change the scope, or the "
      "action's "
      "appliesTo in the schema\n"
      "  2 | forbid (principal, action == Action::\"role:updat\", resource);\n"
      "    |                    ^\n"
      "local.cedar:5:8: policy `b`: attribute `ip` of the context of `Action::\"role:delete\"` is optional and may be "
      "absent; test for it first: `context has ip && …` (and 38 like it in other request environments)\n"
      "  5 | when { context.ip.isLoopback() };\n"
      "    |        ^");
}

TEST_CASE("a policy whose scope fits no call is refused, since a forbid that guards nothing must not pass",
          "[authz]") {
  CHECK(
      problem("forbid (principal, action == Action::\"role:update\", resource is Tenant);") ==
      "local.cedar:1:53: policy `local.cedar:1`: no action of this scope applies to such a resource; change the "
      "scope, or the action's appliesTo in the schema\n"
      "  1 | forbid (principal, action == Action::\"role:update\", resource is Tenant);\n"
      "    |                                                     ^");
}

TEST_CASE("a question that the schema doesn't describe is refused", "[authz]") {
  ApiWorld world;
  const auto guard = authz::Guard::from_text("permit(principal, action, resource);", "p", shipped());
  REQUIRE(guard.ok());
  const auto caller = world.platform();
  const auto ask = [&](const char* action, cedar::EntityUid resource, cedar::Record proposed) {
    return world.read(caller, [&](const api::Read& r) -> api::Outcome<bool> {
      return (*guard)
          ->ask({r.caller, world.acme(), action, false, "", resource, {}, proposed, r.now, "::1", "id"},
                r.txn, *r.catalogue)
          .allowed;
    });
  };
  const cedar::Record name({{"name", cedar::Value("x")}});
  CHECK(ApiWorld::must(ask("group:create", authz::tenant_uid(world.acme()), name)));
  CHECK_FALSE(ApiWorld::must(ask("group:create", authz::tenant_uid(world.acme()), {})));
  CHECK_FALSE(ApiWorld::must(ask("group:create", authz::role_uid("user"), name)));
  CHECK_FALSE(ApiWorld::must(ask("group:mend", authz::tenant_uid(world.acme()), {})));
}
