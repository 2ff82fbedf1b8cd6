#include "authz/authority.h"

#include <type_traits>

#include "authz/guard.h"
#include "domain/role.h"
#include "domain/user.h"
#include "tests/support/api_world.h"

// Who acts, and what is asked, can't be made without saying whose they are.
static_assert(!std::is_default_constructible_v<authz::Subject>);
static_assert(!std::is_constructible_v<authz::Subject, domain::Principal>);
static_assert(!std::is_default_constructible_v<authz::Question>);

namespace {

using Scopes = std::vector<std::string>;

// What the caller holds in the tenant, as words.
std::string held_by(ApiWorld& world, const api::Caller& caller, const domain::Owner& tenant) {
  std::string text;
  ApiWorld::must(world.read(caller, [&](const api::Read& r) -> api::Outcome<void> {
    const auto held = authz::authority_of(r.txn, *r.catalogue, caller, tenant, r.now);
    REQUIRE(held.ok());
    for (const auto& scope : held.value().scopes) text += (text.empty() ? "" : " ") + scope;
    return {};
  }));
  return text;
}

}  // namespace

TEST_CASE("effective scopes come from the credential, from roles and from groups", "[authz]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "direct", {"requests:approve"});
  world.add_role(world.acme(), "by-group", {"project:update"});
  const auto held = [&] { return held_by(world, world.login(world.acme(), ann), world.acme()); };
  CHECK(held() == "");

  world.map_user(world.acme(), ann, {"direct"});
  CHECK(held() == "requests:approve");
  world.map_group(world.acme(), team, "by-group");
  CHECK(held() == "requests:approve");
  world.add_member(world.acme(), team, ann);
  CHECK(held() == "project:get project:update requests:approve");  // update implies get

  CHECK(held_by(world, world.caller(world.acme(), {"group:update"}), world.acme()) ==
        "group:get group:update");
  CHECK(held_by(world, world.login(world.acme(), ann), world.globex()) == "");
}

TEST_CASE("a disabled role and a suspended user hold nothing", "[authz]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  world.add_role(world.acme(), "reader", {"project:get"});
  world.map_user(world.acme(), ann, {"reader"});
  const auto login = world.login(world.acme(), ann);
  CHECK(held_by(world, login, world.acme()) == "project:get");

  const auto set_state = [&](domain::State state) {
    const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
      auto role = domain::find_role(txn, world.acme(), "reader");
      if (!role.ok()) return role.error();
      role.value()->state = state;
      return domain::put_role(txn, *role.value());
    });
    REQUIRE(written.ok());
  };
  set_state(domain::State::kDisabled);
  CHECK(held_by(world, login, world.acme()) == "");
  set_state(domain::State::kEnabled);
  CHECK(held_by(world, login, world.acme()) == "project:get");

  ApiWorld::must(world.change(
      world.platform(), [&](api::Change& c) { return api::suspend_user(c, world.acme(), ann, false, {}); }));
  CHECK(held_by(world, login, world.acme()) == "");
}

TEST_CASE("the platform holds every permission everywhere", "[authz]") {
  ApiWorld world;
  const std::string all = held_by(world, world.platform(), world.acme());
  CHECK(all == held_by(world, world.platform(), domain::Platform{}));
  CHECK(all == held_by(world, world.caller(world.acme(), {"organization:administer"}), world.acme()));
}

TEST_CASE("a role held on a group counts for that group's own calls alone", "[authz]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId mine = world.add_group(world.acme(), "Mine");
  const domain::GroupId other = world.add_group(world.acme(), "Other");
  world.map_on(world.acme(), ann, "app_group_owner", domain::group_resource(mine));
  const auto login = world.login(world.acme(), ann);
  CHECK(held_by(world, login, world.acme()) == "");

  const auto get = [&](const domain::GroupId& group) {
    return to_text(
        world.read(login, [&](const api::Read& r) { return api::get_group(r, world.acme(), group); }));
  };
  CHECK(get(mine) == "ok");
  CHECK(get(other) ==
        "forbidden: group:get: not allowed | This needs the permission `group:get`, which you don't hold.");
  const auto join = [&](const domain::GroupId& group) {
    const domain::UserId user = world.add_user(world.acme(), "u" + group.to_string());
    return to_text(
        world.change(login, [&](api::Change& c) { return api::add_member(c, world.acme(), group, user); }));
  };
  CHECK(join(mine) == "ok");
  CHECK(
      join(other) ==
      "forbidden: member:add: not allowed | This needs the permission `group:update`, which you don't hold.");
}

TEST_CASE("until is the first moment at which time changes what is held", "[authz]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.add_member(world.acme(), team, ann);
  const base::Timestamp from{world.now().ms + 5};
  const base::Timestamp until{world.now().ms + 9};
  world.map_group(world.acme(), team, "user", from, until);
  const auto login = world.login(world.acme(), ann);
  const auto next = [&] {
    base::Timestamp at;
    ApiWorld::must(world.read(login, [&](const api::Read& r) -> api::Outcome<void> {
      at = authz::authority_of(r.txn, *r.catalogue, login, world.acme(), r.now).value().until;
      return {};
    }));
    return at;
  };
  CHECK(next() == from);
  world.clock().set(from);
  CHECK(next() == until);
  world.clock().set(until);
  CHECK(next().ms == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("authority: a subject whose tenant was forgotten is not the platform", "[authz]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const authz::Subject forgotten{ann, domain::TenantId(), {"organization:get"}};
  CHECK_FALSE(forgotten.platform());
  ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) -> api::Outcome<void> {
    for (const domain::Owner& where : {domain::Owner(domain::Platform{}), domain::Owner(world.acme()),
                                       domain::Owner(domain::TenantId())}) {
      const auto held = authz::authority_of(r.txn, *r.catalogue, forgotten, where, r.now);
      REQUIRE(held.ok());
      CHECK(held->scopes.empty());
    }
    return {};
  }));
}
