#include "decision_log/log.h"

#include <random>

#include "store/change_trim.h"
#include "tests/support/answers.h"
#include "tests/support/seeded_random.h"
#include "tests/support/server.h"
#include "tests/support/tenant_rules.h"

using Catch::Matchers::StartsWith;

namespace {

constexpr std::string_view kSecret = "hunter2-the-planted-secret";

// A tenant whose documents anybody may view unless they are locked, and whose log is as the test says.
struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::vector<std::string> header{TestServer::tenant(tenant)};
  std::string key = TestServer::bearer(server.make_key(
      tenant, R"(["organization:decide","organization:auditview","organization:policymanage"])"));
  TenantRules rules{server.store(), *domain::TenantId::parse(tenant)};

  explicit Scene(const std::string& settings) {
    rules.add(
        {R"(permit (principal, action == Action::"view", resource is doc);)",
         R"(forbid (principal, action, resource is doc) when { resource has locked && resource.locked };)"});
    server.made({"PUT /v1/decisions/settings", settings, header}, key);
  }
  RawResponse post(const std::string& call, const std::string& body, const std::string& credential = "") {
    return server.ask({"POST /access/v1/" + call, body, {}}, credential.empty() ? key : credential);
  }
  base::Json get(const std::string& path, const std::string& credential = "") {
    return server.made({"GET /v1/decisions" + path, "", header}, credential.empty() ? key : credential);
  }
  // "view doc 1: yes", the newest first.
  std::string logged(const std::string& query = "") {
    std::string lines;
    const base::Json page = get("?limit=100" + query);
    for (const base::Json& entry : *page.find("data")->array())
      lines += text_at(entry, "action.name") + " " + text_at(entry, "resource.type") + " " +
               text_at(entry, "resource.id") + ": " + (*entry.find("decision")->boolean() ? "yes" : "no") +
               "\n";
    return lines;
  }
};

std::string question(const std::string& action, const std::string& id, const std::string& more = "") {
  return R"({"subject":{"type":"user","id":"ann"},"action":{"name":")" + action +
         R"("},"resource":{"type":"doc","id":")" + id + "\"" + more + "}";
}

}  // namespace

