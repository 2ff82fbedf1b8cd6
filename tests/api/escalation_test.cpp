#include <algorithm>

#include "api/grants.h"
#include "api/mappings.h"
#include "api/me.h"
#include "api/permissions.h"
#include "api/projects.h"
#include "api/service_users.h"
#include "authz/guard.h"
#include "base/file.h"
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
          return api::create_or_replace_role(c, world.acme(), {"small", {}, {}, {"organization:delete"}, {}},
                                             {});
        }) ==
        "forbidden: role:update: not allowed | You can't put permissions into a role that you don't hold "
        "yourself.");
  CHECK(attempt([&](C& c) {
          return api::add_group_role(c, world.acme(), plain, {"admin", {}, {}, {}});
        }) == "forbidden: mapping:create: " + kGift);
  for (const std::string& resource :
       {std::string(), domain::group_resource(plain), std::string("compute/instance:i-7")})
    CHECK(attempt([&](C& c) {
            return api::create_mapping(c, world.acme(), {"admin", ann, resource, {}, {}, {}, {}});
          }) == "forbidden: mapping:create: " + kGift);
  // Nor by giving longer, or differently, what others hold.
  const auto soon = ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::create_mapping(c, world.acme(),
                               {"admin", ann, "x:y", {}, base::Timestamp{world.now().ms + 1'000}, {}, {}});
  }));
  for (const api::MappingPatch& patch :
       {api::MappingPatch{{}, std::optional<base::Timestamp>(), {}},
        api::MappingPatch{{}, base::Timestamp{world.now().ms + 500}, {}}, api::MappingPatch{{}, {}, "mine"}})
    CHECK(attempt([&](C& c) { return api::update_mapping(c, world.acme(), soon.id, patch, {}); }) ==
          "forbidden: mapping:create: " + kGift);
  ApiWorld::must(world.change(world.platform(),
                              [&](C& c) { return api::delete_mapping(c, world.acme(), soon.id, {}); }));
  for (const std::optional<domain::EntityName>& resource :
       {std::optional<domain::EntityName>(), std::optional(domain::EntityName{"Folder", "7"})}) {
    api::NewGrant given;
    given.principal = {"user", ann.to_string()};
    given.role = "admin";
    given.resource = resource;
    CHECK(attempt([&](C& c) { return api::create_grant(c, world.acme(), given); }) ==
          "forbidden: grant:create: " + kGift);
  }
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

TEST_CASE("policies from before keys were rotated and groups enabled guard what these give", "[api]") {
  ApiWorld world;
  const auto shipped = base::read_file("config/policies/guard.cedar", 1 << 20);
  REQUIRE(shipped.ok());
  std::string text = *shipped;
  for (const std::string action : {"group:set_state", "api_key:rotate"}) {
    const std::string named = "Action::\"" + action + "\",";
    REQUIRE(text.find(named) != std::string::npos);
    for (std::size_t at = 0; (at = text.find(named)) != std::string::npos;) text.erase(at, named.size());
  }
  const auto schema = authz::load_schema("config/reeve.cedarschema");
  REQUIRE(schema.ok());
  const auto older = authz::Guard::from_text(text, "guard.cedar", *schema);
  REQUIRE(older.ok());

  using C = api::Change;
  const auto key_of = [&](const std::vector<std::string>& scopes) {
    const auto made = ApiWorld::must(world.change(world.platform(), [&](C& c) {
      return api::create_api_key(c, world.acme(), {"k", scopes, {}});
    }));
    return made.credential.id;
  };
  const auto strong = key_of({"organization:administer"}), weak = key_of({"group:get"});
  const auto by_role = key_of({});
  world.map_on(world.acme(), domain::ServiceUserId(by_role.uuid()), "admin", "");
  const domain::GroupId admins = world.add_group(world.acme(), "Admins");
  const domain::GroupId plain = world.add_group(world.acme(), "Plain");
  world.map_group(world.acme(), admins, "admin");
  const auto set = [&](const api::Caller& caller, const domain::GroupId& group, domain::State state) {
    return to_text(world.change(caller, [&](C& c) {
      c.guard = *older;
      return api::set_group_state(c, world.acme(), group, state, {});
    }));
  };
  const auto rotate = [&](const api::Caller& caller, const domain::CredentialId& key) {
    return to_text(world.change(caller, [&](C& c) {
      c.guard = *older;
      return api::rotate_api_key(c, world.acme(), key, {}, {});
    }));
  };
  const auto keeper =
      world.caller(world.acme(), {"organization:serviceusermanage", "group:update", "group:get"});
  CHECK(rotate(keeper, strong) == "forbidden: secret:create: " + kGift);
  CHECK(rotate(keeper, by_role) == "forbidden: secret:create: " + kGift);
  CHECK(rotate(keeper, weak) == "ok");
  CHECK(rotate(world.admin(world.acme()), strong) == "ok");
  for (const domain::GroupId& group : {admins, plain})
    CHECK(set(keeper, group, domain::State::kDisabled) == "ok");
  CHECK(set(keeper, admins, domain::State::kEnabled) == "forbidden: member:add: " + kGift);
  CHECK(set(keeper, plain, domain::State::kEnabled) == "ok");
  CHECK(set(world.admin(world.acme()), admins, domain::State::kEnabled) == "ok");
}

