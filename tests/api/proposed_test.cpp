// What `context.proposed` says of a change is what the change writes: for each operation, some changes are
// made, what they have stored is read back, and a policy that refuses everything but exactly that is asked
// about the same change. The policy sees what it sees of every call, so nothing here knows how a proposal is
// made.
#include <functional>
#include <map>

#include "api/decision_settings.h"
#include "api/entities.h"
#include "api/grants.h"
#include "api/mappings.h"
#include "api/member_batch.h"
#include "api/operations.h"
#include "api/permissions.h"
#include "api/platform_credentials.h"
#include "api/policies.h"
#include "api/policy_tests.h"
#include "api/projects.h"
#include "api/rules.h"
#include "api/schemas.h"
#include "api/service_users.h"
#include "api/undo.h"
#include "authz/authority.h"
#include "authz/entities.h"
#include "authz/guard.h"
#include "cedar/schema/type.h"
#include "domain/grant.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/subgroup.h"
#include "tests/support/api_world.h"
#include "tests/support/policy_tests.h"

namespace {

using C = api::Change;

// What was stored, in the words of `proposed`. A member that isn't there says nothing.
using Said = std::map<std::string, cedar::Value>;

// Makes a change and reads back what it stored.
using Make = std::function<api::Outcome<Said>(C&)>;

struct Row {
  api::Operation operation;
  Make make;
};

cedar::Value effective(const C& c, const std::vector<std::string>& scopes) {
  return authz::string_set(c.catalogue->effective(scopes));
}

cedar::Value level(const C& c, const std::vector<std::string>& scopes) {
  return cedar::Value(name_of(c.catalogue->risk(scopes)));
}

void time(Said& said, const std::string& name, const std::optional<base::Timestamp>& at) {
  if (at) said.emplace(name, cedar::Value(cedar::Datetime{at->ms}));
}

cedar::Value record_of(const domain::OwnLimits& limits) {
  std::vector<cedar::Record::Field> fields;
  for (const domain::Quota quota : domain::kAllQuotas)
    if (const auto limit = limits[quota])
      fields.emplace_back(std::string(name_of(quota)), cedar::Value(static_cast<std::int64_t>(*limit)));
  return cedar::Value(cedar::Record(std::move(fields)));
}

std::vector<std::string> without(const std::vector<std::string>& scopes,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::set_difference(scopes.begin(), scopes.end(), others.begin(), others.end(), std::back_inserter(rest));
  return rest;
}

// A role as stored, which had these scopes before.
api::Outcome<Said> said_of_role(const C& c, const domain::Owner& owner, const domain::RoleId& id,
                                const std::vector<std::string>& before) {
  const auto role = ApiWorld::must(api::stored(domain::get_role(c.txn, owner, id))).value();
  const auto now = c.catalogue->effective(role.scopes), then = c.catalogue->effective(before);
  return Said{{"slug", cedar::Value(role.slug)},
              {"name", cedar::Value(role.name)},
              {"description", cedar::Value(role.description.value_or(""))},
              {"scopes", authz::string_set(now)},
              {"added", authz::string_set(without(now, then))},
              {"removed", authz::string_set(without(then, now))},
              {"level", level(c, role.scopes)}};
}

const std::string kPermit = "permit (principal, action, resource);";

// By which all rules of the scene are right.
const std::string kSchema =
    "entity Doc in [Folder];\nentity Folder;\naction approve appliesTo { principal: [user], resource: [Doc] };\n";
const std::string kForbid = "@notice(\"N \\\"1\\\"\")\nforbid (principal, action, resource);";

// Everything that the changes are made on.
struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  domain::UserId ann = world.add_user(acme, "ann"), bob = world.add_user(acme, "bob");
  domain::GroupId team = world.add_group(acme, "Team"), other = world.add_group(acme, "Other");
  domain::ServiceUserId robot;
  domain::CredentialId secret, key;
  domain::ProjectId project;
  domain::RoleId lead, shared;
  domain::PolicyId policy, templates;
  domain::RuleId rule;
  domain::PolicyTestId policy_test;
  std::vector<std::string> lead_scopes = {"group:get", "group:update"};

  Scene() {
    world.add_role(acme, "lead", lead_scopes);
    world.add_role(domain::Platform{}, "shared", {"project:get"});
    const auto role = [&](const domain::Owner& owner, const char* slug) {
      return ApiWorld::must(world.read(world.platform(),
                                       [&](const api::Read& r) { return api::get_role(r, owner, slug); }))
          .role.id;
    };
    lead = role(acme, "lead");
    shared = role(domain::Platform{}, "shared");
    world.add_member(acme, team, bob);
    world.map_group(acme, team, "lead");
    world.map_group(acme, team, "approver", base::Timestamp{world.now().ms + 1000});
    world.map_user(acme, bob, {"lead", "user"});
    const auto by_platform = [&](const auto& fn) {
      return ApiWorld::must(world.change(world.platform(), fn));
    };
    robot = by_platform([&](C& c) { return api::create_service_user(c, acme, {"Robot", {}}); }).id;
    world.map_on(acme, robot, "lead", "");
    secret = by_platform([&](C& c) { return api::create_secret(c, acme, robot, "s"); }).credential.id;
    project = by_platform([&](C& c) { return api::create_project(c, acme, {"web", "Web"}); }).id;
    key = by_platform([&](C& c) {
            return api::create_api_key(c, acme, {"k", {"group:get"}, {}});
          }).credential.id;
    const api::PolicyView made = by_platform([&](C& c) {
      return api::create_policy(c, acme, {"p", {}, true, 0, {{kPermit}}});
    });
    policy = made.policy.id;
    rule = made.rules.front().rule.id;
    policy_test = by_platform([&](C& c) {
                    return api::create_policy_test(c, acme, make_policy_test("t", false, kOwn));
                  }).id;
  }

