// What a tenant may have at most, whatever makes more of it.
#include <functional>
#include <set>

#include "api/audit.h"
#include "api/entities.h"
#include "api/grants.h"
#include "api/mappings.h"
#include "api/operations.h"
#include "api/permissions.h"
#include "api/platform_credentials.h"
#include "api/policies.h"
#include "api/projects.h"
#include "api/rules.h"
#include "api/service_users.h"
#include "tests/support/api_world.h"
#include "tests/support/policy_tests.h"

namespace {

using domain::Quota;
using C = api::Change;

template <typename T>
api::Outcome<void> done(const api::Outcome<T>& outcome) {
  return outcome.ok() ? api::Outcome<void>() : api::Outcome<void>(outcome.error());
}

const std::string kRule = "permit (principal, action, resource);";

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller platform = world.platform();
  domain::UserId ann = world.add_user(acme, "ann"), bob = world.add_user(acme, "bob");
  domain::GroupId team = world.add_group(acme, "Team");
  domain::ServiceUserId robot;
  domain::CredentialId key;
  domain::PolicyId policy;
  domain::RuleId rule;  // a template

  template <typename Fn>
  auto change(const Fn& fn) {
    return world.change(platform, fn);
  }
  template <typename Fn>
  auto must(const Fn& fn) {
    return ApiWorld::must(change(fn));
  }

  Scene() {
    world.add_role(acme, "lead", {"group:get"});
    world.add_role(acme, "reader", {"organization:get"});
    world.add_member(acme, team, bob);
    world.map_user(acme, bob, {"lead"});
    robot = must([&](C& c) { return api::create_service_user(c, acme, {"Robot", {}}); }).id;
    key = must([&](C& c) { return api::create_api_key(c, acme, {"k", {}, {}}); }).credential.id;
    const api::PolicyView made = must([&](C& c) {
      return api::create_policy(
          c, acme,
          {"p", {}, true, 0, {{"permit (principal == ?principal, action, resource == ?resource);"}}});
    });
    policy = made.policy.id;
    rule = made.rules.front().rule.id;
  }

  api::TenantUsage usage() {
    return ApiWorld::must(world.read(platform, [&](const api::Read& r) { return api::get_usage(r, acme); }));
  }
  std::uint64_t used(Quota quota) { return usage().used[quota]; }

  void limit(Quota quota, std::optional<std::uint64_t> most) {
    api::TenantPatch patch;
    patch.limits.emplace()[quota] = most;
    must([&](C& c) { return api::update_tenant(c, acme, patch, {}); });
  }
};

struct Way {
  const char* name;
  api::Operation operation;
  Quota quota;
  std::uint64_t adds;
  std::function<api::Outcome<void>(Scene&, C&)> run;
};

api::RoleRecord record(const char* slug) {
  return {slug, "", {}, {"group:get"}, base::Json{base::Json::Object{}}};
}