TEST_CASE("nobody passes off as something else a role that is more than they hold", "[api]") {
  ApiWorld world;
  const auto caller = world.caller(world.acme(), {"organization:rolemanage", "group:get"});
  const auto add = [&](const std::string& slug, std::vector<std::string> scopes) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_role(c, world.acme(), {slug, slug, "About " + slug, scopes});
    }));
  };
  const auto patch = [&](const std::string& slug, const api::RolePatch& with) {
    return to_text(world.change(
        caller, [&](api::Change& c) { return api::update_role(c, world.acme(), slug, with, {}); }));
  };
  const auto replace = [&](const api::RoleRecord& record) {
    return to_text(world.change(
        caller, [&](api::Change& c) { return api::create_or_replace_role(c, world.acme(), record, {}); }));
  };
  add("big", {"group:get", "group:delete"});
  add("small", {"group:get"});
  using Scopes = std::vector<std::string>;
  const std::string refused =
      "forbidden: role:update: not allowed | You can't rename or describe anew a role with permissions that you "
      "don't hold yourself.";
  CHECK(patch("big", {"Harmless", {}, {}}) == refused);
  CHECK(patch("big", {{}, "Nothing to see", {}}) == refused);
  CHECK(patch("big", {{}, std::optional<std::string>(), {}}) == refused);
  CHECK(patch("big", {"Harmless", {}, Scopes{"group:get"}}) == refused);  // it was more until now
  CHECK(replace({"big", "Harmless", "About big", {"group:get", "group:delete"}, {}}) == refused);
  const auto big = ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) {
                     return api::get_role(r, world.acme(), "big");
                   })).role;
  CHECK(to_text(world.change(caller, [&](api::Change& c) {
          return api::replace_role_by_id(c, world.acme(), big.id,
                                         {"tiny", "big", "About big", {"group:get", "group:delete"}, {}}, {});
        })) == refused);

  CHECK(patch("big", {"big", "About big", {}}) == "ok");  // as it is called already
  CHECK(patch("small", {"Other", "And so on", {}}) == "ok");
  CHECK(patch("big", {{}, {}, Scopes{"group:get"}}) == "ok");
  CHECK(patch("big", {"Now harmless", {}, {}}) == "ok");
  CHECK(patch("nothing", {"x", {}, {}}).starts_with("not_found: "));
  CHECK(patch("admin", {"x", {}, {}}).starts_with("system_role: "));
}