TEST_CASE("decision log: every evaluation has its entry, and the answer its id", "[decision_log]") {
  Scene s(R"({"log":"all"})");
  const auto yes = s.post("evaluation", question("view", "1", "}"));
  CHECK(yes.body == R"({"decision":true})");
  const auto no = s.post("evaluation", question("view", "2", R"(,"properties":{"locked":true}})"));
  CHECK(no.body == R"({"decision":false})");
  const auto batch = s.post(
      "evaluations",
      R"({"subject":{"type":"user","id":"ann"},"action":{"name":"view"},"evaluations":[)"
      R"({"resource":{"type":"doc","id":"3"}},{"resource":{"type":"doc"}},{"resource":{"type":"pic","id":"4"}}]})");
  CHECK(batch.status == 200);
  CHECK(batch.header("x-evaluation-id").empty());
  CHECK(s.logged() == "view pic 4: no\nview doc 3: yes\nview doc 2: no\nview doc 1: yes\n");
  const base::Json entry = s.get("/" + yes.header("x-evaluation-id"));
  CHECK(text_at(entry, "id") == yes.header("x-evaluation-id"));
  CHECK(text_at(entry, "call") == "evaluation");
  CHECK(text_at(entry, "subject.id") == "ann");
  CHECK(text_at(entry, "reason") == "A rule of priority 0 decided this.");
  CHECK(entry.find("rules")->array()->size() == 1);
  CHECK(*entry.find("revision")->integer() > 0);

  const auto why = s.post("evaluation", question("view", "5", R"(},"options":{"reasons":"user"})"));
  CHECK_THAT(why.body, ContainsSubstring(R"("evaluation_id":")" + why.header("x-evaluation-id")));

  struct Row {
    const char *query, *expected;
  };
  const Row rows[] = {
      {"&decision=false", "view pic 4: no\nview doc 2: no\n"},
      {"&resource=doc:2", "view doc 2: no\n"},
      {"&resource=4", "view pic 4: no\n"},
      {"&resource=doc:4", ""},
      {"&subject=user:bob", ""},
      {"&subject=user:ann&action=view&decision=true", "view doc 5: yes\nview doc 3: yes\nview doc 1: yes\n"},
      {"&action=edit", ""},
      {"&to=2001-01-01T00:00:00Z", ""},
  };
  for (const Row& row : rows) {
    INFO(row.query);
    CHECK(s.logged(row.query) == row.expected);
  }
  std::string pages, cursor;
  do {
    const base::Json page = s.get("?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const base::Json& each : *page.find("data")->array()) pages += text_at(each, "resource.id") + " ";
    cursor = text_at(page, "next_cursor");
  } while (!cursor.empty());
  CHECK(pages == "5 4 3 2 1 ");
}

// Entries of a call share what is the same in them; what they say must not depend on it.
TEST_CASE("decision log: a question has the same entry in a batch as by itself", "[decision_log]") {
  constexpr int kQuestions = 120;
  for (const std::string mask :
       {"", R"(,"secret":["pin"],"log_mask":["/context/token","/subject/id"])",
        R"(,"log_mask":["/resource/type","/resource/properties/n","/action/name"])"}) {
    Scene s(R"({"log":"all")" + mask + "}");
    std::mt19937 random(7);
    const auto one_of = [&](std::initializer_list<const char*> texts) {
      return std::string(*(texts.begin() + random() % texts.size()));
    };
    std::vector<std::string> questions;
    std::string shape;
    for (int i = 0; i < kQuestions; ++i) {
      // Half of them are as the one before, but for the resource's id.
      if (i == 0 || random() % 2 == 0)
        shape =
            R"({"subject":{"type":"user","id":)" + one_of({"\"ann\"", "\"b\\\"o\\nb\""}) +
            one_of({"", "", R"(,"properties":{"pin":7,"level":2})", R"(,"properties":{"level":2,"pin":7})"}) +
            R"(},"action":{"name":")" + one_of({"view", "edit"}) +
            R"("},"resource":{"type":"doc","id":"ID")" +
            one_of({"", R"(,"properties":{"locked":true,"n":1})", R"(,"properties":{"locked":true,"n":1.0})",
                    R"(,"properties":{"locked":false})"}) +
            "}" +
            one_of(
                {"", R"(,"context":{"token":"t"})", R"(,"context":{"token":"u","list":[{"pin":1},null]})"}) +
            "}";
      std::string question = shape;
      question.replace(question.find("ID\""), 2, one_of({"1", "2", "long-er", "o\\\"dd", "\u00e9"}));
      questions.push_back(std::move(question));
    }
    for (const std::string& each : questions) CHECK(s.post("evaluation", each).status == 200);
    std::string batch;
    for (const std::string& each : questions) batch += (batch.empty() ? "" : ",") + each;
    CHECK(s.post("evaluations", R"({"evaluations":[)" + batch + "]}").status == 200);
    std::vector<std::string> alone, together;
    std::string cursor;
    do {
      const base::Json page = s.get("?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor));
      for (const base::Json& each : *page.find("data")->array()) {
        base::Json entry = each;
        const bool is_alone = text_at(entry, "call") == "evaluation";
        std::erase_if(*entry.object(), [](const base::Json::Member& member) {
          return member.first == "id" || member.first == "time" || member.first == "call" ||
                 member.first == "request_id" || member.first == "latency_us";
        });
        (is_alone ? alone : together).push_back(base::to_text(entry));
      }
      cursor = text_at(page, "next_cursor");
    } while (!cursor.empty());
    CHECK(alone.size() == kQuestions);
    CHECK(together == alone);
  }
}

TEST_CASE("decision log: off, denied and samples", "[decision_log]") {
  struct Row {
    const char *settings, *expected;
  };
  const Row rows[] = {{R"({})", ""},
                      {R"({"log":"off"})", ""},
                      {R"({"log":"denied"})", "edit doc 2: no\n"},
                      {R"({"log":"sample:1"})", "edit doc 2: no\nview doc 1: yes\n"},
                      {R"({"log":"all","log_strict":true})", "edit doc 2: no\nview doc 1: yes\n"}};
  for (const Row& row : rows) {
    INFO(row.settings);
    Scene s(row.settings);
    const auto yes = s.post("evaluation", question("view", "1", "}"));
    const auto no = s.post("evaluation", question("edit", "2", "}"));
    CHECK(yes.body == R"({"decision":true})");
    CHECK(no.body == R"({"decision":false})");
    CHECK(s.logged() == row.expected);
    const std::string_view expected = row.expected;
    CHECK(yes.header("x-evaluation-id").empty() == (expected.find("yes") == std::string_view::npos));
    CHECK(no.header("x-evaluation-id").empty() == (expected.find("no") == std::string_view::npos));
  }
  Scene s(R"({"log":"sample:0.25"})");
  std::size_t with_id = 0;
  std::string body =
      R"({"subject":{"type":"user","id":"ann"},"action":{"name":"view"},"options":{"reasons":"user"},"evaluations":[)";
  for (int i = 0; i < 1000; ++i)
    body +=
        std::string(i == 0 ? "" : ",") + R"({"resource":{"type":"doc","id":")" + std::to_string(i) + "\"}}";
  const auto answer = s.post("evaluations", body + "]}");
  for (std::size_t at = 0; (at = answer.body.find("evaluation_id", at)) != std::string::npos; ++at) ++with_id;
  CHECK(with_id > 150);
  CHECK(with_id < 350);
  std::size_t kept = 0;
  std::string cursor;
  do {
    const base::Json page = s.get("?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor));
    kept += page.find("data")->array()->size();
    cursor = text_at(page, "next_cursor");
  } while (!cursor.empty());
  CHECK(kept == with_id);
}

TEST_CASE("decision log: what is masked is kept nowhere, and an explanation says so", "[decision_log]") {
  Scene s(R"({"log":"all","log_mask":["/context/token","/subject/properties","/resource/properties/a/1"]})");
  const std::string secret(kSecret);
  const auto answer = s.post(
      "evaluation",
      R"({"subject":{"type":"user","id":"ann","properties":{"pin":")" + secret +
          R"("}},"action":{"name":"view"},"resource":{"type":"doc","id":"1","properties":{"locked":true,"a":["x",")" +
          secret + R"("]}},"context":{"token":")" + secret + R"(","ip":"192.0.2.1"}})");
  const std::string id = answer.header("x-evaluation-id");
  const auto entry = s.server.ask({"GET /v1/decisions/" + id, "", s.header}, s.key);
  CHECK_THAT(entry.body, !ContainsSubstring(secret));
  CHECK_THAT(entry.body, ContainsSubstring(R"("properties":{"locked":true,"a":["x",null]})"));
  CHECK_THAT(entry.body, ContainsSubstring(R"("context":{"ip":"192.0.2.1"})"));
  CHECK_THAT(
      entry.body,
      ContainsSubstring(R"("masked":["/subject/properties","/resource/properties/a/1","/context/token"])"));
  const auto explained = s.server.ask({"GET /v1/decisions/" + id + "/explain", "", s.header}, s.key);
  CHECK_THAT(
      explained.body,
      StartsWith(
          R"({"sentence":"user ann was not allowed to view doc 1. A rule of priority 0 decided this.")"));
  CHECK_THAT(explained.body, ContainsSubstring("forbid (principal, action, resource is doc)"));
  CHECK_THAT(explained.body,
             ContainsSubstring(
                 "/context/token was masked before this was kept, so whether it mattered can't be told"));
  CHECK_THAT(explained.body, !ContainsSubstring(secret));
}

