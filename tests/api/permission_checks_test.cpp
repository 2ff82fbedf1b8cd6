#include "api/permission_checks.h"

#include "api/mappings.h"
#include "api/service_users.h"
#include "domain/group.h"
#include "domain/tenant.h"
#include "tests/support/api_world.h"

namespace {

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  domain::UserId ann = world.add_user(acme, "ann");
  domain::GroupId team = world.add_group(acme, "Team"), other = world.add_group(acme, "Other");
  domain::GroupId theirs = world.add_group(world.globex(), "Theirs");

  Scene() {
    world.add_role(acme, "asker", {"organization:check", "project:get"});
    world.add_role(acme, "approver2", {"requests:approve"});
    world.map_user(acme, ann, {"asker"});
  }

  domain::Tenant tenant(const domain::TenantId& id) {
    return ApiWorld::must(
               world.read(world.platform(),
                          [&](const api::Read& r) { return api::stored(domain::get_tenant(r.txn, id)); }))
        .value();
  }

  // "yes", "no", or why it can't be said.
  std::string check(const api::Caller& caller, const api::PermissionCheck& question) {
    const domain::Tenant home = tenant(acme);
    const auto answers =
        world.read(caller, [&](const api::Read& r) { return api::check_own(r, home, {question}); });
    return !answers.ok() ? to_text(answers) : answers->front() ? "yes" : "no";
  }
};

}  // namespace

TEST_CASE("checks: yes where a role on the thing or on the tenant has the permission", "[api]") {
  Scene s;
  const auto ann = s.world.login(s.acme, s.ann);
  s.world.map_on(s.acme, s.ann, "app_group_owner", domain::group_resource(s.team));
  s.world.map_on(s.acme, s.ann, "approver2", "requests/request:7");
  const std::string acme = s.acme.to_string();
  struct Row {
    const char* permission;
    api::ResourceName resource;
    const char* expected;
  };
  const Row rows[] = {
      {"check", {"app/organization", acme}, "yes"},
      {"check", {"app/organization", "ACME"}, "yes"},
      {"app_organization_check", {"app/organization", acme}, "yes"},
      {"organization:check", {"app/group", s.other.to_string()}, "yes"},
      {"get", {"app/organization", acme}, "no"},
      {"check", {"app/organization", s.world.globex().to_string()}, "no"},
      {"check", {"app/organization", "globex"}, "no"},
      {"get", {"app/group", s.team.to_string()}, "yes"},
      {"update", {"app/group", s.team.to_string()}, "yes"},
      {"get", {"app/group", s.other.to_string()}, "no"},
      {"get", {"app/group", s.theirs.to_string()}, "no"},
      {"organization:check", {"app/group", s.theirs.to_string()}, "no"},
      {"organization:check", {"app/group", "nothing"}, "no"},
      {"organization:check", {"app/user", s.ann.to_string()}, "no"},
      {"requests:approve", {"requests/request", "7"}, "yes"},
      {"requests:approve", {"requests/request", "8"}, "no"},
      {"organization:check", {"requests/request", "8"}, "yes"},
      {"requests:approve", {"app/organization", acme}, "no"},
      {"aprove", {"requests/request", "7"}, "not_found: permission `aprove`: not found"},
      {"", {"requests/request", "7"}, "not_found: permission ``: not found"},
  };
  for (const Row& row : rows) {
    INFO(row.permission << " on " << row.resource.space << ":" << row.resource.id);
    CHECK(s.check(ann, {row.permission, row.resource}) == row.expected);
  }
}

TEST_CASE("checks: by groups, by what a key has, and only in their time", "[api]") {
  Scene s;
  const auto ann = s.world.login(s.acme, s.ann);
  s.world.add_member(s.acme, s.other, s.ann);
  const api::PermissionCheck question{"get", {"app/group", s.team.to_string()}};
  CHECK(s.check(ann, question) == "no");
  const base::Timestamp from{s.world.now().ms + 10}, until{s.world.now().ms + 20};
  ApiWorld::must(s.world.change(s.world.platform(), [&](api::Change& c) {
    return api::create_mapping(
        c, s.acme, {"app_group_member", s.other, domain::group_resource(s.team), from, until, {}, {}});
  }));
  for (const auto& [at, expected] : {std::pair(0, "no"), {9, "no"}, {10, "yes"}, {19, "yes"}, {20, "no"}}) {
    s.world.clock().advance(from.ms - 10 + at - s.world.now().ms);
    INFO(at);
    CHECK(s.check(ann, question) == expected);
  }
  const auto key = s.world.caller(s.acme, {"organization:check", "group:get"});
  CHECK(s.check(key, question) == "yes");
  CHECK(s.check(s.world.platform(), question) == "yes");
}

TEST_CASE("checks: whoever may not ask isn't told, and nobody but the platform asks about others", "[api]") {
  Scene s;
  const auto bare = s.world.caller(s.acme, {"group:get"});
  CHECK(
      s.check(bare, {"get", {"app/group", s.team.to_string()}}) ==
      "forbidden: check:own: not allowed | This needs the permission `organization:check`, which you don't hold.");
  const domain::Tenant home = s.tenant(s.acme), other = s.tenant(s.world.globex());
  const auto about_ann = [&](const api::Caller& caller, const domain::Tenant& tenant,
                             const domain::Principal& who) -> std::string {
    const auto answers = s.world.read(caller, [&](const api::Read& r) {
      return api::check_others(r, tenant, who,
                               {{"check", {"app/organization", tenant.slug}}, {"get", {"app/project", "x"}}});
    });
    if (!answers.ok()) return to_text(answers);
    std::string text;
    for (const bool yes : answers.value()) text += yes ? "yes " : "no ";
    return text;
  };
  CHECK(about_ann(s.world.platform(), home, s.ann) == "yes no ");
  CHECK(about_ann(s.world.platform(), other, s.ann) == "no no ");
  CHECK(about_ann(s.world.platform(), home, domain::ServiceUserId(s.ann.uuid())) == "no no ");
  CHECK(about_ann(s.world.admin(s.acme), home, s.ann) ==
        "forbidden: check:others: not allowed | Only a credential of the platform may do this.");
  CHECK(about_ann(s.world.admin(s.acme), other, s.ann).substr(0, 17) == "tenant_mismatch: ");
  // Who is suspended has nothing.
  ApiWorld::must(s.world.change(
      s.world.platform(), [&](api::Change& c) { return api::suspend_user(c, s.acme, s.ann, false, {}); }));
  CHECK(about_ann(s.world.platform(), home, s.ann) == "no no ");
}
