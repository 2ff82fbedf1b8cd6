// Policies, rules and settings as callers of /v1 see them.
#include "base/json.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("example");
  std::string header = TestServer::tenant(tenant);
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:policymanage"])"));

  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, {header}}, key);
  }
  std::string id_of(const std::string& line, const std::string& body) {
    return text_at(json_of(ask(line, body)), "id");
  }
};

const std::string kRule = R"({"policy_text":"permit (principal, action, resource);"})";

}  // namespace

TEST_CASE("v1: policies with their rules", "[http]") {
  Scene s;
  const auto made = s.ask("POST /v1/policies", R"({"name":"Docs","priority":-3,"rules":[)" + kRule + "]}");
  CHECK(made.status == 201);
  const std::string rule =
      R"({"id":"ID","ordinal":1,"effect":"permit","policy_text":"permit (principal, action, resource);",)"
      R"("principal_scope_type":"any","principal_entity_type":null,"principal_entity_id":null,)"
      R"("action_scope_type":"any","action_ids":[],"resource_scope_type":"any","resource_entity_type":null,)"
      R"("resource_entity_id":null,"conditions":null,"notice":null,"annotations":{},"created_at":"TIME",)"
      R"("updated_at":"TIME","warnings":[]})";
  CHECK(
      without_ids(made.body) ==
      R"({"id":"ID","name":"Docs","description":null,"enabled":true,"priority":-3,"built_in":false,"rules":[)" +
          rule + R"(],"created_by":"ID","updated_by":"ID","created_at":"TIME","updated_at":"TIME"})");
  const std::string path = made.header("location");
  CHECK(path == "/v1/policies/" + text_at(json_of(made), "id"));
  CHECK(s.ask("GET " + path).body == made.body);
  CHECK(without_ids(s.ask("GET " + path + "/rules").body) == R"({"data":[)" + rule + "]}");
  const auto list = json_of(s.ask("GET /v1/policies"));
  REQUIRE(list.find("data")->array()->size() == 2);
  const base::Json& roles = list.find("data")->array()->back();
  CHECK(text_at(roles, "name") == "roles");
  CHECK(roles.find("priority")->is_null());
  CHECK(*roles.find("built_in")->boolean());
  const std::string built_in = "/v1/policies/" + text_at(roles, "id");
  CHECK(s.ask("GET " + built_in + "/rules").body == R"({"data":[]})");
  CHECK(s.ask("PATCH " + built_in, R"({"enabled":false})").status == 200);
  const std::string nobody = "0190ffff-0000-7000-8000-00000000ffff";
  check_answers(
      {
          {"PATCH " + built_in, R"({"name":"x"})", "403 built_in policy roles: is built in"},
          {"DELETE " + built_in, "", "403 built_in "},
          {"POST " + built_in + "/rules", kRule, "403 built_in "},
          {"POST /v1/policies", R"({"name":"x","priority":2147483648})", "400 invalid_input priority: "},
          {"POST /v1/policies", R"({"name":"x","enabled":1})", "400 invalid_input enabled: "},
          {"POST /v1/policies", R"({"name":"","rules":[7]})", "400 invalid_input rules/0: "},
          {"POST /v1/policies", R"({"name":"x","rules":[{"text":"x"}]})", "400 invalid_input rules/0/text: "},
          {"POST /v1/policies", R"({"name":"x","rules":[{"policy_text":"x"}]})",
           "400 invalid_input rules/0/policy_text: policy_text:1:1: "},
          {"PATCH " + path, R"({"rules":[]})", "400 invalid_input rules: "},
          {"PATCH " + path, R"({"priority":null})", "400 invalid_input priority: "},
          {"GET /v1/policies/" + nobody, "", "404 not_found policy " + nobody + ": not found"},
          {"GET /v1/policies/x", "", "404 not_found policy x: not found"},
          {"GET " + path + "/rules/x", "", "404 not_found rule x: not found"},
          {"PUT " + path, "{}", "405 method_not_allowed "},
          {"DELETE " + path, "", "204 "},
          {"GET " + path + "/rules", "", "404 not_found "},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
}

TEST_CASE("v1: a rule as its parts", "[http]") {
  Scene s;
  const std::string path = "/v1/policies/" + s.id_of("POST /v1/policies", R"({"name":"p"})") + "/rules";
  const auto made = s.ask(
      "POST " + path,
      R"({"effect":"forbid","principal_scope_type":"is_in","principal_entity_type":"user",)"
      R"("principal_entity_id":"group::\"7\"","action_scope_type":"in","action_ids":["a","b"],)"
      R"("resource_scope_type":"eq","resource_entity_id":"?resource","conditions":"when { context.a < \"1\" }",)"
      R"("notice":"No.","annotations":{"obligation_x":"{\"type\":\"t\"}"}})");
  INFO(made.body);
  REQUIRE(made.status == 201);
  const base::Json rule = json_of(made);
  CHECK(text_at(rule, "policy_text") ==
        "@notice(\"No.\")\n@obligation_x(\"{\\\"type\\\":\\\"t\\\"}\")\nforbid (\n"
        "  principal is user in group::\"7\",\n  action in [Action::\"a\", Action::\"b\"],\n"
        "  resource == ?resource\n)\nwhen { context.a < \"1\" };");
  CHECK(rule.find("warnings")->array()->size() == 1);
  const std::string one = made.header("location");
  CHECK(one == path + "/" + text_at(rule, "id"));
  const auto changed = s.ask("PATCH " + one, R"({"conditions":null,"principal_scope_type":"any"})");
  CHECK(text_at(json_of(changed), "policy_text").find("(\n  principal,\n  action in [") != std::string::npos);
  check_answers(
      {
          {"PATCH " + one, R"({"conditions":"when"})",
           "400 invalid_input conditions: conditions:1:5: expected `{`, found the end of the text"},
          {"PATCH " + one, R"({"annotations":{"obligation_x":"1"}})", "400 invalid_input annotations: "},
          {"PATCH " + one, R"({"policy_text":null})", "400 invalid_input policy_text: "},
          {"PATCH " + one, R"({"effect":"allow"})", "400 invalid_input effect: must be permit or forbid"},
          {"POST " + path, "{}", "400 invalid_input effect: "},
          {"POST " + path, R"({"effect":"permit","annotations":{"a":1}})",
           "400 invalid_input annotations/a: "},
          {"DELETE " + one, "", "204 "},
          {"DELETE " + one, "", "404 not_found "},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
}

TEST_CASE("v1: policies and rules are put in an order, by PATCH and POST", "[http]") {
  Scene s;
  const auto make = [&](const std::string& name) {
    return s.id_of("POST /v1/policies",
                   R"({"name":")" + name + R"(","rules":[)" + kRule + "," + kRule + "]}");
  };
  const std::string a = make("a"), b = make("b");
  const auto ids = [](const std::string& first, const std::string& second) {
    return R"({"ids":[")" + first + R"(",")" + second + "\"]}";
  };
  CHECK(s.ask("PATCH /v1/policies/reorder", ids(b, a)).body ==
        R"({"data":[{"id":")" + b + R"(","priority":2},{"id":")" + a + R"(","priority":1}]})");
  CHECK(s.ask("POST /v1/policies/reorder", ids(a, b)).body ==
        R"({"data":[{"id":")" + a + R"(","priority":2},{"id":")" + b + R"(","priority":1}]})");
  const std::string path = "/v1/policies/" + a + "/rules";
  const auto rules = json_of(s.ask("GET " + path));
  const std::string one = text_at(rules.find("data")->array()->at(0), "id"),
                    two = text_at(rules.find("data")->array()->at(1), "id");
  for (const char* method : {"PATCH ", "POST "})
    CHECK(s.ask(method + path + "/reorder", ids(two, one)).body ==
          R"({"data":[{"id":")" + two + R"(","ordinal":1},{"id":")" + one + R"(","ordinal":2}]})");
  CHECK(brief(s.ask("PATCH " + path + "/reorder", ids(one, "x")))
            .starts_with("400 invalid_input ids/1: must be a uuid"));
  CHECK(brief(s.ask("PATCH " + path + "/reorder", R"({"ids":[]})")).starts_with("400 invalid_input ids: "));
}

TEST_CASE("v1: one rule is validated as its text or as its parts, and comes back as both", "[http]") {
  Scene s;
  const std::string text =
      R"(@notice(\"Ask Ann.\")\nforbid (\n  principal,\n  action == Action::\"view\",\n  resource is Doc\n)\nwhen { context.mfa };)";
  const std::string parts =
      R"("principal_scope_type":"any","principal_entity_type":null,"principal_entity_id":null,)"
      R"("action_scope_type":"eq","action_ids":["view"],)"
      R"("resource_scope_type":"is","resource_entity_type":"Doc","resource_entity_id":null,)"
      R"("conditions":"when { context.mfa }","notice":"Ask Ann.","annotations":{})";
  const std::string answer =
      R"({"valid":true,"errors":[],"warnings":[],"rule":{"effect":"forbid","policy_text":")" + text + "\"," +
      parts + "}}";
  CHECK(s.ask("POST /v1/policies/validate", R"({"policy_text":")" + text + "\"}").body == answer);
  CHECK(s.ask("POST /v1/policies/validate", R"({"effect":"forbid",)" + parts + "}").body == answer);
}