// Every operation that adds to what a tenant has, and how.
const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {"a role", api::op::create_role, Quota::kRoles, 1,
       [](Scene& s, C& c) {
         return done(api::create_role(c, s.acme, {"new", "New", {}, {}}));
       }},
      {"a role of /v1beta1", api::op::create_role, Quota::kRoles, 1,
       [](Scene& s, C& c) { return done(api::create_or_replace_role(c, s.acme, record("new"), {})); }},
      {"a group", api::op::create_group, Quota::kGroups, 1,
       [](Scene& s, C& c) {
         return done(api::create_group(c, s.acme, {"New", {}, {}}));
       }},
      {"a user", api::op::create_user, Quota::kUsers, 1,
       [](Scene& s, C& c) {
         return done(api::create_user(c, s.acme, {"new@example.com", "New", {}}));
       }},
      {"a service user", api::op::create_service_user, Quota::kServiceUsers, 1,
       [](Scene& s, C& c) {
         return done(api::create_service_user(c, s.acme, {"New", {}}));
       }},
      {"a secret", api::op::create_secret, Quota::kCredentials, 1,
       [](Scene& s, C& c) { return done(api::create_secret(c, s.acme, s.robot, "new")); }},
      {"an API key, as a credential", api::op::create_api_key, Quota::kCredentials, 1,
       [](Scene& s, C& c) {
         return done(api::create_api_key(c, s.acme, {"new", {}, {}}));
       }},
      {"an API key's old secret", api::op::rotate_api_key, Quota::kCredentials, 1,
       [](Scene& s, C& c) {
         return done(api::rotate_api_key(c, s.acme, s.key, {std::chrono::hours(1)}, {}));
       }},
      {"an API key, as a service user", api::op::create_api_key, Quota::kServiceUsers, 1,
       [](Scene& s, C& c) {
         return done(api::create_api_key(c, s.acme, {"new", {}, {}}));
       }},
      {"a member", api::op::add_member, Quota::kMemberships, 1,
       [](Scene& s, C& c) { return done(api::add_member(c, s.acme, s.team, s.ann)); }},
      {"a group's role", api::op::create_mapping, Quota::kMappings, 1,
       [](Scene& s, C& c) {
         return done(api::add_group_role(c, s.acme, s.team, {"lead", {}, {}, {}}));
       }},
      {"a group's role that has ended before it counts", api::op::create_mapping, Quota::kMappings, 1,
       [](Scene& s, C& c) {
         return done(api::add_group_role(
             c, s.acme, s.team,
             {"lead", base::Timestamp{c.now.ms + 1000}, base::Timestamp{c.now.ms + 2000}, {}}));
       }},
      {"an entity", api::op::put_entity, Quota::kEntities, 1,
       [](Scene& s, C& c) {
         return done(api::put_entity(c, s.acme, {{"Doc", "1"}, "{}", "{}", {}, {}, {}}, {}, {}));
       }},
      {"entities, one of them twice", api::op::import_entities, Quota::kEntities, 2,
       [](Scene& s, C& c) {
         api::ImportedEntities three;
         for (const char* id : {"1", "2", "1"})
           three.entities.push_back({{"Doc", id}, "{}", "{}", {}, {}, {}});
         three.places.resize(3);
         return api::import_entities(c, s.acme, three);
       }},
      {"a policy", api::op::create_mapping, Quota::kMappings, 1,
       [](Scene& s, C& c) {
         return done(api::create_mapping(c, s.acme, {"lead", s.ann, "a:b", {}, {}, {}, {}}));
       }},
      {"a grant of a template", api::op::create_grant, Quota::kGrants, 1,
       [](Scene& s, C& c) {
         api::NewGrant given;
         given.principal = {"Device", "1"};
         given.rule = s.rule;
         return done(api::create_grant(c, s.acme, given));
       }},
      {"a grant of a role", api::op::create_grant, Quota::kMappings, 1,
       [](Scene& s, C& c) {
         api::NewGrant given;
         given.principal = {"user", s.ann.to_string()};
         given.role = "lead";
         return done(api::create_grant(c, s.acme, given));
       }},
      {"a project", api::op::create_project, Quota::kProjects, 1,
       [](Scene& s, C& c) {
         return done(api::create_project(c, s.acme, {"new", {}}));
       }},
      {"a user's first role", api::op::update_user, Quota::kMappings, 1,
       [](Scene& s, C& c) {
         return done(api::update_user(c, s.acme, s.ann, {{}, {{"lead"}}}, {}));
       }},
      {"a user's roles, one of which goes", api::op::update_user, Quota::kMappings, 2,
       [](Scene& s, C& c) {
         return done(api::update_user(c, s.acme, s.bob, {{}, {{"reader", "user", "approver"}}}, {}));
       }},
      {"a policy", api::op::create_policy, Quota::kPolicies, 1,
       [](Scene& s, C& c) {
         return done(api::create_policy(c, s.acme, {"New", {}, true, 0, {}}));
       }},
      {"a policy's rules", api::op::create_policy, Quota::kRules, 2,
       [](Scene& s, C& c) {
         return done(api::create_policy(c, s.acme, {"New", {}, true, 0, {{kRule}, {kRule}}}));
       }},
      {"a rule", api::op::create_rule, Quota::kRules, 1,
       [](Scene& s, C& c) { return done(api::create_rule(c, s.acme, s.policy, {kRule})); }},
      {"a test of policies", api::op::create_policy_test, Quota::kPolicyTests, 1,
       [](Scene& s, C& c) { return done(api::create_policy_test(c, s.acme, make_policy_test("New"))); }},
  };
  return all;
}