TEST_CASE("decision log: what is masked isn't told by what stands beside it, nor by counters",
          "[decision_log]") {
  using decision_log::Used;
  struct Row {
    const char *masked, *in_entries, *counted;
  };
  const Row rows[] = {
      {"/context/x", "permission asked_by grants", "permission subject grant"},
      {"/action/name", "asked_by grants", "subject grant"},
      {"/resource/type", "asked_by", "subject"},
      {"/resource/id", "permission asked_by", "permission subject"},
      {"/subject/id", "permission", "permission"},
      {"/subject/type", "permission", "permission"},
  };
  for (const Row& row : rows) {
    INFO(row.masked);
    Scene s(R"({"log":"all","log_mask":[")" + std::string(row.masked) + R"("]})");
    const auto policy = s.rules.add(
        {R"(permit (principal == ?principal, action == Action::"edit", resource == ?resource);)"}, 5);
    const auto grant = s.rules.grant(policy, {"user:bob", "doc:7"});
    s.post(
        "evaluation",
        R"({"subject":{"type":"user","id":"bob"},"action":{"name":"edit"},"resource":{"type":"doc","id":"7"}})");
    s.server.ask({"POST /v1beta1/check",
                  R"({"permission":"app/organization:get","resource":"app/organization:)" + s.tenant + "\"}",
                  {}},
                 s.key);
    const base::Json page = s.get("?limit=5");
    const base::Json::Array& entries = *page.find("data")->array();
    REQUIRE(entries.size() == 2);
    const base::Json me = s.server.made({"GET /v1/me", "", s.header}, s.key);
    const std::string principal(base::Uuid::parse(text_at(me, "id"))->raw());
    std::string in_entries;
    if (entries[0].find("permission")) in_entries += "permission ";
    if (entries[0].find("asked_by")) in_entries += "asked_by ";
    if (entries[1].find("grants")) in_entries += "grants ";
    CHECK(in_entries == row.in_entries + std::string(" "));
    CHECK(entries[1].find("asked_by"));  // of whom isn't the subject
    std::string counted;
    const auto archive = s.server.decision_log().archive();
    const auto count = [&](Used kind, const std::string& what, const char* name) {
      if (archive->last_used(*domain::TenantId::parse(s.tenant), kind, what).value())
        counted += std::string(name) + " ";
    };
    count(Used::kPermission, "organization:get", "permission");
    count(Used::kSubject, principal, "subject");
    count(Used::kGrant, std::string(grant.raw()), "grant");
    CHECK(counted == row.counted + std::string(" "));
  }
}

