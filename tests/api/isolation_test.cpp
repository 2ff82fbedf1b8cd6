#include <filesystem>
#include <functional>

#include "api/audit.h"
#include "api/decision_log.h"
#include "api/effective.h"
#include "api/entities.h"
#include "api/grants.h"
#include "api/history.h"
#include "api/holders.h"
#include "api/mapping_list.h"
#include "api/mappings.h"
#include "api/member_batch.h"
#include "api/operations.h"
#include "api/policies.h"
#include "api/policy_tests.h"
#include "api/projects.h"
#include "api/rules.h"
#include "api/service_users.h"
#include "base/file.h"
#include "domain/audit.h"
#include "tests/support/api_world.h"
#include "tests/support/policy_tests.h"

namespace {

// Things of one tenant.
struct Things {
  domain::RoleId role;
  domain::GroupId group;
  domain::UserId user;
  domain::ServiceUserId service_user;
  domain::CredentialId secret, key;
  domain::MappingId mapping;
  domain::ProjectId project;
  domain::PolicyId policy;
  domain::RuleId rule;
  domain::GrantId grant;
  domain::PolicyTestId policy_test;
  std::string role_slug = "own";
};

Things furnish(ApiWorld& world, const domain::TenantId& tenant) {
  Things things;
  world.add_role(tenant, things.role_slug, {"group:get"});
  things.group = world.add_group(tenant, "Team");
  things.user = world.add_user(tenant, "ann");
  world.add_member(tenant, things.group, things.user);
  world.map_group(tenant, things.group, "own");
  const auto make = [&](const auto& operation) {
    return ApiWorld::must(world.change(world.platform(), operation));
  };
  things.role = ApiWorld::must(world.read(world.platform(), [&](const api::Read& read) {
                  return api::get_role(read, tenant, "own");
                })).role.id;
  make([&](api::Change& c) {
    return api::put_entity(c, tenant, {{"Doc", things.role.to_string()}, "{}", "{}", {}, {}, {}}, {}, {});
  });
  things.service_user = make([&](api::Change& c) {
                          return api::create_service_user(c, tenant, {"robot", {}});
                        }).id;
  things.secret = make([&](api::Change& c) {
                    return api::create_secret(c, tenant, things.service_user, "one");
                  }).credential.id;
  things.project = make([&](api::Change& c) { return api::create_project(c, tenant, {"web", {}}); }).id;
  things.mapping = make([&](api::Change& c) {
                     return api::create_mapping(c, tenant, {"own", things.user, "", {}, {}, {}, {}});
                   }).id;
  things.key = make([&](api::Change& c) {
                 return api::create_api_key(c, tenant, {"key", {}, {}});
               }).credential.id;
  const api::PolicyView policy = make([&](api::Change& c) {
    return api::create_policy(c, tenant, {"p", {}, true, 0, {{"permit (principal, action, resource);"}}});
  });
  things.policy = policy.policy.id;
  things.rule = policy.rules.front().rule.id;
  api::NewGrant given;
  given.principal = {"user", things.user.to_string()};
  given.rule = make([&](api::Change& c) {
                 return api::create_rule(c, tenant, things.policy,
                                         {"permit (principal == ?principal, action, resource);"});
               }).rule.id;
  things.grant =
      domain::GrantId(make([&](api::Change& c) { return api::create_grant(c, tenant, given); }).id);
  things.policy_test = make([&](api::Change& c) {
                         return api::create_policy_test(c, tenant, make_policy_test("t", false, kOwn));
                       }).id;
  return things;
}

using Call = std::function<std::string(const api::Caller&, const domain::TenantId& tenant, const Things&)>;
struct Row {
  const char* name;
  Call call;
};

template <typename Fn>
Call reading(ApiWorld& world, Fn fn) {
  return [&world, fn](const api::Caller& caller, const domain::TenantId& tenant, const Things& t) {
    return to_text(world.read(caller, [&](const api::Read& r) { return fn(r, tenant, t); }));
  };
}

template <typename Fn>
Call changing(ApiWorld& world, Fn fn) {
  return [&world, fn](const api::Caller& caller, const domain::TenantId& tenant, const Things& t) {
    return to_text(world.change(caller, [&](api::Change& c) { return fn(c, tenant, t); }));
  };
}

// Every operation that names an object by id, apart from those that find their tenant.
std::vector<Row> calls_by_id(ApiWorld& w) {
  using C = api::Change;
  using R = api::Read;
  const auto record = [] { return api::RoleRecord{"newname", {}, {}, {"group:get"}, {}}; };
  return {
      {"get_role_by_id", reading(w, [](const R& r, const domain::TenantId& t,
                                       const Things& x) { return api::get_role_by_id(r, t, x.role); })},
      {"replace_role_by_id",
       changing(w, [=](C& c, const domain::TenantId& t,
                       const Things& x) { return api::replace_role_by_id(c, t, x.role, record(), {}); })},
      {"delete_role_by_id",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::delete_role_by_id(c, t, x.role, {}); })},
      {"get_group", reading(w, [](const R& r, const domain::TenantId& t,
                                  const Things& x) { return api::get_group(r, t, x.group); })},
      {"update_group", changing(w,
                                [](C& c, const domain::TenantId& t, const Things& x) {
                                  return api::update_group(c, t, x.group, {"n", {}}, {});
                                })},
      {"delete_group", changing(w, [](C& c, const domain::TenantId& t,
                                      const Things& x) { return api::delete_group(c, t, x.group, {}); })},
      {"list_members", reading(w, [](const R& r, const domain::TenantId& t,
                                     const Things& x) { return api::list_members(r, t, x.group, {}); })},
      {"add_member", changing(w, [](C& c, const domain::TenantId& t,
                                    const Things& x) { return api::add_member(c, t, x.group, x.user); })},
      {"list_effective_members",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::list_effective_members(r, t, x.group, {}); })},
      {"add_member, a group",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::add_member(c, t, x.group, x.group); })},
      {"remove_member",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::remove_member(c, t, x.group, x.user, {}); })},
      {"list_group_roles",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::list_group_roles(r, t, x.group, {}); })},
      {"add_group_role", changing(w,
                                  [](C& c, const domain::TenantId& t, const Things& x) {
                                    return api::add_group_role(c, t, x.group, {"user", {}, {}, {}});
                                  })},
      {"remove_group_role",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::remove_group_role(c, t, x.group, "user", {}); })},
      {"get_mapping", reading(w, [](const R& r, const domain::TenantId& t,
                                    const Things& x) { return api::get_mapping(r, t, x.mapping); })},
      {"add_members",
       changing(w,
                [](C& c, const domain::TenantId& t, const Things& x) {
                  return api::add_members(c, t, x.group, {{x.user, {}}}, api::IfUnknown::kSkip);
                })},
      {"get_mapping_view",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::get_mapping_view(r, t, x.mapping); })},
      {"update_mapping",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::update_mapping(c, t, x.mapping, {}, {}); })},
      {"delete_mapping",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::delete_mapping(c, t, x.mapping, {}); })},
      {"get_project", reading(w, [](const R& r, const domain::TenantId& t,
                                    const Things& x) { return api::get_project(r, t, x.project); })},
      {"list_project_holders", reading(w,
                                       [](const R& r, const domain::TenantId& t, const Things& x) {
                                         return api::list_project_holders(r, t, x.project,
                                                                          domain::PrincipalKind::kUser, {});
                                       })},
      {"update_project", changing(w,
                                  [](C& c, const domain::TenantId& t, const Things& x) {
                                    return api::update_project(c, t, x.project, {{}, "n", {}}, {});
                                  })},
      {"set_project_state", changing(w,
                                     [](C& c, const domain::TenantId& t, const Things& x) {
                                       return api::set_project_state(c, t, x.project,
                                                                     domain::State::kDisabled, {});
                                     })},
      {"set_group_state", changing(w,
                                   [](C& c, const domain::TenantId& t, const Things& x) {
                                     return api::set_group_state(c, t, x.group, domain::State::kDisabled, {});
                                   })},
      {"delete_project",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::delete_project(c, t, x.project, {}); })},
      {"list_member_users",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::list_member_users(r, t, x.group, {}); })},
      {"list_effective_roles",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::list_effective_roles(r, t, x.user, {}); })},
      {"list_effective_roles, a group",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::list_effective_roles(r, t, x.group, {}); })},
      {"list_effective_scopes",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::list_effective_scopes(r, t, x.service_user, {}); })},
      {"get_user", reading(w, [](const R& r, const domain::TenantId& t,
                                 const Things& x) { return api::get_user(r, t, x.user); })},
      {"update_user", changing(w,
                               [](C& c, const domain::TenantId& t, const Things& x) {
                                 return api::update_user(c, t, x.user, {"n", {}}, {});
                               })},
      {"suspend_user",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::suspend_user(c, t, x.user, false, {}); })},
      {"delete_user", changing(w, [](C& c, const domain::TenantId& t,
                                     const Things& x) { return api::delete_user(c, t, x.user, {}); })},
      {"get_service_user",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::get_service_user(r, t, x.service_user); })},
      {"delete_service_user",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::delete_service_user(c, t, x.service_user, {}); })},
      {"list_secrets",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::list_secrets(r, t, x.service_user, {}); })},
      {"create_secret",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::create_secret(c, t, x.service_user, "s"); })},
      {"delete_secret",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::delete_secret(c, t, x.service_user, x.secret, {}); })},
      {"get_entity", reading(w,
                             [](const R& r, const domain::TenantId& t, const Things& x) {
                               return api::get_entity(r, t, {"Doc", x.role.to_string()});
                             })},
      {"delete_entity", changing(w,
                                 [](C& c, const domain::TenantId& t, const Things& x) {
                                   return api::delete_entity(c, t, {"Doc", x.role.to_string()}, true, {});
                                 })},
      {"revoke_api_key", changing(w, [](C& c, const domain::TenantId& t,
                                        const Things& x) { return api::revoke_api_key(c, t, x.key, {}); })},
      {"rotate_api_key",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::rotate_api_key(c, t, x.key, {}, {}); })},
      {"get_service_user_with_secrets",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::get_service_user_with_secrets(r, t, x.service_user); })},
      {"get_grant", reading(w, [](const R& r, const domain::TenantId& t,
                                  const Things& x) { return api::get_grant(r, t, x.grant); })},
      {"get_grant, of a role", reading(w, [](const R& r, const domain::TenantId& t,
                                             const Things& x) { return api::get_grant(r, t, x.mapping); })},
      {"delete_grant", changing(w, [](C& c, const domain::TenantId& t,
                                      const Things& x) { return api::delete_grant(c, t, x.grant, {}); })},
      {"delete_grant, of a role",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::delete_grant(c, t, x.mapping, {}); })},
      {"get_policy", reading(w, [](const R& r, const domain::TenantId& t,
                                   const Things& x) { return api::get_policy(r, t, x.policy); })},
      {"update_policy", changing(w,
                                 [](C& c, const domain::TenantId& t, const Things& x) {
                                   return api::update_policy(c, t, x.policy, {"n", {}, {}, {}}, {});
                                 })},
      {"list_rules", reading(w, [](const R& r, const domain::TenantId& t,
                                   const Things& x) { return api::list_rules(r, t, x.policy, {}); })},
      {"get_rule", reading(w,
                           [](const R& r, const domain::TenantId& t, const Things& x) {
                             return api::get_rule(r, t, {x.policy, x.rule});
                           })},
      {"create_rule", changing(w,
                               [](C& c, const domain::TenantId& t, const Things& x) {
                                 return api::create_rule(c, t, x.policy,
                                                         {"forbid (principal, action, resource);"});
                               })},
      {"update_rule", changing(w,
                               [](C& c, const domain::TenantId& t, const Things& x) {
                                 api::RulePatch patch;
                                 patch.effect = "forbid";
                                 return api::update_rule(c, t, {x.policy, x.rule}, patch, {});
                               })},
      {"reorder_rules",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::reorder_rules(c, t, x.policy, {x.rule}); })},
      {"delete_rule", changing(w,
                               [](C& c, const domain::TenantId& t, const Things& x) {
                                 return api::delete_rule(c, t, {x.policy, x.rule}, {});
                               })},
      {"get_effective, of another time", reading(w,
                                                 [](const R& r, const domain::TenantId& t, const Things& x) {
                                                   api::Outcome<void> asked;
                                                   const auto done =
                                                       api::read_at(r, t, {r.now}, [&](const R& then) {
                                                         const auto rows =
                                                             api::list_effective_roles(then, t, x.user, {});
                                                         if (!rows.ok()) asked = rows.error();
                                                       });
                                                   return done.ok() ? asked : done;
                                                 })},
      {"get_decision", reading(w, [](const R& r, const domain::TenantId& t,
                                     const Things& x) { return api::get_decision(r, t, x.policy_test); })},
      {"get_decision explained",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::explain_decision(r, t, x.policy_test); })},
      {"get_policy_test",
       reading(w, [](const R& r, const domain::TenantId& t,
                     const Things& x) { return api::get_policy_test(r, t, x.policy_test); })},
      {"update_policy_test",
       changing(w,
                [](C& c, const domain::TenantId& t, const Things& x) {
                  return api::update_policy_test(c, t, x.policy_test, {"n", {}, {}}, {});
                })},
      {"delete_policy_test",
       changing(w, [](C& c, const domain::TenantId& t,
                      const Things& x) { return api::delete_policy_test(c, t, x.policy_test, {}); })},
      {"delete_policy", changing(w, [](C& c, const domain::TenantId& t,
                                       const Things& x) { return api::delete_policy(c, t, x.policy, {}); })},
  };
}