std::string exceeded(Quota quota, std::uint64_t limit, std::uint64_t used, std::uint64_t adds) {
  return "quota_exceeded: quota " + std::string(name_of(quota)) + ": the tenant may have " +
         std::to_string(limit) + " and has " + std::to_string(used) + "; this adds " + std::to_string(adds);
}

// How often the audit log of the tenant notes the action.
std::size_t noted(Scene& s, std::string action, bool allowed) {
  domain::AuditFilter filter;
  filter.action = std::move(action);
  std::size_t n = 0;
  for (const auto& entry : ApiWorld::must(s.world.read(s.platform, [&](const api::Read& r) {
                             return api::list_audit(r, s.acme, filter, {0, ""});
                           })).data)
    if (entry.allowed == allowed) ++n;
  return n;
}

}  // namespace

TEST_CASE("quotas: whatever adds to what a tenant has stops at the limit, and not before", "[api]") {
  for (const Way& way : ways()) {
    Scene s;
    INFO(way.name);
    const auto run = [&] { return s.change([&](C& c) { return way.run(s, c); }); };
    const std::uint64_t used = s.used(way.quota);
    s.limit(way.quota, used + way.adds - 1);
    CHECK(to_text(run()) == exceeded(way.quota, used + way.adds - 1, used, way.adds));
    CHECK(s.used(way.quota) == used);
    s.limit(way.quota, used + way.adds);
    CHECK(to_text(run()) == "ok");
    CHECK(s.used(way.quota) == used + way.adds);
  }
}

TEST_CASE("quotas: every operation that writes is known to add, or to add nothing", "[api]") {
  const std::set<std::string_view> adds_nothing = {"role:update",
                                                   "role:delete",
                                                   "platform_role:create",
                                                   "platform_role:update",
                                                   "platform_role:delete",
                                                   "permission:create",
                                                   "group:update",
                                                   "group:delete",
                                                   "group:set_state",
                                                   "member:remove",
                                                   "mapping:update",
                                                   "mapping:delete",
                                                   "grant:delete",
                                                   "tenant:create",
                                                   "tenant:update",
                                                   "tenant:delete",
                                                   "user:suspend",
                                                   "user:delete",
                                                   "service_user:delete",
                                                   "secret:delete",
                                                   "api_key:revoke",
                                                   "platform_credential:create",
                                                   "backup:create",
                                                   "backup:prune",
                                                   "entity:delete",
                                                   "permission:update",
                                                   "permission:delete",
                                                   "project:update",
                                                   "project:set_state",
                                                   "project:delete",
                                                   "policy:update",
                                                   "policy:delete",
                                                   "policy:reorder",
                                                   "rule:update",
                                                   "rule:delete",
                                                   "rule:reorder",
                                                   "decision_settings:update",
                                                   "schema:update",
                                                   "schema:delete",
                                                   "change:undo",
                                                   "session:create",
                                                   "session:create_code",
                                                   "session:delete",
                                                   "session:delete_any",
                                                   "policy_test:update",
                                                   "policy_test:delete"};
  std::set<std::string_view> adds;
  for (const Way& way : ways()) adds.insert(way.operation.action);
  for (const api::Operation& operation : api::all_operations()) {
    if (operation.kind != api::OperationKind::kWrite) continue;
    INFO(operation.action);
    CHECK(adds.contains(operation.action) != adds_nothing.contains(operation.action));
  }
}

