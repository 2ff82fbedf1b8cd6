#include "authz/guard.h"

#include <filesystem>

#include "api/audit.h"
#include "base/file.h"
#include "tests/support/api_world.h"

namespace {

std::string load_error(const std::string& folder) {
  const auto guard = authz::Guard::load(folder);
  return guard.ok() ? "ok" : guard.error().message;
}

void put(const TempDir& dir, const std::string& name, const std::string& text) {
  REQUIRE(write_file(dir / name, text, 0600).ok());
}

}  // namespace

TEST_CASE("all policy files of a folder are loaded, in order of name", "[authz]") {
  TempDir dir;
  CHECK(load_error(dir.path()) ==
        dir.path() + ": no policy in any *.cedar file, so that nobody could do anything");
  put(dir, "b.cedar", "permit(principal, action, resource);");
  put(dir, "a.cedar", "@id(\"x\") forbid(principal, action, resource);");
  put(dir, "notes.txt", "nothing");
  const auto guard = authz::Guard::load(dir.path());
  REQUIRE(guard.ok());
  CHECK(guard.value()->size() == 2);
  CHECK_THAT(load_error(dir / "missing"), ContainsSubstring("can't be listed"));
}

TEST_CASE("the mistakes of all policy files are told together", "[authz]") {
  TempDir dir;
  put(dir, "a.cedar", "permit(pricipal, action, resource);");
  put(dir, "b.cedar", "@id(\"x\") permit(principal, action, resource);");
  put(dir, "c.cedar", "@id(\"x\") permit(principal, action, resource);");
  put(dir, "d.cedar", "\npermit(principal == ?principal, action, resource);");
  const std::string message = load_error(dir.path());
  CHECK_THAT(message, ContainsSubstring("a.cedar:1:8: "));
  CHECK_THAT(message, ContainsSubstring("c.cedar: "));
  CHECK_THAT(message,
             ContainsSubstring("d.cedar:2: a policy with `?principal` or `?resource` is a template and would "
                               "guard nothing; name the entity instead"));
}

TEST_CASE("the shipped policies load from their folder", "[authz]") {
  CHECK(load_error("config/policies") == "ok");
}

TEST_CASE("a policy that can't be evaluated grants nothing and refuses nothing", "[authz]") {
  ApiWorld world;
  const auto nobody = world.caller(world.acme(), {});
  const auto reader = world.caller(world.acme(), {"organization:get"});
  // What no schema can tell: an overflow.
  world.add_policies("permit(principal, action, resource) when { 9223372036854775807 + 1 == 0 };\n"
                     "forbid(principal, action, resource) when { 9223372036854775807 + 1 == 0 };");
  const auto list = [&](const api::Caller& caller) {
    return to_text(world.read(caller, [&](const api::Read& r) {
      return api::list_roles(r, world.acme(), api::RoleSet::kAll, {0, ""});
    }));
  };
  CHECK(list(nobody) ==
        "forbidden: role:list: not allowed | This needs the permission `organization:get`, which you don't "
        "hold.");
  CHECK(list(reader) == "ok");
}

TEST_CASE("new policies count from the next call on", "[authz]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto create = [&](const std::string& name) {
    return to_text(world.change(admin, [&](api::Change& c) {
      return api::create_group(c, world.acme(), {name, {}, {}});
    }));
  };
  CHECK(create("one") == "ok");
  world.add_policies(
      "@id(\"stop\") @notice(\"Not today.\") forbid(principal, action in Action::\"write\", resource);");
  CHECK(create("two") == "forbidden: group:create: not allowed | Not today.");
  world.add_policies("@id(\"stop\") forbid(principal, action in Action::\"write\", resource);");
  CHECK(create("three") == "forbidden: group:create: not allowed | A policy of this server forbids this.");
  world.add_policies("");
  CHECK(create("two") == "ok");
}

TEST_CASE("policies see entities as documented", "[authz]") {
  ApiWorld world;
  const Uuid ann = world.add_user(world.acme(), "ann");
  const Uuid team = world.add_group(world.acme(), "Team");
  const Uuid other = world.add_group(world.acme(), "Other");
  world.add_member(world.acme(), team, ann);
  world.map_group(world.acme(), team, "approver");
  const auto login = world.login(world.acme(), ann);
  const std::string acme = "Tenant::\"" + world.acme().to_string() + "\"";
  const std::string group = "Group::\"" + team.to_string() + "\"";
  struct Row {
    std::string condition;
    bool holds;
  };
  const Row rows[] = {
      {"principal is User", true},
      {"principal in " + group, true},
      {"principal in Group::\"" + other.to_string() + "\"", false},
      {"principal in Role::\"approver\"", true},
      {"principal in Role::\"admin\"", false},
      {"principal in Role::\"nothing\"", false},
      {"principal in " + acme, true},
      {"principal in Tenant::\"" + world.globex().to_string() + "\"", false},
      {group + " in Role::\"approver\"", true},
      {group + " in " + acme, true},
      {"Group::\"" + other.to_string() + "\" in Role::\"approver\"", false},
      {"Role::\"approver\" in " + acme, true},
      {"Role::\"approver\".is_system && Role::\"approver\".scopes.contains(\"requests:approve\")", true},
      {"Role::\"nothing\" has slug", false},
      {"principal.email == \"ann@example.org\" && principal.name == \"ann\" && principal.active", true},
      {"principal.groups == [\"Team\"] && principal.roles == [\"approver\"]", true},
      {"principal.scopes.contains(\"organization:get\")", true},
      {"principal.scopes.contains(\"organization:delete\")", false},
      {"principal.platform", false},
      {group + ".name == \"Team\" && " + group + ".source == \"local\"", true},
      {acme + ".slug == \"acme\" && " + acme + ".enabled", true},
      {"resource == Role::\"approver\" && resource.risk == \"high\"", true},
      {"context.scope == \"organization:get\" && context.tenant == " + acme, true},
      {"context.now == datetime(\"2026-04-15T12:00:00Z\")", true},
      {"context has ip && context.ip.isInRange(ip(\"192.0.2.0/24\")) && context.request_id == \"test\"", true},
      {"context.scopes_here.isEmpty() && context.proposed == {}", true},
      {"action == Action::\"role:get\" && action in Action::\"read\"", true},
      {"action in Action::\"write\"", false},
      {"User::\"" + ann.to_string() + "\" == principal", true},
  };
  for (const Row& row : rows) {
    INFO(row.condition);
    world.add_policies("@notice(\"held\") forbid(principal is User, action == Action::\"role:get\", resource is Role) "
                       "when { " + row.condition + " };");
    const auto outcome =
        world.read(login, [&](const api::Read& r) { return api::get_role(r, world.acme(), "approver"); });
    CHECK(to_text(outcome) == (row.holds ? "forbidden: role:get: not allowed | held" : "ok"));
  }
}
