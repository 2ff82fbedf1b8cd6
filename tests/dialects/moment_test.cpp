// `?at=`: what calls answer about another time. The judge is what they answered when it was that time.
#include "dialects/moment.h"

#include <random>

#include "dialects/routes.h"
#include "store/change_trim.h"
#include "tests/support/answers.h"
#include "tests/support/server.h"
#include "tests/support/tenant_rules.h"

namespace {

constexpr std::int64_t kHour = 3'600'000;

// A tenant of people, groups, roles and documents, which the platform asks about.
struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::vector<std::string> header{TestServer::tenant(tenant)};
  TenantRules rules{server.store(), *domain::TenantId::parse(tenant)};

  std::string make(const std::string& line, const std::string& body) {
    return text_at(server.made({line, body, header}), "id");
  }
  std::string make_user(const std::string& name) {
    return make("POST /v1/users", R"({"email":")" + name + R"(@acme.example","name":")" + name + "\"}");
  }
  RawResponse ask(const Ask& ask, const std::string& credential) {
    const bool names_tenant = ask.line.find("/access/v1/") != std::string::npos;
    return server.ask({ask.line, ask.body, names_tenant ? std::vector<std::string>() : header}, credential);
  }
  RawResponse ask(const Ask& a) { return ask(a, TestServer::platform()); }
  base::Timestamp now() { return server.clock().now(); }
  std::string after(std::int64_t ms) { return to_string(base::Timestamp{now().ms + ms}); }
};

Ask at(const Ask& ask, const std::string& time) {
  const char* const mark = ask.line.find('?') == std::string::npos ? "?" : "&";
  return {ask.line + mark + "at=" + time, ask.body, ask.headers};
}
Ask at(const Ask& ask, base::Timestamp time) {
  return at(ask, to_string(time));
}

// "200 {…}", without as_of.
// Without the calls that would turn an answer, which are of now alone.
std::string told(const RawResponse& response) {
  std::string body = response.body;
  constexpr std::string_view kCall = ",\"call\":";
  for (std::size_t at = body.find(kCall); at != std::string::npos; at = body.find(kCall, at)) {
    std::size_t end = at + kCall.size();
    int depth = 0;
    do {
      depth += body[end] == '{' ? 1 : body[end] == '}' ? -1 : 0;
    } while (++end < body.size() && (depth > 0 || (body[end] != ',' && body[end] != '}')));
    body.erase(at, end - at);
  }
  if (const std::size_t as_of = body.find(",\"as_of\":{"); as_of != std::string::npos)
    body.erase(as_of, body.rfind('}') - as_of);
  return std::to_string(response.status) + " " + body;
}

std::string question(const std::string& user, const std::string& action, const std::string& doc,
                     const std::string& more = "") {
  return R"({"subject":{"type":"user","id":")" + user + R"("},"action":{"name":")" + action +
         R"("},"resource":{"type":"doc","id":")" + doc + "\"}" + more + "}";
}

// A tenant in which something changes at random, once an hour.
class Changing : public Scene {
  static constexpr const char* kPermission = R"({"bodies":[{"key":"office.doc.print"}]})";

