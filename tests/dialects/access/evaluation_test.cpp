#include "tests/support/answers.h"
#include "tests/support/server.h"
#include "tests/support/tenant_rules.h"

namespace {

// A tenant where anybody may view, unless a document is locked, and whoever wrote it may edit.
struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:decide"])"));
  TenantRules rules{server.store(), *domain::TenantId::parse(tenant)};

  Scene() {
    rules.add({R"(permit (principal, action == Action::"view", resource is doc);)",
               R"(permit (principal, action == Action::"edit", resource is doc)
                  when { resource has author && resource.author == principal.name };)",
               R"(@notice("It is locked.") forbid (principal, action, resource is doc)
                  when { resource has locked && resource.locked };)",
               R"(@obligation_log("{\"type\":\"log\",\"properties\":{\"level\":2}}")
                  permit (principal, action == Action::"print", resource is doc);)"});
  }
  RawResponse ask(const std::string& call, const std::string& body, std::vector<std::string> headers = {}) {
    return server.ask({"POST /access/v1/" + call, body, std::move(headers)}, key);
  }
  // "200 body".
  std::string answer(const std::string& call, const std::string& body) {
    const auto response = ask(call, body);
    return std::to_string(response.status) + " " + response.body;
  }
};

// A question; what stands in the row replaces its parts.
std::string question(const std::string& action = "view",
                     const std::string& resource = R"({"type":"doc","id":"1"})", const std::string& more = "",
                     const std::string& subject = R"({"type":"user","id":"ann"})") {
  return R"({"subject":)" + subject + R"(,"action":{"name":")" + action + R"("},"resource":)" + resource +
         more + "}";
}

const std::string kYes = R"(200 {"decision":true})";
const std::string kNo = R"(200 {"decision":false})";

}  // namespace

TEST_CASE("evaluation: what is asked is decided, and what is unknown is no", "[access]") {
  Scene s;
  struct Row {
    std::string body, expected;
  };
  const Row rows[] = {
      {question(), kYes},
      {question("nonsense"), kNo},
      {question("view", R"({"type":"picture","id":"1"})"), kNo},
      {question("view", R"({"type":"","id":""})"), kNo},
      {question("view", R"({"type":"no name of any kind","id":"\u0000"})"), kNo},
      {question("", R"({"type":"doc","id":"1"})"), kNo},
      {question("view", R"({"type":"doc","id":"1","properties":{"locked":true}})"), kNo},
      {question("view", R"({"type":"doc","id":"1","properties":{"locked":null}})"), kYes},
      {question("view", R"({"type":"doc","id":"1","properties":{"size":1e300}})"), kYes},
      {question("edit", R"({"type":"doc","id":"1","properties":{"author":"Ann"}})", "",
                R"({"type":"user","id":"ann","properties":{"name":"Ann"}})"),
       kYes},
      {question("edit", R"({"type":"doc","id":"1","properties":{"author":"Ann"}})", "",
                R"({"type":"user","id":"ann","properties":{"name":"Bob"}})"),
       kNo},
      {question("view", R"({"type":"doc","id":"1"})", R"(,"context":{"a":[1,{"b":null}]},"nonsense":1)"),
       kYes},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK(s.answer("evaluation", row.body) == row.expected);
    CHECK(s.answer("evaluations", row.body) == row.expected);
  }
}

