// Every call of the routes table, tried by those who may not make it. A new route is tried by being there.
#include <algorithm>

#include "api/me.h"
#include "api/roles.h"
#include "api/tenants.h"
#include "dialects/access/dialect.h"
#include "dialects/router.h"
#include "dialects/routes.h"
#include "dialects/v1beta1/dialect.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

// Two tenants with one object of each kind, so that every pattern can be made a path of either.
struct Objects {
  std::string tenant, group, user, role, key, service_user, secret, api_key, backup, mapping, project,
      permission, policy, rule, grant, policy_test, decision, session;
};

const std::string kConsole = "X-Reeve-Console: 1";

const char* const kPolicyTest =
    R"({"name":"x","request":{"subject":{"type":"user","id":"x"},"action":{"name":"get"},)"
    R"("resource":{"type":"group","id":"x"}},"expected":false})";

Objects make_objects(TestServer& server, const std::string& slug) {
  Objects o;
  o.tenant = server.make_tenant(slug);
  const std::vector<std::string> header = {TestServer::tenant(o.tenant)};
  o.group = text_at(server.made({"POST /v1/groups", R"({"name":"g"})", header}), "id");
  o.user = text_at(server.made({"POST /v1/users", R"({"email":"a@example.com","name":"A"})", header}), "id");
  o.role = text_at(
      server.made({"POST /v1/roles", R"({"slug":")" + slug + R"(-role","name":"R","scopes":[]})", header}),
      "id");
  const std::string users = "POST /v1beta1/organizations/" + o.tenant + "/serviceusers";
  o.service_user = text_at(server.made({users, R"({"body":{"title":"s"}})", {}}), "serviceuser.id");
  o.secret =
      text_at(server.made({users + "/" + o.service_user + "/secrets", R"({"title":"t"})", {}}), "secret.id");
  const base::Json key =
      server.made({"POST /v1/api-keys", R"({"name":"k","scopes":["organization:administer"]})", header});
  const std::string policy = R"({"role_id":"app_group_member","resource":"organization:)" + o.tenant +
                             R"(","principal":"user:)" + o.user + "\"}";
  o.mapping = text_at(server.made({"POST /v1beta1/policies", policy, {}}), "policy.id");
  const std::string permission = R"({"bodies":[{"key":"things.)" + slug + R"(.see"}]})";
  o.permission = text_at(
      server.made({"POST /v1beta1/permissions", permission, {}}).find("permissions")->array()->front(), "id");
  o.project = text_at(
      server.made(
          {"POST /v1beta1/projects", R"({"name":")" + slug + R"(-p","orgId":")" + o.tenant + "\"}", {}}),
      "project.id");
  o.api_key = text_at(key, "id");
  o.key = TestServer::bearer(text_at(key, "raw_key"));
  server.made({"PUT /v1/entities/Doc/" + o.group, "{}", header});
  const base::Json made_policy = server.made(
      {"POST /v1/policies",
       R"({"name":"p","rules":[{"policy_text":"permit (principal, action, resource);"}]})", header});
  o.policy = text_at(made_policy, "id");
  o.rule = text_at(made_policy.find("rules")->array()->front(), "id");
  o.grant = text_at(
      server.made({"POST /v1/grants",
                   R"({"principal":"user:)" + o.user + R"(","role":"user","resource":"Doc:9"})", header}),
      "id");
  o.policy_test = text_at(server.made({"POST /v1/policies/tests", kPolicyTest, header}), "id");
  server.made({"PUT /v1/decisions/settings", R"({"log":"all"})", header});
  o.decision = server
                   .ask({"POST /" + o.tenant + "/access/v1/evaluation",
                         R"({"subject":{"type":"user","id":"x"},"action":{"name":"get"},)"
                         R"("resource":{"type":"group","id":"x"}})",
                         {}})
                   .header("x-evaluation-id");
  server.made({"POST /v1/audit-log/verify", "", header});
  server.made({"PUT /v1/schema?force=true", R"({"schema":"entity Doc { a?: Long };"})", header});
  server.ask({"POST /console/session", "", {kConsole}}, o.key);
  o.session =
      text_at(server.made({"GET /v1/sessions", "", header}, o.key).find("data")->array()->front(), "id");
  // One is enough for all, and the server's store is copied for each.
  const base::Json backups = server.made({"GET /v1/backups", "", {}});
  const base::Json::Array& made = *backups.find("data")->array();
  o.backup = text_at(made.empty() ? server.made({"POST /v1/backups", "", {}}) : made.front(), "name");
  return o;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  if (const std::size_t at = text.find(what); at != std::string::npos) text.replace(at, what.size(), with);
  return text;
}