 public:
  explicit Changing(unsigned seed) : random_(seed) {
    rules.add({R"(permit (principal, action == Action::"view", resource is doc)
                  when { resource.status == "open" };)",
               R"(permit (principal in role::"writer", action == Action::"write", resource is doc);)"});
    server.made({"POST /v1beta1/permissions", kPermission, {}});
    for (const char* name : {"ann", "bob", "eve"}) users_.push_back(make_user(name));
    for (const char* name : {"Finance", "Berlin"})
      groups_.push_back(make("POST /v1/groups", R"({"name":")" + std::string(name) + "\"}"));
    put("POST /v1/roles", R"({"slug":"reader","name":"Reader","scopes":["organization:get"]})");
    put("POST /v1/roles", R"({"slug":"writer","name":"Writer","scopes":["group:get","group:update"]})");
  }

  // Whatever comes of it.
  void change() {
    const std::string user = any(users_), group = any(groups_);
    const std::string role = pick(2) ? "reader" : "writer";
    switch (pick(15)) {
      case 0:
        users_.push_back(make_user("user" + std::to_string(users_.size())));
        break;
      case 1:
        put("DELETE /v1/users/" + user + "?force=true", "");
        break;
      case 2:
      case 3:
        put("POST /v1/groups/" + group + "/members", R"({"user_id":")" + user + "\"}");
        break;
      case 4:
        put("DELETE /v1/groups/" + group + "/members/" + user, "");
        break;
      case 5:
      case 6:
        put("POST /v1/grants", R"({"role":")" + role + R"(","principal":"user:)" + user + "\"" +
                                   (pick(2) ? "" : R"(,"resource":"doc:1")") + bounds() + "}");
        break;
      case 7:
        put("POST /v1/groups/" + group + "/roles", R"({"role":")" + role + "\"" + bounds() + "}");
        break;
      case 8:
        put("DELETE /v1/groups/" + group + "/roles/" + role, "");
        break;
      case 9:
        put("PATCH /v1/roles/" + role, pick(2) ? R"({"scopes":["organization:get","office/doc:print"]})"
                                               : R"({"scopes":["group:get"]})");
        break;
      case 10:
        put("PUT /v1/entities/doc/1",
            R"({"attrs":{"status":")" + std::string(pick(2) ? "open" : "shut") + "\"}}");
        break;
      case 11:
        put("PATCH /v1/users/" + user,
            pick(2) ? R"({"active":false})" : R"({"active":true,"name":"Renamed"})");
        break;
      case 12:
        rules.add({R"(forbid (principal, action == Action::"view", resource == doc::")" +
                   std::to_string(pick(3)) + "\");"});
        break;
      case 14:
        if (pick(2))
          put("DELETE /v1beta1/permissions/office_doc_print", "");
        else
          put("POST /v1beta1/permissions", kPermission);
        break;
      case 13:
        put("POST /v1/groups/" + groups_[0] + "/members", R"({"group_id":")" + groups_[1] + "\"}");
        break;
    }
  }

  // What is asked about now, and then again.
  std::vector<Ask> calls() const {
    std::vector<Ask> calls;
    for (const std::string& user : users_) {
      calls.push_back({"GET /v1/users/" + user + "/effective", "", {}});
      calls.push_back({"GET /v1/users/" + user + "/effective?by=scope", "", {}});
      calls.push_back({"POST /v1/explain", question(user, "view", "1"), {}});
      calls.push_back({"POST /v1/explain", question(user, "write", "2"), {}});
      calls.push_back({"POST /acme/access/v1/evaluation",
                       question(user, "write", "1", R"(,"options":{"reasons":"trace"})"),
                       {}});
    }
    calls.push_back({"GET /v1/groups/" + groups_[0] + "/effective", "", {}});
    calls.push_back({"GET /v1/roles/writer/holders", "", {}});
    calls.push_back({"GET /v1/permissions/group:get/holders", "", {}});
    calls.push_back({"GET /v1/entities/doc/1/access", "", {}});
    calls.push_back({"POST /acme/access/v1/evaluations",
                     R"({"subject":{"type":"user","id":")" + users_.front() +
                         R"("},"evaluations":[{"action":{"name":"view"},"resource":{"type":"doc","id":"1"}},)"
                         R"({"action":{"name":"write"},"resource":{"type":"doc","id":"2"}}]})",
                     {}});
    return calls;
  }

 private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  std::string any(const std::vector<std::string>& ids) { return ids[pick(ids.size())]; }
  void put(const std::string& line, const std::string& body) { server.ask({line, body, header}); }
  // Half an hour away from each change, so that it doesn't matter how long a test takes.
  std::string bounds() {
    if (pick(2)) return "";
    return R"(,"expires_at":")" + after(kHour / 2 + static_cast<std::int64_t>(pick(8)) * kHour) + "\"";
  }

  std::mt19937 random_;
  std::vector<std::string> users_, groups_;
};

}  // namespace

