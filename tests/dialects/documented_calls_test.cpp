// The calls that the documents which Reeve follows describe, with every answer they name.
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

// A tenant with a group, a role of its own and a key that may change both.
struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("example");
  std::string group = text_at(
      server.made({"POST /v1/groups", R"({"name":"Engineering"})", {TestServer::tenant(tenant)}}), "id");
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  std::string reader = TestServer::bearer(server.make_key(tenant, R"(["organization:get"])"));

  Scene() {
    server.made({"POST /v1/roles",
                 R"({"slug":"example","name":"Example","scopes":["organization:get"]})",
                 {TestServer::tenant(tenant)}});
  }
  std::string header() const { return TestServer::tenant(tenant); }
};

// "code message", and notices behind a bar.
std::string shown(const RawResponse& response) {
  const auto body = base::parse_json(response.body);
  if (!body.ok()) return response.body;
  std::string text = std::to_string(response.status) + " ";
  if (const base::Json* code = body->find("code")) text += code->string() ? *code->string() : to_text(*code);
  text += " " + text_at(body.value(), "message");
  if (const base::Json* notices = body->find("notices"))
    for (const base::Json& notice : *notices->array()) text += " | " + *notice.string();
  return text;
}

}  // namespace

TEST_CASE("POST /v1/groups/{id}/roles: gives the group the role", "[http]") {
  Scene s;
  const auto answer =
      s.server.ask({"POST /v1/groups/" + s.group + "/roles", R"({"role":"user"})", {s.header()}}, s.key);
  CHECK(answer.status == 201);
  CHECK(answer.header("location") == "/v1/groups/" + s.group + "/roles/user");
  const auto body = base::parse_json(answer.body);
  REQUIRE(body.ok());
  CHECK(text_at(body.value(), "role") == "user");
  CHECK(base::parse_timestamp(text_at(body.value(), "created_at")));
  const base::Json group = s.server.made({"GET /v1/groups/" + s.group, "", {s.header()}});
  CHECK(to_text(*group.find("role_mappings")) == R"(["user"])");
}

TEST_CASE("POST /v1/groups/{id}/roles: every refusal that is documented", "[http]") {
  Scene s;
  const std::string path = "POST /v1/groups/" + s.group + "/roles";
  const std::string other = s.server.make_tenant("other");
  struct Row {
    Ask ask;
    std::string credential;
    const char* expected;
  };
  const Row rows[] = {
      {{path, R"({"role":"user"})", {s.header()}}, s.key, "201  "},
      {{path, R"({"role":"user"})", {s.header()}}, s.key, "409 already_exists "},
      {{path, R"({"role":"usr"})", {s.header()}}, s.key, "400 invalid_input role: "},
      {{path, R"({})", {s.header()}}, s.key, "400 invalid_input role: is required"},
      {{path, R"({"role":"approver","valid_from":"soon"})", {s.header()}},
       s.key,
       "400 invalid_input valid_from: must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z"},
      {{path, R"({"role":"approver","reson":"x"})", {s.header()}},
       s.key,
       "400 invalid_input reson: is not a known field; did you mean `reason`?"},
      {{path, R"({"role":"user"})", {}}, s.key, "400 invalid_input X-Tenant-ID: "},
      {{path, R"({"role":"user"})", {"X-Tenant-ID: example"}},
       s.key,
       "400 invalid_input X-Tenant-ID: must be a uuid"},
      {{path, R"({"role":"user"})", {s.header()}},
       "",
       "401 unauthenticated credential: missing; send Authorization: Bearer, Authorization: Basic or "
       "X-API-Key"},
      {{path, R"({"role":"user"})", {s.header()}},
       TestServer::bearer("rvk_x"),
       "401 unauthenticated credential: not valid"},
      {{path, R"({"role":"user"})", {s.header()}}, s.reader, "403 forbidden mapping:create: not allowed | "},
      {{path, R"({"role":"user"})", {TestServer::tenant(other)}}, s.key, "403 tenant_mismatch "},
      {{"POST /v1/groups/" + s.tenant + "/roles", R"({"role":"user"})", {s.header()}},
       s.key,
       "404 not_found group "},
      {{"POST /v1/groups/nothing/roles", R"({"role":"user"})", {s.header()}}, s.key, "404 not_found group "},
  };
  for (const Row& row : rows) {
    INFO(row.ask.line << " " << row.ask.body << " " << row.expected);
    const std::string got = shown(s.server.ask(row.ask, row.credential));
    CHECK_THAT(got, ContainsSubstring(row.expected));
    CHECK(got.starts_with(row.expected));
  }
}