TEST_CASE("evaluation: what is malformed is 400 with a code and a message", "[access]") {
  Scene s;
  struct Row {
    std::string body, expected;
  };
  const Row rows[] = {
      {"{}", "subject: is required (and 2 more)"},
      {"[]", "body: must be an object, not of type array"},
      {"", "body: is missing: this call needs a JSON object"},
      {R"({"subject":"ann","action":{"name":"view"},"resource":{"type":"doc","id":"1"}})",
       "subject: must be an object, not a string"},
      {question("view", R"({"type":"doc"})"), "resource/id: is required"},
      {question("view", R"({"type":7,"id":"1"})"), "resource/type: must be a string, not an integer"},
      {question("view", R"({"type":"doc","id":"1","properties":[]})"),
       "resource/properties: must be an object, not an array"},
      {question("view", R"({"type":"doc","id":"1"})", R"(,"context":"x")"),
       "context: must be an object, not a string"},
      {question("view", R"({"type":"doc","id":"1"})", R"(,"options":[])"), "options: must be an object"},
      {question("view", R"({"type":"doc","id":"1"})", R"(,"options":{"evaluations_semantic":"some"})"),
       "options/evaluations_semantic: must be one of execute_all, deny_on_first_deny, permit_on_first_permit"},
      {question("view", R"({"type":"doc","id":"1"})", R"(,"options":{"reasons":"all"})"),
       "options/reasons: must be one of none, user, admin, trace"},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    const auto response = s.ask("evaluation", row.body);
    CHECK(response.status == 400);
    CHECK(response.body == R"({"code":"invalid_input","message":")" + row.expected + "\"}");
  }
  CHECK(s.ask("evaluation", question(), {"Content-Type: text/plain"}).status == 400);
  CHECK(s.ask("evaluation", question(), {"Content-Type: application/json; charset=utf-8"}).status == 200);
  const auto text = s.ask("evaluation", "{}", {"Accept: text/plain, application/json"});
  CHECK(text.header("content-type") == "text/plain; charset=utf-8");
  CHECK(text.body == "subject: is required (and 2 more)\n");
  CHECK(s.ask("evaluation", "{}", {"Accept: application/json, text/plain"}).header("content-type") ==
        "application/json");
  CHECK(s.ask("evaluations", R"({"evaluations":{}})").status == 400);
  CHECK(s.ask("evaluations", R"({"subject":7,"evaluations":[{}]})").status == 400);
  CHECK(s.server.ask({"GET /access/v1/evaluation", "", {}}, s.key).status == 405);
  CHECK(s.server.ask({"POST /access/v1/nonsense", "{}", {}}, s.key).body ==
        R"({"code":"not_found","message":"path: there is no such call"})");
}

TEST_CASE("evaluations: each has what it lacks from the body, as a whole, and in order", "[access]") {
  Scene s;
  const std::string subject = R"("subject":{"type":"user","id":"ann","properties":{"name":"Ann"}})";
  const std::string view = R"("action":{"name":"view"})";
  const std::string doc = R"({"resource":{"type":"doc","id":"1"}})";
  const std::string other = R"({"resource":{"type":"picture","id":"1"}})";
  const std::string mine =
      R"({"action":{"name":"edit"},"resource":{"type":"doc","id":"1","properties":{"author":"Ann"}}})";
  const std::string not_mine =
      R"({"action":{"name":"edit"},"resource":{"type":"doc","id":"1","properties":{"author":"Bob"}}})";
  const std::string nameless =
      R"({"subject":{"type":"user","id":"ann"},"action":{"name":"edit"},"resource":{"type":"doc","id":"1","properties":{"author":"Ann"}}})";
  struct Row {
    std::string items, options, expected;
  };
  const std::string yes = R"({"decision":true})", no = R"({"decision":false})";
  const auto until = [](const std::string& semantic) {
    return R"(,"options":{"evaluations_semantic":")" + semantic + "\"}";
  };
  const Row rows[] = {
      {doc + "," + other + "," + doc, "", yes + "," + no + "," + yes},
      {mine + "," + not_mine + "," + mine + "," + nameless + "," + mine, "",
       yes + "," + no + "," + yes + "," + no + "," + yes},
      {doc + "," + other + "," + doc, until("execute_all"), yes + "," + no + "," + yes},
      {doc + "," + other + "," + doc, until("deny_on_first_deny"), yes + "," + no},
      {other + "," + doc + "," + doc, until("permit_on_first_permit"), no + "," + yes},
      {"{}," + doc, "",
       R"({"decision":false,"context":{"error":{"status":400,"message":"evaluations/0/resource: is required"}}},)" +
           yes},
      {"7", "",
       R"({"decision":false,"context":{"error":{"status":400,"message":"evaluations/0: must be an object, not an integer"}}})"},
  };
  for (const Row& row : rows) {
    INFO(row.items);
    CHECK(s.answer("evaluations", "{" + subject + "," + view + R"(,"evaluations":[)" + row.items + "]" +
                                      row.options + "}") == R"(200 {"evaluations":[)" + row.expected + "]}");
  }
  CHECK(s.answer("evaluations", question("view", R"({"type":"doc","id":"1"})", R"(,"evaluations":[])")) ==
        kYes);
}