TEST_CASE("at: each call answers what it answered then", "[http][history]") {
  for (unsigned seed = 0; seed < 3; ++seed) {
    Changing s(seed);
    struct Then {
      base::Timestamp time;
      Ask call;
      std::string answer;
    };
    std::vector<Then> then;
    std::size_t answered = 0;
    for (int i = 0; i < 24; ++i) {
      s.server.clock().advance(kHour);
      s.change();
      const base::Timestamp time{s.now().ms + 1};
      s.server.clock().advance(1'000);  // what is made from here on is later than that
      if (i % 3 != 0) continue;
      for (const Ask& call : s.calls()) then.push_back({time, call, told(s.ask(call))});
    }
    s.server.clock().advance(kHour);
    for (const Then& t : then) {
      INFO("seed " << seed << ", " << to_string(t.time) << ": " << t.call.line << " " << t.call.body);
      CHECK(told(s.ask(at(t.call, t.time))) == t.answer);
      answered += t.answer.starts_with("200") ? 1U : 0U;
    }
    CHECK(answered > then.size() / 2);
  }
}

TEST_CASE("at: the answer says which moment it is about", "[http][history]") {
  Scene s;
  const std::string ann = s.make_user("ann");
  const store::Revision revision = s.server.store().revision();
  const base::Timestamp then{s.now().ms + 1};
  s.server.clock().advance(kHour);
  s.make_user("bob");
  const Ask calls[] = {
      {"GET /v1/users/" + ann + "/effective", "", {}},
      {"GET /v1/roles/user/holders", "", {}},
      {"GET /v1/permissions/group:get/holders", "", {}},
      {"GET /v1/entities/doc/1/access", "", {}},
      {"POST /v1/explain", question(ann, "view", "1"), {}},
      {"POST /acme/access/v1/evaluation", question(ann, "view", "1"), {}},
      {"POST /acme/access/v1/evaluations", R"({"evaluations":[)" + question(ann, "view", "1") + "]}", {}},
  };
  const auto as_of = [](const std::string& time, store::Revision of) {
    return R"("as_of":{"time":")" + time + R"(","revision":)" + std::to_string(of) +
           R"(,"of_now":["catalogue","guard"]}})";
  };
  const std::string to_come = s.after(kHour);
  for (const Ask& call : calls) {
    INFO(call.line);
    CHECK_THAT(s.ask(at(call, then)).body, Catch::Matchers::EndsWith(as_of(to_string(then), revision)));
    CHECK_THAT(s.ask(at(call, to_come)).body, Catch::Matchers::EndsWith(as_of(to_come, revision + 1)));
    CHECK(s.ask(call).body.find("as_of") == std::string::npos);
  }
  const Ask in_body{
      "POST /v1/explain", question(ann, "view", "1", R"(,"at":")" + to_string(then) + "\""), {}};
  CHECK(s.ask(in_body).body == s.ask(at(calls[4], then)).body);
}

TEST_CASE("at: a moment that can't be is refused", "[http][history]") {
  Scene s;
  const std::string ann = s.make_user("ann");
  const std::string effective = "GET /v1/users/" + ann + "/effective";
  struct Row {
    Ask ask;
    int status;
    const char* contains;
  };
  const std::string must = "must be an RFC 3339 time";
  for (const Row& r : {
           Row{{effective + "?at=yesterday", "", {}}, 400, "at: must be an RFC 3339 time"},
           Row{{effective + "?at=", "", {}}, 400, "at: must be an RFC 3339 time"},
           Row{{effective + "?at=2026-04-15T12:00:00Z&at=2026-04-15T12:00:00Z", "", {}},
               400,
               "is given 2 times"},
           Row{{effective + "?at=x&nonsense=1", "", {}}, 400, "(and 1 more)"},
           Row{{"POST /v1/explain?at=x", question(ann, "view", "1"), {}}, 400, "at: must be"},
           Row{{"POST /v1/explain", question(ann, "view", "1", R"(,"at":7)"), {}}, 400, "at: must be"},
           Row{{"POST /v1/explain?at=2026-04-15T12:00:00Z",
                question(ann, "view", "1", R"(,"at":"2026-04-15T12:00:00Z")"),
                {}},
               400,
               "is in the body as well"},
           Row{{"POST /v1/explain", question(ann, "view", "1", R"(,"at":null)"), {}}, 200, "may not"},
           Row{{"POST /acme/access/v1/evaluation?at=x", question(ann, "view", "1"), {}}, 400, "at: must be"},
           Row{{"POST /acme/access/v1/evaluations?at=x", question(ann, "view", "1"), {}}, 400, "at: must be"},
           Row{{"GET /v1/users?at=2026-04-15T12:00:00Z", "", {}}, 400, "is not a known parameter"},
           Row{{effective + "?at=2020-01-01T00:00:00Z", "", {}},
               404,
               "was not there at 2020-01-01T00:00:00.000Z"},
           Row{{effective + "?at=9999-12-31T23:59:59Z", "", {}}, 200, "as_of"},
       }) {
    INFO(r.ask.line << " " << r.ask.body);
    const RawResponse response = s.ask(r.ask);
    INFO(response.body);
    CHECK(response.status == r.status);
    CHECK_THAT(response.body, ContainsSubstring(r.contains));
  }
}