TEST_CASE("v1: a text is validated, and how the tenant decides is set", "[http]") {
  Scene s;
  CHECK(
      s.ask(
           "POST /v1/policies/validate",
           R"({"policy_text":"permit (principal, action, resource);\n\npermit (principal, action, resource);"})")
          .body == R"({"valid":true,"errors":[],"warnings":[]})");
  CHECK(
      s.ask("POST /v1/policies/validate", R"({"policy_text":"permit"})").body ==
      R"({"valid":false,"errors":[{"line":1,"column":7,"message":"expected `(`, found the end of the text"}],)"
      R"("warnings":[]})");
  const std::string unlogged =
      R"("log":"off","log_keep":{"entries":100000,"days":30},"log_mask":[],"log_strict":false)";
  const std::string unset =
      R"({"on_error":"deny","reasons":"none","type_names":{},)" + unlogged + R"(,"secret":[]})";
  CHECK(s.ask("GET /v1/decisions/settings").body == unset);
  const std::string set = R"("on_error":"cedar","reasons":"admin","type_names":{"urn:doc":"Doc"})";
  const std::string whole = "{" + set + "," + unlogged + R"(,"secret":["salary"]})";
  CHECK(s.ask("PUT /v1/decisions/settings", "{" + set + R"(,"secret":["salary","salary"]})").body == whole);
  CHECK(s.ask("GET /v1/decisions/settings").body == whole);
  check_answers(
      {
          {"POST /v1/policies/validate", "{}", "400 invalid_input effect: must be permit or forbid"},
          {"POST /v1/policies/validate", R"({"effect":"permit","principal_scope_type":"eq"})",
           "400 invalid_input principal_entity_id: is required with the scope type eq"},
          {"POST /v1/policies/validate", R"({"effect":"permit","conditions":"when {"})",
           "400 invalid_input conditions: "},
          {"PUT /v1/decisions/settings", R"({"on_error":"allow"})",
           "400 invalid_input on_error: must be deny or cedar"},
          {"PUT /v1/decisions/settings", R"({"reasons":"all"})", "400 invalid_input reasons: "},
          {"PUT /v1/decisions/settings", R"({"type_names":{"a":1}})", "400 invalid_input type_names/a: "},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
  CHECK(s.ask("PUT /v1/decisions/settings", "{}").body == unset);
}

TEST_CASE("v1: policies are tried on a question, and with groups that somebody isn't in", "[http]") {
  Scene s;
  const auto make = [&](const std::string& line, const std::string& body) {
    return text_at(s.server.made({line, body, {s.header}}), "id");
  };
  const std::string user = make("POST /v1/users", R"({"email":"ann@example.com","name":"Ann"})");
  const std::string team = make("POST /v1/groups", R"({"name":"team"})");
  const std::string below = make("POST /v1/groups", R"({"name":"below"})");
  s.server.made({"POST /v1/groups/" + team + "/members", R"({"group_id":")" + below + "\"}", {s.header}});
  s.server.made({"POST /v1/groups/" + team + "/roles", R"({"role":"user"})", {s.header}});
  const std::string editors = make("POST /v1/groups", R"({"name":"editors"})");
  s.server.made(
      {"POST /v1/groups/" + editors + "/roles", R"({"role":"user","resource":"Folder:7"})", {s.header}});
  s.server.made({"PUT /v1/entities/Doc/in", R"({"parents":[{"type":"Folder","id":"7"}]})", {s.header}});
  const std::string rules =
      R"([{"policy_text":"@notice(\"Team only.\") permit (principal in group::\")" + team +
      R"(\", action == Action::\"view\", resource);"},)"
      R"({"policy_text":"permit (principal in role::\"user\", action == Action::\"print\", resource);"},)"
      R"({"policy_text":"permit (principal, action == Action::\"named\", resource) when { principal.groups.contains(\"team\") };"},)"
      R"({"policy_text":"@notice(\"Locked.\") forbid (principal, action == Action::\"drop\", resource);"}])";
  const std::string policy =
      s.id_of("POST /v1/policies", R"({"name":"p","priority":5,"rules":)" + rules + "}");
  const base::Json list = json_of(s.ask("GET /v1/policies"));
  const std::string roles = text_at(list.find("data")->array()->back(), "id");
  const std::string key = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:decide"])"));
  const auto question = [](const std::string& principal, const std::string& action,
                           const std::string& groups = "", const std::string& resource = R"("Doc:1")") {
    return R"({"principal":)" + principal + R"(,"action":")" + action + R"(","resource":)" + resource +
           (groups.empty() ? "" : R"(,"groups":[)" + groups + "]") + "}";
  };
  const auto said = [](bool permitted, const std::string& id, const std::string& reason,
                       const std::string& notice = "") {
    const auto one = [](const std::string& text) { return text.empty() ? "" : "\"" + text + "\""; };
    return std::string(R"(200 {"permitted":)") + (permitted ? "true" : "false") +
           R"(,"matching_policy_ids":[)" + one(id) + R"(],"reason":")" + reason + R"(","notices":[)" +
           one(notice) + "]}";
  };
  const std::string ann = "\"user:" + user + "\"", in_team = "\"" + team + "\"",
                    in_below = "\"" + below + "\"", in_editors = "\"" + editors + "\"";
  const std::string rule = "A rule of priority 5 decided this.", role = "A role of the subject allows this.",
                    none = said(false, "", "No rule and no role allows this."),
                    team_only = said(true, policy, rule, "Team only."), printed = said(true, policy, rule);
  const std::string nobody = "0190ffff-0000-7000-8000-00000000ffff";
  const std::string doc_in = R"({"type":"Doc","id":"in"})";
  struct Row {
    std::string body, expected;
  };
  const Row rows[] = {
      {question(ann, "view"), none},
      {question(ann, "view", in_team), team_only},
      {question(ann, "view", in_below), team_only},
      {question(R"({"type":"user","id":")" + user + "\"}", "view", in_editors + "," + in_below), team_only},
      {question(ann, "view", in_editors), none},
      {question(R"("user:new")", "view"), none},
      {question(R"("user:new")", "view", in_below), team_only},
      {question(R"("Device:7")", "view", in_below), team_only},
      {question("\"group:" + editors + "\"", "view"), none},
      {question("\"group:" + editors + "\"", "view", in_below), team_only},
      {question(ann, "print"), none},
      {question(ann, "print", in_below), printed},
      {question(ann, "named"), none},
      {question(ann, "named", in_below), printed},
      {question(ann, "organization:get"), none},
      {question(ann, "organization:get", in_below), said(true, roles, role)},
      {question(R"("user:new")", "organization:get", in_below), said(true, roles, role)},
      {question(ann, "organization:get", in_editors), none},
      {question(ann, "organization:get", in_editors, doc_in), said(true, roles, role)},
      {question(R"("user:new")", "organization:get", in_editors, doc_in), said(true, roles, role)},
      {question(ann, "drop", in_team), said(false, policy, rule, "Locked.")},
      {question(ann, "view", "\"" + nobody + "\""),
       "400 invalid_input groups/0: there is no group " + nobody},
      {question(ann, "view", "", "\"Doc\""), "400 invalid_input resource: "},
      {"{}", "400 invalid_input "},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK(brief(s.server.ask({"POST /v1/policies/evaluate", row.body, {s.header}}, key))
              .starts_with(row.expected));
  }
  // Who is suspended may nothing, whatever group they were in.
  s.server.made({"POST /v1/users/" + user + "/suspend", R"({"active":false})", {s.header}});
  CHECK(brief(s.server.ask({"POST /v1/policies/evaluate", question(ann, "view", in_team), {s.header}},
                           key)) == said(false, "", "The subject is suspended."));
  const std::string checker = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:check"])"));
  CHECK(brief(s.server.ask({"POST /v1/policies/evaluate", question(ann, "view"), {s.header}}, checker))
            .starts_with("403 forbidden decision:decide: not allowed"));
}

