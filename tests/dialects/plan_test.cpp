// POST /v1/plan over HTTP: each answer whole, but for its revision.
#include <regex>

#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

// Acme has a schema, and one policy in which Ann may see what is hers or open, in Folder:1 or anywhere.
struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::vector<std::string> in_acme = {TestServer::tenant(tenant)};
  std::string ann =
      text_at(server.made({"POST /v1/users", R"({"email":"ann@acme.example","name":"Ann"})", in_acme}), "id");
  std::string policy;

  Scene() {
    REQUIRE(
        server
            .ask(
                {"PUT /v1/schema",
                 R"({"schema":"entity Folder in [Folder]; entity Doc in [Folder] { owner?: user, open: Bool, )"
                 R"(level: Long, title?: String, labels?: Set<String> }; action view, edit, read, find, count, )"
                 R"(list, delete appliesTo { principal: [user], resource: [Doc], context: { level?: Long } };"})",
                 in_acme})
            .status == 200);
    policy = text_at(server.made({"POST /v1/policies", R"({"name":"docs"})", in_acme}), "id");
    for (const char* folder : {"1", "2"})
      REQUIRE(server
                  .ask({std::string("PUT /v1/entities/Folder/") + folder,
                        std::string(folder) == "1" ? R"({"attrs":{},"parents":[]})"
                                                   : R"({"attrs":{},"parents":[{"type":"Folder","id":"1"}]})",
                        in_acme})
                  .status == 200);
    add(R"(permit (principal, action == Action::\"view\", resource) when { resource has owner && resource.owner == principal };)");
    add(R"(permit (principal, action == Action::\"edit\", resource in Folder::\"1\") )"
        R"(when { resource.open && context has level && resource.level <= context.level };)");
    add(R"(permit (principal, action == Action::\"read\", resource);)");
    add(R"(permit (principal, action == Action::\"find\", resource) when { resource has title && resource.title like \"50%*\" };)");
    add(R"(permit (principal, action == Action::\"count\", resource) when { resource.level + 1 > 2 };)");
    add(R"(permit (principal, action == Action::\"list\", resource) when { resource has labels && resource.labels.contains(\"a\") };)");
  }

  void add(const std::string& rule) {
    server.made({"POST /v1/policies/" + policy + "/rules", R"({"policy_text":")" + rule + R"("})", in_acme});
  }

  std::string question(const std::string& action, const std::string& more = "") const {
    return R"({"subject":{"type":"user","id":")" + ann + R"("},"action":{"name":")" + action +
           R"("},"resource":{"type":"Doc"})" + more + "}";
  }

  // Without its revision and its policies, and with short ids.
  std::string ask(const std::string& body, const std::string& credential = "") {
    const Ask request{"POST /v1/plan", body, in_acme};
    const RawResponse answer = credential.empty() ? server.ask(request) : server.ask(request, credential);
    std::string text = std::to_string(answer.status) + " " + answer.body;
    text = std::regex_replace(text, std::regex(R"("policy":\{.*\}\},"(sql|uns))"), R"("policy":…,"$1)");
    text = std::regex_replace(text, std::regex(R"("revision":\d+)"), R"("revision":7)");
    text = std::regex_replace(text, std::regex(R"("rule_id":"[-0-9a-f]{36}")"), R"("rule_id":"…")");
    return std::regex_replace(text, std::regex(ann), "ANN");
  }
};

std::string sql(const std::string& dialect,
                const std::string& columns =
                    R"({"id":"d.id","owner":"d.owner","open":"d.open","level":"d.level",)"
                    R"("title":"d.title","parents":{"Folder":"d.folder"}})") {
  return R"(,"sql":{"dialect":")" + dialect + R"(","columns":)" + columns + "}";
}

}  // namespace