  // What somebody's mapping of the role is, once made or before it is removed.
  Said said_of_mapping(const C& c, const domain::Principal& who, const domain::RoleId& id, bool made,
                       const domain::ResourceText& on = {}) const {
    const auto mapping = ApiWorld::must(api::stored(domain::get_mapping(c.txn, acme, {who, id, on})));
    const auto role = ApiWorld::must(api::stored(domain::find_role_by_id(c.txn, acme, id))).value();
    REQUIRE(mapping.has_value() == made);
    Said said{{"role", cedar::Value(role.slug)},
              {"is_system", cedar::Value(role.is_system)},
              {"scopes", effective(c, role.scopes)},
              {"level", level(c, role.scopes)}};
    said.emplace("resource", cedar::Value(made ? mapping->resource : ""));
    if (!made) return said;
    time(said, "valid_from", mapping->valid_from);
    time(said, "expires_at", mapping->expires_at);
    if (mapping->reason) said.emplace("reason", cedar::Value(*mapping->reason));
    return said;
  }

  domain::Tenant tenant(const C& c, const domain::TenantId& id) const {
    return ApiWorld::must(api::stored(domain::get_tenant(c.txn, id))).value();
  }

  std::vector<Row> rows();
  std::vector<Row> role_rows();
  std::vector<Row> tenant_rows();
  std::vector<Row> people_rows();
  std::vector<Row> entity_rows();
  std::vector<Row> grant_rows();
  std::vector<Row> credential_rows();
  std::vector<Row> project_rows();
  std::vector<Row> policy_rows();
  std::vector<Row> rule_rows();
  std::vector<Row> schema_rows();
  std::vector<Row> policy_test_rows();
  std::vector<Row> undo_rows();
};

// The value, or the error as an outcome of what was said.
#define VALUE_OF(name, outcome)                            \
  const auto name##_outcome = (outcome);                   \
  if (!name##_outcome.ok()) return name##_outcome.error(); \
  const auto& name = name##_outcome.value()
#define DONE(outcome) \
  if (const auto done = (outcome); !done.ok()) return done.error()

std::vector<Row> Scene::role_rows() {
  std::vector<Row> rows;
  const std::vector<std::string> any_spelling = {"app_group_delete", "app.group.get", "group:get",
                                                 "app/project:get"};
  for (const api::NewRole& given :
       {api::NewRole{{}, "Held", {}, {}}, api::NewRole{{}, "Lead", "A \"quoted\" \\ line", any_spelling},
        api::NewRole{{}, "…", {}, {"organization:administer"}},
        api::NewRole{"Slug-1", "Näme", "", {"group:get"}}})
    rows.push_back({api::op::create_role, [this, given](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_role(c, acme, given));
                      return said_of_role(c, acme, made.role.id, {});
                    }});
  for (const char* title : {"", "Title"}) {
    const api::RoleRecord record{"new_one", title, "d", any_spelling, base::Json{base::Json::Object{}}};
    rows.push_back({api::op::create_role, [this, record](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_or_replace_role(c, acme, record, {}));
                      return said_of_role(c, acme, made.id, {});
                    }});
    rows.push_back({api::op::create_platform_role, [record](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_or_replace_role(c, domain::Platform{}, record, {}));
                      return said_of_role(c, domain::Platform{}, made.id, {});
                    }});
    rows.push_back({api::op::update_platform_role, [this, record](C& c) -> api::Outcome<Said> {
                      DONE(api::replace_role_by_id(c, domain::Platform{}, shared, record, {}));
                      return said_of_role(c, domain::Platform{}, shared, {"project:get"});
                    }});
    rows.push_back({api::op::update_role, [this, record](C& c) -> api::Outcome<Said> {
                      DONE(api::replace_role_by_id(c, acme, lead, record, {}));
                      return said_of_role(c, acme, lead, lead_scopes);
                    }});
  }
  using Scopes = std::vector<std::string>;
  for (const api::RolePatch& patch :
       {api::RolePatch{"Other", {}, {}}, api::RolePatch{{}, std::optional<std::string>("d"), {}},
        api::RolePatch{{}, {}, Scopes{}}, api::RolePatch{{}, {}, any_spelling}})
    rows.push_back({api::op::update_role, [this, patch](C& c) -> api::Outcome<Said> {
                      DONE(api::update_role(c, acme, "lead", patch, {}));
                      return said_of_role(c, acme, lead, lead_scopes);
                    }});
  return rows;
}

std::vector<Row> Scene::tenant_rows() {
  std::vector<Row> rows;
  const base::Json some{base::Json::Object{{"a", base::Json("b")}}}, none{base::Json::Object{}};
  for (const api::NewTenant& given :
       {api::NewTenant{"Acme", {}, {}, {}}, api::NewTenant{"日本", {}, some, {}},
        api::NewTenant{{}, "UPPER", {}, {}}, api::NewTenant{"N \"1\"", "s", {}, {}}})
    rows.push_back({api::op::create_tenant, [this, given](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_tenant(c, given));
                      const domain::Tenant stored = tenant(c, made.id);
                      return Said{{"name", cedar::Value(stored.name)},
                                  {"slug", cedar::Value(stored.slug)},
                                  {"force", cedar::Value(given.force)}};
                    }});
  domain::OwnLimits limits;
  limits[domain::Quota::kRoles] = 7;
  limits[domain::Quota::kAuditBytes] = domain::kMaxLimit;
  for (const api::TenantPatch& patch :
       {api::TenantPatch{"Other", {}, {}, {}}, api::TenantPatch{{}, "OTHER", {}, {}},
        api::TenantPatch{{}, {}, some, {}}, api::TenantPatch{"x", {}, none, {}},
        api::TenantPatch{{}, "acme", {}, domain::State::kDisabled}, api::TenantPatch{{}, {}, {}, {}, limits},
        api::TenantPatch{"y", {}, {}, {}, domain::OwnLimits()}})
    rows.push_back({api::op::update_tenant, [this, patch](C& c) -> api::Outcome<Said> {
                      const domain::Tenant before = tenant(c, acme);
                      DONE(api::update_tenant(c, acme, patch, {}));
                      const domain::Tenant after = tenant(c, acme);
                      Said said{{"force", cedar::Value(patch.force)},
                                {"changes_metadata", cedar::Value(after.metadata != before.metadata)}};
                      if (patch.name) said.emplace("name", cedar::Value(after.name));
                      if (patch.slug) said.emplace("slug", cedar::Value(after.slug));
                      if (patch.state) said.emplace("state", cedar::Value(name_of(after.state)));
                      if (after.limits != before.limits) said.emplace("limits", record_of(after.limits));
                      return said;
                    }});
  return rows;
}