TEST_CASE("v1: who may not keep policies may neither see nor change them", "[http]") {
  Scene s;
  const std::string policy = s.id_of("POST /v1/policies", R"({"name":"p","rules":[)" + kRule + "]}");
  const std::string reader = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  const std::string other = s.server.make_tenant("other");
  const std::string theirs = TestServer::bearer(s.server.make_key(other, R"(["organization:administer"])"));
  const std::pair<std::string, std::string> calls[] = {
      {"GET /v1/policies", ""},
      {"GET /v1/policies/" + policy, ""},
      {"GET /v1/policies/" + policy + "/rules", ""},
      {"POST /v1/policies", R"({"name":"x"})"},
      {"POST /v1/policies/" + policy + "/rules", kRule},
      {"PATCH /v1/policies/" + policy, R"({"enabled":false})"},
      {"DELETE /v1/policies/" + policy, ""},
      {"POST /v1/policies/validate", kRule},
      {"POST /v1/policies/evaluate", R"({"principal":"user:x","resource":"x:x","action":"x"})"},
      {"PUT /v1/decisions/settings", "{}"},
  };
  for (const auto& [line, body] : calls) {
    INFO(line);
    CHECK(brief(s.server.ask({line, body, {s.header}}, reader)).starts_with("403 forbidden "));
    CHECK(brief(s.server.ask({line, body, {s.header}}, theirs)).starts_with("403 tenant_mismatch "));
    const std::string own = TestServer::tenant(other);
    if (line.find(policy) != std::string::npos)
      CHECK(brief(s.server.ask({line, body, {own}}, theirs)).starts_with("404 not_found "));
  }
}