std::string path_of(const dialects::Route& route, const Objects& o) {
  std::string path(route.path);
  const auto has = [&path](std::string_view part) { return path.find(part) != std::string::npos; };
  const std::string id = has("/groups/")                          ? o.group
                         : has("/entities/")                      ? o.group
                         : has("/sessions/")                      ? o.session
                         : has("/decisions/")                     ? o.decision
                         : has("/grants/")                        ? o.grant
                         : has("/mappings/")                      ? o.mapping
                         : has("/users/")                         ? o.user
                         : has("/tenants/")                       ? o.tenant
                         : has("/api-keys/")                      ? o.api_key
                         : has("/serviceusers/")                  ? o.service_user
                         : has("/service-users/")                 ? o.service_user
                         : has("/projects/")                      ? o.project
                         : path.starts_with("/v1beta1/policies/") ? o.mapping
                         : has("/policies/")                      ? o.policy
                         : has("/permissions/")                   ? o.permission
                                                                  : o.role;
  path = replaced(path, "{id}", id);
  path = replaced(path, "{type}", "Doc");
  path = replaced(path, "{org_id}", o.tenant);
  path = replaced(path, "{tenant}", o.tenant);
  path = replaced(path, "{user_id}", o.user);
  path = replaced(path, "{secret_id}", o.secret);
  path = replaced(path, "{rule_id}", o.rule);
  path = replaced(path, "{test_id}", o.policy_test);
  path = replaced(path, "{name}", o.backup);
  path = replaced(path, "{file}", "index.html");
  path = replaced(path, "{slug}", "user");
  path = replaced(path, "{scope}", "group:get");
  return replaced(path, "{role}", "user");
}

// A body with which the call would go through.
std::string body_of(const dialects::Route& route, const Objects& o) {
  struct Row {
    std::string_view schema;
    const char* body;
  };
  const Row rows[] = {
      {"NewRole", R"({"name":"x","scopes":[]})"},
      {"RolePatch", R"({"name":"x"})"},
      {"NewGroup", R"({"name":"x"})"},
      {"GroupPatch", R"({"name":"x"})"},
      {"NewRoleMapping", R"({"role":"user"})"},
      {"MappingPatch", R"({"reason":"x"})"},
      {"NewTenant", R"({"name":"x"})"},
      {"TenantPatch", R"({"name":"x"})"},
      {"NewUser", R"({"email":"x@example.com","name":"x"})"},
      {"UserPatch", R"({"name":"x"})"},
      {"Suspension", R"({"active":true})"},
      {"NewApiKey", R"({"name":"x"})"},
      {"KeyRotation", "{}"},
      {"NewOrganization", R"({"name":"x"})"},
      {"OrganizationPatch", R"({"title":"x"})"},
      {"RoleRecord", R"({"name":"xx","permissions":["app_organization_get"]})"},
      {"NewPermissions", R"({"bodies":[{"key":"x.y.z"}]})"},
      {"NewServiceUser", R"({"body":{"title":"x"}})"},
      {"NewSecret", R"({"title":"x"})"},
      {"EntityContent", R"({"attrs":{"a":1}})"},
      {"NewProject", R"({"name":"xx"})"},
      {"PermissionPatch", R"({"title":"x"})"},
      {"ProjectPatch", R"({"title":"x"})"},
      {"NewOrganizationGroup", R"({"name":"xx"})"},
      {"OrganizationGroupPatch", R"({"title":"x"})"},
      {"NewEntities", R"([{"type":"Doc","id":"1"}])"},
      {"NewPolicy", R"({"name":"x"})"},
      {"PolicyPatch", R"({"name":"x"})"},
      {"NewRule", R"({"policy_text":"forbid (principal, action, resource);"})"},
      {"RulePatch", R"({"effect":"forbid"})"},
      {"PolicyQuestion", R"({"principal":"user:x","resource":"x:x","action":"x"})"},
      {"RulesToValidate", R"({"policy_text":""})"},
      {"DecisionSettings", R"({"reasons":"user"})"},
      {"NewSchema", R"({"schema":"entity Doc { a?: Long };"})"},
      {"PlanQuestion",
       R"({"subject":{"type":"user","id":"x"},"action":{"name":"x"},"resource":{"type":"x"}})"},
      {"ExplainedQuestion",
       R"({"subject":{"type":"user","id":"x"},"action":{"name":"x"},"resource":{"type":"x","id":"x"}})"},
      {"NewPolicyTest", kPolicyTest},
      {"PolicyTestPatch", R"({"name":"y"})"},
  };
  const std::string on_tenant = R"("permission":"get","resource":"organization:)" + o.tenant + "\"";
  if (route.body == "NewGrant" || route.body == "NewMapping")
    return R"({"role":"user","principal":"user:)" + o.user + "\"}";
  if (route.body == "NewMembers") return R"({"members":[{"user_id":")" + o.user + "\"}]}";
  if (route.body == "MappingBatch")
    return R"({"create":[{"role":"user","principal":"user:)" + o.user + "\"}]}";
  if (route.body == "NewGroupUsers") return R"({"user_ids":[")" + o.user + "\"]}";
  if (route.body == "PermissionCheck") return "{" + on_tenant + "}";
  if (route.body == "PermissionChecks") return R"({"bodies":[{)" + on_tenant + "}]}";
  if (route.body == "SubjectCheck") return R"({"subject":"user:)" + o.user + "\"," + on_tenant + "}";
  if (route.body == "NewOrganizationPolicy")
    return R"({"role_id":"user","resource":"organization:)" + o.tenant + R"(","principal":"user:)" + o.user +
           "\"}";
  if (route.dialect == &dialects::access::kDialect)
    return R"({"subject":{"type":"user","id":"x"},"action":{"name":"x"},"resource":{"type":"x","id":"x"}})";
  if (route.body == "PolicyIds" || route.body == "RuleIds")
    return R"({"ids":[")" + (route.path.find("/rules/") == std::string_view::npos ? o.policy : o.rule) +
           "\"]}";
  if (route.body == "NewMember") return R"({"user_id":")" + o.user + "\"}";
  if (route.body == "NewServiceUserOlder") return R"({"orgId":")" + o.tenant + R"(","body":{"title":"x"}})";
  for (const Row& row : rows)
    if (row.schema == route.body) return row.body;
  return "";
}

