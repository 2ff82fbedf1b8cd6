#include <string>

#include "api/platform_credentials.h"
#include "api/service_users.h"
#include "domain/group.h"
#include "domain/role.h"
#include "domain/tenant.h"
#include "domain/user.h"
#include "tests/support/api_world.h"
#include "tests/support/catch.h"

namespace {

using C = api::Change;

const std::string kHidden = "user\u202Egpj";
const std::string kRefused = "U+202E, a bidirectional control, at character 5";

std::string refused(const std::string& field) {
  return "invalid_input: " + field + ": must not have " + kRefused + " | /" + field + ": must not have " +
         kRefused;
}

}  // namespace

TEST_CASE("names: what isn't seen is refused wherever a name is new", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto as = [&](const api::Caller& caller, auto operation) {
    return to_text(world.change(caller, operation));
  };
  const auto& acme = world.acme();
  const auto ann = world.add_user(acme, "ann");
  const auto ops = world.add_group(acme, "Ops");
  world.add_role(acme, "lead", {"group:get"});

  CHECK(as(admin, [&](C& c) { return api::create_group(c, acme, {kHidden, {}, {}}); }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::update_group(c, acme, ops, {kHidden, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_group(c, acme, {"n", kHidden, {}});
        }) == refused("description"));
  CHECK(as(admin, [&](C& c) { return api::create_user(c, acme, {"a@b", kHidden, {}}); }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_user(c, acme, {kHidden + "@b", "n", {}});
        }) == refused("email"));
  CHECK(as(admin, [&](C& c) {
          return api::update_user(c, acme, ann, {kHidden, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_role(c, acme, {"x", kHidden, {}, {}});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::update_role(c, acme, "lead", {kHidden, {}, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_or_replace_role(c, acme, {"lead", kHidden, {}, {"group:get"}, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_or_replace_role(c, acme, {"new", kHidden, {}, {"group:get"}, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          api::NewServiceUser given;
          given.title = kHidden;
          return api::create_service_user(c, acme, given);
        }) == refused("title"));
  CHECK(as(world.platform(), [&](C& c) {
          api::NewTenant given;
          given.name = kHidden;
          return api::create_tenant(c, given);
        }) == refused("name"));
  CHECK(as(world.platform(), [&](C& c) {
          api::TenantPatch patch;
          patch.name = kHidden;
          return api::update_tenant(c, acme, patch, {});
        }) == refused("name"));
  CHECK(as(world.platform(), [&](C& c) { return api::create_platform_credential(c, kHidden); }) ==
        refused("name"));
  for (const std::string blank : {"\u3000", "\u00A0 ", "\u2003"})
    CHECK(
        as(admin,
           [&](C& c) {
             return api::create_group(c, acme, {blank, {}, {}});
           }) ==
        "invalid_input: name: must have a character that can be seen | /name: must have a character that can "
        "be seen");
}

TEST_CASE("names: one of before may be sent again with other changes", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto& acme = world.acme();
  const auto ann = world.add_user(acme, "ann");
  const auto ops = world.add_group(acme, "Ops");
  world.add_role(acme, "lead", {"group:get"});
  ApiWorld::must(world.change(world.platform(), [&](C& c) -> api::Outcome<void> {
    if (auto begun = c.begin(); !begun.ok()) return begun.error();
    auto group = domain::get_group(c.txn, acme, ops);
    group.value()->name = kHidden;
    auto user = domain::get_user(c.txn, acme, ann);
    user.value()->name = kHidden;
    auto role = domain::find_role(c.txn, acme, "lead");
    role.value()->name = kHidden;
    auto tenant = domain::get_tenant(c.txn, acme);
    tenant.value()->name = kHidden;
    REQUIRE(domain::put_group(c.write, *group.value()).ok());
    REQUIRE(domain::put_user(c.write, *user.value()).ok());
    REQUIRE(domain::put_role(c.write, *role.value()).ok());
    REQUIRE(domain::put_tenant(c.write, *tenant.value()).ok());
    return {};
  }));
  const auto text = [&](auto operation) { return to_text(world.change(admin, operation)); };
  CHECK(text([&](C& c) { return api::update_group(c, acme, ops, {kHidden, "d"}, {}); }) == "ok");
  CHECK(text([&](C& c) {
          return api::update_group(c, acme, ops, {kHidden + "x", "d"}, {});
        }) == refused("name"));
  CHECK(text([&](C& c) { return api::update_user(c, acme, ann, {kHidden, {{"lead"}}}, {}); }) == "ok");
  CHECK(text([&](C& c) { return api::update_role(c, acme, "lead", {kHidden, "d", {}}, {}); }) == "ok");
  CHECK(text([&](C& c) {
          return api::create_or_replace_role(c, acme, {"lead", kHidden, "e", {"group:get"}, {}}, {});
        }) == "ok");
  CHECK(text([&](C& c) {
          api::TenantPatch patch;
          patch.name = kHidden;
          patch.metadata = base::parse_json(R"({"a":1})").value();
          return api::update_tenant(c, acme, patch, {});
        }) == "ok");
}