std::vector<Row> Scene::people_rows() {
  std::vector<Row> rows;
  rows.push_back({api::op::create_group, [this](C& c) -> api::Outcome<Said> {
                    VALUE_OF(made, api::create_group(c, acme, {"A \"group\"", {}, {}}));
                    const auto group =
                        ApiWorld::must(api::stored(domain::get_group(c.txn, acme, made.group.id)));
                    return Said{{"name", cedar::Value(group->name)}};
                  }});
  for (const api::GroupPatch& patch :
       {api::GroupPatch{"TEAM", {}}, api::GroupPatch{{}, std::optional<std::string>("d")}})
    rows.push_back({api::op::update_group, [this, patch](C& c) -> api::Outcome<Said> {
                      DONE(api::update_group(c, acme, team, patch, {}));
                      const auto group = ApiWorld::must(api::stored(domain::get_group(c.txn, acme, team)));
                      return patch.name ? Said{{"name", cedar::Value(group->name)}} : Said{};
                    }});
  for (const domain::State state : {domain::State::kEnabled, domain::State::kDisabled})
    rows.push_back({api::op::set_group_state, [this, state](C& c) -> api::Outcome<Said> {
                      DONE(api::set_group_state(c, acme, team, state, {}));
                      const auto group = ApiWorld::must(api::stored(domain::get_group(c.txn, acme, team)));
                      std::vector<std::string> given;
                      if (group->state == domain::State::kEnabled)
                        given = ApiWorld::must(
                            api::stored(authz::scopes_conferred(c.txn, *c.catalogue, acme, team, c.now)));
                      return Said{{"state", cedar::Value(name_of(group->state))},
                                  {"scopes", effective(c, given)},
                                  {"level", level(c, given)}};
                    }});
  for (const domain::GroupId& group : {team, other})
    rows.push_back({api::op::add_member, [this, group](C& c) -> api::Outcome<Said> {
                      DONE(api::add_member(c, acme, group, ann));
                      const auto made =
                          ApiWorld::must(api::stored(domain::get_membership(c.txn, acme, group, ann)));
                      const auto given = ApiWorld::must(api::stored(
                          authz::scopes_conferred(c.txn, *c.catalogue, acme, made->group, c.now)));
                      return Said{{"user", cedar::Value(authz::user_uid(made->user))},
                                  {"scopes", effective(c, given)},
                                  {"level", level(c, given)}};
                    }});
  for (const domain::GroupId& group : {team, other})
    rows.push_back({api::op::add_member, [this, group](C& c) -> api::Outcome<Said> {
                      const domain::GroupId member = group == team ? other : team;
                      DONE(api::add_member(c, acme, group, member));
                      const auto made =
                          ApiWorld::must(api::stored(domain::get_subgroup(c.txn, acme, group, member)));
                      const auto given = ApiWorld::must(api::stored(
                          authz::scopes_conferred(c.txn, *c.catalogue, acme, made->group, c.now)));
                      return Said{{"group", cedar::Value(authz::group_uid(made->member))},
                                  {"scopes", effective(c, given)},
                                  {"level", level(c, given)}};
                    }});
  rows.push_back({api::op::add_member, [this](C& c) -> api::Outcome<Said> {
                    DONE(api::add_members(c, acme, other, {{ann, {}}}, api::IfUnknown::kRefuse));
                    const auto given = ApiWorld::must(
                        api::stored(authz::scopes_conferred(c.txn, *c.catalogue, acme, other, c.now)));
                    return Said{{"user", cedar::Value(authz::user_uid(ann))},
                                {"scopes", effective(c, given)},
                                {"level", level(c, given)}};
                  }});
  rows.push_back({api::op::remove_member, [this](C& c) -> api::Outcome<Said> {
                    const auto before =
                        ApiWorld::must(api::stored(domain::get_membership(c.txn, acme, team, bob)));
                    DONE(api::remove_member(c, acme, team, bob, {}));
                    CHECK(!ApiWorld::must(api::stored(domain::get_membership(c.txn, acme, team, bob))));
                    return Said{{"user", cedar::Value(authz::user_uid(before->user))}};
                  }});
  const base::Timestamp from{world.now().ms + 10}, until{world.now().ms + 20};
  for (const api::NewGroupRole& given :
       {api::NewGroupRole{"lead", {}, {}, {}}, api::NewGroupRole{"lead", from, until, "because \"so\""}})
    rows.push_back({api::op::create_mapping, [this, given](C& c) -> api::Outcome<Said> {
                      DONE(api::add_group_role(c, acme, other, given));
                      return said_of_mapping(c, other, lead, true);
                    }});
  const std::string by_id = lead.to_string(), on_team = domain::group_resource(team);
  for (const api::NewRoleMapping& given :
       {api::NewRoleMapping{"lead", ann, "", {}, {}, {}, {}},
        api::NewRoleMapping{by_id, ann, on_team, from, until, "for \"x\"", "Title"},
        api::NewRoleMapping{by_id, robot, "compute/instance:i-7", {}, until, {}, {}}})
    rows.push_back({api::op::create_mapping, [this, given](C& c) -> api::Outcome<Said> {
                      DONE(api::create_mapping(c, acme, given));
                      return said_of_mapping(c, given.principal, lead, true, given.resource);
                    }});
  for (const bool has_end : {true, false})
    rows.push_back(
        {api::op::update_mapping, [this, until, has_end](C& c) -> api::Outcome<Said> {
           const auto before = ApiWorld::must(api::stored(domain::get_mapping(c.txn, acme, {bob, lead, {}})));
           api::MappingPatch patch;
           if (has_end) patch.expires_at = until;
           patch.reason = has_end ? std::nullopt : std::optional<std::string>("why");
           DONE(api::update_mapping(c, acme, before->id, patch, {}));
           return said_of_mapping(c, bob, lead, true);
         }});
  rows.push_back(
      {api::op::delete_mapping, [this](C& c) -> api::Outcome<Said> {
         const auto before = ApiWorld::must(api::stored(domain::get_mapping(c.txn, acme, {bob, lead, {}})));
         DONE(api::delete_mapping(c, acme, before->id, {}));
         return said_of_mapping(c, bob, lead, false);
       }});
  rows.push_back({api::op::delete_mapping, [this](C& c) -> api::Outcome<Said> {
                    DONE(api::remove_group_role(c, acme, team, "lead", {}));
                    return said_of_mapping(c, team, lead, false);
                  }});
  rows.push_back({api::op::create_user, [this](C& c) -> api::Outcome<Said> {
                    VALUE_OF(made, api::create_user(c, acme, {"Carol@Example.org", "Carol \\", {}}));
                    const auto user =
                        ApiWorld::must(api::stored(domain::get_user(c.txn, acme, made.user.id)));
                    return Said{{"email", cedar::Value(user->email)}, {"name", cedar::Value(user->name)}};
                  }});
  using Roles = std::vector<std::string>;
  for (const api::UserPatch& patch :
       {api::UserPatch{"Robert", {}}, api::UserPatch{{}, Roles{"approver", "lead", "lead"}},
        api::UserPatch{"B", Roles{}}})
    rows.push_back({api::op::update_user, [this, patch](C& c) -> api::Outcome<Said> {
                      VALUE_OF(view, api::update_user(c, acme, bob, patch, {}));
                      const auto user = ApiWorld::must(api::stored(domain::get_user(c.txn, acme, bob)));
                      Roles given;  // by what was mapped now
                      for (const std::string& slug : view.roles) {
                        const auto role = ApiWorld::must(api::stored(domain::find_role(c.txn, acme, slug)));
                        if (patch.roles && slug == "approver") given = role->scopes;
                      }
                      Said said{{"scopes", effective(c, given)}, {"level", level(c, given)}};
                      if (patch.name) said.emplace("name", cedar::Value(user->name));
                      if (patch.roles) said.emplace("roles", authz::string_set(view.roles));
                      return said;
                    }});
  for (const bool active : {true, false})
    rows.push_back({api::op::suspend_user, [this, active](C& c) -> api::Outcome<Said> {
                      DONE(api::suspend_user(c, acme, ann, active, {}));
                      const auto user = ApiWorld::must(api::stored(domain::get_user(c.txn, acme, ann)));
                      return Said{{"active", cedar::Value(user->active)}};
                    }});
  return rows;
}