bool is_membership(const dialects::Route& route) {
  return route.path.ends_with("/{user_id}");
}

bool names_organization(const dialects::Route& route) {
  return std::find(route.parameters.begin(), route.parameters.end(), "org_id") != route.parameters.end();
}

Ask ask_of(const dialects::Route& route, const Objects& o) {
  Ask ask;
  ask.line = std::string(http::name_of(route.method)) + " " + path_of(route, o);
  // Older paths name the organization in the query.
  if (names_organization(route)) ask.line += "?org_id=" + o.tenant;
  ask.body = body_of(route, o);
  if (dialects::takes_tenant(route.required_access())) ask.headers.push_back(TestServer::tenant(o.tenant));
  if (route.id == "search_names") ask.line += "?q=x";
  if (route.id == "begin_session") ask.headers.push_back(kConsole);
  return ask;
}

std::string shown(const dialects::Route& route) {
  return std::string(http::name_of(route.method)) + " " + std::string(route.path);
}

// The codes of both dialects in one spelling.
std::string code_of(const RawResponse& response) {
  const auto body = base::parse_json(response.body);
  const base::Json* code = body.ok() ? body->find("code") : nullptr;
  return std::to_string(response.status) + " " +
         (!code            ? ""
          : code->string() ? *code->string()
                           : to_text(*code));
}

}  // namespace

