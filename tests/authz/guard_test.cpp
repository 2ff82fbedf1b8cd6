#include "authz/guard.h"

#include <filesystem>

#include "api/audit.h"
#include "authz/entities.h"
#include "base/file.h"
#include "tests/support/api_world.h"

namespace {

std::string load_error(const std::string& folder) {
  const auto guard = authz::Guard::load(folder);
  return guard.ok() ? "ok" : guard.error().message;
}

void put(const TempDir& dir, const std::string& name, const std::string& text) {
  REQUIRE(base::write_file(dir / name, text, 0600).ok());
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

// What no schema can tell is an overflow.
TEST_CASE("a forbid that can't be evaluated refuses, a permit grants nothing", "[authz]") {
  const std::string overflow = " when { 9223372036854775807 + 1 == 0 };\n";
  const std::string permit = "@id(\"p\") permit(principal, action, resource)" + overflow;
  const std::string forbid =
      "@id(\"f\") @notice(\"Untrue.\") @code(\"system_role\") "
      "forbid(principal, action, resource)" +
      overflow;
  const std::string other =
      "@id(\"o\") forbid(principal, action == Action::\"group:create\", resource)" + overflow;
  const std::string holds = "@id(\"h\") @notice(\"Not today.\") forbid(principal, action, resource);\n";
  const std::string silent = "@id(\"s\") forbid(principal, action, resource);\n";
  const std::string late =
      "@id(\"l\") forbid(principal, action, resource) when { principal is User || "
      "(principal is ServiceUser && 9223372036854775807 + 1 == 0) };\n";
  const std::string never =
      "@id(\"n\") forbid(principal, action, resource) "
      "when { false && 9223372036854775807 + 1 == 0 };\n";
  const std::string failed =
      "A policy of this server that may forbid this could not be evaluated. The server's log says why.";
  const std::string lacking = "This needs the permission `organization:get`, which you don't hold.";

  struct Row {
    std::string policies;
    std::string reader, nobody;              // who may, and who may not: what they read
    std::vector<std::string> determining;    // of the reader
    std::string reader_cedar, nobody_cedar;  // with OnError::kCedar
    std::vector<std::string> determining_cedar;
  };
  const std::vector<std::string> scope = {"scope"};
  const Row rows[] = {
      {permit, "ok", lacking, scope, "ok", lacking, scope},
      {forbid, failed, failed, {"f"}, "ok", lacking, scope},
      {late, failed, failed, {"l"}, "ok", lacking, scope},
      {never, "ok", lacking, scope, "ok", lacking, scope},
      {other, "ok", lacking, scope, "ok", lacking, scope},  // its scope doesn't fit
      {permit + forbid, failed, failed, {"f"}, "ok", lacking, scope},
      {forbid + late, failed, failed, {"f", "l"}, "ok", lacking, scope},
      {late + forbid, failed, failed, {"l", "f"}, "ok", lacking, scope},
      {forbid + holds,
       "Not today. | " + failed,
       "Not today. | " + failed,
       {"h", "f"},
       "Not today.",
       "Not today.",
       {"h"}},
      {holds + permit + forbid,
       "Not today. | " + failed,
       "Not today. | " + failed,
       {"h", "f"},
       "Not today.",
       "Not today.",
       {"h"}},
      {silent + forbid,
       "A policy of this server forbids this. | " + failed,
       "A policy of this server forbids this. | " + failed,
       {"s", "f"},
       "A policy of this server forbids this.",
       "A policy of this server forbids this.",
       {"s"}},
  };
  ApiWorld world;
  const auto nobody = world.caller(world.acme(), {});
  const auto reader = world.caller(world.acme(), {"organization:get"});
  const auto schema = authz::load_schema("config/reeve.cedarschema");
  REQUIRE(schema.ok());
  const auto shipped = base::read_file("config/policies/guard.cedar", 1 << 20);
  for (const Row& row : rows) {
    INFO(row.policies);
    for (const auto on_error : {authz::OnError::kDeny, authz::OnError::kCedar}) {
      const bool deny = on_error == authz::OnError::kDeny;
      INFO((deny ? "deny" : "cedar"));
      const auto guard =
          authz::Guard::from_text(row.policies + shipped.value(), "p.cedar", *schema, on_error);
      REQUIRE(guard.ok());
      const auto ask = [&](const api::Caller& caller) {
        return ApiWorld::must(world.read(caller, [&](const api::Read& r) -> api::Outcome<authz::Answer> {
          return guard.value()->ask({r.caller,
                                     world.acme(),
                                     "role:list",
                                     false,
                                     "organization:get",
                                     authz::tenant_uid(world.acme()),
                                     {},
                                     {},
                                     r.now,
                                     "192.0.2.1",
                                     "test"},
                                    r.txn, *r.catalogue);
        }));
      };
      const auto said = [](const authz::Answer& answer) {
        std::string text = answer.allowed ? "ok" : "";
        for (const auto& notice : answer.notices) text += (text.empty() ? "" : " | ") + notice;
        return text + answer.code;
      };
      const authz::Answer answer = ask(reader);
      CHECK(said(answer) == (deny ? row.reader : row.reader_cedar));
      CHECK(answer.policies == (deny ? row.determining : row.determining_cedar));
      CHECK(said(ask(nobody)) == (deny ? row.nobody : row.nobody_cedar));
    }
  }
}

TEST_CASE("a forbid that reads what isn't there refuses, unless it asks first", "[authz]") {
  ApiWorld world;
  const auto reader = world.caller(world.acme(), {"organization:get"});
  const auto get = [&](const std::string& slug) {
    return to_text(
        world.read(reader, [&](const api::Read& r) { return api::get_role(r, world.acme(), slug); }));
  };
  const std::string forbid = "forbid(principal, action == Action::\"role:get\", resource is Role) when { ";
  world.add_policies(forbid + "resource has risk && resource.risk == \"admin\" };");
  CHECK(get("nothing") == "not_found: role nothing: not found");
  CHECK(get("approver") == "ok");
  world.add_policies(forbid + "resource.risk == \"admin\" };");
  CHECK(
      get("nothing") ==
      "forbidden: role:get: not allowed | A policy of this server that may forbid this could not be evaluated. "
      "The server's log says why.");
  CHECK(get("approver") == "ok");
}

TEST_CASE("policies that take more steps than a question may refuse, whatever they would say", "[authz]") {
  ApiWorld world;
  std::string text = "permit(principal, action, resource);\n";
  for (int i = 0; i < 500; ++i)
    text +=
        "permit(principal, action, resource) when { context.proposed.a.containsAll(context.proposed.b) };\n";
  const auto guard = authz::Guard::from_text(text, "p.cedar");
  REQUIRE(guard.ok());
  const auto ask = [&](std::int64_t size) {
    const auto numbers = [&] {
      std::vector<cedar::Value> values;
      for (std::int64_t i = 0; i < size; ++i) values.emplace_back(i);
      return cedar::Value(cedar::Set(std::move(values)));
    };
    const cedar::Record proposed({{"a", numbers()}, {"b", numbers()}});
    return ApiWorld::must(
        world.read(world.platform(), [&](const api::Read& r) -> api::Outcome<authz::Answer> {
          return guard.value()->ask({r.caller,
                                     world.acme(),
                                     "role:create",
                                     true,
                                     "organization:rolemanage",
                                     authz::tenant_uid(world.acme()),
                                     {},
                                     proposed,
                                     r.now,
                                     "192.0.2.1",
                                     "test"},
                                    r.txn, *r.catalogue);
        }));
  };
  CHECK(ask(10).allowed);
  const authz::Answer answer = ask(20'000);
  CHECK_FALSE(answer.allowed);
  CHECK(answer.policies.empty());
  CHECK(answer.notices ==
        std::vector<std::string>{"The server's policies take too long for this call. Its log says so."});
}

TEST_CASE("a change refused by a forbid that failed leaves an audit entry with its id", "[authz]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  world.add_policies(
      "@id(\"sum\") forbid(principal, action == Action::\"group:create\", resource) "
      "when { context.proposed.name == \"g\" && 9223372036854775807 + 1 == 0 };");
  const std::string refused =
      "forbidden: group:create: not allowed | A policy of this server that may forbid this could not be evaluated. "
      "The server's log says why.";
  const auto create = [&](const api::Caller& caller, const std::string& name) {
    return world.change(caller, [&](api::Change& c) {
      return api::create_group(c, world.acme(), {name, {}, {}});
    });
  };
  for (const auto& caller : {admin, world.platform()}) {
    CHECK(to_text(create(caller, "g")) == refused);
    const auto entry = ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) {
                         return api::list_audit(r, world.acme(), {}, {1, ""});
                       })).data.front();
    CHECK(entry.action == "group:create");
    CHECK_FALSE(entry.allowed);
    CHECK(entry.policies == std::vector<std::string>{"sum"});
  }
  CHECK(create(admin, "g").error().policies == std::vector<std::string>{"sum"});
  const auto maker = world.caller(world.acme(), {"organization:groupcreate"});
  CHECK(to_text(create(maker, "g")) == refused);
  CHECK(create(maker, "g").error().policies.empty());  // who may not read the audit log isn't told which
  CHECK(to_text(create(maker, "h")) == "ok");
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
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  const domain::GroupId other = world.add_group(world.acme(), "Other");
  world.add_role(world.acme(), "small", {"group:get"});
  world.add_member(world.acme(), team, ann);
  world.map_group(world.acme(), team, "approver");
  const domain::GroupId disabled = world.add_group(world.acme(), "Disabled");
  const domain::GroupId below = world.add_group(world.acme(), "Below");
  world.map_group(world.acme(), disabled, "small");
  world.add_member(world.acme(), disabled, below);
  world.add_member(world.acme(), disabled, ann);
  world.add_member(world.acme(), below, ann);
  ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::set_group_state(c, world.acme(), disabled, domain::State::kDisabled, {});
  }));
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
      // A disabled group is in its roles, as are those that are in it, and nobody is in it.
      {"Group::\"" + disabled.to_string() + "\" in Role::\"small\"", true},
      {"Group::\"" + below.to_string() + "\" in Role::\"small\"", true},
      {"principal in Role::\"small\"", false},
      {"principal in Group::\"" + disabled.to_string() + "\"", false},
      {"principal in Group::\"" + below.to_string() + "\"", true},
      {"Role::\"approver\" in " + acme, true},
      {"Role::\"approver\".is_system && Role::\"approver\".scopes.contains(\"requests:approve\")", true},
      {"Role::\"nothing\" has slug", false},
      {"principal.email == \"ann@example.org\" && principal.name == \"ann\" && principal.active", true},
      {"principal.groups == [\"Team\", \"Below\"] && principal.roles == [\"approver\"]", true},
      {"principal.scopes.contains(\"organization:get\")", true},
      {"principal.scopes.contains(\"organization:delete\")", false},
      {"principal.platform", false},
      {group + ".name == \"Team\" && " + group + ".source == \"local\"", true},
      {acme + ".slug == \"acme\" && " + acme + ".enabled", true},
      {"resource == Role::\"approver\" && resource.risk == \"high\"", true},
      {"context.scope == \"organization:get\" && context.tenant == " + acme, true},
      {"context.now == datetime(\"2026-04-15T12:00:00Z\")", true},
      {"context has ip && context.ip.isInRange(ip(\"192.0.2.0/24\")) && context.request_id == \"test\"",
       true},
      {"context.scopes_here.isEmpty() && context.proposed == {}", true},
      {"action == Action::\"role:get\" && action in Action::\"read\"", true},
      {"action in Action::\"write\"", false},
      {"User::\"" + ann.to_string() + "\" == principal", true},
  };
  for (const Row& row : rows) {
    INFO(row.condition);
    world.add_policies(
        "@notice(\"held\") forbid(principal is User, action == Action::\"role:get\", resource is Role) "
        "when { " +
        row.condition + " };");
    const auto outcome =
        world.read(login, [&](const api::Read& r) { return api::get_role(r, world.acme(), "approver"); });
    CHECK(to_text(outcome) == (row.holds ? "forbidden: role:get: not allowed | held" : "ok"));
  }
}