TEST_CASE("decision log: what a tenant calls secret is kept nowhere, and shown no more", "[decision_log]") {
  const std::string secret(kSecret);
  const auto part = [&](const std::string& names) {
    return "\"properties\":{" + names + ":{\"deep\":[\"" + secret + "\"]},\"open\":{\"a\":[{" + names +
           ":\"" + secret + "\"}]}}";
  };
  const std::string body = R"({"subject":{"type":"user","id":"ann",)" + part("\"pin\"") +
                           R"(},"action":{"name":"view",)" + part("\"pin\"") +
                           R"(},"resource":{"type":"doc","id":"1",)" + part("\"pin\"") +
                           R"(},"context":{"pin":")" + secret + R"(","open":{"pin":")" + secret + R"("}}})";
  const std::string places =
      R"(["/subject/properties/pin","/subject/properties/open/a/0/pin","/action/properties/pin",)"
      R"("/action/properties/open/a/0/pin","/resource/properties/pin","/resource/properties/open/a/0/pin",)"
      R"("/context/pin","/context/open/pin"])";
  Scene s(R"({"log":"all"})");
  const std::string before = s.post("evaluation", body).header("x-evaluation-id");
  const auto shown = [&](const std::string& path) {
    return s.server.ask({"GET /v1/decisions" + path, "", s.header}, s.key).body;
  };
  CHECK_THAT(shown("/" + before), ContainsSubstring(secret));
  s.server.made({"PUT /v1/decisions/settings", R"({"log":"all","secret":["salary","pin"]})", s.header},
                s.key);
  const std::string after = s.post("evaluation", body).header("x-evaluation-id");
  for (const std::string& path : {"/" + before, "/" + after, "/" + before + "/explain",
                                  "/" + after + "/explain", std::string("?limit=5")}) {
    INFO(path);
    CHECK_THAT(shown(path), !ContainsSubstring(secret));
    CHECK_THAT(shown(path), ContainsSubstring("\"masked\":" + places) &&
                                ContainsSubstring(R"("context":{"open":{}})") &&
                                ContainsSubstring(R"("properties":{"open":{"a":[{}]}})"));
  }
  std::string kept;
  CHECK(s.server.decision_log()
            .archive()
            ->each(*domain::TenantId::parse(s.tenant), {},
                   [&](const decision_log::Kept& entry) {
                     kept = entry.json;
                     return false;
                   })
            .ok());
  CHECK_THAT(kept, ContainsSubstring(after) && !ContainsSubstring(secret));
}