// The text with each of the ids as "<id>".
std::string without_ids(std::string text, const Things& things) {
  for (const base::Uuid& id :
       {things.role.uuid(), things.group.uuid(), things.user.uuid(), things.service_user.uuid(),
        things.secret.uuid(), things.key.uuid(), things.mapping.uuid(), things.project.uuid(),
        things.policy.uuid(), things.rule.uuid(), things.grant.uuid(), things.policy_test.uuid()}) {
    const std::size_t at = text.find(id.to_string());
    if (at != std::string::npos) text.replace(at, 36, "<id>");
  }
  return text;
}

}  // namespace

TEST_CASE("another tenant's objects are as absent as those that never were", "[api]") {
  ApiWorld world;
  furnish(world, world.acme());
  const Things theirs = furnish(world, world.globex());
  Things never;
  SeededRandom random(7);
  const auto invent = [&](auto&... ids) {
    ((ids = std::decay_t<decltype(ids)>(random.uuid(world.now()))), ...);
  };
  invent(never.role, never.group, never.user, never.service_user, never.secret, never.key, never.mapping,
         never.project, never.policy, never.rule, never.grant, never.policy_test);
  const auto admin = world.admin(world.acme());
  for (const Row& row : calls_by_id(world)) {
    INFO(row.name);
    const std::string foreign = without_ids(row.call(admin, world.acme(), theirs), theirs);
    CHECK(foreign == without_ids(row.call(admin, world.acme(), never), never));
    CHECK(foreign.substr(0, 11) == "not_found: ");
  }
}

