// Quotas in the words of the dialects: every call that makes something.
#include "tests/support/answers.h"

namespace {

std::string with(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [name, value] : values)
    for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;)
      text.replace(at, name.size(), value);
  return text;
}

}  // namespace

TEST_CASE("quotas: every call that makes something is refused beyond its limit, in both dialects", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::vector<std::string> ours = {TestServer::tenant(tenant)};
  const auto id_of = [&](const Ask& ask, std::string_view path) { return text_at(server.made(ask), path); };
  const std::string group = id_of({"POST /v1/groups", R"({"name":"Team"})", ours}, "id");
  const std::string user = id_of({"POST /v1/users", R"({"email":"a@b.example","name":"A"})", ours}, "id");
  const std::string robot = id_of(
      {"POST /v1beta1/organizations/acme/serviceusers", R"({"body":{"title":"R"}})", {}}, "serviceuser.id");
  struct Row {
    const char *line, *body, *quota, *used;
  };
  const Row rows[] = {
      {"POST /v1/roles", R"({"name":"X","scopes":[]})", "roles", "0"},
      {"POST /v1/groups", R"({"name":"X"})", "groups", "1"},
      {"POST /v1/groups/GROUP/members", R"({"user_id":"USER"})", "memberships", "0"},
      {"POST /v1/groups/GROUP/roles", R"({"role":"user"})", "mappings", "0"},
      {"POST /v1/users", R"({"email":"x@b.example","name":"X"})", "users", "1"},
      {"PUT /v1/users/USER", R"({"roles":["user"]})", "mappings", "0"},
      {"POST /v1/api-keys", R"({"name":"X"})", "credentials", "0"},
      {"POST /v1/api-keys", R"({"name":"X"})", "service_users", "1"},
      {"POST /v1beta1/organizations/acme/roles", R"({"name":"xx","permissions":["app_group_get"]})", "roles",
       "0"},
      {"POST /v1beta1/organizations/acme/serviceusers", R"({"body":{"title":"X"}})", "service_users", "1"},
      {"POST /v1beta1/serviceusers", R"({"orgId":"TENANT","body":{"title":"X"}})", "service_users", "1"},
      {"POST /v1beta1/organizations/acme/serviceusers/ROBOT/secrets", R"({"title":"X"})", "credentials", "0"},
      {"POST /v1beta1/serviceusers/ROBOT/secrets", R"({"title":"X"})", "credentials", "0"},
  };
  for (const Row& row : rows) {
    INFO(row.line << " " << row.quota);
    const std::vector<std::pair<std::string, std::string>> ids = {
        {"GROUP", group}, {"USER", user}, {"ROBOT", robot}, {"TENANT", tenant}};
    server.made({"PUT /v1/tenants/" + tenant,
                 R"({"limits":{")" + std::string(row.quota) + R"(":)" + row.used + "}}",
                 {}});
    const bool beta = std::string_view(row.line).find("v1beta1") != std::string_view::npos;
    const auto refused =
        server.ask({with(row.line, ids), with(row.body, ids), beta ? std::vector<std::string>() : ours});
    CHECK(brief(refused) == (beta ? "429 8 quota " : "409 quota_exceeded quota ") + std::string(row.quota) +
                                ": the tenant may have " + row.used + " and has " + row.used +
                                "; this adds 1");
    CHECK(refused.header("retry-after").empty());
  }
}

TEST_CASE("quotas: a tenant's limits by call", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::string admin = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  const std::string path = "/v1/tenants/" + tenant;
  const auto put = [&](const std::string& limits, const std::string& credential) {
    const auto answer = server.ask({"PUT " + path, R"({"limits":)" + limits + "}", {}}, credential);
    return answer.status == 200 ? base::to_text(*json_of(answer).find("limits")) : brief(answer);
  };
  const std::string platform = TestServer::platform();
  CHECK(put(R"({"roles":5,"audit_bytes":9007199254740991})", platform) ==
        R"({"roles":5,"audit_bytes":9007199254740991})");
  CHECK(put(R"({"audit_bytes":9007199254740991,"roles":5,"users":null})", admin) ==
        R"({"roles":5,"audit_bytes":9007199254740991})");
  CHECK(put(R"({"roles":6})", admin) ==
        "403 forbidden tenant:update: not allowed | A tenant's limits are set by the platform alone.");
  CHECK(put("{}", admin).starts_with("403 "));
  const struct {
    const char *limits, *expected;
  } wrong[] = {
      {"null", "400 invalid_input limits: "},
      {"[]", "400 invalid_input limits: must be an object, not an array"},
      {R"({"roles":-1})", "400 invalid_input limits/roles: must not be less than 0"},
      {R"({"roles":"5"})", "400 invalid_input limits/roles: must be a whole number, not a string"},
      {R"({"roles":1.5})", "400 invalid_input limits/roles: must be a whole number, not a"},
      {R"({"roles":9007199254740992})", "400 invalid_input limits/roles: must be at most 9007199254740991"},
      {R"({"role":5})", "400 invalid_input limits/role: is not a known field; did you mean `roles`?"},
      {R"({"bytes":5})", "400 invalid_input limits/bytes: is not a known field"},
  };
  for (const auto& row : wrong) {
    const std::string answer = put(row.limits, platform);
    INFO(row.limits << " " << answer);
    CHECK(answer.starts_with(row.expected));
  }
  const auto usage = [&] { return json_of(server.ask({"GET " + path + "/usage", "", {}}, admin)); };
  CHECK(base::to_text(*usage().find("roles")) == R"({"used":0,"limit":5})");
  CHECK(base::to_text(*usage().find("users")) == R"({"used":0,"limit":1000000})");
  CHECK(put("{}", platform) == "{}");
  CHECK(base::to_text(*usage().find("roles")) == R"({"used":0,"limit":10000})");
}