TEST_CASE("routes: nobody gets in without a valid credential", "[http]") {
  TestServer server;
  const Objects o = make_objects(server, "example");
  const std::string revoked_id = text_at(server.made({"POST /v1/api-keys",
                                                      R"({"name":"k2","scopes":["organization:administer"]})",
                                                      {TestServer::tenant(o.tenant)}}),
                                         "id");
  const base::Json second = server.made({"POST /v1/api-keys",
                                         R"({"name":"k3","scopes":["organization:administer"]})",
                                         {TestServer::tenant(o.tenant)}});
  server.made({"DELETE /v1/api-keys/" + text_at(second, "id"), "", {TestServer::tenant(o.tenant)}});
  const std::string soon = to_string(base::Timestamp{server.clock().now().ms + 60'000});
  const std::string expiring = server.make_key(o.tenant, R"(["organization:administer"])", soon);
  CHECK(server.ask({"GET /v1/me", "", {TestServer::tenant(o.tenant)}}, TestServer::bearer(expiring)).status ==
        200);
  server.clock().advance(60'000);
  const std::pair<const char*, std::string> callers[] = {
      {"no credential", ""},
      {"an unknown key", TestServer::bearer("rvk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")},
      {"a revoked key", TestServer::bearer(text_at(second, "raw_key"))},
      {"an expired key", TestServer::bearer(expiring)},
      {"an unknown pair", "Authorization: Basic MDE5MDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAyOng="},
      {"two credentials", TestServer::bearer(TestServer::kSecret) + "\r\nX-API-Key: x"},
  };
  for (const dialects::Route& route : dialects::all_routes()) {
    for (const auto& [name, credential] : callers) {
      INFO(shown(route) << " with " << name);
      server.clock().advance(30'000);  // no more than two failures in a minute
      const auto response = server.ask(ask_of(route, o), credential);
      if (route.required_access() == dialects::Access::kPublic) {
        CHECK(response.status == route.success);
        continue;
      }
      const bool beta = route.dialect == &dialects::v1beta1::kDialect;
      CHECK(code_of(response) == (beta ? "401 16" : "401 unauthenticated"));
      CHECK_THAT(response.header("www-authenticate"), ContainsSubstring("Bearer realm=\"reeve\""));
    }
  }
}

TEST_CASE("routes: another tenant's things are as absent as those that never were", "[http]") {
  TestServer server;
  const Objects mine = make_objects(server, "mine");
  const Objects theirs = make_objects(server, "theirs");
  Objects nobodys;
  nobodys.tenant = nobodys.group = nobodys.user = nobodys.role = nobodys.service_user = nobodys.secret =
      nobodys.api_key = nobodys.mapping = nobodys.project = nobodys.policy = nobodys.rule = nobodys.grant =
          nobodys.policy_test = nobodys.decision = nobodys.session = "0190ffff-0000-7000-8000-00000000ffff";
  for (const dialects::Route& route : dialects::all_routes()) {
    if (route.required_access() == dialects::Access::kPublic) continue;
    INFO(shown(route));
    const bool beta = route.dialect == &dialects::v1beta1::kDialect;
    const bool names_tenant =
        route.path.find("/{org_id}") != std::string_view::npos || route.path.starts_with("/{tenant}") ||
        route.path.find("/tenants/{id}") != std::string_view::npos || names_organization(route);

    // Under their name: nobody learns whether there is such a tenant.
    if (dialects::takes_tenant(route.required_access())) {
      const auto of_theirs = server.ask(ask_of(route, theirs), mine.key);
      CHECK(code_of(of_theirs) == "403 tenant_mismatch");
      CHECK(server.ask(ask_of(route, nobodys), mine.key).body == of_theirs.body);
    } else if (names_tenant) {
      const auto of_theirs = server.ask(ask_of(route, theirs), mine.key);
      CHECK(code_of(of_theirs) == (beta ? "404 5" : "404 not_found"));
      const auto of_nobody = server.ask(ask_of(route, nobodys), mine.key);
      CHECK(replaced(of_nobody.body, nobodys.tenant, theirs.tenant) == of_theirs.body);
    }

    // Their objects under my name.
    if (!dialects::takes_tenant(route.required_access()) && !names_tenant) continue;
    Objects mixed = theirs, absent = nobodys;
    mixed.tenant = absent.tenant = mine.tenant;
    const bool by_object = path_of(route, mixed) != path_of(route, mine) &&
                           route.path.find("/tenants/") == std::string_view::npos;
    if (!by_object || route.id == "put_entity") continue;  // which makes one of mine by that name
    const auto of_theirs = server.ask(ask_of(route, mixed), mine.key);
    const auto of_nobody = server.ask(ask_of(route, absent), mine.key);
    CHECK(of_nobody.status == of_theirs.status);
    if (route.id == "list_entity_access") {  // which anything may be asked about, stored or not
      CHECK(of_theirs.body == of_nobody.body);
      continue;
    }
    CHECK(code_of(of_theirs) == (beta ? "404 5" : "404 not_found"));
  }
  // Nothing of theirs was touched.
  CHECK(server.ask({"GET /v1/groups/" + theirs.group, "", {TestServer::tenant(theirs.tenant)}}, theirs.key)
            .status == 200);
  CHECK(server.ask({"GET /v1/users/" + theirs.user, "", {TestServer::tenant(theirs.tenant)}}, theirs.key)
            .status == 200);
}

TEST_CASE("routes: without the permission every call is refused, and with it none", "[http]") {
  TestServer server;
  const Objects o = make_objects(server, "example");
  const std::string bare = TestServer::bearer(server.make_key(o.tenant, "[]"));
  for (const dialects::Route& route : dialects::all_routes()) {
    if (!route.operation) continue;
    INFO(shown(route));
    const auto response = server.ask(ask_of(route, o), bare);
    const bool beta = route.dialect == &dialects::v1beta1::kDialect;
    const bool needs_nothing = route.operation->scope.empty() && route.id != "delete_session";
    if (needs_nothing) {
      CHECK(response.status == (route.id == "end_session" ? 404 : route.success));
    } else {
      CHECK_THAT(code_of(response), ContainsSubstring(beta ? "403 7" : "403 "));
    }
  }
  // By the platform, on objects made anew for each call.
  int n = 0;
  for (const dialects::Route& route : dialects::all_routes()) {
    if (!route.operation || *route.operation == api::op::update_platform_role ||
        *route.operation == api::op::delete_platform_role)
      continue;
    INFO(shown(route));
    Objects fresh = make_objects(server, "t" + std::to_string(++n));
    Ask ask = ask_of(route, fresh);
    if (route.method == http::Method::kDelete && is_membership(route))
      server.made({"POST /v1/groups/" + fresh.group + "/members",
                   R"({"user_id":")" + fresh.user + "\"}",
                   {TestServer::tenant(fresh.tenant)}});
    if (route.method == http::Method::kDelete && route.path.ends_with("/roles/{role}"))
      server.made({"POST /v1/groups/" + fresh.group + "/roles", R"({"role":"user"})", ask.headers});
    ask.line = replaced(ask.line, "/v1/roles/user", "/v1/roles/t" + std::to_string(n) + "-role");
    ask.body = replaced(ask.body, R"("name":"x")", R"("name":"x)" + std::to_string(n) + "\"");
    if (route.id == "undo_change") {
      server.made({"POST /v1/groups", R"({"name":"For a while"})", ask.headers});
      ask.line = replaced(ask.line, "{revision}", std::to_string(server.store().revision()));
    }
    if (route.path == "/v1beta1/roles") ask.body = replaced(ask.body, "xx", "shared");
    // The platform decides nothing of its own.
    const bool asks_own =
        route.dialect == &dialects::access::kDialect && !route.path.starts_with("/{tenant}");
    const bool ends_own = route.id == "end_session";
    if (ends_own) {
      const auto begun = server.ask({"POST /console/session", "", {kConsole}}, TestServer::platform());
      ask.headers = {kConsole, "Cookie: " + begun.header("set-cookie")};
    }
    const auto response = server.ask(ask, ends_own ? "" : asks_own ? fresh.key : TestServer::platform());
    INFO(response.body);
    CHECK(response.status == route.success);
    CHECK(response.body.empty() == (route.success == 204));
  }
}

TEST_CASE("routes: in a disabled tenant every call is refused but reading it and enabling it", "[http]") {
  TestServer server;
  const Objects o = make_objects(server, "example");
  const std::string organization = "/v1beta1/organizations/" + o.tenant;
  server.made({"PUT " + organization, R"({"state":"disabled"})", {}});
  for (const dialects::Route& route : dialects::all_routes()) {
    if (!route.operation) continue;
    INFO(shown(route));
    Ask ask = ask_of(route, o);
    ask.line = replaced(ask.line, "/v1/roles/user", "/v1/roles/example-role");
    if (route.id == "enable_organization") continue;  // the one that is not refused
    const auto response = server.ask(ask, o.key);
    const bool beta = route.dialect == &dialects::v1beta1::kDialect;
    if (*route.operation == api::op::get_tenant)
      CHECK(response.status == 200);
    else
      CHECK(code_of(response) == (beta ? "403 7" : "403 forbidden"));
  }
  const std::string bare = TestServer::bearer(server.make_key(o.tenant, R"(["organization:update"])"));
  CHECK(server.ask({"PUT " + organization, R"({"state":"enabled"})", {}}, bare).status == 403);
  CHECK(server.ask({"PUT " + organization, R"({"state":"enabled"})", {}}, o.key).status == 200);
  CHECK(server.ask({"GET /v1/groups", "", {TestServer::tenant(o.tenant)}}, o.key).status == 200);
}

TEST_CASE("routes: If-Match is honoured where there is an object, and else refused", "[http]") {
  TestServer server;
  int n = 0;
  for (const dialects::Route& route : dialects::all_routes()) {
    if (!std::holds_alternative<dialects::ChangeHandler>(route.handle) &&
        !std::holds_alternative<dialects::LongChangeHandler>(route.handle))
      continue;
    INFO(shown(route));
    const std::string slug = "m" + std::to_string(++n);
    Objects o = make_objects(server, slug);
    const std::vector<std::string> header = {TestServer::tenant(o.tenant)};
    if (route.path.starts_with("/v1beta1/roles")) {
      const std::string role = R"({"name":")" + slug + R"(-pp","permissions":["app_group_get"]})";
      o.role = text_at(server.made({"POST /v1beta1/roles", role, {}}), "role.id");
    }
    Ask ask = ask_of(route, o);
    ask.line = replaced(ask.line, "/v1/roles/user", "/v1/roles/" + slug + "-role");
    // A role that there is already is the object of making it again.
    if (route.body == "RoleRecord")
      ask.body = R"({"title":"x","permissions":["app_group_get"],"name":")" + slug +
                 (route.path.starts_with("/v1beta1/roles") ? "-pp\"}" : "-role\"}");
    const std::string in_group = "POST /v1/groups/" + o.group;
    if (is_membership(route))
      server.made({in_group + "/members", R"({"user_id":")" + o.user + "\"}", header});
    if (route.path.ends_with("/roles/{role}"))
      server.made({in_group + "/roles", R"({"role":"user"})", header});
    const auto with = [&](const std::string& tags) {
      Ask conditional = ask;
      conditional.headers.push_back("If-Match: " + tags);
      return server.ask(conditional, TestServer::platform());
    };
    const bool beta = route.dialect == &dialects::v1beta1::kDialect;
    if (!route.takes_if_match) {
      const auto refused = with("*");
      CHECK(code_of(refused) == (beta ? "400 3" : "400 invalid_input"));
      CHECK_THAT(refused.body, ContainsSubstring("If-Match: is of no use here"));
      continue;
    }
    CHECK(code_of(with("\"1\"")) == (beta ? "412 9" : "412 precondition_failed"));
    CHECK(with("*").status == route.success);
  }
}