std::vector<Row> Scene::entity_rows() {
  std::vector<Row> rows;
  world.map_on(acme, bob, "lead", "Folder:1");
  const auto set = [](const std::vector<domain::EntityName>& names) {
    std::vector<std::string> texts;
    for (const auto& name : names) texts.push_back(to_string(name));
    return authz::string_set(texts);
  };
  const auto names = [](const std::string& object) {
    std::vector<std::string> all;
    const auto json = base::parse_json(object);
    REQUIRE(json.ok());
    for (const auto& [name, value] : *json->object()) all.push_back(name);
    return authz::string_set(all);
  };
  for (const api::NewEntity& given :
       {api::NewEntity{{"Doc", "1"}, "{}", "{}", {}, {}, {}},
        api::NewEntity{
            {"Doc \"", "é"}, R"({"a":1})", R"({"t":"x"})", {"a"}, {"t"}, {{"Folder", "1"}, {"Folder", "2"}}}})
    rows.push_back({api::op::put_entity, [this, given, set, names](C& c) -> api::Outcome<Said> {
                      DONE(api::put_entity(c, acme, given, {}, {}));
                      const auto made =
                          ApiWorld::must(api::stored(domain::get_entity(c.txn, acme, given.name)));
                      const auto gained = made->parents.empty() ? std::vector<std::string>() : lead_scopes;
                      return Said{{"type", cedar::Value(made->name.type)},
                                  {"id", cedar::Value(made->name.id)},
                                  {"parents", set(made->parents)},
                                  {"attrs", names(made->attrs)},
                                  {"tags", names(made->tags)},
                                  {"scopes", effective(c, gained)},
                                  {"level", level(c, gained)}};
                    }});
  ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::put_entity(c, acme, {{"Doc", "gone"}, "{}", "{}", {}, {}, {}}, {}, {});
  }));
  for (const bool force : {false, true})
    rows.push_back({api::op::delete_entity, [this, force](C& c) -> api::Outcome<Said> {
                      const domain::EntityName name{"Doc", "gone"};
                      DONE(api::delete_entity(c, acme, name, force, {}));
                      CHECK(!ApiWorld::must(api::stored(domain::get_entity(c.txn, acme, name))));
                      return Said{{"type", cedar::Value(name.type)},
                                  {"id", cedar::Value(name.id)},
                                  {"force", cedar::Value(force)}};
                    }});
  return rows;
}