TEST_CASE("at: what isn't kept any more is gone, and since when it is kept is told", "[http][history]") {
  Scene s;
  const std::string ann = s.make_user("ann");
  const base::Timestamp early{s.now().ms + 1};
  s.server.clock().advance(kHour);
  s.make_user("bob");
  s.server.clock().advance(kHour);
  s.make_user("eve");
  const store::Revision revision = s.server.store().revision();
  const auto trim = [&](store::WriteTxn& txn) -> base::Result<void> {
    const auto trimmed = store::trim_changes(txn, {{0}, s.now(), revision - 2}, 1'000);
    if (!trimmed.ok()) return trimmed.error();
    return {};
  };
  const Ask call{"GET /v1/users/" + ann + "/effective", "", {}};
  CHECK(s.ask(at(call, early)).status == 200);
  REQUIRE(s.server.store().write(trim).ok());
  const RawResponse gone = s.ask(at(call, early));
  INFO(gone.body);
  CHECK(gone.status == 410);
  const auto body = base::parse_json(gone.body);
  REQUIRE(body.ok());
  const std::string since = text_at(*body, "details.since");
  CHECK(text_at(*body, "code") == "gone");
  CHECK(text_at(*body, "message") == "at: what was is kept since " + since);
  CHECK(s.ask(at(call, since)).status == 200);
  CHECK(s.ask(at({"POST /acme/access/v1/evaluation", question(ann, "view", "1"), {}}, early)).status == 410);
}

TEST_CASE("at: rights are those of now, and looking back needs one of its own", "[http][history]") {
  Scene s;
  const std::string ann = s.make_user("ann");
  const std::string soon = s.after(kHour);
  const std::string both = TestServer::bearer(
      s.server.make_key(s.tenant, R"(["organization:get","organization:auditview","organization:decide"])"));
  const std::string expiring = TestServer::bearer(
      s.server.make_key(s.tenant, R"(["organization:get","organization:auditview"])", soon));
  const std::string plain =
      TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get","organization:decide"])"));
  const std::string only_back =
      TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:auditview"])"));
  const std::string globex = s.server.make_tenant("globex");
  const std::string theirs = TestServer::bearer(s.server.make_key(globex, R"(["organization:administer"])"));
  const base::Timestamp then{s.now().ms + 1};
  s.server.clock().advance(2'000);
  const Ask effective{"GET /v1/users/" + ann + "/effective", "", {}};
  const Ask asked{"POST /access/v1/evaluation", question(ann, "view", "1"), {}};
  CHECK(s.ask(at(effective, then), both).status == 200);
  CHECK(s.ask(at(effective, then), expiring).status == 200);
  CHECK(s.ask(at(asked, then), both).status == 200);

  CHECK(s.ask(effective, plain).status == 200);
  const RawResponse refused = s.ask(at(effective, then), plain);
  CHECK(refused.status == 403);
  CHECK_THAT(refused.body, ContainsSubstring("history:read: not allowed"));
  CHECK(s.ask(at(effective, s.after(kHour)), plain).status == 403);
  CHECK(s.ask(at(asked, then), plain).status == 403);
  CHECK(s.ask(at(effective, then), only_back).status == 403);
  CHECK(s.ask(at(asked, then), only_back).status == 403);
  CHECK_THAT(s.ask(at(effective, then), theirs).body, ContainsSubstring("tenant_mismatch"));
  CHECK(s.ask(at(effective, then), "").status == 401);

  // Who might have asked then, and may not now.
  s.server.clock().advance(kHour);
  CHECK(s.ask(at(effective, then), expiring).status == 401);
  const std::string group = s.make("POST /v1/groups", R"({"name":"Hidden"})");
  s.server.made({"POST /v1/groups/" + group + "/roles", R"({"role":"user"})", s.header});
  s.server.made({"POST /v1/groups/" + group + "/members", R"({"user_id":")" + ann + "\"}", s.header});
  const base::Timestamp later{s.now().ms + 1};
  s.server.clock().advance(2'000);
  s.server.made({"DELETE /v1/groups/" + group + "?force=true", "", s.header});
  CHECK_THAT(s.ask(at(effective, later), both).body, ContainsSubstring(R"("hidden":1)"));
  CHECK_THAT(s.ask(at(effective, later)).body, ContainsSubstring("Hidden"));
  CHECK(s.ask(effective).body.find("Hidden") == std::string::npos);
}