TEST_CASE("evaluations: a body of more than a megabyte is taken", "[access]") {
  Scene s;
  std::string items;
  constexpr int kMany = 40'000;
  for (int i = 0; i < kMany; ++i)
    items +=
        std::string(i == 0 ? "" : ",") + R"({"resource":{"type":"doc","id":")" + std::to_string(i) + "\"}}";
  const std::string body =
      R"({"subject":{"type":"user","id":"a"},"action":{"name":"view"},"evaluations":[)" + items + "]}";
  REQUIRE(body.size() > std::size_t{1} << 20U);
  const auto response = s.ask("evaluations", body);
  CHECK(response.status == 200);
  CHECK(response.body.size() == std::string(R"({"evaluations":[]})").size() + kMany * 18 - 1);
  CHECK(s.ask("evaluation", body).status == 413);
  // What stands beside them is looked at for each.
  const std::string heavy = R"({"context":{"a":")" + std::string(20'000, 'x') + R"("},)" + body.substr(1);
  CHECK_THAT(s.ask("evaluations", heavy).body,
             ContainsSubstring("evaluations: are too many for what stands beside them"));
}

TEST_CASE("evaluation: what takes more steps than a question may is no, and says so", "[access]") {
  Scene s;
  s.rules.add(std::vector<std::string>(
      800,
      R"(permit (principal, action == Action::"list", resource) when { context.a.containsAll(context.b) };)"));
  std::string numbers;
  for (int i = 0; i < 9'000; ++i) numbers += (i == 0 ? "" : ",") + std::to_string(i);
  const std::string context = R"(,"context":{"a":[)" + numbers + R"(,9000],"b":[)" + numbers + R"(,9001]})";
  const std::string message = "Deciding this takes more steps than a question may.";
  const std::string error = R"("context":{"error":{"status":503,"message":")" + message + "\"}";
  const std::string heavy = question("list", R"({"type":"doc","id":"1"})", context);
  CHECK(s.answer("evaluation", heavy) == R"(200 {"decision":false,)" + error + "}}");
  CHECK(s.answer("evaluation", heavy.substr(0, heavy.size() - 1) + R"(,"options":{"reasons":"user"}})") ==
        R"(200 {"decision":false,)" + error + R"(,"reason_user":{"403":"This is not allowed."}}})");
  CHECK(s.answer("evaluations", R"({"evaluations":[)" + question() + "," + heavy + "]}") ==
        R"(200 {"evaluations":[{"decision":true},{"decision":false,)" + error + "}}]}");
}