std::vector<Row> Scene::grant_rows() {
  std::vector<Row> rows;
  const auto granted = ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::create_policy(
        c, acme,
        {"Grants",
         {},
         true,
         0,
         {{"permit (principal in ?principal, action == Action::\"approve\", resource in ?resource);"},
          {"forbid (principal, action, resource == ?resource);"}}});
  }));
  templates = granted.policy.id;
  const auto approving = granted.rules[0].rule.id, forbidding = granted.rules[1].rule.id;
  const std::vector<std::string> approve = {"requests:approve"};
  // What a grant of a template is, and, where it is made now, its times.
  const auto said_of = [=](const C& c, const domain::Grant& grant, bool is_made) {
    const auto given = grant.rule == approving ? approve : std::vector<std::string>();
    Said said{{"principal", cedar::Value(grant.principal)},
              {"resource", cedar::Value(grant.resource)},
              {"template", cedar::Value(grant.rule.to_string())},
              {"scopes", effective(c, given)},
              {"level", level(c, given)}};
    if (!is_made) return said;
    time(said, "valid_from", grant.valid_from);
    time(said, "expires_at", grant.expires_at);
    if (grant.reason) said.emplace("reason", cedar::Value(*grant.reason));
    return said;
  };
  const base::Timestamp from{world.now().ms + 10}, until{world.now().ms + 20};
  api::NewGrant to_team, on_doc;
  to_team.principal = {"group", team.to_string()};
  to_team.resource = {"Folder \"", "é"};
  to_team.rule = approving;
  to_team.valid_from = from;
  to_team.expires_at = until;
  to_team.reason = "because \"so\"";
  on_doc.rule = forbidding;
  on_doc.resource = {"group", team.to_string()};
  for (const api::NewGrant& given : {to_team, on_doc})
    rows.push_back(
        {api::op::create_grant, [this, given, said_of](C& c) -> api::Outcome<Said> {
           VALUE_OF(made, api::create_grant(c, acme, given));
           return said_of(
               c, *ApiWorld::must(api::stored(domain::get_grant(c.txn, acme, domain::GrantId(made.id)))),
               true);
         }});
  const auto said_of_role = [this](const C& c, const domain::Mapping& mapping, bool is_made) {
    Said said = said_of_mapping(c, mapping.principal, mapping.role, is_made, mapping.resource);
    said.erase("is_system");
    said.insert_or_assign("resource", cedar::Value(mapping.resource));
    said.emplace("principal", cedar::Value("user:" + mapping.principal.id.to_string()));
    return said;
  };
  api::NewGrant role;
  role.principal = {"user", ann.to_string()};
  role.role = "lead";
  role.resource = {"Folder", "7"};
  role.expires_at = until;
  rows.push_back({api::op::create_grant, [this, role, said_of_role](C& c) -> api::Outcome<Said> {
                    VALUE_OF(made, api::create_grant(c, acme, role));
                    const auto mapping = ApiWorld::must(
                        api::stored(domain::find_mapping_by_id(c.txn, acme, domain::MappingId(made.id))));
                    return said_of_role(c, *mapping, true);
                  }});
  api::NewGrant other_one = to_team;
  other_one.resource.reset();
  const auto gone = ApiWorld::must(
      world.change(world.platform(), [&](C& c) { return api::create_grant(c, acme, other_one); }));
  rows.push_back({api::op::delete_grant, [this, gone, said_of](C& c) -> api::Outcome<Said> {
                    const auto before =
                        ApiWorld::must(api::stored(domain::get_grant(c.txn, acme, domain::GrantId(gone.id))));
                    DONE(api::delete_grant(c, acme, gone.id, {}));
                    return said_of(c, *before, false);
                  }});
  rows.push_back(
      {api::op::delete_grant, [this, said_of_role](C& c) -> api::Outcome<Said> {
         const auto before = ApiWorld::must(api::stored(domain::get_mapping(c.txn, acme, {bob, lead, {}})));
         DONE(api::delete_grant(c, acme, before->id, {}));
         return said_of_role(c, *before, false);
       }});
  return rows;
}