TEST_CASE("at: a time to come is what is, by that clock", "[http][history]") {
  Scene s;
  const std::string ann = s.make_user("ann");
  s.server.made({"POST /v1/roles", R"({"slug":"reader","name":"Reader","scopes":["group:get"]})", s.header});
  s.server.made(
      {"POST /v1/grants",
       R"({"role":"reader","principal":"user:)" + ann + R"(","expires_at":")" + s.after(2 * kHour) + "\"}",
       s.header});
  const Ask effective{"GET /v1/users/" + ann + "/effective", "", {}};
  CHECK_THAT(s.ask(at(effective, s.after(kHour))).body, ContainsSubstring("reader"));
  CHECK(s.ask(at(effective, s.after(3 * kHour))).body.find("reader") == std::string::npos);
  CHECK_THAT(s.ask(effective).body, ContainsSubstring("reader"));
  const Ask asked{"POST /acme/access/v1/evaluation",
                  R"({"subject":{"type":"user","id":")" + ann +
                      R"("},"action":{"name":"group:get"},"resource":{"type":"tenant","id":")" + s.tenant +
                      "\"}}",
                  {}};
  CHECK(told(s.ask(at(asked, s.after(kHour)))) == R"(200 {"decision":true})");
  CHECK(told(s.ask(at(asked, s.after(3 * kHour)))) == R"(200 {"decision":false})");
  CHECK(told(s.ask(asked)) == R"(200 {"decision":true})");
}

TEST_CASE("at: all pages are of the revision of the first", "[http][history]") {
  Scene s;
  s.server.made({"POST /v1/roles", R"({"slug":"reader","name":"Reader","scopes":["group:get"]})", s.header});
  const auto hold = [&](const std::string& user) {
    s.server.made({"POST /v1/grants", R"({"role":"reader","principal":"user:)" + user + "\"}", s.header});
  };
  for (int i = 0; i < 5; ++i) hold(s.make_user("user" + std::to_string(i)));
  const std::string list = "GET /v1/roles/reader/holders?limit=2&at=";
  for (const std::string& time : {s.after(1), s.after(kHour)}) {
    const store::Revision revision = s.server.store().revision();
    s.server.clock().advance(1'000);
    std::string names, cursor;
    do {
      const auto response = s.ask({list + time + (cursor.empty() ? "" : "&cursor=" + cursor), "", {}});
      INFO(response.body);
      REQUIRE(response.status == 200);
      const auto page = base::parse_json(response.body);
      REQUIRE(page.ok());
      for (const base::Json& row : *page->find("data")->array()) names += text_at(row, "name") + " ";
      CHECK(*page->find("as_of")->find("revision")->integer() == static_cast<std::int64_t>(revision));
      cursor = text_at(*page, "next_cursor");
      if (!cursor.empty()) {  // of no use about another time
        const std::string other = "GET /v1/roles/reader/holders?limit=2&cursor=" + cursor;
        CHECK(s.ask({other, "", {}}).status == 400);
        CHECK(s.ask({other + "&at=" + s.after(2 * kHour), "", {}}).status == 400);
      }
      hold(s.make_user("more" + std::to_string(s.server.store().revision())));
    } while (!cursor.empty());
    INFO("revision " << revision << ": " << names);
    CHECK(names.starts_with("user0 user1 user2 user3 user4 "));
    // Nor whoever came after the first page.
    CHECK(names.find("more" + std::to_string(revision)) == std::string::npos);
  }
}

