#include "api/sessions.h"

#include "api/me.h"
#include "api/service_users.h"
#include "authz/guard.h"
#include "tests/support/api_world.h"

namespace {

// What the token's owner holds, asked through the service, which remembers callers; or why not.
std::string scopes(ApiWorld& world, const std::string& token) {
  std::string text;
  const auto read = world.service().read({api::Scheme::kBearer, "", token}, {}, [&](const api::Read& r) {
    const auto me = api::get_me(r);
    REQUIRE(me.ok());
    for (const auto& scope : me.value().scopes) text += scope + " ";
    const auto group = api::list_groups(r, world.acme(), {}, {0, ""});
    text += group.ok() ? "lists" : "doesn't list";
  });
  return read.ok() ? text : to_text(read.error());
}

}  // namespace

TEST_CASE("a remembered caller never holds what it wouldn't hold anew", "[api]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "lister", {"organization:grouplist"});
  world.login(world.acme(), ann);
  const std::string token = "login-of-" + ann.to_string();
  CHECK(scopes(world, token) == "doesn't list");
  CHECK(scopes(world, token) == "doesn't list");

  world.add_member(world.acme(), team, ann);
  const base::Timestamp from{world.now().ms + 5};
  const base::Timestamp until{world.now().ms + 9};
  world.map_group(world.acme(), team, "lister", from, until);
  CHECK(scopes(world, token) == "doesn't list");
  world.clock().set(from);
  for (int i = 0; i < 2; ++i) CHECK(scopes(world, token) == "organization:grouplist lists");
  world.clock().set({until.ms - 1});
  CHECK(scopes(world, token) == "organization:grouplist lists");
  world.clock().set(until);
  CHECK(scopes(world, token) == "doesn't list");
  world.clock().set({from.ms - 1});  // a clock that went back
  CHECK(scopes(world, token) == "doesn't list");

  world.map_user(world.acme(), ann, {"lister"});
  CHECK(scopes(world, token) == "organization:grouplist lists");
  const auto suspended = world.change(
      world.platform(), [&](api::Change& c) { return api::suspend_user(c, world.acme(), ann, false); });
  REQUIRE(suspended.ok());
  CHECK(scopes(world, token) == "unauthenticated: credential: not valid");
}

TEST_CASE("a remembered key ends with its time and its revocation", "[api]") {
  ApiWorld world;
  const auto create = [&](std::optional<base::Timestamp> expires_at) {
    return ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_api_key(c, world.acme(), {"k", {"organization:grouplist"}, expires_at});
    }));
  };
  const base::Timestamp end{world.now().ms + 5};
  const auto brief = create(end);
  const auto lasting = create(std::nullopt);
  CHECK(scopes(world, brief.raw_key) == "organization:grouplist lists");
  world.clock().set({end.ms - 1});
  CHECK(scopes(world, brief.raw_key) == "organization:grouplist lists");
  world.clock().set(end);
  CHECK(scopes(world, brief.raw_key) == "unauthenticated: credential: not valid");

  CHECK(scopes(world, lasting.raw_key) == "organization:grouplist lists");
  ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::revoke_api_key(c, world.acme(), lasting.credential.id);
  }));
  CHECK(scopes(world, lasting.raw_key) == "unauthenticated: credential: not valid");
}

TEST_CASE("a remembered secret is remembered with its client id", "[api]") {
  ApiWorld world;
  const auto key = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::create_api_key(c, world.acme(), {"k", {}, {}});
  }));
  const auto other = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::create_api_key(c, world.acme(), {"k", {}, {}});
  }));
  const auto authenticates = [&](const std::string& id, const std::string& secret) {
    return world.service().read({api::Scheme::kBasic, id, secret}, {}, [](const api::Read&) {}).ok();
  };
  CHECK(authenticates(key.credential.id.to_string(), key.raw_key));
  CHECK(!authenticates(other.credential.id.to_string(), key.raw_key));
  CHECK(!authenticates("", key.raw_key));
  CHECK(authenticates(key.credential.id.to_string(), key.raw_key));
}

TEST_CASE("with new definitions a remembered caller holds what they say", "[api]") {
  ApiWorld world;
  const auto key = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::create_api_key(c, world.acme(), {"k", {"organization:grouplist"}, {}});
  }));
  CHECK(scopes(world, key.raw_key) == "organization:grouplist lists");
  const auto guard = authz::Guard::load("config/policies");
  REQUIRE(guard.ok());
  REQUIRE(world.service().adopt({{}, {}, guard.value()}).ok());
  CHECK(scopes(world, key.raw_key) == "doesn't list");
}