std::vector<Row> Scene::credential_rows() {
  std::vector<Row> rows;
  for (const std::optional<std::string>& title :
       {std::optional<std::string>(), std::optional<std::string>("T")}) {
    rows.push_back({api::op::create_service_user, [this, title](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_service_user(c, acme, {title, {}}));
                      const auto stored =
                          ApiWorld::must(api::stored(domain::get_service_user(c.txn, acme, made.id)));
                      return Said{{"title", cedar::Value(stored->title)}};
                    }});
    rows.push_back({api::op::create_secret, [this, title](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_secret(c, acme, robot, title));
                      const auto stored =
                          ApiWorld::must(api::stored(domain::get_credential(c.txn, made.credential.id)));
                      Said said{{"title", cedar::Value(stored->name)},
                                {"scopes", effective(c, lead_scopes)},
                                {"level", level(c, lead_scopes)}};
                      time(said, "expires_at", stored->expires_at);
                      return said;
                    }});
  }
  const base::Timestamp until{world.now().ms + 5000};
  for (const api::NewApiKey& given :
       {api::NewApiKey{"Key", {"app_group_update", "group:update"}, {}}, api::NewApiKey{"Other", {}, until}})
    rows.push_back({api::op::create_api_key, [this, given](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_api_key(c, acme, given));
                      const auto stored =
                          ApiWorld::must(api::stored(domain::get_credential(c.txn, made.credential.id)));
                      Said said{{"name", cedar::Value(stored->name)},
                                {"scopes", effective(c, stored->scopes)},
                                {"level", level(c, stored->scopes)}};
                      time(said, "expires_at", stored->expires_at);
                      return said;
                    }});
  for (const std::chrono::milliseconds kept :
       {std::chrono::milliseconds(0), std::chrono::milliseconds(90'000)})
    rows.push_back({api::op::rotate_api_key, [this, kept](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::rotate_api_key(c, acme, key, {kept}, {}));
                      const auto stored =
                          ApiWorld::must(api::stored(domain::get_credential(c.txn, made.key.credential.id)));
                      Said said{{"name", cedar::Value(stored->name)},
                                {"keep_old_for", cedar::Value(std::int64_t{kept.count()})},
                                {"scopes", effective(c, stored->scopes)},
                                {"level", level(c, stored->scopes)}};
                      time(said, "expires_at", stored->expires_at);
                      return said;
                    }});
  rows.push_back({api::op::create_platform_credential, [](C& c) -> api::Outcome<Said> {
                    VALUE_OF(made, api::create_platform_credential(c, "ops"));
                    const auto stored =
                        ApiWorld::must(api::stored(domain::get_credential(c.txn, made.credential.id)));
                    return Said{{"name", cedar::Value(stored->name)}};
                  }});
  return rows;
}

std::vector<Row> Scene::project_rows() {
  std::vector<Row> rows;
  const auto stored = [this](const C& c, const domain::ProjectId& id) {
    return ApiWorld::must(api::stored(domain::get_project(c.txn, acme, id))).value();
  };
  for (const api::NewProject& given : {api::NewProject{"Site", {}}, api::NewProject{"a_b-9", "Name \"x\""}})
    rows.push_back({api::op::create_project, [this, stored, given](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_project(c, acme, given));
                      const domain::Project now = stored(c, made.id);
                      return Said{{"slug", cedar::Value(now.slug)}, {"name", cedar::Value(now.name)}};
                    }});
  const base::Json some{base::Json::Object{{"a", base::Json("b")}}};
  for (const api::ProjectPatch& patch : {api::ProjectPatch{"site", {}, {}}, api::ProjectPatch{{}, "N", some},
                                         api::ProjectPatch{"WEB", "x", base::Json{base::Json::Object{}}}})
    rows.push_back({api::op::update_project, [this, stored, patch](C& c) -> api::Outcome<Said> {
                      const domain::Project before = stored(c, project);
                      DONE(api::update_project(c, acme, project, patch, {}));
                      const domain::Project after = stored(c, project);
                      Said said{{"changes_metadata", cedar::Value(after.metadata != before.metadata)}};
                      if (patch.slug) said.emplace("slug", cedar::Value(after.slug));
                      if (patch.name) said.emplace("name", cedar::Value(after.name));
                      return said;
                    }});
  for (const domain::State state : {domain::State::kDisabled, domain::State::kEnabled})
    rows.push_back({api::op::set_project_state, [this, stored, state](C& c) -> api::Outcome<Said> {
                      DONE(api::set_project_state(c, acme, project, state, {}));
                      return Said{{"state", cedar::Value(name_of(stored(c, project).state))}};
                    }});
  return rows;
}

std::vector<Row> Scene::policy_rows() {
  std::vector<Row> rows;
  const auto stored = [this](const C& c, const domain::PolicyId& id) {
    return ApiWorld::must(api::stored(domain::get_policy(c.txn, acme, id))).value();
  };
  for (const api::NewPolicy& given : {api::NewPolicy{"P \"1\"", {}, true, 0, {}},
                                      api::NewPolicy{"q", "d", false, -7, {{kPermit}, {kForbid}}}})
    rows.push_back({api::op::create_policy, [=, this](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_policy(c, acme, given));
                      const auto after = stored(c, made.policy.id);
                      const auto count = domain::rules_of(c.txn, acme, after.id)->size();
                      return Said{{"name", cedar::Value(after.name)},
                                  {"description", cedar::Value(after.description.value_or(""))},
                                  {"enabled", cedar::Value(after.enabled)},
                                  {"priority", cedar::Value(std::int64_t{after.priority})},
                                  {"rules", cedar::Value(static_cast<std::int64_t>(count))}};
                    }});
  for (const api::PolicyPatch& patch :
       {api::PolicyPatch{"r", {}, {}, {}}, api::PolicyPatch{{}, std::optional<std::string>("d"), false, 9},
        api::PolicyPatch{{}, std::optional<std::string>(), {}, {}}})
    rows.push_back(
        {api::op::update_policy, [=, this](C& c) -> api::Outcome<Said> {
           DONE(api::update_policy(c, acme, policy, patch, {}));
           const auto after = stored(c, policy);
           Said said{{"policy", cedar::Value(policy.to_string())}, {"is_built_in", cedar::Value(false)}};
           if (patch.name) said.emplace("name", cedar::Value(after.name));
           if (patch.description) said.emplace("description", cedar::Value(after.description.value_or("")));
           if (patch.enabled) said.emplace("enabled", cedar::Value(after.enabled));
           if (patch.priority) said.emplace("priority", cedar::Value(std::int64_t{after.priority}));
           return said;
         }});
  rows.push_back({api::op::update_policy, [this](C& c) -> api::Outcome<Said> {
                    const auto roles = domain::roles_policy_of(acme);
                    DONE(api::update_policy(c, acme, roles, {{}, {}, false, {}}, {}));
                    const auto after = ApiWorld::must(api::stored(domain::get_decisions(c.txn, acme)));
                    return Said{{"policy", cedar::Value(roles.to_string())},
                                {"is_built_in", cedar::Value(true)},
                                {"enabled", cedar::Value(after.roles_enabled)}};
                  }});
  rows.push_back({api::op::delete_policy, [this](C& c) -> api::Outcome<Said> {
                    DONE(api::delete_policy(c, acme, policy, {}));
                    return Said{{"policy", cedar::Value(policy.to_string())}};
                  }});
  rows.push_back({api::op::reorder_policies, [this](C& c) -> api::Outcome<Said> {
                    VALUE_OF(now, api::reorder_policies(c, acme, {templates, policy}));
                    return Said{{"policies",
                                 authz::string_set({now.front().id.to_string(), now.back().id.to_string()})}};
                  }});
  for (const bool denies : {true, false})
    rows.push_back({api::op::set_decision_settings, [this, denies](C& c) -> api::Outcome<Said> {
                      domain::DecisionSettings given;
                      given.on_error = denies ? domain::OnError::kDeny : domain::OnError::kCedar;
                      given.reasons = domain::Reasons::kAdmin;
                      if (denies) given.type_names = {{"urn:doc", "Doc"}};
                      given.log.kind = denies ? domain::LogKind::kAll : domain::LogKind::kDenied;
                      given.log.strict = denies;
                      if (denies) given.log.mask = {"/context"};
                      if (denies) given.secret = {"salary"};
                      DONE(api::set_decision_settings(c, acme, given, {}));
                      const auto now =
                          ApiWorld::must(api::stored(domain::get_decisions(c.txn, acme))).settings;
                      return Said{{"on_error", cedar::Value(name_of(now.on_error))},
                                  {"reasons", cedar::Value(name_of(now.reasons))},
                                  {"changes_type_names", cedar::Value(!now.type_names.empty())},
                                  {"log", cedar::Value(to_string(now.log))},
                                  {"log_strict", cedar::Value(now.log.strict)},
                                  {"changes_log_mask", cedar::Value(!now.log.mask.empty())},
                                  {"changes_secret", cedar::Value(!now.secret.empty())}};
                    }});
  return rows;
}

