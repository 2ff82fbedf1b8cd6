// What somebody holds on an entity, through groups and through what the entity is in.
#include <string>
#include <vector>

#include "api/entities.h"
#include "api/group_roles.h"
#include "authz/authority.h"
#include "base/text.h"
#include "domain/subgroup.h"
#include "tests/support/api_world.h"

using Catch::Matchers::StartsWith;

namespace {

using C = api::Change;

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  domain::UserId ann = world.add_user(acme, "ann"), bob = world.add_user(acme, "bob");
  domain::GroupId team = world.add_group(acme, "Team"), all = world.add_group(acme, "All");

  Scene() {
    world.add_role(acme, "reader", {"group:get"});
    world.add_role(acme, "editor", {"project:update"});
    world.add_member(acme, team, ann);
    world.add_member(acme, all, team);
  }

  void put(const domain::EntityName& name, std::vector<domain::EntityName> parents) {
    ApiWorld::must(world.change(world.platform(), [&](C& c) {
      return api::put_entity(c, acme, {name, "{}", "{}", {}, {}, parents}, {}, {});
    }));
  }

  std::string over(const domain::Principal& who, const domain::EntityName& name) {
    return ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) -> api::Outcome<std::string> {
      const auto groups = domain::effective_groups(r.txn, acme, who);
      REQUIRE(groups.ok());
      const auto scopes = authz::scopes_over(r.txn, *r.catalogue, acme, who, *groups, name, r.now);
      REQUIRE(scopes.ok());
      std::string text;
      for (const auto& scope : *scopes) text += (text.empty() ? "" : " ") + scope;
      return text;
    }));
  }
};

}  // namespace

TEST_CASE("scopes over an entity: of the mappings on it and above it, direct and through groups", "[authz]") {
  Scene s;
  s.put({"Doc", "1"}, {{"Folder", "7"}});
  s.put({"Folder", "7"}, {{"Drive", "d"}});
  s.world.map_on(s.acme, s.ann, "reader", "Doc:1");
  s.world.map_on(s.acme, s.all, "editor", "Drive:d");
  CHECK(s.over(s.ann, {"Doc", "1"}) == "group:get project:get project:update");
  CHECK(s.over(s.ann, {"Folder", "7"}) == "project:get project:update");
  CHECK(s.over(s.ann, {"Folder", "8"}).empty());
  CHECK(s.over(s.ann, {"Doc", "10"}).empty());
  CHECK(s.over(s.bob, {"Doc", "1"}).empty());
  CHECK(s.over(s.team, {"Doc", "1"}) == "project:get project:update");
  CHECK(s.over(s.ann, {std::string("Doc\0", 4), "1"}).empty());
  // What is held for the whole tenant is told elsewhere.
  s.world.map_user(s.acme, s.bob, {"editor"});
  CHECK(s.over(s.bob, {"Doc", "1"}).empty());
}

TEST_CASE("scopes over an entity: in force to the millisecond, and of enabled roles", "[authz]") {
  Scene s;
  const auto now = s.world.now();
  ApiWorld::must(s.world.change(s.world.platform(), [&](C& c) {
    return api::add_group_role(c, s.acme, s.team,
                               {"reader",
                                base::Timestamp{now.ms + 10},
                                base::Timestamp{now.ms + 20},
                                {},
                                domain::EntityName{"Doc", "1"}});
  }));
  CHECK(s.over(s.ann, {"Doc", "1"}).empty());
  s.world.clock().advance(10);
  CHECK(s.over(s.ann, {"Doc", "1"}) == "group:get");
  s.world.clock().advance(9);
  CHECK(s.over(s.ann, {"Doc", "1"}) == "group:get");
  s.world.clock().advance(1);
  CHECK(s.over(s.ann, {"Doc", "1"}).empty());
}

