// `?dry_run=true` and X-If-Revision, as calls take them.
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

std::string number_at(const base::Json& json, std::string_view path) {
  const base::Json* at = &json;
  for (std::size_t i = 0; at && i <= path.size();) {
    const std::size_t end = std::min(path.find('.', i), path.size());
    at = at->find(path.substr(i, end - i));
    i = end + 1;
  }
  return at ? to_text(*at) : "";
}

}  // namespace

TEST_CASE("dry run: a tenant's schema and tests of policies are asked as by the change itself",
          "[http][foresee]") {
  TestServer server;
  const std::vector<std::string> in_acme = {TestServer::tenant(server.make_tenant("acme"))};
  const auto ask = [&](const std::string& line, const std::string& body) {
    const RawResponse answer = server.ask({line, body, in_acme});
    const auto body_of = base::parse_json(answer.body);
    REQUIRE(body_of.ok());
    return std::to_string(answer.status) + " " + (answer.status == 200 ? "" : text_at(*body_of, "code"));
  };
  REQUIRE(server
              .ask({"PUT /v1/schema",
                    R"({"schema":"entity Doc { size?: Long }; action view appliesTo { principal: [user], )"
                    R"(resource: [Doc] };"})",
                    in_acme})
              .status == 200);
  const std::string policy =
      text_at(server.made({"POST /v1/policies", R"({"name":"p","rules":[]})", in_acme}), "id");
  const std::string permit = R"({"policy_text":"permit(principal, action == Action::\"view\", resource);"})";
  const std::string test =
      R"({"name":"t","request":{"subject":{"type":"user","id":"a"},"action":{"name":"view"},)"
      R"("resource":{"type":"Doc","id":"1"}},"expected":false})";
  REQUIRE(server.ask({"POST /v1/policies/tests", test, in_acme}).status == 201);

  const std::string entity = "PUT /v1/entities/Doc/1?dry_run=true";
  CHECK(ask(entity, R"({"attrs":{"size":7},"parents":[]})") == "200 ");
  CHECK(ask(entity, R"({"attrs":{"size":"7"},"parents":[]})") == "400 invalid_input");
  const std::string rules = "POST /v1/policies/" + policy + "/rules?dry_run=true";
  CHECK(ask(rules, R"({"policy_text":"permit(principal, action, resource) when { resource.none };"})") ==
        "400 invalid_input");
  CHECK(ask(rules, permit) == "409 tests_failed");
  CHECK(ask(rules + "&force=true", permit) == "200 ");
  CHECK(ask("PATCH /v1/policies/" + policy + "?dry_run=true", R"({"priority":7})") == "200 ");
}

TEST_CASE("dry run: says what would come of it, and stores nothing", "[http][foresee]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::vector<std::string> in_acme = {TestServer::tenant(tenant)};
  const auto ask = [&](const std::string& line, const std::string& body = "",
                       const std::string& header = "") {
    std::vector<std::string> headers = in_acme;
    if (!header.empty()) headers.push_back(header);
    return server.ask({line, body, headers});
  };
  const auto json_of = [](const RawResponse& response) {
    INFO(response.body);
    REQUIRE(response.status == 200);
    auto parsed = base::parse_json(response.body);
    REQUIRE(parsed.ok());
    return std::move(parsed).value();
  };
  const std::string user =
      text_at(server.made({"POST /v1/users", R"({"email":"ann@acme.example","name":"Ann"})", in_acme}), "id");
  const std::string group = text_at(server.made({"POST /v1/groups", R"({"name":"Team"})", in_acme}), "id");
  REQUIRE(ask("POST /v1/roles", R"({"slug":"reader","name":"Reader","scopes":["group:get"]})").status == 201);
  REQUIRE(ask("POST /v1/groups/" + group + "/roles", R"({"role":"reader"})").status == 201);

  const std::string members = "POST /v1/groups/" + group + "/members";
  const std::string member = R"({"user_id":")" + user + R"("})";
  const store::Revision before = server.store().revision();
  const base::Json seen = json_of(ask(members + "?dry_run=true", member));
  CHECK(server.store().revision() == before);
  CHECK(number_at(seen, "revision") == std::to_string(before));
  CHECK(seen.find("would")->object());
  CHECK(number_at(seen, "impact.gain.principals") == "1");
  CHECK(number_at(seen, "impact.lose.rows") == "0");
  CHECK(number_at(seen, "impact.flips") == "null");
  const base::Json& row = seen.find("impact")->find("gain")->find("data")->array()->front();
  CHECK(to_text(row) == R"({"tenant_id":")" + tenant + R"(","principal":{"type":"user","id":")" + user +
                            R"("},"resource":"","scopes":["group:get"]})");

  const std::string revision = "X-If-Revision: " + std::to_string(before);
  server.make_tenant("globex");  // which is nobody's business here
  CHECK(ask(members, member, revision).status == 201);
  const RawResponse again = ask("PATCH /v1/roles/reader", R"({"name":"R"})", revision);
  CHECK(again.status == 412);
  CHECK_THAT(again.body, ContainsSubstring("X-If-Revision: something has changed since revision"));

  const base::Json deleted = json_of(ask("DELETE /v1/roles/reader?force=true&dry_run=true"));
  CHECK(number_at(deleted, "would") == "null");
  CHECK(number_at(deleted, "impact.lose.principals") == "1");
  CHECK(ask("GET /v1/roles/reader").status == 200);

  const base::Json policy =
      json_of(ask("POST /v1/policies?dry_run=true",
                  R"({"name":"p","rules":[{"policy_text":"permit (principal, action == )"
                  R"(Action::\"view\", resource);"}]})"));
  CHECK(number_at(policy, "impact.flips.to_denied") == "0");
  CHECK(number_at(policy, "impact.flips.to_allowed") != "0");

  struct Row {
    const char* line;
    const char* body;
    const char* header;
    int status;
    const char* contains;
  };
  for (const Row& r : {
           Row{"POST /v1/roles?dry_run=yes", R"({"name":"N"})", "", 400, "must be true or false"},
           Row{"POST /v1/roles?dry_rum=true", R"({"name":"N"})", "", 400, "did you mean `dry_run`?"},
           Row{"POST /v1/roles?dry_run=true", R"({"name":"N","scopes":["nothing"]})", "", 422, "nothing"},
           Row{"POST /v1/roles?dry_run=true", R"({"slug":"reader","name":"N","scopes":[]})", "", 409,
               "is taken"},
           Row{"DELETE /v1/roles/none?dry_run=true", "", "", 404, "not found"},
           Row{"POST /v1/roles", R"({"name":"N"})", "X-If-Revision: x", 400, "must be a revision"},
           Row{"POST /v1/roles", R"({"name":"N","scopes":[]})", "X-If-Revision: 0", 412, "X-If-Revision"},
           Row{"POST /v1/api-keys", R"({"name":"N","scopes":[]})", "X-If-Revision: 1", 400, "of no use"},
           Row{"POST /v1/api-keys?dry_run=true", R"({"name":"N","scopes":[]})", "", 400, "dry_run"},
       }) {
    INFO(r.line << " " << r.header);
    const RawResponse response = ask(r.line, r.body, r.header);
    CHECK(response.status == r.status);
    CHECK_THAT(response.body, ContainsSubstring(r.contains));
  }
  CHECK(server.ask({members + "?dry_run=true", member, in_acme}, "").status == 401);
  const std::string key = server.make_key(tenant, R"(["organization:get"])");
  const RawResponse refused =
      server.ask({members + "?dry_run=true", member, in_acme}, TestServer::bearer(key));
  INFO(refused.body);
  CHECK(refused.status == 403);
}
