// A tenant's schema and the tests of its policies as callers of /v1 see them, and what a schema makes of
// requests.
#include "base/json.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("example");
  std::string header = TestServer::tenant(tenant);
  std::string key = TestServer::bearer(
      server.make_key(tenant, R"(["organization:policymanage","organization:get","organization:decide"])"));

  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, {header}}, key);
  }
  std::string answer(const std::string& line, const std::string& body = "") {
    return without_ids(ask(line, body).body);
  }
  std::string put_schema(const std::string& text, const std::string& query = "") {
    base::JsonWriter w;
    w.begin_object().member("schema", text).end_object();
    return brief(ask("PUT /v1/schema" + query, w.take()));
  }
};

const std::string kDocs =
    "entity Folder in [Folder]; entity Doc in [Folder] { size: Long, from?: ipaddr, owner?: user };\n"
    "action view, archive, edit appliesTo { principal: [user], resource: [Doc], context: { mfa?: Bool, at?: datetime } };\n";

std::string rule(const std::string& text) {
  base::JsonWriter w;
  w.begin_object().member("name", "p").name("rules").begin_array().begin_object();
  w.member("policy_text", text).end_object().end_array().end_object();
  return w.take();
}

std::string evaluation(const std::string& resource, const std::string& more = "") {
  return R"({"subject":{"type":"user","id":"x"},"action":{"name":"view"},"resource":)" + resource + more +
         "}";
}

}  // namespace