TEST_CASE("decision log: what was sent and why is for those who may ask", "[decision_log]") {
  Scene s(R"({"log":"all"})");
  const auto answer =
      s.post("evaluation", question("view", "1", R"(,"properties":{"size":7}},"context":{"a":1})"));
  const std::string id = answer.header("x-evaluation-id");
  const auto auditor = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:auditview"])"));
  const auto decider = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:decide"])"));
  const auto both =
      TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:auditview","organization:decide"])"));
  const auto ask = [&](const std::string& path, const std::string& credential) {
    return s.server.ask({"GET /v1/decisions" + path, "", s.header}, credential);
  };
  for (const std::string& path : {std::string("?limit=5"), "/" + id}) {
    CHECK_THAT(ask(path, auditor).body, ContainsSubstring(R"("decision":true)") &&
                                            !ContainsSubstring("size") && !ContainsSubstring("context") &&
                                            !ContainsSubstring("rules"));
    CHECK_THAT(ask(path, both).body, ContainsSubstring(R"("size":7)") && ContainsSubstring("rules"));
    CHECK(ask(path, decider).status == 403);
  }
  CHECK(ask("/" + id + "/explain", auditor).status == 403);
  CHECK(ask("/" + id + "/explain", decider).status == 403);
  CHECK_THAT(ask("/" + id + "/explain", both).body,
             ContainsSubstring("organization:policymanage") && !ContainsSubstring("forbid ("));
  const std::string other = s.server.make_tenant("globex");
  s.header = {TestServer::tenant(other)};
  const auto theirs = TestServer::bearer(s.server.make_key(other, R"(["organization:administer"])"));
  CHECK(ask("/" + id, theirs).status == 404);
  CHECK(ask("/" + id + "/explain", theirs).status == 404);
  CHECK_THAT(ask("?limit=5", theirs).body, ContainsSubstring(R"("data":[])"));
  CHECK(ask("/nonsense", theirs).status == 404);
}

TEST_CASE("decision log: a decision is explained as it was then, however much has changed since",
          "[decision_log]") {
  Scene s(R"({"log":"all"})");
  const std::string all = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:administer"])"));
  s.rules.add_entity({"doc", "1"}, R"({"locked":true})");
  const std::string id = s.post("evaluation", question("view", "1", "}")).header("x-evaluation-id");
  const auto explained = [&](const std::string& entry) {
    return s.server.made({"GET /v1/decisions/" + entry + "/explain", "", s.header}, all);
  };
  const base::Json before = explained(id);
  CHECK(text_at(before, "then.sentence") ==
        "user/ann may not view doc/1: rule 2 of policy policy forbids it");
  CHECK(text_at(before.find("rules")->array()->front(), "policy_text").starts_with("forbid ("));
  const std::string rule = text_at(before.find("rules")->array()->front(), "rule_id");
  const std::string policy = text_at(before.find("rules")->array()->front(), "policy_id");

  s.server.clock().advance(60'000);
  s.rules.add_entity({"doc", "1"}, R"({"locked":false})");
  s.server.made({"DELETE /v1/policies/" + policy + "/rules/" + rule, "", s.header}, all);
  CHECK(s.post("evaluation", question("view", "1", "}")).body == R"({"decision":true})");
  CHECK(to_text(explained(id)) == to_text(before));

  // Of what is asked again nothing is logged.
  CHECK(s.logged() == "view doc 1: yes\nview doc 1: no\n");

  // What isn't kept any more.
  const store::Revision revision = s.server.store().revision();
  const auto trim = [&](store::WriteTxn& txn) -> base::Result<void> {
    const auto trimmed = store::trim_changes(txn, {{0}, s.server.clock().now(), revision - 1}, 1'000);
    if (!trimmed.ok()) return trimmed.error();
    return {};
  };
  REQUIRE(s.server.store().write(trim).ok());
  const base::Json gone = explained(id);
  CHECK(gone.find("then")->is_null());
  CHECK(text_at(gone, "sentence") == text_at(before, "sentence"));
  CHECK_THAT(to_text(*gone.find("unknown")),
             ContainsSubstring("what was stored then can't be looked at: at: what was is kept since "));
  CHECK(text_at(gone.find("rules")->array()->front(), "unknown") == "it has been deleted since");
}

TEST_CASE("decision log: what was masked, or is a check, isn't asked again", "[decision_log]") {
  Scene s(R"({"log":"all","log_mask":["/context/token"]})");
  const std::string all = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:administer"])"));
  const std::string masked =
      s.post("evaluation", question("view", "1", R"(},"context":{"token":"x"})")).header("x-evaluation-id");
  const std::string whole =
      s.post("evaluation", question("view", "1", R"(},"context":{"other":"x"})")).header("x-evaluation-id");
  s.server.ask({"POST /v1beta1/check",
                R"({"permission":"app/organization:get","resource":"app/organization:)" + s.tenant + "\"}",
                {}},
               s.key);
  const std::string check = text_at(s.get("?limit=1").find("data")->array()->front(), "id");
  const auto then = [&](const std::string& id) {
    return to_text(*s.server.made({"GET /v1/decisions/" + id + "/explain", "", s.header}, all).find("then"));
  };
  CHECK(then(masked) == "null");
  CHECK(then(check) == "null");
  CHECK_THAT(then(whole), ContainsSubstring("permits it"));
}