TEST_CASE("an administrator holds permissions made by call too", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto keeper =
      world.caller(world.acme(), {"organization:rolemanage", "organization:policymanage",
                                  "organization:usermanage", "group:administer", "organization:groupcreate"});
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  using C = api::Change;
  const auto create = [&](const char* key) {
    ApiWorld::must(world.change(world.platform(), [&](C& c) {
      return api::create_permissions(c, {{key, {}, {}, {}}});
    }));
  };
  create("billing.invoice.pay");
  world.add_role(domain::Platform{}, "payer", {"billing/invoice:pay"});
  world.map_group(world.acme(), team, "payer");
  const auto put_into_role = [&](const api::Caller& caller, const std::string& slug) {
    return to_text(world.change(caller, [&](C& c) {
      return api::create_role(c, world.acme(), {slug, slug, {}, {"billing/invoice:pay"}});
    }));
  };
  const auto add_ann = [&](const api::Caller& caller) {
    return to_text(world.change(caller, [&](C& c) { return api::add_member(c, world.acme(), team, ann); }));
  };
  CHECK(put_into_role(keeper, "mine").starts_with("forbidden: role:create"));
  CHECK(add_ann(keeper) == "forbidden: member:add: " + kGift);
  CHECK(put_into_role(admin, "own") == "ok");
  CHECK(add_ann(admin) == "ok");

  // In the catalogue that comes of a start, too, and with those that are made later.
  world.reopen();
  CHECK(put_into_role(admin, "again") == "ok");
  create("billing.invoice.see");
  const auto me = ApiWorld::must(world.read(admin, [&](const api::Read& r) { return api::get_me(r); }));
  CHECK(std::count(me.scopes.begin(), me.scopes.end(), "billing/invoice:see") == 1);
  // Another tenant's administrator holds them there alone.
  const auto other = world.admin(world.globex());
  CHECK(add_ann(other).starts_with("tenant_mismatch: "));
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

TEST_CASE("a role on a project raises nobody above it, and reaches nothing else", "[api]") {
  ApiWorld world;
  const auto make = [&](const char* slug) {
    return ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_project(c, world.acme(), {slug, {}});
    }));
  };
  const auto web = make("web"), shop = make("shop");
  const domain::UserId ann = world.add_user(world.acme(), "ann"), bob = world.add_user(world.acme(), "bob");
  const std::string on_web = domain::project_resource(web.id), on_shop = domain::project_resource(shop.id);
  world.map_on(world.acme(), ann, "admin", on_web);
  const auto owner = world.login(world.acme(), ann);
  const auto attempt = [&](auto fn) { return to_text(world.change(owner, fn)).substr(0, 26); };
  using C = api::Change;
  // Giving roles takes a right in the tenant, whatever is held on the project.
  for (const std::string& resource : {on_web, on_shop, std::string()})
    CHECK(
        attempt([&](C& c) {
          return api::create_mapping(c, world.acme(), {"app_project_viewer", bob, resource, {}, {}, {}, {}});
        }) == "forbidden: mapping:create:");
  CHECK(attempt([&](C& c) {
          return api::create_project(c, world.acme(), {"new", {}});
        }) == "forbidden: project:create:");
  CHECK(attempt([&](C& c) {
          return api::update_project(c, world.acme(), shop.id, {{}, "n", {}}, {});
        }) == "forbidden: project:update:");
  CHECK(attempt([&](C& c) { return api::delete_project(c, world.acme(), shop.id, {}); }) ==
        "forbidden: project:delete:");
  CHECK(attempt([&](C& c) {
          return api::update_project(c, world.acme(), web.id, {{}, "n", {}}, {});
        }) == "ok");

  // Who joins a group gets what it holds on projects too.
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.map_on(world.acme(), team, "app_project_owner", on_web);
  const auto manager = world.caller(world.acme(), {"group:update"});
  CHECK(to_text(world.change(manager, [&](C& c) { return api::add_member(c, world.acme(), team, bob); })) ==
        "forbidden: member:add: " + kGift);
}