TEST_CASE("a resource is named as the directory names it", "[authz]") {
  Scene s;
  const std::string id = s.team.to_string(), own = s.acme.to_string(), other = s.world.globex().to_string();
  const struct {
    domain::EntityName name;
    std::optional<std::string> text;
  } rows[] = {
      {{"Doc", "1"}, "Doc:1"},
      {{"group", id}, "app/group:" + id},
      {{"group", "sales"}, "group:sales"},
      {{"tenant", own}, ""},
      {{"tenant", other}, "tenant:" + other},
      {{"user", id}, "user:" + id},
      {{"", "x"}, std::nullopt},
      {{"x", std::string(300, 'x')}, std::nullopt},
      {{"a:b", "c"}, std::string("a:b\0c", 5)},
  };
  for (const auto& row : rows) {
    INFO(row.name.type << " " << row.name.id);
    CHECK(authz::resource_text(s.acme, row.name) == row.text);
    if (row.text) CHECK(authz::resource_name(s.acme, *row.text) == row.name);
  }
  // Uuids of what is Reeve's own reach it in any case; of what is an application's, case counts.
  const std::string capitals = "ABCDEFAB-0000-7000-8000-ABCDEFABCDEF";
  const std::string small = base::to_lower(capitals);
  const struct {
    const char *type, *text;
  } in_capitals[] = {{"user", "user:"},           {"service_user", "service_user:"}, {"group", "app/group:"},
                     {"project", "app/project:"}, {"app/group", "app/group:"},       {"tenant", "tenant:"}};
  for (const auto& row : in_capitals)
    CHECK(authz::resource_text(s.acme, {row.type, capitals}) == row.text + small);
  for (const char* const type : {"Doc", "role"})
    CHECK(authz::resource_text(s.acme, {type, capitals}) == type + (":" + capitals));
}

TEST_CASE("group roles: on any entity, listed with it, and removed by it alone", "[authz]") {
  Scene s;
  const auto manager = s.world.caller(s.acme, {"organization:policymanage", "group:get"});
  const auto add = [&](const api::NewGroupRole& role) {
    return to_text(
        s.world.change(manager, [&](C& c) { return api::add_group_role(c, s.acme, s.team, role); }));
  };
  const auto list = [&] {
    std::string text;
    const auto page = ApiWorld::must(s.world.read(manager, [&](const api::Read& r) {
      return api::list_group_roles(r, s.acme, s.team, {0, ""});
    }));
    for (const auto& view : page.data)
      text += view.role + "@" + (view.resource ? to_string(*view.resource) : "") + " ";
    return text;
  };
  CHECK(add({"reader", {}, {}, {}, domain::EntityName{"Doc", "1"}}) == "ok");
  CHECK(add({"reader", {}, {}, {}, {}}) == "ok");
  CHECK(add({"reader", {}, {}, {}, domain::EntityName{"group", s.all.to_string()}}) == "ok");
  CHECK(add({"reader", {}, {}, {}, domain::EntityName{"Doc", "1"}}).starts_with("already_exists: "));
  CHECK(add({"reader", {}, {}, {}, domain::EntityName{"tenant", s.acme.to_string()}})
            .starts_with("already_exists: "));
  CHECK(add({"reader", {}, {}, {}, domain::EntityName{"tenant", s.world.globex().to_string()}}) ==
        "invalid_input: resource: must not be another tenant | /resource: must not be another tenant");
  for (const char* const type : {"app/foo", "app/group", "app/project"})
    CHECK_THAT(add({"reader", {}, {}, {}, domain::EntityName{type, "x"}}),
               StartsWith("invalid_input: resource: there is no `" + std::string(type) + ":x`"));
  CHECK_THAT(add({"reader", {}, {}, {}, domain::EntityName{"", "x"}}),
             StartsWith("invalid_input: resource: must have a type"));
  CHECK(list() == "reader@ reader@Doc:1 reader@group:" + s.all.to_string() + " ");
  // A person is reached whatever the case of the uuid.
  std::string capitals = s.bob.to_string();
  for (char& c : capitals) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK(add({"reader", {}, {}, {}, domain::EntityName{"user", capitals}}) == "ok");
  CHECK(s.over(s.ann, {"user", s.bob.to_string()}) == "group:get");
  CHECK(s.over(s.ann, {"user", capitals}) == "group:get");
  // Nobody gives on a thing what they don't hold.
  CHECK(add({"editor", {}, {}, {}, domain::EntityName{"Doc", "1"}}) ==
        "forbidden: mapping:create: not allowed | You can't give permissions that you don't hold yourself.");
  const auto remove = [&](const std::optional<domain::EntityName>& on) {
    return to_text(s.world.change(
        manager, [&](C& c) { return api::remove_group_role(c, s.acme, s.team, "reader", {}, on); }));
  };
  CHECK(remove(domain::EntityName{"Doc", "2"}).starts_with("not_found: role mapping "));
  CHECK(remove(domain::EntityName{"Doc", "1"}) == "ok");
  CHECK(remove({}) == "ok");
  CHECK(remove(domain::EntityName{"user", capitals}) == "ok");
  CHECK(list() == "reader@group:" + s.all.to_string() + " ");
}