TEST_CASE("decision log: checks of /v1beta1 are logged, and what is only tried isn't", "[decision_log]") {
  Scene s(R"({"log":"all"})");
  const auto asked = s.server.ask(
      {"POST /v1beta1/check",
       R"({"permission":"app/organization:get","resource":"app/organization:)" + s.tenant + "\"}",
       {}},
      s.key);
  CHECK(asked.body == R"({"status":true})");
  const base::Json entry = s.get("?limit=5").find("data")->array()->front();
  CHECK(text_at(entry, "call") == "check");
  CHECK(text_at(entry, "action.name") == "organization:get");
  CHECK(text_at(entry, "subject.type") == "service_user");
  s.server.made({"POST /v1/policies/evaluate", R"({"principal":"user:x","resource":"doc:1","action":"view"})",
                 s.header},
                s.key);
  s.server.made(
      {"POST /access/v1/search/resource",
       R"({"subject":{"type":"user","id":"ann"},"action":{"name":"view"},"resource":{"type":"doc"}})",
       {}},
      s.key);
  CHECK(s.get("?limit=5").find("data")->array()->size() == 1);
}

TEST_CASE("reports: what decided nothing, and since when that is known", "[decision_log]") {
  Scene s(R"({})");
  const auto report = [&](const std::string& days) {
    return s.server.ask({"GET /v1/reports/unused" + days, "", s.header}, s.key);
  };
  CHECK_THAT(report("").body, ContainsSubstring(R"("counted_since":null,"complete":false)") &&
                                  ContainsSubstring(R"("rules":[])"));
  for (const char* const days : {"?days=0", "?days=3651", "?days=x", "?weeks=1"})
    CHECK(report(days).status == 400);
  s.server.made({"PUT /v1/decisions/settings", R"({"log":"denied"})", s.header}, s.key);
  const auto ask = [&] { CHECK(s.post("evaluation", question("view", "1", "}")).status == 200); };
  ask();
  const std::string policy =
      text_at(s.server.made({"POST /v1/policies", R"({"name":"new"})", s.header}, s.key), "id");
  s.server.made({"POST /v1/policies/" + policy + "/rules",
                 R"({"policy_text":"permit (principal, action == Action::\"new\", resource);"})", s.header},
                s.key);
  const std::string text = report("?days=1").body;
  CHECK_THAT(text, !ContainsSubstring(R"("counted_since":null)") && ContainsSubstring(R"("complete":false)"));
  CHECK_THAT(text, !ContainsSubstring(policy));  // it was made just now
  constexpr std::int64_t kDay = 86'400'000;
  s.server.clock().advance(3 * kDay);
  ask();
  const base::Json later = s.server.made({"GET /v1/reports/unused?days=2", "", s.header}, s.key);
  CHECK(*later.find("complete")->boolean());
  REQUIRE(later.find("rules")->array()->size() == 2);  // the forbid, and the new one
  CHECK(later.find("rules")->array()->front().find("last_used_on")->is_null());
  s.server.clock().advance(3 * kDay);
  const base::Json idle = s.server.made({"GET /v1/reports/unused?days=2", "", s.header}, s.key);
  CHECK(idle.find("rules")->array()->size() == 3);
}

TEST_CASE("reports: what is masked isn't counted, and what is counted anew begins anew", "[decision_log]") {
  struct Row {
    const char *mask, *not_counted;
  };
  const Row rows[] = {{"/context/x", "[]"},
                      {"/subject/id", R"(["grants"])"},
                      {"/resource/id", R"(["grants"])"},
                      {"/action/name", R"(["permissions","roles","mappings"])"},
                      {"/resource/type", R"(["permissions","roles","mappings","grants"])"}};
  constexpr std::int64_t kDay = 86'400'000;
  for (const Row& row : rows) {
    INFO(row.mask);
    Scene s(R"({})");
    const auto set = [&](const std::string& settings) {
      s.server.made({"PUT /v1/decisions/settings", settings, s.header}, s.key);
    };
    set(R"({"log":"denied","log_mask":[")" + std::string(row.mask) + R"("]})");
    CHECK(s.post("evaluation", question("view", "1", "}")).status == 200);
    const auto report = [&] { return s.server.made({"GET /v1/reports/unused?days=2", "", s.header}, s.key); };
    CHECK(s.server.decision_log().catch_up(std::chrono::seconds(60)));  // what isn't written counts from then
    s.server.clock().advance(3 * kDay);
    CHECK(base::to_text(*report().find("not_counted")) == row.not_counted);
    CHECK(*report().find("complete")->boolean());
    set(R"({"log":"all","log_mask":[]})");
    CHECK(base::to_text(*report().find("not_counted")) == "[]");
    CHECK(*report().find("complete")->boolean() == (row.not_counted == std::string("[]")));
    s.server.clock().advance(3 * kDay);
    CHECK(*report().find("complete")->boolean());
  }
}

