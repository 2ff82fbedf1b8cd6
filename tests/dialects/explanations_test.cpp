// POST /v1/explain as callers see it: each change that is told comes with the call that makes it.
#include "tests/support/catch.h"
#include "tests/support/tenant_scene.h"

namespace {

struct Scene : TenantScene {
  std::string ann = id_of("POST /v1/users", R"({"email":"ann@example.com","name":"Ann"})");

  std::string question(const std::string& more = "") const {
    return R"({"subject":{"type":"user","id":")" + ann +
           R"("},"action":{"name":"approve"},"resource":{"type":"requests","id":"a/b 42"})" + more + "}";
  }
  base::Json explained(const std::string& more = "") { return made("POST /v1/explain", question(more)); }
  bool decision() { return *explained().find("decision")->boolean(); }
  void add_rule(const std::string& text) {
    base::JsonWriter w;
    w.begin_object().member("name", "Requests").member("priority", 0).end_object();
    const std::string policy = id_of("POST /v1/policies", w.take());
    base::JsonWriter rule;
    rule.begin_object().member("policy_text", text).end_object();
    made("POST /v1/policies/" + policy + "/rules", rule.take());
  }
  void add_accountants() {
    made("POST /v1/roles", R"({"slug":"accountant","name":"Accountant","scopes":["requests:approve"]})");
  }
};

// The call of the first change of a kind; "" where it has none.
struct SentCall {
  std::string line, body;
};
SentCall call_of(const base::Json& explained, std::string_view kind, const std::string& query = "") {
  for (const base::Json& change : *explained.find("changes")->array()) {
    if (text_at(change, "kind") != kind) continue;
    const base::Json& call = *change.find("call");
    if (call.is_null()) return {};
    const base::Json& body = *call.find("body");
    return {text_at(call, "method") + " " + text_at(call, "path") + query,
            body.is_null() ? "" : base::to_text(body)};
  }
  FAIL("no change of kind " << kind);
  return {};
}

}  // namespace

TEST_CASE("explain: the call of each kind of change turns the answer, and is tried first",
          "[http][explain]") {
  struct Row {
    const char* kind;
    bool before;
    void (*prepare)(Scene&);
  };
  const Row row = GENERATE(
      Row{"mapping", false, [](Scene& s) { s.add_accountants(); }},
      Row{"mapping", true,
          [](Scene& s) {
            s.add_accountants();
            s.made("POST /v1/grants", R"({"principal":"user:)" + s.ann + R"(","role":"accountant"})");
          }},
      Row{"membership", false,
          [](Scene& s) {
            s.add_accountants();
            const std::string group = s.id_of("POST /v1/groups", R"({"name":"Finance"})");
            s.made("POST /v1/groups/" + group + "/roles", R"({"role":"accountant"})");
          }},
      Row{"grant", false,
          [](Scene& s) {
            s.add_rule(
                R"(permit (principal == ?principal, action == Action::"approve", resource in ?resource);)");
          }},
      Row{"attribute", false,
          [](Scene& s) {
            s.made("PUT /v1/entities/requests/a%2Fb%2042",
                   R"({"attrs":{"status":"closed","n":7},"parents":["folder:7"],"tags":{"t":"x"}})");
            s.add_rule(R"(permit (principal, action, resource) when { resource.status == "draft" };)");
          }},
      Row{"expiry", false,
          [](Scene& s) {
            s.add_accountants();
            s.made("POST /v1/mappings", R"({"principal":{"type":"user","id":")" + s.ann +
                                            R"("},"role":"accountant","valid_from":"2199-01-01T00:00:00Z"})");
          }},
      Row{"activation", false,
          [](Scene& s) {
            s.add_accountants();
            const std::string group = s.id_of("POST /v1/groups", R"({"name":"Finance"})");
            s.made("POST /v1/groups/" + group + "/roles", R"({"role":"accountant"})");
            s.made("POST /v1/groups/" + group + "/members", R"({"user_id":")" + s.ann + R"("})");
            s.made("PATCH /v1/groups/" + group, R"({"state":"disabled"})");
          }},
      Row{"activation", false, [](Scene& s) {
            s.add_accountants();
            s.made("POST /v1/grants", R"({"principal":"user:)" + s.ann + R"(","role":"accountant"})");
            s.made("POST /v1/users/" + s.ann + "/suspend", R"({"active":false})");
          }});
  CAPTURE(row.kind, row.before);
  Scene s;
  row.prepare(s);
  const base::Json explained = s.explained();
  REQUIRE(*explained.find("decision")->boolean() == row.before);

  const SentCall trial = call_of(explained, row.kind, "?dry_run=true");
  INFO(trial.line << ' ' << trial.body);
  const auto tried = s.made(trial.line, trial.body);
  CHECK(tried.find("impact") != nullptr);
  CHECK(s.decision() == row.before);

  const SentCall call = call_of(explained, row.kind);
  const auto answer = s.ask(call.line, call.body);
  INFO(answer.body);
  CHECK(answer.status / 100 == 2);
  CHECK(s.decision() != row.before);
  if (row.kind != std::string("attribute")) return;
  // What else the thing has is as it was.
  const auto entity = s.made("GET /v1/entities/requests/a%2Fb%2042");
  CHECK(base::to_text(*entity.find("attrs")) == R"({"n":7,"status":"draft"})");
  CHECK(base::to_text(*entity.find("tags")) == R"({"t":"x"})");
  CHECK(entity.find("parents")->array()->size() == 1);
}