TEST_CASE("no operation works in another tenant than the caller's", "[api]") {
  ApiWorld world;
  const Things theirs = furnish(world, world.globex());
  const auto admin = world.admin(world.acme());
  const auto before = world.service().store().statistics().value().revision;
  for (const Row& row : calls_by_id(world)) {
    INFO(row.name);
    CHECK(row.call(admin, world.globex(), theirs) ==
          "tenant_mismatch: tenant " + world.globex().to_string() + ": not the credential's");
  }
  CHECK(world.service().store().statistics().value().revision == before);
}

TEST_CASE("whoever holds nothing is refused everywhere, and each refused change is an entry", "[api]") {
  ApiWorld world;
  const Things own = furnish(world, world.acme());
  const auto nobody = world.caller(world.acme(), {});
  const auto refusals = [&] {
    std::size_t count = 0;
    ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) -> api::Outcome<void> {
      const auto all = ApiWorld::must(api::list_audit(r, world.acme(), {}, {0, ""}));
      for (const auto& entry : all.data) count += entry.allowed ? 0 : 1;
      return {};
    }));
    return count;
  };
  for (const Row& row : calls_by_id(world)) {
    INFO(row.name);
    const std::size_t before = refusals();
    const bool reads =
        std::string(row.name).starts_with("get_") || std::string(row.name).starts_with("list_");
    CHECK(row.call(nobody, world.acme(), own).substr(0, 11) == "forbidden: ");
    CHECK(refusals() == before + (reads ? 0 : 1));
    world.clock().advance(60'001);  // or the same refusal once more would be counted with this one
    world.service().keep_refusals(true);
  }
}

