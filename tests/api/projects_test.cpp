#include "api/projects.h"

#include <set>

#include "api/all_tenants.h"
#include "api/audit.h"
#include "api/mappings.h"
#include "api/permission_checks.h"
#include "domain/tenant.h"
#include "tests/support/api_world.h"

namespace {

using C = api::Change;
using R = api::Read;

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  domain::UserId ann = world.add_user(acme, "ann");
  api::Caller admin = world.admin(acme);

  domain::Project make(const std::string& slug, std::optional<domain::TenantId> tenant = {}) {
    return ApiWorld::must(world.change(world.platform(), [&](C& c) {
      return api::create_project(c, tenant.value_or(acme), {slug, {}});
    }));
  }
  void give(const char* role, const domain::Principal& who, const domain::Project& project) {
    ApiWorld::must(world.change(world.platform(), [&](C& c) {
      return api::create_mapping(c, acme, {role, who, domain::project_resource(project.id), {}, {}, {}, {}});
    }));
  }
  std::string get(const api::Caller& caller, const domain::Project& project) {
    return to_text(world.read(caller, [&](const R& r) { return api::get_project(r, acme, project.id); }));
  }
  bool may(const api::Caller& caller, const char* permission, const domain::Project& project) {
    return ApiWorld::must(world.read(caller,
                                     [&](const R& r) {
                                       const auto home = api::stored(domain::get_tenant(r.txn, acme));
                                       return api::check_own(
                                           r, *home.value(),
                                           {{permission, {"app/project", project.id.to_string()}}});
                                     }))
        .front();
  }
};

}  // namespace

TEST_CASE("projects: made, changed, disabled and deleted, with an audit entry for each", "[api]") {
  Scene s;
  const auto made = ApiWorld::must(s.world.change(s.admin, [&](C& c) {
    return api::create_project(c, s.acme, {"web", {}});
  }));
  CHECK(made.name == "web");
  CHECK(made.created_at == s.world.now());
  const auto create = [&](const std::string& slug) {
    return to_text(s.world.change(s.admin, [&](C& c) { return api::create_project(c, s.acme, {slug, {}}); }));
  };
  CHECK(create("WEB") == "already_exists: slug: `WEB` is taken | /slug: `WEB` is taken");
  CHECK(create(s.acme.to_string()) == "invalid_input: slug: must not be a uuid | /slug: must not be a uuid");
  CHECK(create("a").substr(0, 20) == "invalid_input: slug:");
  CHECK(create("a b").substr(0, 20) == "invalid_input: slug:");
  api::ProjectPatch patch{"site", "Site", base::Json(base::Json::Object{{"a", base::Json("b")}})};
  const auto update = [&](const api::IfMatch& match) {
    return s.world.change(s.admin,
                          [&](C& c) { return api::update_project(c, s.acme, made.id, patch, match); });
  };
  CHECK(to_text(update({true, false, {made.revision + 1}})).substr(0, 20) == "precondition_failed:");
  const auto changed = ApiWorld::must(update({}));
  CHECK(changed.slug == "site");
  CHECK(changed.name == "Site");
  CHECK(changed.metadata == R"({"a":"b"})");
  CHECK(ApiWorld::must(update({})).revision == changed.revision);  // nothing to change
  CHECK(create("web") == "ok");
  patch.slug = "WEB";
  CHECK(to_text(update({})).substr(0, 15) == "already_exists:");
  const auto disabled = ApiWorld::must(s.world.change(s.admin, [&](C& c) {
    return api::set_project_state(c, s.acme, made.id, domain::State::kDisabled, {});
  }));
  CHECK(disabled.state == domain::State::kDisabled);
  ApiWorld::must(s.world.change(s.admin, [&](C& c) { return api::delete_project(c, s.acme, made.id, {}); }));
  CHECK(s.get(s.admin, made) == "not_found: project " + made.id.to_string() + ": not found");
  std::string actions;
  domain::AuditFilter filter;
  filter.resource_type = "project";
  for (const auto& entry : ApiWorld::must(s.world.read(s.admin, [&](const R& r) {
                             return api::list_audit(r, s.acme, filter, {0, ""});
                           })).data)
    actions += entry.action + " ";
  CHECK(actions == "project:delete project:set_state project:create project:update project:create ");
}

TEST_CASE("projects: a role on one is for that one, a role on the tenant for each", "[api]") {
  Scene s;
  const auto web = s.make("web"), shop = s.make("shop");
  const auto ann = s.world.login(s.acme, s.ann);
  s.world.add_role(s.acme, "asker", {"organization:check"});
  s.world.map_user(s.acme, s.ann, {"asker"});
  CHECK(s.get(ann, web).substr(0, 23) == "forbidden: project:get:");
  s.give("app_project_manager", s.ann, web);
  CHECK(s.get(ann, web) == "ok");
  CHECK(s.get(ann, shop).substr(0, 23) == "forbidden: project:get:");
  CHECK(s.may(ann, "update", web));
  CHECK_FALSE(s.may(ann, "delete", web));
  CHECK_FALSE(s.may(ann, "update", shop));
  const auto update = [&](const domain::Project& project) {
    return to_text(s.world.change(ann, [&](C& c) {
      return api::update_project(c, s.acme, project.id, {{}, "N", {}}, {});
    }));
  };
  CHECK(update(web) == "ok");
  CHECK(update(shop).substr(0, 26) == "forbidden: project:update:");
  CHECK(to_text(s.world.change(ann, [&](C& c) {
          return api::set_project_state(c, s.acme, web.id, domain::State::kDisabled, {});
        })).substr(0, 29) == "forbidden: project:set_state:");
  // The whole tenant's.
  s.world.map_user(s.acme, s.ann, {"asker", "app_project_viewer"});
  CHECK(s.get(ann, shop) == "ok");
  CHECK(s.may(ann, "get", shop));
}