TEST_CASE("routes: the ETag of what was made is what removing it takes, and of nothing else", "[http]") {
  TestServer server;
  const Objects o = make_objects(server, "example");
  const std::string tenant = TestServer::tenant(o.tenant);
  const std::string users = "/v1beta1/organizations/" + o.tenant + "/serviceusers/" + o.service_user;
  struct Row {
    std::string path, body, one;  // and the path of what was made, or which member is its id
  };
  const Row rows[] = {
      {"/v1/groups/" + o.group + "/members", R"({"user_id":")" + o.user + "\"}", "/" + o.user},
      {"/v1/groups/" + o.group + "/roles", R"({"role":"user"})", "/user"},
      {"/v1/api-keys", R"({"name":"k2"})", "id"},
      {users + "/secrets", R"({"title":"t"})", "secret.id"},
  };
  for (const Row& row : rows) {
    INFO(row.path);
    const auto make = [&] {
      const auto made = server.ask({"POST " + row.path, row.body, {tenant}}, TestServer::platform());
      REQUIRE(made.status / 100 == 2);
      REQUIRE(made.header("etag").size() > 2);
      return made;
    };
    const auto path_of_made = [&](const RawResponse& made) {
      const auto body = base::parse_json(made.body);
      return row.path + (row.one.front() == '/' ? row.one : "/" + text_at(body.value(), row.one));
    };
    const auto remove = [&](const std::string& path, const std::string& tag) {
      return server.ask({"DELETE " + path, "", {tenant, "If-Match: " + tag}}, TestServer::platform()).status;
    };
    const auto first = make();
    CHECK(remove(path_of_made(first), first.header("etag")) / 100 == 2);
    const auto second = make();
    CHECK(remove(path_of_made(second), first.header("etag")) == 412);
    CHECK(remove(path_of_made(second), "W/" + second.header("etag")) == 412);
    CHECK(remove(path_of_made(second), second.header("etag")) / 100 == 2);
  }
}