std::vector<Row> Scene::schema_rows() {
  std::vector<Row> rows;
  for (const bool insists : {false, true})
    for (const bool dry_run : {false, true}) {
      rows.push_back({api::op::set_schema, [this, insists, dry_run](C& c) -> api::Outcome<Said> {
                        api::SchemaDraft draft;
                        draft.trial.insists = insists;
                        DONE(api::set_schema(c, acme, {kSchema, dry_run}, {}, draft));
                        const auto now = ApiWorld::must(api::stored(domain::get_schema(c.txn, acme)));
                        const std::size_t bytes = dry_run ? kSchema.size() : now->text.size();
                        return Said{{"bytes", cedar::Value(static_cast<std::int64_t>(bytes))},
                                    {"force", cedar::Value(insists)},
                                    {"dry_run", cedar::Value(dry_run)}};
                      }});
    }
  for (const bool insists : {false, true})
    rows.push_back({api::op::delete_schema, [this, insists](C& c) -> api::Outcome<Said> {
                      api::RuleDrafts drafts;
                      drafts.trial.insists = insists;
                      DONE(api::set_schema(c, acme, {kSchema, false}, {}));
                      DONE(api::delete_schema(c, acme, {}, drafts));
                      return Said{{"force", cedar::Value(insists)}};
                    }});
  return rows;
}

std::vector<Row> Scene::policy_test_rows() {
  std::vector<Row> rows;
  const auto stored = [this](const C& c, const domain::PolicyTestId& id) {
    return ApiWorld::must(api::stored(domain::get_policy_test(c.txn, acme, id))).value();
  };
  for (const bool decision : {true, false})
    rows.push_back(
        {api::op::create_policy_test, [=, this](C& c) -> api::Outcome<Said> {
           VALUE_OF(made, api::create_policy_test(c, acme, make_policy_test("n", decision)));
           const auto after = stored(c, made.id);
           return Said{{"name", cedar::Value(after.name)}, {"decision", cedar::Value(after.decision)}};
         }});
  for (const api::PolicyTestPatch& patch :
       {api::PolicyTestPatch{"r", {}, {}}, api::PolicyTestPatch{{}, {}, api::ExpectedAnswer{false, {}}}})
    rows.push_back({api::op::update_policy_test, [=, this](C& c) -> api::Outcome<Said> {
                      DONE(api::update_policy_test(c, acme, policy_test, patch, {}));
                      const auto after = stored(c, policy_test);
                      Said said{{"test", cedar::Value(policy_test.to_string())}};
                      if (patch.name) said.emplace("name", cedar::Value(after.name));
                      if (patch.expected) said.emplace("decision", cedar::Value(after.decision));
                      return said;
                    }});
  rows.push_back({api::op::delete_policy_test, [this](C& c) -> api::Outcome<Said> {
                    DONE(api::delete_policy_test(c, acme, policy_test, {}));
                    return Said{{"test", cedar::Value(policy_test.to_string())}};
                  }});
  return rows;
}