TEST_CASE("plan: an answer is never, always, or a condition in each dialect", "[http]") {
  Scene s;
  const std::string level = R"(,"context":{"level":3})";
  const struct {
    const char* name;
    std::string body, expected;
  } rows[] = {
      {"never", s.question("publish", sql("sqlite")),
       R"x(200 {"kind":"never","policy":…,"sql":{"text":"(1 = 0)","params":[]},)x"
       R"("unsupported":[],"revision":7,"valid_until":null})"},
      {"always", s.question("read", sql("sqlite")),
       R"x(200 {"kind":"always","policy":…,"sql":{"text":"(1 = 1)","params":[]},)x"
       R"("unsupported":[],"revision":7,"valid_until":null})"},
      {"a condition, without SQL", s.question("view"),
       R"(200 {"kind":"conditional","policy":…,"unsupported":[],"revision":7,)"
       R"("valid_until":null})"},
      {"sqlite", s.question("view", sql("sqlite")),
       R"(200 {"kind":"conditional","policy":…,"sql":{"text":"(((NOT (`d`.`owner` IS NOT )"
       R"(NULL)) OR (`d`.`owner` IS NOT NULL)) AND ((`d`.`owner` IS NOT NULL) AND )"
       R"x((CAST(`d`.`owner` AS TEXT) COLLATE BINARY = ?)))","params":["ANN"]},)x"
       R"("unsupported":[],"revision":7,"valid_until":null})"},
      {"postgres", s.question("view", sql("postgres")),
       R"(200 {"kind":"conditional","policy":…,"sql":{"text":"(((NOT (\"d\".\"owner\" IS NOT )"
       R"(NULL)) OR (\"d\".\"owner\" IS NOT NULL)) AND ((\"d\".\"owner\" IS NOT NULL) AND )"
       R"x((CAST(\"d\".\"owner\" AS text) COLLATE \"C\" = CAST($1 AS text))))",)x"
       R"("params":["ANN"]},"unsupported":[],"revision":7,"valid_until":null})"},
      {"mysql", s.question("view", sql("mysql")),
       R"(200 {"kind":"conditional","policy":…,"sql":{"text":"(((NOT (`d`.`owner` IS NOT )"
       R"(NULL)) OR (`d`.`owner` IS NOT NULL)) AND ((`d`.`owner` IS NOT NULL) AND )"
       R"((CAST(CONVERT(`d`.`owner` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) )"
       R"x(AS BINARY))))","params":["ANN"]},"unsupported":[],"revision":7,"valid_until":null})x"},
      {"what is in a folder", s.question("edit", level + sql("sqlite")),
       R"(200 {"kind":"conditional","policy":…,"sql":{"text":"(((NOT ((`d`.`folder` IS NOT )"
       R"(NULL) AND (CAST(`d`.`folder` AS TEXT) COLLATE BINARY IN (?, ?)))) OR (((`d`.`open` )"
       R"(IS NOT NULL) AND (`d`.`open` IN (0, 1))) AND ((NOT (`d`.`open` = 1)) OR )"
       R"((typeof(`d`.`level`) = 'integer')))) AND (((`d`.`folder` IS NOT NULL) AND )"
       R"((CAST(`d`.`folder` AS TEXT) COLLATE BINARY IN (?, ?))) AND ((`d`.`open` = 1) AND )"
       R"x((`d`.`level` <= ?))))","params":["1","2","1","2",3]},"unsupported":[],"revision":7,)x"
       R"("valid_until":null})"},
      {"a pattern", s.question("find", sql("postgres")),
       R"(200 {"kind":"conditional","policy":…,"sql":{"text":"(((NOT (\"d\".\"title\" IS NOT )"
       R"(NULL)) OR (\"d\".\"title\" IS NOT NULL)) AND ((\"d\".\"title\" IS NOT NULL) AND )"
       R"x((CAST(\"d\".\"title\" AS text) COLLATE \"C\" LIKE CAST($1 AS text) ESCAPE '!')))",)x"
       R"("params":["50!%%"]},"unsupported":[],"revision":7,"valid_until":null})"},
      {"a pattern of sqlite", s.question("find", sql("sqlite")),
       R"x(200 {"kind":"conditional","policy":…,"sql":{"text":"((instr(CAST(ifnull)x"
       R"x((CAST(`d`.`title` AS TEXT) COLLATE BINARY, '') AS BLOB), x'00') = 0) AND )x"
       R"x((((NOT (`d`.`title` IS NOT NULL)) OR (`d`.`title` IS NOT NULL)) AND )x"
       R"x(((`d`.`title` IS NOT NULL) AND (CAST(`d`.`title` AS TEXT) COLLATE BINARY GLOB ?)))))x"
       R"x(","params":["50%*"]},"unsupported":[],"revision":7,"valid_until":null})x"},
      {"arithmetic", s.question("count", sql("sqlite")),
       R"(200 {"kind":"conditional","policy":…,"unsupported":[{"rule_id":"…",)"
       R"("expression":"resource.level + 1","reason":"arithmetic may overflow"}],"revision":7,)"
       R"("valid_until":null})"},
      {"sets", s.question("list", sql("sqlite")),
       R"(200 {"kind":"conditional","policy":…,"unsupported":[{"rule_id":"…",)"
       R"x("expression":"resource.labels.contains(\"a\")","reason":"a set can't be a column"}],)x"
       R"("revision":7,"valid_until":null})"},
      {"a column that isn't named", s.question("view", sql("sqlite", R"({"id":"d.id"})")),
       R"(200 {"kind":"conditional","policy":…,"unsupported":[{"rule_id":"…",)"
       R"("expression":"resource.owner","reason":"`columns` doesn't name `owner`"}],)"
       R"("revision":7,"valid_until":null})"},
      {"another dialect", s.question("view", sql("oracle")),
       R"(400 {"code":"invalid_input","message":"sql/dialect: must be `postgres`, `sqlite` or )"
       R"(`mysql`","details":{"errors":[{"pointer":"/sql/dialect","message":"must be )"
       R"(`postgres`, `sqlite` or `mysql`"}]},"notices":[]})"},
      {"no column", s.question("view", sql("sqlite", R"({"owner":"d.owner; DROP TABLE d"})")),
       R"(400 {"code":"invalid_input","message":"sql/columns/owner: must be a column's name: )"
       R"(one to three identifiers with dots between them",)"
       R"("details":{"errors":[{"pointer":"/sql/columns/owner","message":"must be a column's )"
       R"(name: one to three identifiers with dots between them"}]},"notices":[]})"},
      {"a type of Reeve's own",
       R"({"subject":{"type":"user","id":"a"},"action":{"name":"view"},"resource":{"type":"group"}})",
       R"(400 {"code":"invalid_input","message":"resource/type: is a type of Reeve's own; )"
       R"(plans are about things of the application",)"
       R"("details":{"errors":[{"pointer":"/resource/type","message":"is a type of Reeve's )"
       R"(own; plans are about things of the application"}]},"notices":[]})"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    CHECK(s.ask(row.body) == row.expected);
  }
}