TEST_CASE("a tenant can't touch what is the platform's", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const std::string refused = "not allowed | Only a credential of the platform may do this.";
  CHECK(to_text(world.read(admin, [](const api::Read& r) { return api::list_tenants(r, {}); })) ==
        "forbidden: tenant:list: " + refused);
  CHECK(to_text(world.change(admin, [](api::Change& c) {
          return api::create_tenant(c, {"n", "n", {}, {}});
        })) == "forbidden: tenant:create: " + refused);
  CHECK(to_text(world.read(
            admin, [](const api::Read& r) { return api::list_audit(r, domain::Platform{}, {}, {}); })) ==
        "forbidden: audit:list: not allowed | This needs the permission `organization:auditview`, which you "
        "don't "
        "hold.");
}

TEST_CASE("operations: every row that stands beside its function is among all of them", "[api]") {
  std::size_t rows = 0;
  for (const auto& file : std::filesystem::directory_iterator("lib/api")) {
    if (!file.is_regular_file()) continue;
    const std::string text = base::read_file(file.path().string(), 1 << 20).value();
    for (std::size_t at = 0; (at = text.find("inline constexpr Operation ", at)) != std::string::npos; ++at)
      rows += text.find('=', at) < text.find('[', at) ? 1U : 0U;  // an array gathers them
  }
  CHECK(rows == api::all_operations().size());
  for (const api::Operation& operation : api::all_operations())
    CHECK(operation.action.find(':') != std::string_view::npos);
}