// Whoever adds people to a group while it is disabled would else only have to enable it.
TEST_CASE("a policy about groups of a role binds who adds to one that is disabled", "[authz]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const domain::UserId ann = world.add_user(world.acme(), "ann"), bob = world.add_user(world.acme(), "bob");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "payroll", {"organization:billingview"});
  world.map_group(world.acme(), team, "payroll");
  world.add_policies(
      "@notice(\"Payroll adds.\") forbid(principal, action == Action::\"member:add\", "
      "resource in Role::\"payroll\") unless { principal.platform };");
  const auto add = [&](const domain::UserId& user) {
    return to_text(
        world.change(admin, [&](api::Change& c) { return api::add_member(c, world.acme(), team, user); }));
  };
  const auto set = [&](domain::State state) {
    return to_text(world.change(
        admin, [&](api::Change& c) { return api::set_group_state(c, world.acme(), team, state, {}); }));
  };
  const std::string refused = "forbidden: member:add: not allowed | Payroll adds.";
  CHECK(add(ann) == refused);
  CHECK(set(domain::State::kDisabled) == "ok");
  CHECK(add(ann) == refused);
  CHECK(add(bob) == refused);
}

// Whatever else a deployment's own policies permit.
TEST_CASE("the shipped policies keep backups for the platform", "[authz]") {
  ApiWorld world;
  const auto schema = authz::load_schema("config/reeve.cedarschema");
  REQUIRE(schema.ok());
  const auto shipped = base::read_file("config/policies/guard.cedar", 1 << 20);
  const auto guard =
      authz::Guard::from_text("@id(\"all\") permit(principal, action, resource);\n" + shipped.value(),
                              "p.cedar", *schema, authz::OnError::kDeny);
  REQUIRE(guard.ok());
  const std::string refused =
      "backups: A backup holds every tenant's data. Only a credential of the platform may make, list, read "
      "or remove one.";
  struct Row {
    const char* name;
    api::Caller caller;
    std::string answer;  // about backups
  };
  const Row rows[] = {
      {"platform", world.platform(), "ok"},
      {"administrator", world.admin(world.acme()), refused},
      {"administrator of another", world.admin(world.globex()), refused},
      {"person", world.login(world.acme(), world.add_user(world.acme(), "ann")), refused},
      {"nobody", world.caller(world.acme(), {}), refused},
  };
  struct Action {
    const char* name;
    bool changes, of_backups;
  };
  const Action actions[] = {{"backup:create", true, true},
                            {"backup:prune", true, true},
                            {"backup:list", false, true},
                            {"backup:read", false, true},
                            {"role:list", false, false}};
  for (const Row& row : rows)
    for (const Action& action : actions) {
      INFO(row.name << " " << action.name);
      const domain::Owner whose = action.of_backups ? domain::Owner(domain::Platform{}) : world.acme();
      const auto answer =
          ApiWorld::must(world.read(row.caller, [&](const api::Read& r) -> api::Outcome<authz::Answer> {
            return guard.value()->ask({r.caller,
                                       whose,
                                       action.name,
                                       action.changes,
                                       "platform",
                                       authz::tenant_uid(whose),
                                       {},
                                       {},
                                       r.now,
                                       "192.0.2.1",
                                       "test"},
                                      r.txn, *r.catalogue);
          }));
      std::string said = answer.allowed ? "ok" : answer.policies.front() + ":";
      for (const std::string& notice : answer.notices) said += " " + notice;
      CHECK(said == (action.of_backups ? row.answer : "ok"));
    }
}