TEST_CASE("evaluation: reasons and obligations are told where they are asked for, or needed", "[access]") {
  Scene s;
  const std::string locked = R"({"type":"doc","id":"1","properties":{"locked":true}})";
  const auto reasons = [](const std::string& level) { return R"(,"options":{"reasons":")" + level + "\"}"; };
  CHECK(s.answer("evaluation", question("view", locked, reasons("none"))) == kNo);
  CHECK(s.answer("evaluation", question("view", locked, reasons("user"))) ==
        R"(200 {"decision":false,"context":{"reason_user":{"403":"It is locked."}}})");
  CHECK(s.answer("evaluation", question("view", R"({"type":"doc","id":"1"})", reasons("user"))) ==
        R"(200 {"decision":true,"context":{"reason_user":{"200":"This is allowed."}}})");
  CHECK(without_ids(s.answer("evaluation", question("view", locked, reasons("admin")))) ==
        R"(200 {"decision":false,"context":{"reason_user":{"403":"It is locked."},)"
        R"("reason_admin":{"403":"A rule of priority 0 decided this.","policies":["ID"],"errors":[]}}})");
  CHECK(
      s.answer("evaluation", question("print")) ==
      R"(200 {"decision":true,"context":{"obligations":[{"id":"log","type":"log","properties":{"level":2}}]}})");
  CHECK_THAT(s.answer("evaluation", question("view", R"({"type":"doc","id":"1","properties":{"size":1e300}})",
                                             reasons("admin"))),
             ContainsSubstring(R"("not_held":[{"pointer":"/resource/properties/size",)"));
  CHECK_THAT(s.answer("evaluation", question("edit", R"({"type":"doc","id":"1","properties":{"author":"A"}})",
                                             reasons("trace"))),
             ContainsSubstring(R"("message":)"));
}

TEST_CASE("evaluation: about oneself with organization:check, about others with organization:decide",
          "[access]") {
  Scene s;
  const base::Json made = s.server.made({"POST /v1/api-keys",
                                         R"({"name":"k","scopes":["organization:check"]})",
                                         {TestServer::tenant(s.tenant)}});
  const std::string key = TestServer::bearer(text_at(made, "raw_key"));
  const base::Json me = s.server.made({"GET /v1/me", "", {TestServer::tenant(s.tenant)}}, key);
  const std::string id =
      text_at(me, "service_user.id").empty() ? text_at(me, "id") : text_at(me, "service_user.id");
  const std::string self = R"({"type":"service_user","id":")" + id + "\"}";
  const auto ask = [&](const std::string& subject, const std::string& path = "/access/v1/evaluation") {
    return brief(
        s.server.ask({"POST " + path, question("view", R"({"type":"doc","id":"1"})", "", subject), {}}, key));
  };
  CHECK(ask(self) == kYes);
  CHECK(ask(self, "/acme/access/v1/evaluation") == kYes);
  CHECK_THAT(ask(R"({"type":"user","id":"ann"})"),
             ContainsSubstring("403 forbidden decision:decide: not allowed"));
  const std::string batch =
      R"({"action":{"name":"view"},"resource":{"type":"doc","id":"1"},"evaluations":[{"subject":)" + self +
      R"(},{"subject":{"type":"user","id":"ann"}}]})";
  CHECK(
      s.server.ask({"POST /access/v1/evaluations", batch, {}}, key).body ==
      R"({"evaluations":[{"decision":true},{"decision":false,"context":{"error":{"status":403,"message":"decision:decide: not allowed"}}}]})");
  // Which rules decide is not for whoever may ask about itself alone.
  const auto reasons =
      s.server.ask({"POST /access/v1/evaluation",
                    question("view", R"({"type":"doc","id":"1"})", R"(,"options":{"reasons":"admin"})", self),
                    {}},
                   key);
  CHECK(reasons.body == R"({"decision":true,"context":{"reason_user":{"200":"This is allowed."}}})");
  for (const char* search : {"subject", "resource", "action"})
    CHECK(s.server.ask({"POST /access/v1/search/" + std::string(search), question(), {}}, key).status == 403);
}