TEST_CASE("at: what is secret now isn't shown as it was, nor what was secret then", "[http][history]") {
  constexpr const char* kPlanted = "hunter2-the-planted-secret";
  Scene s;
  const std::string ann = s.make_user("ann");
  s.rules.add({R"(permit (principal, action == Action::"view", resource is doc)
                  when { resource.pin == "0000" };)"});
  s.server.made(
      {"PUT /v1/entities/doc/1", R"({"attrs":{"pin":")" + std::string(kPlanted) + "\"}}", s.header});
  const Ask explain{"POST /v1/explain", question(ann, "view", "1"), {}};
  const Ask traced{
      "POST /acme/access/v1/evaluation", question(ann, "view", "1", R"(,"options":{"reasons":"trace"})"), {}};
  struct Row {
    const char* then;
    const char* now;
    bool is_shown;
  };
  for (const Row& row : {Row{"[]", "[]", true}, {"[]", R"(["pin"])", false}, {R"(["pin"])", "[]", false}}) {
    INFO(row.then << " " << row.now);
    const auto set = [&](const char* names) {
      s.server.made({"PUT /v1/decisions/settings", R"({"secret":)" + std::string(names) + "}", s.header});
    };
    s.server.clock().advance(2'000);
    set(row.then);
    const base::Timestamp then{s.now().ms + 1};
    s.server.clock().advance(2'000);
    set(row.now);
    for (const Ask& call : {explain, traced}) {
      const RawResponse response = s.ask(at(call, then));
      INFO(response.body);
      CHECK(response.status == 200);
      CHECK((response.body.find(kPlanted) != std::string::npos) == row.is_shown);
      const bool proposes = response.body.find("Set pin of") != std::string::npos;
      CHECK(proposes == (row.is_shown && call.line == explain.line));
    }
  }
}

TEST_CASE("at: an API key gave then what it gave, and nobody is let in by it", "[http][history]") {
  Scene s;
  const base::Json key =
      s.server.made({"POST /v1/api-keys", R"({"name":"k","scopes":["group:get"]})", s.header});
  const std::string id = text_at(key, "id"), secret = text_at(key, "raw_key");
  const base::Json listed = s.server.made({"GET /v1/permissions/group:get/holders", "", s.header});
  std::string service_user;
  for (const base::Json& row : *listed.find("data")->array()) service_user = text_at(row, "id");
  REQUIRE(!service_user.empty());
  const Ask calls[] = {
      {"GET /v1/service-users/" + service_user + "/effective?by=scope", "", {}},
      {"GET /v1/permissions/group:get/holders", "", {}},
      {"POST /acme/access/v1/evaluation",
       R"({"subject":{"type":"service_user","id":")" + service_user +
           R"("},"action":{"name":"group:get"},"resource":{"type":"tenant","id":")" + s.tenant + "\"}}",
       {}},
  };
  std::vector<std::string> answers;
  for (const Ask& call : calls) answers.push_back(told(s.ask(call)));
  CHECK(answers[2] == R"(200 {"decision":true})");
  const base::Timestamp then{s.now().ms + 1};
  s.server.clock().advance(2'000);
  s.server.made({"DELETE /v1/api-keys/" + id, "", s.header});
  for (std::size_t i = 0; i < answers.size(); ++i) {
    INFO(calls[i].line);
    const RawResponse response = s.ask(at(calls[i], then));
    CHECK(told(response) == answers[i]);
    CHECK(response.body.find(secret) == std::string::npos);
    CHECK(told(s.ask(calls[i])) != answers[i]);
    CHECK(s.ask(at(calls[i], then), TestServer::bearer(secret)).status == 401);
  }
}

TEST_CASE("at: asking about another time is no decision of the log", "[http][history]") {
  Scene s;
  const std::string ann = s.make_user("ann");
  s.server.made({"PUT /v1/decisions/settings", R"({"log":"all"})", s.header});
  const Ask asked{"POST /acme/access/v1/evaluation", question(ann, "view", "1"), {}};
  CHECK(s.ask(asked).header("x-evaluation-id").size() == 36);
  CHECK(s.ask(at(asked, s.after(kHour))).header("x-evaluation-id").empty());
  const base::Json log = s.server.made({"GET /v1/decisions?limit=10", "", s.header});
  CHECK(log.find("data")->array()->size() == 1);
}

TEST_CASE("at: every route that takes it heeds it", "[http][history]") {
  std::size_t routes = 0;
  for (const dialects::Route& route : dialects::all_routes()) {
    if (route.takes_at == dialects::TakesAt::kNo) continue;
    INFO(route.path);
    ++routes;
    CHECK(route.place != dialects::Place::kReactor);
    CHECK((std::holds_alternative<dialects::ReadHandler>(route.handle) ||
           std::holds_alternative<dialects::StateReadHandler>(route.handle)));
  }
  CHECK(routes == 11);
}
