// Grants in the words of /v1.
#include <string>
#include <vector>

#include "tests/support/answers.h"

namespace {

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::vector<std::string> ours = {TestServer::tenant(tenant)};
  std::string rule;  // a template

  Scene() {
    const base::Json policy = server.made(
        {"POST /v1/policies",
         R"({"name":"p","rules":[{"effect":"permit","principal_scope_type":"in","principal_entity_id":"?principal",)"
         R"("action_scope_type":"eq","action_ids":["view"],)"
         R"("resource_scope_type":"in","resource_entity_id":"?resource"}]})",
         ours});
    rule = text_at(policy.find("rules")->array()->front(), "id");
  }
  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, ours});
  }
  std::string made(const std::string& line, const std::string& body) {
    return text_at(json_of(ask(line, body)), "id");
  }
  std::string may(const std::string& type, const std::string& id) {
    return ask("POST /acme/access/v1/evaluation",
               R"({"subject":{"type":")" + type + R"(","id":")" + id +
                   R"("},"action":{"name":"view"},"resource":{"type":"Doc","id":"7"}})")
        .body;
  }
};

std::string shape(const std::string& principal, const std::string& what, const std::string& resource,
                  const std::string& times = R"("valid_from":null,"expires_at":null,"reason":null)") {
  return R"({"id":"ID","principal":)" + principal + "," + what + R"(,"resource":)" + resource + "," + times +
         R"(,"created_by":"ID","created_at":"TIME"})";
}

const std::string kOfTemplate = R"("role":null,"template":"ID","policy_id":"ID")";
const std::string kOfRole = R"("role":"user","template":null,"policy_id":null)";

}  // namespace

TEST_CASE("v1: grants", "[http][grants]") {
  Scene s;
  const std::string group = s.made("POST /v1/groups", R"({"name":"Team"})");
  const std::string to_device = R"({"principal":"Device:12","template":")" + s.rule + "\"";
  const std::string times = R"("valid_from":"TIME","expires_at":"TIME","reason":"On call.")";
  check_answers(
      {
          {"POST /v1/grants", to_device + R"(,"resource":"Doc:7"})",
           "201 " + shape("\"Device:12\"", kOfTemplate, "\"Doc:7\"")},
          {"POST /v1/grants", to_device + R"(,"resource":{"type":"Doc","id":"7"}})", "409 already_exists"},
          {"POST /v1/grants",
           to_device + R"(,"resource":{"type":"a:b","id":"7"},"valid_from":"2026-04-15T12:00:00Z",)"
                       R"("expires_at":"2999-01-01T00:00:00Z","reason":"On call."})",
           "201 " + shape("\"Device:12\"", kOfTemplate, R"({"type":"a:b","id":"7"})", times)},
          {"POST /v1/grants", to_device + "}", "201 " + shape("\"Device:12\"", kOfTemplate, "\"\"")},
          {"POST /v1/grants", to_device + R"(,"rsource":"Doc:7"})",
           "400 invalid_input rsource: is not a known field; did you mean `resource`?"},
          {"POST /v1/grants", R"({"principal":"group:)" + group + R"(","role":"user","resource":"Doc:7"})",
           "201 " + shape("\"group:ID\"", kOfRole, "\"Doc:7\"")},
          {"POST /v1/grants", R"({"principal":"Device:12","role":"user"})",
           "400 invalid_input principal: must be a user, service user or group"},
          {"GET /v1/grants?resource=Doc:7", "",
           R"(200 {"data":[)" + shape("\"Device:12\"", kOfTemplate, "\"Doc:7\"") + "," +
               shape("\"group:ID\"", kOfRole, "\"Doc:7\"") + R"(],"has_more":false})"},
          {"GET /v1/grants?principal=group:" + group, "",
           R"(200 {"data":[)" + shape("\"group:ID\"", kOfRole, "\"Doc:7\"") + R"(],"has_more":false})"},
          {"GET /v1/grants?principal=x", "", "400 invalid_input principal: must be a type and an id"},
          {"GET /v1/groups/" + group + "/roles", "",
           R"(200 {"data":[{"role":"user","created_at":"TIME","created_by":"ID","valid_from":null,)"
           R"("expires_at":null,"reason":null,"resource":"Doc:7"}]})"},
          {"PUT /v1/grants", "{}", "405 method_not_allowed"},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
  CHECK(s.may("Device", "12") == R"({"decision":true})");
  CHECK(s.may("Device", "13") == R"({"decision":false})");
  const std::string id =
      text_at(json_of(s.ask("GET /v1/grants?limit=1")).find("data")->array()->front(), "id");
  const auto read = s.ask("GET /v1/grants/" + id);
  CHECK(read.status == 200);
  CHECK(s.server.ask({"DELETE /v1/grants/" + id, "", {s.ours[0], "If-Match: \"1\""}}).status == 412);
  CHECK(
      s.server.ask({"DELETE /v1/grants/" + id, "", {s.ours[0], "If-Match: " + read.header("etag")}}).status ==
      204);
  CHECK(brief(s.ask("DELETE /v1/grants/" + id)) == "404 not_found grant " + id + ": not found");
}

TEST_CASE("v1: what grants name is deleted with force alone", "[http][grants]") {
  Scene s;
  const std::string group = s.made("POST /v1/groups", R"({"name":"Team"})");
  const std::string user = s.made("POST /v1/users", R"({"email":"a@example.com","name":"A"})");
  for (const std::string& path : {"/v1/groups/" + group, "/v1/users/" + user}) {
    INFO(path);
    const std::string type = path.starts_with("/v1/groups") ? "group:" + group : "user:" + user;
    s.made("POST /v1/grants", R"({"principal":")" + type + R"(","template":")" + s.rule + "\"}");
    CHECK(brief(s.ask("DELETE " + path)).find("in use by 1 grants") != std::string::npos);
    CHECK(brief(s.ask("DELETE " + path + "?force=maybe")).starts_with("400 invalid_input force"));
    CHECK(s.ask("DELETE " + path + "?force=true").status == 204);
  }
  CHECK(json_of(s.ask("GET /v1/grants")).find("data")->array()->empty());
}

TEST_CASE("v1: grants are nobody's but their tenant's, and for whoever may", "[http][grants]") {
  Scene s;
  const std::string body = R"({"principal":"Device:12","template":")" + s.rule + "\"}";
  const std::string id = s.made("POST /v1/grants", body);
  const std::string reader = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  const std::string other = s.server.make_tenant("globex");
  const std::string theirs = TestServer::bearer(s.server.make_key(other, R"(["organization:administer"])"));
  for (const std::string& line : {std::string("GET /v1/grants"), "GET /v1/grants/" + id,
                                  std::string("POST /v1/grants"), "DELETE /v1/grants/" + id}) {
    INFO(line);
    const std::string sent = line.starts_with("POST") ? body : "";
    CHECK(s.server.ask({line, sent, s.ours}, reader).status == 403);
    CHECK(brief(s.server.ask({line, sent, s.ours}, theirs)).starts_with("403 tenant_mismatch"));
  }
  for (const std::string& line : {"GET /v1/grants/" + id, "DELETE /v1/grants/" + id})
    CHECK(brief(s.server.ask({line, "", {TestServer::tenant(other)}}, theirs)) ==
          "404 not_found grant " + id + ": not found");
  CHECK(brief(s.server.ask({"POST /v1/grants", body, {TestServer::tenant(other)}}, theirs))
            .starts_with("400 invalid_input template: there is no rule"));
}
