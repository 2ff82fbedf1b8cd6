// Which recorded decisions a change would turn is held against making the change and asking the same again.
#include <map>
#include <random>

#include "decision_log/log.h"
#include "tests/support/answers.h"
#include "tests/support/server.h"

namespace {

constexpr std::string_view kPlanted = "hunter2-the-planted-secret";

struct Scene {
  TestServer server;
  std::string tenant;
  std::string key;
  std::vector<std::string> header;

  Scene() : Scene("acme") {}
  explicit Scene(const std::string& slug)
      : tenant(server.make_tenant(slug)),
        key(key_with(R"(["organization:decide","organization:auditview","organization:policymanage"])")),
        header{TestServer::tenant(tenant)} {
    settings(R"({"log":"all"})");
  }

  std::string key_with(const std::string& scopes) {
    return TestServer::bearer(server.make_key(tenant, scopes));
  }
  void settings(const std::string& body) { server.made({"PUT /v1/decisions/settings", body, header}, key); }
  bool is_allowed(const std::string& question) {
    const base::Json answer = server.made({"POST /access/v1/evaluation", question, {}}, key);
    return *answer.find("decision")->boolean();
  }
  base::Json policy(const std::string& query, const std::string& body, const std::string& credential = "") {
    return server.made({"POST /v1/policies" + query, body, header}, credential.empty() ? key : credential);
  }
  // What a change would turn, as its dry run tells it.
  base::Json recorded(const std::string& body, const std::string& credential = "") {
    const base::Json seen = policy("?dry_run=true", body, credential);
    return *seen.find("impact")->find("recorded");
  }
};

std::string policy_of(const std::string& rule, int priority = 0) {
  return R"({"name":"p","priority":)" + std::to_string(priority) + R"(,"rules":[{"policy_text":)" +
         to_text(base::Json(rule)) + "}]}";
}

std::string question(const std::string& user, const std::string& action, const std::string& doc,
                     const std::string& properties = "{}", const std::string& context = "{}") {
  return R"({"subject":{"type":"user","id":")" + user + R"("},"action":{"name":")" + action +
         R"("},"resource":{"type":"doc","id":")" + doc + R"(","properties":)" + properties +
         R"(},"context":)" + context + "}";
}

// "3 kept, 3 examined, 1 not comparable, 0 to yes, 1 to no: ann view 1: no"
std::string told(const base::Json& recorded) {
  if (recorded.is_null()) return "null";
  const auto number = [&](const char* name) { return std::to_string(*recorded.find(name)->integer()); };
  std::string text = number("kept") + " kept, " + number("examined") + " examined, " +
                     number("not_comparable") + " not comparable, " + number("to_allowed") + " to yes, " +
                     number("to_denied") + " to no:";
  for (const base::Json& flip : *recorded.find("data")->array())
    text += " " + text_at(flip, "subject.id") + " " + text_at(flip, "action") + " " +
            text_at(flip, "resource.id") + ": " + (*flip.find("decision")->boolean() ? "yes" : "no");
  return text;
}

}  // namespace

TEST_CASE("recorded flips: those that a change would turn are those that it turns", "[http][foresee]") {
  Scene s;
  std::mt19937 random(5);
  const auto one_of = [&](const std::vector<std::string>& texts) { return texts[random() % texts.size()]; };
  std::map<std::string, std::string> questions;  // by the entry's id
  s.policy(
      "", policy_of("permit (principal, action, resource) when { resource has size && resource.size > 2 };"));
  for (int i = 0; i < 60; ++i) {
    const std::string asked =
        question(one_of({"ann", "bob"}), one_of({"view", "edit"}), one_of({"1", "2", "3"}),
                 one_of({"{}", R"({"size":1})", R"({"size":3})"}),
                 one_of({"{}", R"({"ip":"192.0.2.1"})", R"({"ip":"198.51.100.7","late":true})"}));
    const RawResponse answer = s.server.ask({"POST /access/v1/evaluation", asked, {}}, s.key);
    REQUIRE(answer.status == 200);
    questions[answer.header("x-evaluation-id")] = asked;
  }
  // From here on what is asked again isn't recorded; what was recorded is kept.
  s.settings(R"({"log":"off"})");
  const auto answers = [&] {
    std::map<std::string, bool> all;
    for (const auto& [id, asked] : questions) all[id] = s.is_allowed(asked);
    return all;
  };
  std::size_t turned = 0;
  std::map<std::string, bool> before = answers();
  for (int i = 0; i < 20; ++i) {
    const std::string rule =
        one_of({"permit", "forbid"}) + " (principal, action" + one_of({"", " == Action::\"view\""}) +
        ", resource) when { " +
        one_of({"context has late && context.late", "context has ip", "resource has size",
                "resource has size && resource.size < 2", "!(context has ip)"}) +
        " };";
    const std::string body = policy_of(rule, static_cast<int>(random() % 30));
    INFO(body);
    const base::Json seen = s.recorded(body);
    CHECK(answers() == before);
    std::map<std::string, bool> said, expected;
    for (const base::Json& flip : *seen.find("data")->array()) {
      said[text_at(flip, "id")] = *flip.find("decision")->boolean();
      CHECK_THAT(questions.at(text_at(flip, "id")), ContainsSubstring("\"" + text_at(flip, "action") + "\""));
    }
    s.policy("", body);
    const std::map<std::string, bool> after = answers();
    for (const auto& [id, allowed] : after)
      if (before.at(id) != allowed) expected[id] = allowed;
    CHECK(said == expected);
    CHECK(*seen.find("examined")->integer() == 60);
    CHECK(*seen.find("not_comparable")->integer() == 0);
    CHECK(*seen.find("to_allowed")->integer() + *seen.find("to_denied")->integer() ==
          static_cast<std::int64_t>(expected.size()));
    turned += expected.size();
    before = after;
  }
  CHECK(turned > 60);
}