TEST_CASE("quotas: a limit below what there is takes nothing away, and what adds nothing goes on", "[api]") {
  Scene s;
  for (const Quota quota : domain::kAllQuotas)
    if (quota != Quota::kAuditBytes) {
      const std::uint64_t before = s.used(quota);
      s.limit(quota, 0);
      CHECK(s.used(quota) == before);
    }
  api::TenantPatch none;
  none.limits.emplace();
  for (const Quota quota : domain::kAllQuotas)
    if (quota != Quota::kAuditBytes) (*none.limits)[quota] = 0;
  s.must([&](C& c) { return api::update_tenant(c, s.acme, none, {}); });
  struct Row {
    const char* name;
    std::function<api::Outcome<void>(C&)> run;
  };
  for (const Row& row : {
           Row{"a role is replaced",
               [&](C& c) { return done(api::create_or_replace_role(c, s.acme, record("lead"), {})); }},
           Row{"a user gets one role for another",
               [&](C& c) {
                 return done(api::update_user(c, s.acme, s.bob, {{}, {{"reader"}}}, {}));
               }},
           Row{"a user loses a role",
               [&](C& c) {
                 return done(api::update_user(c, s.acme, s.bob, {{}, std::vector<std::string>()}, {}));
               }},
           Row{"a group is renamed",
               [&](C& c) {
                 return done(api::update_group(c, s.acme, s.team, {"Crew", {}}, {}));
               }},
           Row{"a key is revoked", [&](C& c) { return api::revoke_api_key(c, s.acme, s.key, {}); }},
           Row{"a member leaves", [&](C& c) { return api::remove_member(c, s.acme, s.team, s.bob, {}); }},
           Row{"a user is deleted", [&](C& c) { return api::delete_user(c, s.acme, s.bob, {}); }},
           Row{"a role is deleted", [&](C& c) { return api::delete_role(c, s.acme, "lead", false, {}); }},
       }) {
    INFO(row.name);
    CHECK(to_text(s.change(row.run)) == "ok");
  }
  CHECK(to_text(s.change([&](C& c) {
          return api::create_group(c, s.acme, {"Late", {}, {}});
        })) == exceeded(Quota::kGroups, 0, 1, 1));
}

TEST_CASE("quotas: what is against a change besides is told first", "[api]") {
  Scene s;
  s.limit(Quota::kGroups, 0);
  const auto make = [&](const char* name) {
    return [&s, name](C& c) { return api::create_group(c, s.acme, {name, {}, {}}); };
  };
  CHECK(to_text(s.world.change(s.world.caller(s.acme, {}), make("New"))).starts_with("forbidden: "));
  CHECK(to_text(s.change(make(""))).starts_with("invalid_input: "));
  CHECK(to_text(s.change(make("Team"))).starts_with("already_exists: "));
  CHECK(to_text(s.change(make("New"))).starts_with("quota_exceeded: "));
}

TEST_CASE("quotas: of everybody, but for a tenant's own; and no tenant's count is another's", "[api]") {
  Scene s;
  const domain::TenantId globex = s.world.globex();
  domain::QuotaLimits everybody = domain::kNoLimits;
  everybody[Quota::kGroups] = s.used(Quota::kGroups);
  s.world.set_quotas(everybody);
  const auto make = [&](const domain::TenantId& tenant, const char* name) {
    return to_text(s.change([&](C& c) { return api::create_group(c, tenant, {name, {}, {}}); }));
  };
  CHECK(make(s.acme, "A").starts_with("quota_exceeded: "));
  CHECK(make(globex, "A") == "ok");
  s.limit(Quota::kGroups, 2);
  CHECK(make(s.acme, "A") == "ok");
  CHECK(make(s.acme, "B") == exceeded(Quota::kGroups, 2, 2, 1));
  CHECK(make(globex, "B") == exceeded(Quota::kGroups, 1, 1, 1));
  s.limit(Quota::kGroups, std::nullopt);
  CHECK(make(s.acme, "B") == exceeded(Quota::kGroups, 1, 2, 1));
  CHECK(s.usage().limits[Quota::kGroups] == 1);
}

TEST_CASE("quotas: only the platform sets a tenant's limits; repeating them changes nothing", "[api]") {
  Scene s;
  s.limit(Quota::kRoles, 3);
  api::TenantPatch other;
  other.limits.emplace()[Quota::kRoles] = 4;
  api::TenantPatch same;
  same.limits.emplace()[Quota::kRoles] = 3;
  const auto admin = s.world.admin(s.acme);
  const auto put = [&](const api::TenantPatch& patch) {
    return to_text(s.world.change(admin, [&](C& c) { return api::update_tenant(c, s.acme, patch, {}); }));
  };
  CHECK(put(other) ==
        "forbidden: tenant:update: not allowed | A tenant's limits are set by the platform alone.");
  CHECK(put(same) == "ok");
  CHECK(s.usage().limits[Quota::kRoles] == 3);
  api::TenantPatch wrong;
  wrong.limits.emplace()[Quota::kRoles] = domain::kMaxLimit + 1;
  CHECK(to_text(s.change([&](C& c) { return api::update_tenant(c, s.acme, wrong, {}); })) ==
        "invalid_input: limits/roles: must be at most 9007199254740991 | /limits/roles: must be at most "
        "9007199254740991");
}

