#include "api/me.h"
#include "api/service_users.h"
#include "tests/support/api_world.h"

namespace {

const std::string kGift = "not allowed | You can't give permissions that you don't hold yourself.";

}  // namespace

TEST_CASE("nobody raises anybody's rights above their own", "[api]") {
  ApiWorld world;
  // Everything an access manager may do, but not what an administrator may.
  const auto caller = world.caller(
      world.acme(), {"organization:rolemanage", "organization:policymanage", "organization:usermanage",
                     "organization:serviceusermanage", "organization:groupcreate", "group:update"});
  const domain::GroupId admins = world.add_group(world.acme(), "Admins");
  world.map_group(world.acme(), admins, "admin");
  const domain::GroupId later = world.add_group(world.acme(), "Later admins");
  world.map_group(world.acme(), later, "admin", base::Timestamp{world.now().ms + 1'000'000});
  const domain::GroupId plain = world.add_group(world.acme(), "Plain");
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  world.add_role(world.acme(), "small", {"group:get"});
  const auto robot = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::create_service_user(c, world.acme(), {"robot", {}});
  }));
  world.map_on(world.acme(), robot.id, "admin", "");

  const auto attempt = [&](auto fn) { return to_text(world.change(caller, fn)); };
  using C = api::Change;
  CHECK(attempt([&](C& c) {
          return api::create_role(c, world.acme(), {"big", "Big", {}, {"organization:administer"}});
        }) ==
        "forbidden: role:create: not allowed | You can't put permissions into a role that you don't hold "
        "yourself.");
  CHECK(attempt([&](C& c) {
          return api::create_or_replace_role(c, world.acme(), {"small", {}, {}, {"organization:delete"}, {}});
        }) ==
        "forbidden: role:update: not allowed | You can't put permissions into a role that you don't hold "
        "yourself.");
  CHECK(attempt([&](C& c) {
          return api::add_group_role(c, world.acme(), plain, {"admin", {}, {}, {}});
        }) == "forbidden: mapping:create: " + kGift);
  CHECK(attempt([&](C& c) {
          return api::update_user(c, world.acme(), ann, {{}, std::vector<std::string>{"small", "admin"}}, {});
        }) == "forbidden: mapping:create: " + kGift);
  CHECK(attempt([&](C& c) { return api::add_member(c, world.acme(), admins, ann); }) ==
        "forbidden: member:add: " + kGift);
  CHECK(attempt([&](C& c) { return api::add_member(c, world.acme(), later, ann); }) ==
        "forbidden: member:add: " + kGift);
  CHECK(attempt([&](C& c) { return api::create_secret(c, world.acme(), robot.id, "mine"); }) ==
        "forbidden: secret:create: " + kGift);
  CHECK(attempt([&](C& c) {
          return api::create_api_key(c, world.acme(), {"k", {"group:get", "organization:delete"}, {}});
        }) ==
        "invalid_scopes: scopes/1: `organization:delete` is a permission that you don't hold yourself | "
        "/scopes/1: "
        "`organization:delete` is a permission that you don't hold yourself");

  // And nothing of it came to be.
  const auto ann_now = ApiWorld::must(
      world.read(world.platform(), [&](const api::Read& r) { return api::get_user(r, world.acme(), ann); }));
  CHECK(ann_now.roles.empty());
  CHECK(ann_now.groups.empty());

  // What is within their own rights, they may.
  CHECK(attempt([&](C& c) { return api::add_member(c, world.acme(), plain, ann); }) == "ok");
  CHECK(attempt([&](C& c) {
          return api::add_group_role(c, world.acme(), plain, {"small", {}, {}, {}});
        }) == "ok");
  CHECK(attempt([&](C& c) {
          return api::update_user(c, world.acme(), ann, {{}, std::vector<std::string>{"small"}}, {});
        }) == "ok");
  CHECK(attempt([&](C& c) {
          return api::create_api_key(c, world.acme(), {"k", {"group:get"}, {}});
        }) == "ok");
}

TEST_CASE("who keeps users but not mappings can't change anybody's roles", "[api]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  world.add_role(world.acme(), "small", {"organization:get"});
  const auto caller = world.caller(world.acme(), {"organization:usermanage"});
  const auto put = [&](std::optional<std::vector<std::string>> roles) {
    return to_text(world.change(caller, [&](api::Change& c) {
      return api::update_user(c, world.acme(), ann, {"Ann", roles}, {});
    }));
  };
  CHECK(put(std::vector<std::string>{}) == "ok");
  CHECK(put(std::vector<std::string>{"small"}) ==
        "forbidden: mapping:create: not allowed | This needs the permission `organization:policymanage`, "
        "which you "
        "don't hold.");
}

TEST_CASE("a key gives no more than its creator holds through roles", "[api]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  world.add_role(world.acme(), "keeper", {"organization:serviceusermanage", "project:update"});
  world.map_user(world.acme(), ann, {"keeper"});
  const auto login = world.login(world.acme(), ann);
  const auto create = [&](const std::string& scope) {
    return to_text(world.change(login, [&](api::Change& c) {
      return api::create_api_key(c, world.acme(), {"k", {scope}, {}});
    }));
  };
  CHECK(create("project:get") == "ok");  // implied
  CHECK(create("app_project_update") == "ok");
  CHECK(create("project:administer").substr(0, 16) == "invalid_scopes: ");
  world.map_user(world.acme(), ann, {});
  CHECK(create("project:get").substr(0, 11) == "forbidden: ");
}
