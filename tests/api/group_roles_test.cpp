#include "api/group_roles.h"

#include "api/me.h"
#include "tests/support/api_world.h"

namespace {

using Scopes = std::vector<std::string>;

Scopes scopes_of(ApiWorld& world, const api::Caller& caller) {
  return ApiWorld::must(world.read(caller, [](const api::Read& r) { return api::get_me(r); })).scopes;
}

}  // namespace

TEST_CASE("a role mapped to a group is its members' at once", "[api]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  world.add_member(world.acme(), group, ann);
  world.add_role(world.acme(), "reader", {"organization:get"});
  const auto login = world.login(world.acme(), ann);
  CHECK(scopes_of(world, login).empty());

  const auto admin = world.admin(world.acme());
  const auto mapped = ApiWorld::must(world.change(admin, [&](api::Change& c) {
    return api::add_group_role(c, world.acme(), group, {"reader", {}, {}, "on call"});
  }));
  CHECK(mapped.role == "reader");
  CHECK(mapped.mapping.created_at == world.now());
  CHECK(mapped.mapping.created_by == admin.principal);
  CHECK(mapped.mapping.reason == "on call");
  CHECK(scopes_of(world, login) == Scopes{"organization:get"});

  const auto listed = ApiWorld::must(world.read(admin, [&](const api::Read& r) {
    return api::list_group_roles(r, world.acme(), group, {0, ""});
  }));
  REQUIRE(listed.data.size() == 1);
  CHECK(listed.data[0].role == "reader");

  ApiWorld::must(world.change(
      admin, [&](api::Change& c) { return api::remove_group_role(c, world.acme(), group, "reader", {}); }));
  CHECK(scopes_of(world, login).empty());
}

TEST_CASE("a mapping grants from its first millisecond to the one before its end", "[api]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  world.add_member(world.acme(), group, ann);
  world.add_role(world.acme(), "reader", {"organization:get"});
  const base::Timestamp from{world.now().ms + 1'000};
  const base::Timestamp until{world.now().ms + 2'000};
  world.map_group(world.acme(), group, "reader", from, until);
  const auto login = world.login(world.acme(), ann);

  struct Row {
    std::int64_t at;
    bool holds;
  };
  for (const Row& row :
       {Row{from.ms - 1, false}, Row{from.ms, true}, Row{until.ms - 1, true}, Row{until.ms, false}}) {
    world.clock().set({row.at});
    INFO(row.at - from.ms);
    CHECK(scopes_of(world, login).empty() != row.holds);
    const auto role =
        world.read(login, [&](const api::Read& r) { return api::get_role(r, world.acme(), "reader"); });
    CHECK(role.ok() == row.holds);
  }
}

TEST_CASE("what mapping a role to a group refuses", "[api]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  const domain::GroupId foreign = world.add_group(world.globex(), "Team");
  world.add_role(world.acme(), "reader", {"organization:get"});
  world.add_role(world.globex(), "theirs", {"organization:get"});
  world.map_group(world.acme(), group, "approver");
  const base::Timestamp now = world.now();
  struct Row {
    const char* name;
    Scopes caller;
    domain::GroupId group;
    api::NewGroupRole mapping;
    std::string expected;
  };
  const Scopes admin{"organization:administer"};
  const std::string past = "must lie in the future";
  const Row rows[] = {
      {"an unknown role",
       admin,
       group,
       {"raeder", {}, {}, {}},
       "invalid_input: role: `raeder` is no role; did you mean `reader`? | /role: `raeder` is no role; did "
       "you mean "
       "`reader`?"},
      {"another tenant's role",
       admin,
       group,
       {"theirs", {}, {}, {}},
       "invalid_input: role: `theirs` is no role | /role: `theirs` is no role"},
      {"an unknown group",
       admin,
       domain::GroupId::parse("0197f3c4-0000-7000-8000-000000000000").value(),
       {"user", {}, {}, {}},
       "not_found: group 0197f3c4-0000-7000-8000-000000000000: not found"},
      {"another tenant's group",
       admin,
       foreign,
       {"user", {}, {}, {}},
       "not_found: group " + foreign.to_string() + ": not found"},
      {"the same again",
       admin,
       group,
       {"approver", {}, {}, {}},
       "already_exists: role mapping group:" + group.to_string() + "/approver: already exists"},
      {"a resource whose name goes on as keys of the store do",
       admin,
       group,
       {"user", {}, {}, {}, domain::EntityName{"Folder", "1\x03"}},
       "invalid_input: resource: must not have control characters | /resource: must not have control "
       "characters"},
      {"an end that is over",
       admin,
       group,
       {"user", {}, now, {}},
       "invalid_input: expires_at: " + past + " | /expires_at: " + past},
      {"an end before its beginning",
       admin,
       group,
       {"user", base::Timestamp{now.ms + 2}, base::Timestamp{now.ms + 2}, {}},
       "invalid_input: expires_at: must be later than valid_from | /expires_at: must be later than "
       "valid_from"},
      {"a long reason",
       admin,
       group,
       {"user", {}, {}, std::string(501, 'r')},
       "invalid_input: reason: must be at most 500 characters | /reason: must be at most 500 characters"},
      {"without the permission",
       {"organization:get"},
       group,
       {"user", {}, {}, {}},
       "forbidden: mapping:create: not allowed | You can't give permissions that you don't hold yourself."},
      {"without the permission, holding what it gives",
       {"organization:get"},
       group,
       {"reader", {}, {}, {}},
       "forbidden: mapping:create: not allowed | This needs the permission `organization:policymanage`, "
       "which you "
       "don't hold."},
      {"more than the caller holds",
       {"organization:policymanage"},
       group,
       {"admin", {}, {}, {}},
       "forbidden: mapping:create: not allowed | You can't give permissions that you don't hold yourself."},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto caller = world.caller(world.acme(), row.caller);
    const auto outcome = world.change(
        caller, [&](api::Change& c) { return api::add_group_role(c, world.acme(), row.group, row.mapping); });
    CHECK(to_text(outcome) == row.expected);
  }
  const auto admin_caller = world.admin(world.acme());
  const auto remove = [&](const domain::GroupId& from, const std::string& role) {
    return to_text(world.change(admin_caller, [&](api::Change& c) {
      return api::remove_group_role(c, world.acme(), from, role, {});
    }));
  };
  CHECK(remove(group, "reader") ==
        "not_found: role mapping group:" + group.to_string() + "/reader: not found");
  CHECK(remove(group, "nobody") == "not_found: role nobody: not found");
  CHECK(remove(foreign, "reader") == "not_found: group " + foreign.to_string() + ": not found");
}

TEST_CASE("a mapping that begins later is still one", "[api]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  world.map_group(world.acme(), group, "user", base::Timestamp{world.now().ms + 1000});
  const auto again = world.change(world.platform(), [&](api::Change& c) {
    return api::add_group_role(c, world.acme(), group, {"user", {}, {}, {}});
  });
  CHECK(!again.ok());
}