std::vector<Row> Scene::rule_rows() {
  std::vector<Row> rows;
  const auto text_of = [this](const C& c, const domain::RuleId& id) {
    return cedar::Value(ApiWorld::must(api::stored(domain::get_rule(c.txn, acme, policy, id))).value().text);
  };
  api::GivenRule parts;
  parts.parts.effect = "forbid";
  for (const api::GivenRule& given : {api::GivenRule{kForbid}, parts})
    rows.push_back({api::op::create_rule, [=, this](C& c) -> api::Outcome<Said> {
                      VALUE_OF(made, api::create_rule(c, acme, policy, given));
                      Said said{{"policy", cedar::Value(policy.to_string())}};
                      if (given.policy_text) said.emplace("policy_text", text_of(c, made.rule.id));
                      return said;
                    }});
  for (const std::optional<std::string>& text : {std::optional<std::string>(), std::optional(kForbid)})
    rows.push_back(
        {api::op::update_rule, [=, this](C& c) -> api::Outcome<Said> {
           api::RulePatch patch;
           patch.policy_text = text;
           patch.notice = std::optional<std::string>("n");
           DONE(api::update_rule(c, acme, {policy, rule}, patch, {}));
           Said said{{"policy", cedar::Value(policy.to_string())}, {"rule", cedar::Value(rule.to_string())}};
           if (text) said.emplace("policy_text", text_of(c, rule));
           return said;
         }});
  rows.push_back(
      {api::op::delete_rule, [this](C& c) -> api::Outcome<Said> {
         DONE(api::delete_rule(c, acme, {policy, rule}, {}));
         return Said{{"policy", cedar::Value(policy.to_string())}, {"rule", cedar::Value(rule.to_string())}};
       }});
  rows.push_back({api::op::reorder_rules, [this](C& c) -> api::Outcome<Said> {
                    DONE(api::reorder_rules(c, acme, policy, {rule}));
                    return Said{{"policy", cedar::Value(policy.to_string())}};
                  }});
  return rows;
}

std::vector<Row> Scene::undo_rows() {
  world.add_group(acme, "For a while");
  const store::Revision revision = world.service().store().revision();
  return {{api::op::undo_change, [=, this](C& c) -> api::Outcome<Said> {
             DONE(api::undo_change(c, acme, revision, std::make_shared<api::UndoDraft>()));
             return Said{{"revision", cedar::Value(std::to_string(revision))}};
           }}};
}

std::vector<Row> Scene::rows() {
  std::vector<Row> all;
  for (auto& some :
       {role_rows(), tenant_rows(), people_rows(), entity_rows(), grant_rows(), credential_rows(),
        project_rows(), policy_rows(), rule_rows(), schema_rows(), policy_test_rows(), undo_rows()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

// What happens to a change, which is undone in any case: what it stored, or why it was refused.
struct Tried {
  std::optional<Said> said;
  std::string error;
};

Tried attempt(ApiWorld& world, const api::Caller& caller, const Make& make) {
  Tried tried;
  const auto done = world.service().change(caller, {"192.0.2.1", "test"}, [&](C& c) -> api::Outcome<void> {
    auto said = make(c);
    if (!said.ok()) return said.error();
    tried.said = std::move(said).value();
    return api::error(api::Code::kInternal, "undone");
  });
  tried.error = done.ok() ? "" : to_text(done.error());
  return tried;
}

// The members of `proposed` of an action.
std::vector<cedar::AttributeType> members_of(const api::Operation& operation) {
  static const auto schema = authz::load_schema("config/reeve.cedarschema").value();
  const cedar::SchemaAction* action = schema->find_action(authz::action_uid(operation.action));
  REQUIRE((action && action->context));
  return action->context->record()->find("proposed")->type->record()->attributes;
}

std::string equals(const cedar::AttributeType& member, const Said& said) {
  const std::string name = "context.proposed." + member.name;
  const std::string has = member.is_required ? "" : "context.proposed has " + member.name + " && ";
  const auto value = said.find(member.name);
  if (value == said.end()) return "!(context.proposed has " + member.name + ")";
  if (const cedar::Record* record = value->second.record()) {
    std::string all = "(context.proposed has " + member.name;
    for (const auto& inner : member.type->record()->attributes) {
      const cedar::Value* its = record->find(inner.name);
      all += its ? " && " + name + " has " + inner.name + " && " + name + "." + inner.name +
                       " == " + to_text(*its)
                 : " && !(" + name + " has " + inner.name + ")";
    }
    return all + ")";
  }
  const cedar::Set* set = value->second.set();
  if (set && set->size() == 0) return "(" + has + name + ".isEmpty())";
  return "(" + has + name + " == " + to_text(value->second) + ")";
}

std::string forbid(const api::Operation& operation, const std::string& when) {
  return "@id(\"said\") @notice(\"said\") forbid (principal, action == Action::\"" +
         std::string(operation.action) + "\", resource) when { " + when + " };";
}

}  // namespace

TEST_CASE("what the guard is asked about is what is written, for every operation that changes something",
          "[api]") {
  Scene scene;
  ApiWorld& world = scene.world;
  const std::vector<Row> rows = scene.rows();
  for (const api::Operation& operation : api::all_operations()) {
    if (operation.kind != api::OperationKind::kWrite) continue;
    const auto members = members_of(operation);
    std::size_t tried = 0;
    for (const Row& row : rows) {
      if (row.operation != operation) continue;
      INFO(operation.action << ", change " << ++tried);
      world.add_policies("");
      const Tried first = attempt(world, world.platform(), row.make);
      INFO(first.error);
      REQUIRE(first.said);
      std::string all;
      for (const auto& member : members) {
        REQUIRE((!member.is_required || first.said->contains(member.name)));
        all += (all.empty() ? "" : " && ") + equals(member, *first.said);
      }
      for (const auto& [name, value] : *first.said)
        CHECK(std::any_of(members.begin(), members.end(), [&](const auto& m) { return m.name == name; }));
      if (all.empty()) continue;
      INFO(all);
      world.add_policies(forbid(operation, "!(" + all + ")"));
      CHECK(attempt(world, world.platform(), row.make).error == first.error);
      // And the policy does see it.
      world.add_policies(forbid(operation, all));
      CHECK_THAT(attempt(world, world.platform(), row.make).error, ContainsSubstring("not allowed | said"));
    }
    INFO(operation.action);
    if (!members.empty()) CHECK(tried > 0);
  }
}