TEST_CASE("PATCH /v1/roles/{slug}: changes the role, and every refusal that is documented", "[http]") {
  Scene s;
  const std::string change =
      R"({"name":"Example 2","description":"Sees it.","scopes":["app.group.get","app_organization_get"]})";
  const auto answer = s.server.ask({"PATCH /v1/roles/example", change, {s.header()}}, s.key);
  CHECK(answer.status == 200);
  const auto role = base::parse_json(answer.body);
  REQUIRE(role.ok());
  CHECK(text_at(role.value(), "name") == "Example 2");
  CHECK(text_at(role.value(), "description") == "Sees it.");
  CHECK(to_text(*role->find("scopes")) == R"(["group:get","organization:get"])");
  CHECK(text_at(role.value(), "blast_radius.level") == "low");
  struct Row {
    Ask ask;
    std::string credential;
    const char* expected;
  };
  const Row rows[] = {
      {{"PATCH /v1/roles/example", change, {s.header()}}, "", "401 unauthenticated "},
      {{"PATCH /v1/roles/user", R"({"name":"x"})", {s.header()}},
       s.key,
       "403 system_role role:update: a system role can't be changed | System roles are defined by this "
       "server's "
       "configuration and can't be changed here."},
      {{"PATCH /v1/roles/example", R"({"name":"x"})", {s.header()}},
       s.reader,
       "403 forbidden role:update: not allowed | "},
      {{"PATCH /v1/roles/nothing", R"({"name":"x"})", {s.header()}}, s.key, "404 not_found role "},
      {{"PATCH /v1/roles/example", R"({"scopes":["organization:gets"]})", {s.header()}},
       s.key,
       "422 invalid_scopes scopes/0: "},
      {{"PATCH /v1/roles/example", R"({"name":null})", {s.header()}},
       s.key,
       "400 invalid_input name: must be a string, not null"},
  };
  for (const Row& row : rows) {
    INFO(row.ask.line << " " << row.ask.body);
    CHECK_THAT(shown(s.server.ask(row.ask, row.credential)), ContainsSubstring(row.expected));
  }
}

TEST_CASE("POST /v1beta1/organizations/{orgId}/roles: makes the role, then replaces it", "[http]") {
  Scene s;
  const std::string path = "POST /v1beta1/organizations/" + s.tenant + "/roles";
  const base::Json user = s.server.made(
      {"POST /v1beta1/organizations/" + s.tenant + "/serviceusers", R"({"body":{"title":"Bot"}})", {}});
  const std::string id = text_at(user, "serviceuser.id");
  const base::Json secret =
      s.server.made({"POST /v1beta1/organizations/" + s.tenant + "/serviceusers/" + id + "/secrets",
                     R"({"title":"First"})",
                     {}});
  (void)secret;
  const auto first =
      s.server.ask({path,
                    R"({"name":"billing_viewer","permissions":["app_organization_get","app.group.get"],)"
                    R"("metadata":{"description":"Sees.","team":"x"},"title":"Billing viewer"})",
                    {}},
                   s.key);
  CHECK(first.status == 200);
  const auto role = base::parse_json(first.body);
  REQUIRE(role.ok());
  const std::string role_id = text_at(role.value(), "role.id");
  const std::string created = text_at(role.value(), "role.createdAt");
  CHECK(first.body ==
        R"({"role":{"id":")" + role_id +
            R"(","name":"billing_viewer","permissions":["app_group_get","app_organization_get"],)"
            R"("title":"Billing viewer","metadata":{"description":"Sees.","team":"x"},"createdAt":")" +
            created + R"(","updatedAt":")" + created + R"(","orgId":")" + s.tenant +
            R"(","state":"enabled"}})");
  const auto again =
      s.server.ask({path, R"({"name":"billing_viewer","permissions":["app_group_get"]})", {}}, s.key);
  const auto replaced = base::parse_json(again.body);
  REQUIRE(replaced.ok());
  CHECK(text_at(replaced.value(), "role.id") == role_id);
  CHECK(to_text(*replaced->find("role")->find("permissions")) == R"(["app_group_get"])");
  CHECK(to_text(*replaced->find("role")->find("metadata")) == "{}");
}

TEST_CASE("POST /v1beta1/organizations/{orgId}/roles: every refusal that is documented", "[http]") {
  Scene s;
  const std::string path = "POST /v1beta1/organizations/" + s.tenant + "/roles";
  const std::string other = s.server.make_tenant("other");
  struct Row {
    Ask ask;
    std::string credential;
    const char* expected;
  };
  const Row rows[] = {
      {{path, R"({"name":"x","permissions":["app_organization_get"]})", {}}, s.key, "400 3 name: "},
      {{path, R"({"name":"good","permissions":[]})", {}}, s.key, "400 3 permissions: "},
      {{path, R"({"name":"good"})", {}}, s.key, "400 3 permissions: is required"},
      {{path, R"({"name":"good","permissions":["app_organization_gets"]})", {}},
       s.key,
       "400 3 permissions/0: "},
      {{path, R"({"name":"good","permissions":["app_organization_get"],"metadata":[]})", {}},
       s.key,
       "400 3 metadata: must be an object, not an array"},
      {{path, "{", {}}, s.key, "400 3 body: line 1"},
      {{path, R"({"name":"good","permissions":["app_organization_get"]})", {}},
       "",
       "401 16 credential: missing"},
      {{path, R"({"name":"good","permissions":["app_organization_get"]})", {}},
       s.reader,
       "403 7 role:create: not allowed"},
      {{"POST /v1beta1/organizations/" + other + "/roles",
        R"({"name":"good","permissions":["app_organization_get"]})",
        {}},
       s.key,
       "404 5 organization "},
      {{"POST /v1beta1/organizations/nothing/roles",
        R"({"name":"good","permissions":["app_organization_get"]})",
        {}},
       s.key,
       "404 5 organization "},
      {{"POST /v1beta1/organizations/example/roles",
        R"({"name":"good","permissions":["app_organization_get"]})",
        {}},
       s.key,
       "200  "},
      {{path, R"({"name":"app_group_owner","permissions":["app_organization_get"]})", {}}, s.key, "403 7 "},
      {{"PATCH /v1beta1/organizations/example/roles", "{}", {}}, s.key, "501 12 "},
  };
  for (const Row& row : rows) {
    INFO(row.ask.line << " " << row.ask.body << " " << row.expected);
    const std::string got = shown(s.server.ask(row.ask, row.credential));
    CHECK_THAT(got, ContainsSubstring(row.expected));
  }
}