TEST_CASE("plan: who may not ask gets none, and SQL needs a schema", "[http]") {
  Scene s;
  const std::string reader = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:check"])"));
  const std::string other =
      TestServer::bearer(s.server.make_key(s.server.make_tenant("globex"), R"(["organization:administer"])"));
  CHECK(s.ask(s.question("view"), reader).starts_with("403 {\"code\":\"forbidden\""));
  CHECK(s.ask(s.question("view"), other).starts_with("403 {\"code\":\"tenant_mismatch\""));
  REQUIRE(s.server.ask({"DELETE /v1/schema", "", s.in_acme}).status == 204);
  CHECK(s.ask(s.question("read")).starts_with("200 {\"kind\":\"always\""));
  CHECK(s.ask(s.question("read", sql("sqlite"))) ==
        R"(422 {"code":"schema_required","message":"SQL needs the tenant's schema, which says what columns )"
        R"(hold; see /v1/schema","details":{},"notices":[]})");
}

TEST_CASE("plan: rules are for those who may read them, and secret values for nobody", "[http]") {
  Scene s;
  const std::string asker = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:decide"])"));
  s.add(R"(permit (principal, action == Action::\"delete\", resource) )"
        R"(when { resource has title && resource.title == principal.email };)");
  const std::string wanted = s.question("delete", sql("sqlite"));
  const auto shows = [&](const std::string& credential, const char* text) {
    const RawResponse answer = s.server.ask({"POST /v1/plan", wanted, s.in_acme}, credential);
    REQUIRE(answer.status == 200);
    return answer.body.find(text) != std::string::npos;
  };
  // A condition needs what it compares with; the rule is another matter.
  CHECK(shows(TestServer::platform(), R"("params":["ann@acme.example"])"));
  CHECK(shows(TestServer::platform(), "staticPolicies"));
  CHECK(shows(asker, R"("policy":null,"sql":{)"));
  CHECK(shows(asker, R"("params":["ann@acme.example"])"));

  REQUIRE(s.server.ask({"PUT /v1/decisions/settings", R"({"secret":["email"]})", s.in_acme}).status == 200);
  for (const std::string& credential : {TestServer::platform(), asker}) {
    CHECK_FALSE(shows(credential, "ann@acme.example"));
    CHECK(shows(credential, R"("policy":null,"unsupported":[{)"));
    CHECK(shows(credential, R"("expression":"","reason":"compares what is shown to nobody")"));
  }
}