TEST_CASE("explain: no call has something secret, and none is of another time", "[http][explain]") {
  Scene s;
  s.made("PUT /v1/entities/requests/a%2Fb%2042", R"({"attrs":{"status":"closed","more":{"pin":"1234"}}})");
  s.add_rule(R"(permit (principal, action, resource) when { resource.status == "draft" };)");
  CHECK_THAT(call_of(s.explained(), "attribute").body, ContainsSubstring("1234"));
  CHECK(call_of(s.explained(R"(,"at":"2199-01-01T00:00:00Z")"), "attribute").line.empty());
  s.made("PUT /v1/decisions/settings", R"({"secret":["pin"]})");
  CHECK(call_of(s.explained(), "attribute").line.empty());
  CHECK_THAT(s.ask("POST /v1/explain", s.question()).body, !ContainsSubstring("1234"));
}

TEST_CASE("explain: a caller is told what it may not do, and is refused when it does it", "[http][explain]") {
  Scene s;
  s.add_accountants();
  const std::string caller = s.key(R"(["organization:decide","organization:get","organization:grouplist"])");
  const auto as_caller = [&](const std::string& line, const std::string& body) {
    return s.ask(line, body, caller);
  };
  const auto told = as_caller("POST /v1/explain", s.question());
  INFO(told.body);
  REQUIRE(told.status == 200);
  const auto explained = base::parse_json(told.body);
  REQUIRE(explained.ok());
  for (const char* query : {"?dry_run=true", ""}) {
    const SentCall call = call_of(*explained, "mapping", query);
    const auto refused = as_caller(call.line, call.body);
    CHECK(refused.status == 403);
    CHECK_THAT(refused.body, ContainsSubstring("give permissions that you don't hold"));
  }
  CHECK_FALSE(s.decision());
}

TEST_CASE("explain: all that is wrong with what is supposed is named", "[http][explain]") {
  Scene s;
  struct Row {
    const char* with;
    const char* expected;
  };
  const Row row = GENERATE(
      Row{"7", R"({"pointer":"/with","message":"must be an object"})"},
      Row{R"({"roles":"user"})", R"({"pointer":"/with/roles","message":"must be an array of up to 16"})"},
      Row{R"({"roles":[7],"groups":["x"],"more":1})",
          R"({"pointer":"/with/more","message":"is not a known member"},)"
          R"({"pointer":"/with/roles/0","message":"must be a string"},)"
          R"({"pointer":"/with/groups/0","message":"must be the id of a group, a uuid"})"},
      Row{R"({"roles":["r","r","r","r","r","r","r","r","r","r","r","r","r","r","r","r","r"]})",
          R"({"pointer":"/with/roles","message":"must be an array of up to 16"})"});
  const auto answer = s.ask("POST /v1/explain", s.question(std::string(",\"with\":") + row.with));
  CHECK(answer.status == 400);
  CHECK_THAT(answer.body, ContainsSubstring(std::string(R"("errors":[)") + row.expected + "]"));
}

TEST_CASE("explain: who the subject is, and nobody", "[http][explain]") {
  Scene s;
  CHECK(base::to_text(*s.explained().find("principal")) == R"({"type":"user","id":")" + s.ann + R"("})");
  const auto unknown = s.made(
      "POST /v1/explain",
      R"({"subject":{"type":"user","id":"an"},"action":{"name":"approve"},"resource":{"type":"requests","id":"1"}})");
  CHECK(unknown.find("principal")->is_null());
  CHECK(s.ask("POST /v1/explain", R"({"subject":{"type":"user","id":"an"},"action":{"name":"a"},)"
                                  R"("resource":{"type":"requests","id":"1"},"with":{"roles":["user"]}})")
            .status == 400);
}