TEST_CASE("quotas: a tenant with a full audit log can delete, shut and be refused, and nothing else",
          "[api]") {
  Scene s;
  const auto nobody = s.world.caller(s.acme, {});
  s.limit(Quota::kAuditBytes, 1);
  struct Row {
    const char* name;
    bool goes;
    std::function<api::Outcome<void>(C&)> run;
  };
  api::TenantPatch renamed;
  renamed.name = "Renamed";
  api::TenantPatch shut;
  shut.state = domain::State::kDisabled;
  api::TenantPatch opened;
  opened.state = domain::State::kEnabled;
  for (const Row& row : {
           Row{"make a group", false,
               [&](C& c) {
                 return done(api::create_group(c, s.acme, {"New", {}, {}}));
               }},
           Row{"change a role", false,
               [&](C& c) {
                 return done(api::update_role(c, s.acme, "lead", {"Renamed", {}, {}}, {}));
               }},
           Row{"give a role", false,
               [&](C& c) {
                 return done(api::update_user(c, s.acme, s.ann, {{}, {{"lead"}}}, {}));
               }},
           Row{"rename the tenant", false,
               [&](C& c) { return done(api::update_tenant(c, s.acme, renamed, {})); }},
           Row{"change nothing", true,
               [&](C& c) {
                 return done(api::update_user(c, s.acme, s.bob, {{}, {{"lead"}}}, {}));
               }},
           Row{"suspend a user", true,
               [&](C& c) { return done(api::suspend_user(c, s.acme, s.ann, false, {})); }},
           Row{"disable a group", true,
               [&](C& c) {
                 return done(api::set_group_state(c, s.acme, s.team, domain::State::kDisabled, {}));
               }},
           Row{"enable it again", false,
               [&](C& c) {
                 return done(api::set_group_state(c, s.acme, s.team, domain::State::kEnabled, {}));
               }},
           Row{"let a user back in", false,
               [&](C& c) { return done(api::suspend_user(c, s.acme, s.ann, true, {})); }},
           Row{"remove a member", true,
               [&](C& c) { return api::remove_member(c, s.acme, s.team, s.bob, {}); }},
           Row{"revoke a key", true, [&](C& c) { return api::revoke_api_key(c, s.acme, s.key, {}); }},
           Row{"delete a user", true, [&](C& c) { return api::delete_user(c, s.acme, s.bob, {}); }},
           Row{"disable the tenant", true,
               [&](C& c) { return done(api::update_tenant(c, s.acme, shut, {})); }},
           Row{"enable it", false, [&](C& c) { return done(api::update_tenant(c, s.acme, opened, {})); }},
           Row{"make something in another tenant", true,
               [&](C& c) {
                 return done(api::create_group(c, s.world.globex(), {"New", {}, {}}));
               }},
       }) {
    INFO(row.name);
    const std::uint64_t bytes = s.used(Quota::kAuditBytes);
    CHECK(to_text(s.change(row.run)) ==
          (row.goes ? "ok"
                    : "quota_exceeded: quota audit_bytes: the tenant may have 1 and has " +
                          std::to_string(bytes) + "; until there is room only deletions are taken"));
  }

  const std::size_t before = noted(s, "group:create", false);
  CHECK(to_text(s.world.change(nobody, [&](C& c) {
          return api::create_group(c, s.acme, {"New", {}, {}});
        })).starts_with("forbidden: "));
  CHECK(noted(s, "group:create", false) == before + 1);
  s.limit(Quota::kAuditBytes, 1u << 20U);  // which is a change of the tenant, and noted there
  CHECK(to_text(s.change([&](C& c) { return api::update_tenant(c, s.acme, opened, {}); })) == "ok");
  CHECK(to_text(s.change([&](C& c) { return api::delete_tenant(c, s.acme, {}); })) == "ok");
}

TEST_CASE("quotas: two changes that each fit alone don't pass the limit together", "[api]") {
  Scene s;
  s.limit(Quota::kGroups, s.used(Quota::kGroups) + 1);
  const auto both = s.change([&](C& c) -> api::Outcome<void> {
    if (auto first = api::create_group(c, s.acme, {"A", {}, {}}); !first.ok()) return first.error();
    return done(api::create_group(c, s.acme, {"B", {}, {}}));
  });
  CHECK(to_text(both) == exceeded(Quota::kGroups, 2, 2, 1));
  CHECK(s.used(Quota::kGroups) == 1);  // the change is undone whole
}