TEST_CASE("v1: a schema", "[http]") {
  Scene s;
  CHECK(brief(s.ask("GET /v1/schema")) == "404 not_found schema: the tenant has none");
  CHECK(s.put_schema(kDocs).starts_with("200 "));
  const auto got = s.ask("GET /v1/schema");
  CHECK(text_at(json_of(got), "schema") == kDocs);
  CHECK(json_of(got).find("json")->find("")->find("entityTypes")->find("Doc"));
  CHECK(got.header("etag") != "");
  // The JSON form is kept as text.
  CHECK(s.ask("PUT /v1/schema", R"({"schema":{"":{"entityTypes":{"Doc":{}},"actions":{}}}})").status == 200);
  CHECK(text_at(json_of(s.ask("GET /v1/schema")), "schema") == "entity Doc;\n");
  check_answers(
      {
          {"PUT /v1/schema", R"({"schema":"entity Doc {"})", "400 invalid_input schema: schema:1:"},
          {"PUT /v1/schema", R"({"schema":7})", "400 invalid_input schema: must be a string"},
          {"PUT /v1/schema", R"({"schema":{"":{"entityTypes":1}}})", "400 invalid_input schema: "},
          {"PUT /v1/schema", "{}", "400 invalid_input schema: is required"},
          {"PUT /v1/schema?force=1", R"({"schema":""})", "400 invalid_input force: "},
          {"DELETE /v1/schema", "", "204 "},
          {"DELETE /v1/schema", "", "404 not_found schema: "},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
}

TEST_CASE("v1: a dry run of a schema says what wouldn't fit it", "[http]") {
  Scene s;
  CHECK(s.ask("PUT /v1/entities/Doc/1", R"({"attrs":{"size":"x"}})").status == 200);
  CHECK(s.ask("POST /v1/policies", rule("permit (principal, action == Action::\"viw\", resource);")).status ==
        201);
  CHECK(s.ask("POST /v1/policies/tests",
              R"({"name":"t","request":{"subject":{"type":"user","id":"x"},"action":{"name":"viw"},)"
              R"("resource":{"type":"Doc","id":"1"}},"expected":false})")
            .status == 201);
  base::JsonWriter w;
  w.begin_object().member("schema", kDocs).end_object();
  const std::string body = w.take();
  const auto revision = [&] { return s.ask("GET /v1/policies").header("x-revision"); };
  const std::string before = revision();
  const auto found = json_of(s.ask("PUT /v1/schema?dry_run=true", body));
  CHECK_FALSE(*found.find("would_be_set")->boolean());
  CHECK(*found.find("complete")->boolean());
  CHECK(*found.find("rules")->find("count")->integer() == 1);
  CHECK(
      to_text(*found.find("entities")) ==
      R"({"count":1,"data":[{"type":"Doc","id":"1","pointer":"/attrs/size","message":"`Long` is wanted, not a string"}]})");
  CHECK(*found.find("tests")->find("failed")->integer() == 1);
  CHECK(s.ask("GET /v1/schema").status == 404);
  CHECK(revision() == before);
  CHECK(s.put_schema(kDocs).starts_with("409 "));
  const auto refused = s.ask("PUT /v1/schema?force=true&dry_run=true", body);
  CHECK_FALSE(*json_of(refused).find("would_be_set")->boolean());
  CHECK(s.put_schema(kDocs, "?force=true").starts_with("200 "));
}

TEST_CASE("v1: with a schema rules and entities are right by it", "[http]") {
  Scene s;
  CHECK(s.put_schema(kDocs).starts_with("200 "));
  check_answers(
      {
          {"POST /v1/policies", rule("permit (principal, action == Action::\"viw\", resource);"),
           "400 invalid_input rules/0/policy_text: policy_text:1:"},
          {"PUT /v1/entities/Doc/1", R"({"attrs":{"size":"x"}})",
           "400 invalid_input attrs/size: `Long` is wanted, not a string"},
          {"POST /v1/entities", R"([{"type":"Doc","id":"2","attrs":{"size":1}},{"type":"Doc","id":"3"}])",
           "400 invalid_input 1/attrs: \"size\": is missing, and the schema requires it"},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
  CHECK(s.ask("PUT /v1/entities/Doc/1", R"({"attrs":{"size":1,"from":"10.0.0.1"},"parents":["Folder:1"]})")
            .status == 200);
  const auto lines = s.server.ask({"POST /v1/entities",
                                   "{\"type\":\"Doc\",\"id\":\"4\",\"attrs\":{\"size\":4}}\n"
                                   "{\"type\":\"Doc\",\"id\":\"5\",\"attrs\":{\"size\":\"x\"}}\n",
                                   {s.header, "Content-Type: application/x-ndjson"}},
                                  s.key);
  CHECK(brief(lines).starts_with("400 invalid_input 2/attrs/size: `Long` is wanted, not a string"));
  const auto checked =
      json_of(s.ask("POST /v1/policies/validate",
                    R"({"policy_text":"permit (principal, action == Action::\"viw\", resource);"})"));
  CHECK_FALSE(*checked.find("valid")->boolean());
}

TEST_CASE("access: values of requests are what the schema says", "[http]") {
  Scene s;
  CHECK(s.put_schema(kDocs).starts_with("200 "));
  CHECK(s.ask("POST /v1/policies",
              rule("permit (principal, action == Action::\"view\", resource is Doc) when {\n"
                   "  resource has from && resource.from.isInRange(ip(\"10.0.0.0/8\")) };"))
            .status == 201);
  const auto decide = [&](const std::string& body) {
    return s.server.ask({"POST /access/v1/evaluation", body, {}}, s.key);
  };
  const std::string doc = R"({"type":"Doc","id":"1","properties":)";
  // A text becomes an address; what isn't declared is dropped.
  CHECK(decide(evaluation(doc + R"({"from":"10.1.2.3","color":"red"}})")).body == R"({"decision":true})");
  CHECK(decide(evaluation(doc + R"({"from":"11.1.2.3"}})")).body == R"({"decision":false})");
  const auto mistyped = decide(evaluation(doc + R"({"from":7}})"));
  CHECK(mistyped.status == 400);
  CHECK_THAT(mistyped.body, ContainsSubstring("resource/properties/from"));
  const auto wrong_context =
      decide(evaluation(doc + R"({"from":"10.1.2.3"}})", R"(,"context":{"mfa":"yes"})"));
  CHECK(wrong_context.status == 400);
  CHECK(decide(evaluation(doc + R"({"from":"10.1.2.3"}})", R"(,"context":{"mfa":true,"more":1})")).status ==
        200);
  // Of several the one that is wrong is an error, the others are answered.
  const auto batch = s.server.ask({"POST /access/v1/evaluations",
                                   R"({"evaluations":[)" + evaluation(doc + R"({"from":7}})") + "," +
                                       evaluation(doc + R"({"from":"10.1.2.3"}})") + "]}",
                                   {}},
                                  s.key);
  CHECK(batch.status == 200);
  const auto items = json_of(batch);
  const base::Json::Array& answers = *items.find("evaluations")->array();
  REQUIRE(answers.size() == 2);
  CHECK(*answers[0].find("context")->find("error")->find("status")->integer() == 400);
  CHECK(*answers[1].find("decision")->boolean());
}

TEST_CASE("access: actions are searched in the order in which the schema declares them", "[http]") {
  Scene s;
  CHECK(s.put_schema(kDocs).starts_with("200 "));
  CHECK(s.ask("POST /v1/policies", rule("permit (principal, action, resource is Doc);")).status == 201);
  const auto found =
      s.server.ask({"POST /access/v1/search/action",
                    R"({"subject":{"type":"user","id":"x"},"resource":{"type":"Doc","id":"1"}})",
                    {}},
                   s.key);
  CHECK(found.body == R"({"results":[{"name":"view"},{"name":"archive"},{"name":"edit"}]})");
}

TEST_CASE("v1: tests of policies", "[http]") {
  Scene s;
  const std::string request =
      R"({"subject":{"type":"user","id":"x"},"action":{"name":"view"},"resource":{"type":"Doc","id":"1"}})";
  const auto made =
      s.ask("POST /v1/policies/tests", R"({"name":"views","request":)" + request + R"(,"expected":true})");
  CHECK(made.status == 201);
  CHECK(without_ids(made.body) ==
        R"({"id":"ID","name":"views","request":)" + request +
            R"(,"expected":{"decision":true,"matching_policy_ids":[]},"created_by":"ID","updated_by":"ID",)"
            R"("created_at":"TIME","updated_at":"TIME"})");
  const std::string path = made.header("location");
  CHECK(path == "/v1/policies/tests/" + text_at(json_of(made), "id"));
  CHECK(s.ask("GET " + path).body == made.body);
  CHECK(s.answer("POST /v1/policies/tests/run") ==
        R"({"passed":0,"failed":1,"data":[{"id":"ID","name":"views","passed":false,)"
        R"("expected":{"decision":true,"matching_policy_ids":[]},"actual":{"decision":false,)"
        R"("matching_policy_ids":[]},"reason":"No rule and no role allows this."}]})");
  CHECK(s.ask("POST /v1/policies", rule("permit (principal, action, resource);")).status == 201);
  CHECK(s.answer("POST /v1/policies/tests/run").starts_with(R"({"passed":1,"failed":0,)"));
  const auto refused = s.ask("POST /v1/policies", rule("forbid (principal, action, resource);"));
  CHECK(
      brief(refused) ==
      "409 tests_failed tests: 1 of 1 would fail, such as `views`; with force=true the change is made all the same");
  CHECK_THAT(refused.body, ContainsSubstring(R"("details":{"failed":1,"tests":[{"id":)"));
  CHECK(s.ask("POST /v1/policies?force=true", rule("forbid (principal, action, resource);")).status == 201);
  CHECK(s.ask("PATCH " + path, R"({"expected":{"decision":false}})").status == 200);
  CHECK(s.answer("POST /v1/policies/tests/run").starts_with(R"({"passed":1,"failed":0,)"));
  check_answers(
      {
          {"PATCH " + path, R"({"expected":{"decision":false,"matching_policy_ids":["x"]}})",
           "400 invalid_input expected/matching_policy_ids/0: must be a uuid"},
          {"PATCH " + path, R"({"expected":7})",
           "400 invalid_input expected: must be true, false or an object"},
          {"PATCH " + path, R"({"expected":{}})", "400 invalid_input expected/decision: is required"},
          {"PATCH " + path, R"({"request":{}})", "400 invalid_input request/subject: is required"},
          {"POST /v1/policies/tests", R"({"name":"x"})", "400 invalid_input request: is required"},
          {"POST /v1/policies/tests", R"({"name":"x","expected":true,"request":)" + request + R"(,"more":1})",
           "400 invalid_input more: is not a known field"},
          {"GET /v1/policies/tests/x", "", "404 not_found policy test x: not found"},
          {"DELETE " + path, "", "204 "},
          {"GET " + path, "", "404 not_found policy test "},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
  CHECK(s.ask("GET /v1/policies/tests").body == R"({"data":[]})");
}