TEST_CASE("recorded flips: what is masked, secret or of others isn't compared, and shown to nobody",
          "[http][foresee]") {
  Scene s;
  const std::string secret(kPlanted);
  const std::string forbid =
      policy_of("forbid (principal, action, resource) when { !(context has none) };", 1);
  CHECK(told(s.recorded(forbid)) == "0 kept, 0 examined, 0 not comparable, 0 to yes, 0 to no:");
  s.policy("", policy_of("permit (principal, action, resource);"));

  s.is_allowed(question("ann", "view", "1", R"({"pin":")" + secret + "\"}"));  // secret by then
  s.settings(R"({"log":"all","secret":["pin"],"log_mask":["/context/token","/resource/id"]})");
  s.is_allowed(question("ann", "view", secret, "{}", R"({"token":")" + secret + "\"}"));
  s.settings(R"({"log":"all","secret":["pin"]})");
  s.is_allowed(question("ann", "view", "2"));
  const std::string large = R"({"much":")" + std::string(40'000, 'x') + "\"}";
  s.is_allowed(question("ann", "view", "3", "{}", large));  // cut

  // Another tenant's entries are no business of this one's.
  const std::string globex = s.server.make_tenant("globex");
  const std::string other =
      TestServer::bearer(s.server.make_key(globex, R"(["organization:decide","organization:policymanage"])"));
  s.server.made({"PUT /v1/decisions/settings", R"({"log":"all"})", {TestServer::tenant(globex)}}, other);
  s.server.made({"POST /access/v1/evaluation", question("eve", "view", "9"), {}}, other);

  CHECK(told(s.recorded(forbid)) ==
        "4 kept, 4 examined, 3 not comparable, 0 to yes, 1 to no: ann view 2: no");
  const RawResponse whole = s.server.ask({"POST /v1/policies?dry_run=true", forbid, s.header}, s.key);
  CHECK_THAT(whole.body, !ContainsSubstring(secret));
  CHECK_THAT(whole.body, !ContainsSubstring("eve"));
}

TEST_CASE("recorded flips: an entry is asked by the clock of its time", "[http][foresee]") {
  Scene s;
  const std::string user = text_at(
      s.server.made({"POST /v1/users", R"({"email":"ann@acme.example","name":"Ann"})", s.header}), "id");
  s.server.made({"POST /v1/roles", R"({"slug":"reader","name":"Reader","scopes":["group:get"]})", s.header});
  const std::string group = text_at(s.server.made({"POST /v1/groups", R"({"name":"Team"})", s.header}), "id");
  s.server.made({"POST /v1/groups/" + group + "/members", R"({"user_id":")" + user + "\"}", s.header});
  const base::Timestamp ends{s.server.clock().now().ms + 3'600'000};
  s.server.made({"POST /v1/groups/" + group + "/roles",
                 R"({"role":"reader","expires_at":")" + to_string(ends) + "\"}", s.header});
  s.is_allowed(question(user, "view", "early"));
  s.server.clock().advance(2 * 3'600'000);
  s.is_allowed(question(user, "view", "late"));
  CHECK(told(s.recorded(policy_of(
            R"(permit (principal, action, resource) when { principal.scopes.contains("group:get") };)"))) ==
        "2 kept, 2 examined, 0 not comparable, 1 to yes, 0 to no: " + user + " view early: yes");
}

TEST_CASE("recorded flips: are told to whoever may read the log and ask about others", "[http][foresee]") {
  Scene s;
  s.is_allowed(question("ann", "view", "1"));
  const std::string permit = policy_of("permit (principal, action, resource);");
  struct Row {
    const char *scopes, *expected;
  };
  const char* const all = "1 kept, 1 examined, 0 not comparable, 1 to yes, 0 to no: ann view 1: yes";
  for (const Row& row :
       {Row{R"(["organization:policymanage","organization:decide","organization:auditview"])", all},
        Row{R"(["organization:policymanage","organization:decide"])", "null"},
        Row{R"(["organization:policymanage","organization:auditview"])", "null"},
        Row{R"(["organization:policymanage"])", "null"}}) {
    CAPTURE(row.scopes);
    CHECK(told(s.recorded(permit, s.key_with(row.scopes))) == row.expected);
  }
  // Of what is no change of what decisions go by nothing is compared.
  const base::Json role = s.server.made(
      {"POST /v1/roles?dry_run=true", R"({"slug":"r","name":"R","scopes":["group:get"]})", s.header});
  CHECK(role.find("impact")->find("recorded")->is_null());
}