TEST_CASE("decision log: a tenant is told what of its own made room, and no other is", "[decision_log]") {
  Scene s(R"({"log":"all"})");
  const std::string other = s.server.make_tenant("globex");
  const auto theirs = TestServer::bearer(s.server.make_key(
      other, R"(["organization:decide","organization:auditview","organization:policymanage"])"));
  s.server.made({"PUT /v1/decisions/settings", R"({"log":"all"})", {TestServer::tenant(other)}}, theirs);
  decision_log::Log& log = s.server.decision_log();
  SeededRandom random{1};
  const auto put = [&](const std::string& tenant, const std::string& json, const decision_log::Uses& uses) {
    decision_log::Event event;
    event.tenant = *domain::TenantId::parse(tenant);
    decision_log::Folding folding;
    folding.add(log.make_id(s.server.clock().now()), json);
    event.entries = folding.take();
    event.keep = {1'000'000, 30};
    event.uses = uses;
    REQUIRE(log.put_and_wait({event}, std::chrono::seconds(20)).ok());
  };
  put(other, "{}", {});
  for (int i = 0; i < 300; ++i) {  // of 8 MiB of entries, and 20,000 counters
    std::string json = "{\"x\":\"";
    while (json.size() < std::size_t{32} << 10U) json += random.uuid(base::Timestamp{1}).to_string();
    decision_log::Uses uses;
    for (int n = 0; n < 50; ++n) uses.add(decision_log::Used::kSubject, std::to_string(i * 50 + n));
    put(s.tenant, json + "\"}", uses);
  }
  const auto page = [&](const std::string& tenant, const std::string& key) {
    return s.server.made({"GET /v1/decisions?limit=1", "", {TestServer::tenant(tenant)}}, key);
  };
  const auto report = [&](const std::string& tenant, const std::string& key) {
    return s.server.made({"GET /v1/reports/unused", "", {TestServer::tenant(tenant)}}, key);
  };
  CHECK(*page(s.tenant, s.key).find("evicted")->integer() > 40);
  CHECK(*page(s.tenant, s.key).find("lost")->integer() == 0);
  CHECK(*page(other, theirs).find("evicted")->integer() == 0);
  CHECK(*report(s.tenant, s.key).find("lost")->integer() == 300 * 50 - 10'485);
  CHECK(report(s.tenant, s.key).find("lost_at")->string());
  CHECK(*report(other, theirs).find("lost")->integer() == 0);
  CHECK(report(other, theirs).find("lost_at")->is_null());
}

TEST_CASE("decision log: what there was no room for is counted where it is read", "[decision_log]") {
  TestServerOptions options;
  options.log_room = 64;
  TestServer server(options);
  const std::string tenant = server.make_tenant("acme");
  const auto key = TestServer::bearer(server.make_key(
      tenant, R"(["organization:decide","organization:auditview","organization:policymanage"])"));
  server.made({"PUT /v1/decisions/settings", R"({"log":"all"})", {TestServer::tenant(tenant)}}, key);
  CHECK(server.ask({"POST /access/v1/evaluation", question("view", "1", "}"), {}}, key).status == 200);
  CHECK_THAT(server.ask({"GET /v1/decisions?limit=5", "", {TestServer::tenant(tenant)}}, key).body,
             ContainsSubstring(R"("data":[],"lost":1)"));
  server.made(
      {"PUT /v1/decisions/settings", R"({"log":"all","log_strict":true})", {TestServer::tenant(tenant)}},
      key);
  const auto refused = server.ask({"POST /access/v1/evaluation", question("view", "1", "}"), {}}, key);
  CHECK(refused.status == 503);
  CHECK_THAT(refused.body, ContainsSubstring("the decision log"));
}