TEST_CASE("projects: on a disabled one every check is no, and it can be enabled again", "[api]") {
  Scene s;
  const auto web = s.make("web");
  const auto set = [&](domain::State state) {
    ApiWorld::must(
        s.world.change(s.admin, [&](C& c) { return api::set_project_state(c, s.acme, web.id, state, {}); }));
  };
  CHECK(s.may(s.admin, "get", web));
  set(domain::State::kDisabled);
  CHECK_FALSE(s.may(s.admin, "get", web));
  CHECK_FALSE(s.may(s.world.platform(), "get", web));
  CHECK(s.get(s.admin, web) == "ok");
  set(domain::State::kEnabled);
  CHECK(s.may(s.admin, "get", web));
}

TEST_CASE("projects: who holds a role on one, now", "[api]") {
  Scene s;
  const auto web = s.make("web");
  const domain::GroupId team = s.world.add_group(s.acme, "Team");
  const domain::UserId bob = s.world.add_user(s.acme, "bob"), eve = s.world.add_user(s.acme, "eve");
  s.world.add_member(s.acme, team, eve);
  s.give("app_project_viewer", s.ann, web);
  s.give("app_project_owner", s.ann, web);
  s.give("app_project_viewer", bob, web);
  s.give("app_project_viewer", team, web);
  s.world.map_user(s.acme, eve, {"app_project_owner"});
  const auto holders = [&](domain::PrincipalKind kind, std::size_t limit = 0) {
    std::string text, after;
    do {
      const auto page = ApiWorld::must(s.world.read(s.admin, [&](const R& r) {
        return api::list_project_holders(r, s.acme, web.id, kind, {limit, after});
      }));
      for (const api::ProjectHolder& holder : page.data) {
        text += std::visit([](const auto& who) { return who.id.to_string(); }, holder.who);
        for (const domain::Role& role : holder.roles) text += " " + role.slug;
        text += "\n";
      }
      after = page.next;
    } while (!after.empty());
    return text;
  };
  const std::string people = holders(domain::PrincipalKind::kUser);
  CHECK_THAT(people, ContainsSubstring(bob.to_string() + " app_project_viewer\n"));
  CHECK_THAT(people, ContainsSubstring(s.ann.to_string() + " app_project_"));
  CHECK_THAT(people, !ContainsSubstring(eve.to_string()));
  CHECK(holders(domain::PrincipalKind::kUser, 1) == people);
  CHECK(holders(domain::PrincipalKind::kGroup) == team.to_string() + " app_project_viewer\n");
  CHECK(holders(domain::PrincipalKind::kServiceUser) == "");
  const auto reader = s.world.caller(s.acme, {"organization:get"});
  CHECK(to_text(s.world.read(reader, [&](const R& r) {
          return api::list_project_holders(r, s.acme, web.id, domain::PrincipalKind::kUser, {});
        })).substr(0, 32) == "forbidden: project:list_holders:");
}

TEST_CASE("projects, groups and service users of all tenants, page by page, for the platform", "[api]") {
  Scene s;
  std::vector<domain::ProjectId> all;
  for (const domain::TenantId& tenant : {s.acme, s.world.globex()})
    for (int i = 0; i < 5; ++i) {
      all.push_back(s.make("p" + std::to_string(i), tenant).id);
      s.world.add_group(tenant, "g" + std::to_string(i));
    }
  const auto list = [&](const api::AllFilter& filter, std::size_t limit) {
    std::vector<domain::ProjectId> ids;
    std::string after;
    do {
      const auto page = ApiWorld::must(s.world.read(s.world.platform(), [&](const R& r) {
        return api::list_all_projects(r, filter, {limit, after});
      }));
      for (const domain::Project& project : page.data) ids.push_back(project.id);
      after = page.next;
    } while (!after.empty());
    return ids;
  };
  const auto whole = list({}, 0);
  CHECK(whole.size() == 10);
  CHECK(std::set<domain::ProjectId>(whole.begin(), whole.end()) ==
        std::set<domain::ProjectId>(all.begin(), all.end()));
  for (const std::size_t limit : {1, 2, 3, 5, 10, 11}) CHECK(list({}, limit) == whole);
  CHECK(list({s.acme, {}}, 2) == std::vector<domain::ProjectId>(all.begin(), all.begin() + 5));
  ApiWorld::must(s.world.change(s.admin, [&](C& c) {
    return api::set_project_state(c, s.acme, all[2], domain::State::kDisabled, {});
  }));
  CHECK(list({{}, domain::State::kDisabled}, 1) == std::vector<domain::ProjectId>{all[2]});
  CHECK(ApiWorld::must(s.world.read(s.world.platform(), [&](const R& r) {
          return api::list_all_groups(r, {}, {0, ""});
        })).data.size() == 10);
  for (const auto& refused :
       {to_text(s.world.read(s.admin, [&](const R& r) { return api::list_all_projects(r, {}, {}); })),
        to_text(s.world.read(s.admin,
                             [&](const R& r) {
                               return api::list_all_groups(r, {s.acme, {}}, {});
                             })),
        to_text(s.world.read(s.admin, [&](const R& r) { return api::list_all_service_users(r, {}, {}); }))})
    CHECK(refused.substr(0, 11) == "forbidden: ");
}