TEST_CASE("evaluation: of the tenant in the path, which is one's own", "[access]") {
  Scene s;
  const std::string other = s.server.make_tenant("globex");
  const auto status = [&](const std::string& tenant, const std::string& credential) {
    return s.server.ask({"POST /" + tenant + "/access/v1/evaluation", question(), {}}, credential).status;
  };
  CHECK(status("acme", s.key) == 200);
  CHECK(status("ACME", s.key) == 200);
  CHECK(status(s.tenant, s.key) == 200);
  CHECK(status("globex", s.key) == 404);
  CHECK(status(other, s.key) == 404);
  CHECK(status("nobody", s.key) == 404);
  CHECK(status("v1", s.key) == 404);
  // Whose it is comes before what is wrong with the question.
  for (const char* const call :
       {"evaluation", "evaluations", "search/subject", "search/resource", "search/action"})
    for (const char* const body : {"{}", R"({"options":7,"page":7})", R"({"evaluations":7})"}) {
      INFO(call << " " << body);
      const auto of = [&](const std::string& tenant) {
        return s.server.ask({"POST /" + tenant + "/access/v1/" + call, body, {}}, s.key).status;
      };
      CHECK(of("globex") == 404);
      CHECK(of("nobody") == 404);
      CHECK(of("acme") == 400);
    }
  CHECK(status("acme", TestServer::platform()) == 200);
  CHECK(s.server.ask({"POST /access/v1/evaluation", question(), {}}).status == 400);
  for (const char* slug : {"v1", "v1beta1", "access", "console", "metrics", "livez"})
    CHECK(s.server.ask({"POST /v1/tenants", R"({"name":"x","slug":")" + std::string(slug) + "\"}", {}})
              .status == 400);
  CHECK(text_at(s.server.made({"POST /v1/tenants", R"({"name":"Console"})", {}}), "slug") == "console-2");
}

TEST_CASE("access: any X-Request-ID of up to 1 KiB is echoed", "[access]") {
  Scene s;
  for (const std::string& id : {std::string("a b"), std::string("\xc3\xa9"), std::string(1024, 'x')}) {
    const auto response = s.ask("evaluation", question(), {"X-Request-ID: " + id});
    CHECK(response.status == 200);
    CHECK(response.header("x-request-id") == id);
  }
  const auto refused = s.ask("evaluation", question(), {"X-Request-ID: " + std::string(1025, 'x')});
  CHECK(refused.status == 400);
  CHECK(refused.header("x-request-id").size() < 128);
  CHECK(s.ask("evaluation", question()).header("x-request-id").size() > 10);
}

TEST_CASE("authzen configuration: from the configured URL, for any tenant there could be", "[access]") {
  Scene s;
  const auto ask = [&](const std::string& below, std::vector<std::string> headers = {}) {
    return s.server.ask({"GET /.well-known/authzen-configuration" + below, "", std::move(headers)}, "");
  };
  const auto plain = ask("", {"X-Forwarded-Host: evil.example"});
  CHECK(plain.status == 200);
  CHECK(plain.body == R"({"policy_decision_point":"https://reeve.example.com",)"
                      R"("access_evaluation_endpoint":"https://reeve.example.com/access/v1/evaluation",)"
                      R"("access_evaluations_endpoint":"https://reeve.example.com/access/v1/evaluations",)"
                      R"("search_subject_endpoint":"https://reeve.example.com/access/v1/search/subject",)"
                      R"("search_resource_endpoint":"https://reeve.example.com/access/v1/search/resource",)"
                      R"("search_action_endpoint":"https://reeve.example.com/access/v1/search/action"})");
  CHECK(plain.header("cache-control") == "public, max-age=3600");
  CHECK(ask("", {"If-None-Match: " + plain.header("etag")}).status == 304);
  CHECK(ask("", {"If-None-Match: \"x\""}).status == 200);
  for (const std::string& tenant : {std::string("acme"), std::string("nobody"), s.tenant}) {
    const auto of_tenant = ask("/" + tenant);
    CHECK(of_tenant.status == 200);
    CHECK(json_of(of_tenant).find("policy_decision_point")->string()->ends_with("/" + tenant));
  }
  CHECK(ask("/a%20b").status == 404);
  CHECK(ask("/" + std::string(65, 'a')).status == 404);

  TestServerOptions options;
  options.http.public_url.clear();
  TestServer bare(options);
  CHECK(
      bare.ask({"GET /.well-known/authzen-configuration", "", {}}, "").body ==
      R"({"code":"not_found","message":"server.public_url: is not set; this call names what the configuration says there"})");
}