TEST_CASE("v1: a policy that is made again by its key is the same", "[http]") {
  Scene s;
  const Ask ask{
      "POST /v1/policies", R"({"name":"p","rules":[)" + kRule + "]}", {s.header, "Idempotency-Key: one"}};
  const auto first = s.server.ask(ask, s.key), second = s.server.ask(ask, s.key);
  CHECK(first.status == 201);
  CHECK(second.status == 201);
  CHECK(second.body == first.body);
  CHECK(json_of(s.ask("GET /v1/policies")).find("data")->array()->size() == 2);
  Ask other = ask;
  other.body = R"({"name":"q"})";
  CHECK(brief(s.server.ask(other, s.key)).starts_with("422 idempotency_conflict "));
}

TEST_CASE("v1: what is refused of a rule leaves nothing", "[http]") {
  Scene s;
  const std::string policy = s.id_of("POST /v1/policies", R"({"name":"p"})");
  const auto before = s.ask("GET /v1/policies/" + policy);
  const std::string path = "POST /v1/policies/" + policy + "/rules";
  CHECK(s.ask(path, R"({"policy_text":"permit (principal, action, resource) when { 1 + };"})").status == 400);
  CHECK(
      s.ask(path,
            R"({"policy_text":"permit (principal, action, resource);permit (principal, action, resource);"})")
          .status == 400);
  const auto after = s.ask("GET /v1/policies/" + policy);
  CHECK(after.body == before.body);
  CHECK(after.header("etag") == before.header("etag"));
}
