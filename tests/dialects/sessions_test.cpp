// Browsers' sessions: how they begin and end, what they may be used for, and by whom they may not.
#include <set>
#include <string>
#include <vector>

#include "dialects/session_cookie.h"
#include "tests/support/answers.h"

namespace {

const std::string kConsole = "X-Reeve-Console: 1";

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme"), other = server.make_tenant("globex");
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  std::vector<std::string> ours = {TestServer::tenant(tenant)};

  RawResponse log_in(const std::string& credential, std::vector<std::string> headers = {kConsole}) {
    return server.ask({"POST /console/session", "", std::move(headers)}, credential);
  }

  // The cookie's header line, of a log-in that must go well.
  std::string cookie_of(const RawResponse& answer) {
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const std::string set(answer.header("set-cookie"));
    return "Cookie: " + set.substr(0, set.find(';'));
  }
  std::string session() { return cookie_of(log_in(key)); }

  // A call by the session, or by whatever else these headers are.
  RawResponse ask(const std::string& line, std::vector<std::string> headers, const std::string& body = "") {
    headers.push_back(TestServer::tenant(tenant));
    return server.ask({line, body, std::move(headers)}, "");
  }
  void pass(std::chrono::milliseconds time) { server.clock().advance(time.count()); }
};

std::string message_of(const RawResponse& answer) {
  const auto json = base::parse_json(answer.body);
  return std::to_string(answer.status) + " " + (json.ok() ? text_at(*json, "message") : answer.body);
}

http::Request request_of(const std::string& peer, const std::string& host, bool encrypted) {
  http::Request request;
  request.peer = peer;
  request.encrypted = encrypted;
  request.headers.push_back({"host", host});
  return request;
}

}  // namespace

TEST_CASE("session cookie: its name, and where it may be sent", "[http][sessions]") {
  struct Row {
    const char *peer, *host;
    bool encrypted, is_private;
    const char* name;
  };
  const Row rows[] = {
      {"127.0.0.1", "localhost", false, true, "reeve-80"},
      {"127.0.0.1", "127.0.0.1:7400", false, true, "reeve-7400"},
      {"::1", "[::1]:7400", false, true, "reeve-7400"},
      {"::1", "[::1]", false, true, "reeve-80"},
      {"127.9.9.9", "127.0.0.2:7400", false, true, "reeve-7400"},
      {"unix", "reeve", false, true, "reeve-80"},
      {"127.0.0.1", "reeve.example:7400", false, false, "reeve-7400"},  // a name that others may own
      {"127.0.0.1", "localhost.evil.example", false, false, "reeve-80"},
      {"192.0.2.1", "127.0.0.1:7400", false, false, "reeve-7400"},
      {"192.0.2.1", "reeve.example", true, true, "__Host-reeve-443"},
      {"192.0.2.1", "reeve.example:8443", true, true, "__Host-reeve-8443"},
      {"192.0.2.1", "reeve.example:x", true, true, "__Host-reeve-443"},
      {"192.0.2.1", "reeve.example:123456", true, true, "__Host-reeve-443"},
  };
  for (const Row& row : rows) {
    INFO(row.peer << " " << row.host);
    const http::Request request = request_of(row.peer, row.host, row.encrypted);
    CHECK(dialects::is_private(request) == row.is_private);
    CHECK(dialects::cookie_name(request) == row.name);
  }
  http::Request request = request_of("127.0.0.1", "localhost:7400", false);
  const auto value = [&](const std::string& cookies) {
    request.headers.push_back({"cookie", cookies});
    const auto found = dialects::cookie_value(request);
    const std::string text = found ? std::string(*found) : "none";
    request.headers.pop_back();
    return text;
  };
  CHECK(value("reeve-7400=a") == "a");
  CHECK(value("x=y; reeve-7400=a=b; z") == "a=b");
  CHECK(value("reeve-740=a; reeve-74000=b; Reeve-7400=c") == "none");
  CHECK(value("reeve-7400=a; reeve-7400=b") == "none");
  CHECK(value("__Host-reeve-7400=a") == "none");
  CHECK(value("") == "none");
  CHECK(dialects::set_cookie(request, "s", 28800) ==
        "reeve-7400=s; Path=/; HttpOnly; SameSite=Strict; Max-Age=28800");
  request.encrypted = true;
  CHECK(dialects::set_cookie(request, "", 0) ==
        "__Host-reeve-7400=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure");
}

TEST_CASE("session: it acts as the credential that began it, for every dialect, until it is ended",
          "[http][sessions]") {
  Scene s;
  const RawResponse begun = s.log_in(s.key);
  const std::string cookie = s.cookie_of(begun);
  CHECK(begun.body == s.server.ask({"GET /v1/me", "", s.ours}, s.key).body);
  CHECK(cookie.starts_with("Cookie: reeve-80=rvb_"));
  CHECK(begun.body.find("rvb_") == std::string::npos);

  CHECK(s.ask("GET /console/session", {cookie, kConsole}).body == begun.body);
  CHECK(s.ask("GET /v1/roles", {cookie, kConsole}).status == 200);
  CHECK(s.ask("GET /v1beta1/organizations/acme/roles", {cookie, kConsole}).status == 200);
  CHECK(s.ask("POST /v1/groups", {cookie, kConsole, "Content-Type: application/json"}, R"({"name":"G"})")
            .status == 201);
  CHECK(s.server.ask({"GET /v1/roles", "", {cookie, kConsole, TestServer::tenant(s.other)}}, "").status ==
        403);

  CHECK(s.ask("DELETE /console/session", {cookie, kConsole}).status == 204);
  CHECK(message_of(s.ask("GET /console/session", {cookie, kConsole})) == "401 credential: not valid");
  CHECK(s.ask("GET /v1/roles", {cookie, kConsole}).status == 401);
  CHECK(message_of(s.server.ask({"DELETE /console/session", "", {}}, s.key)) ==
        "404 session: the call was made with a credential, not by one");
}

TEST_CASE("session: who may not use one", "[http][sessions]") {
  Scene s;
  const std::string cookie = s.session();
  const std::string secret = cookie.substr(cookie.find("rvb_"));
  const std::string missing =
      "401 credential: missing; send Authorization: Bearer, Authorization: Basic or X-API-Key";
  const std::string elsewhere = "401 credential: a page of another site may not use a session";
  struct Row {
    std::vector<std::string> headers;
    std::string answer;
  };
  const Row rows[] = {
      {{cookie}, missing},
      {{cookie, "X-Reeve-Console: yes"}, missing},
      {{kConsole}, "401 credential: the console has no session; log in"},
      {{cookie, kConsole, "Origin: https://evil.example"}, elsewhere},
      {{cookie, kConsole, "Origin: http://localhost:9999"}, elsewhere},  // the same site, another port
      {{cookie, kConsole, "Origin: null"}, elsewhere},
      {{cookie, kConsole, "Sec-Fetch-Site: cross-site"}, elsewhere},
      {{cookie, kConsole, "Sec-Fetch-Site: same-site"}, elsewhere},
      {{cookie + "; reeve-80=rvb_another", kConsole}, "401 credential: the console has no session; log in"},
      {{"Cookie: reeve-80=" + s.key.substr(s.key.find("rvk_")), kConsole}, "401 credential: not valid"},
      {{"Authorization: Bearer " + secret}, "401 credential: not valid"},
      {{"X-API-Key: " + secret}, "401 credential: not valid"},
  };
  for (const Row& row : rows) {
    INFO(row.headers.back());
    CHECK(message_of(s.ask("GET /v1/roles", row.headers)) == row.answer);
    CHECK(message_of(s.ask("POST /v1/groups", row.headers, R"({"name":"X"})")) == row.answer);
  }
  CHECK(s.ask("GET /v1/roles", {cookie, kConsole, "Origin: http://localhost", "Sec-Fetch-Site: same-origin"})
            .status == 200);
  // A name that isn't this machine's own, such as one that was made to lead here.
  const std::string bytes = "GET /v1/roles HTTP/1.1\r\nHost: evil.example\r\n" + kConsole +
                            "\r\nCookie: reeve-80=" + secret + "\r\n" + TestServer::tenant(s.tenant) +
                            "\r\nConnection: close\r\n\r\n";
  RawClient client = RawClient::to_port(s.server.port());
  client.send(bytes);
  CHECK(client.read_to_end().value_or("").find("401") != std::string::npos);
}

TEST_CASE("session: how one can't be begun", "[http][sessions]") {
  Scene s;
  const std::string cookie = s.session();
  CHECK(message_of(s.log_in(s.key, {})) ==
        "400 X-Reeve-Console: must be 1, which the console's own pages send");
  CHECK(s.log_in("Authorization: Bearer rvk_wrong").status == 401);
  CHECK(s.log_in("").status == 401);
  // No session outlives another.
  CHECK(message_of(s.ask("POST /console/session", {cookie, kConsole})) ==
        "403 session: begin one with a credential, not with another session");
  CHECK(message_of(s.ask("POST /console/codes", {cookie, kConsole})) ==
        "403 session: begin one with a credential, not with another session");
  const std::string bytes = "POST /console/session HTTP/1.1\r\nHost: reeve.example\r\n" + kConsole + "\r\n" +
                            s.key + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  RawClient client = RawClient::to_port(s.server.port());
  client.send(bytes);
  const std::string answer = client.read_to_end().value_or("");
  CHECK(answer.find("403") != std::string::npos);
  CHECK(answer.find(R"("code":"insecure_transport")") != std::string::npos);
  CHECK(answer.find("Set-Cookie") == std::string::npos);
}

TEST_CASE("session: a code begins one, once, and can do nothing else", "[http][sessions]") {
  Scene s;
  const base::Json made = s.server.made({"POST /console/codes", "", {}}, s.key);
  const std::string code = text_at(made, "code");
  CHECK(code.starts_with("rvc_"));
  CHECK(text_at(made, "path") == "/console/#code=" + code);
  const std::string bearer = TestServer::bearer(code);
  CHECK(s.server.ask({"GET /v1/roles", "", s.ours}, bearer).status == 401);
  CHECK(s.server.ask({"GET /console/session", "", {kConsole}}, bearer).status == 401);
  CHECK(s.server.ask({"POST /console/codes", "", {kConsole}}, bearer).status == 401);
  CHECK(s.ask("GET /v1/roles", {"Cookie: reeve-80=" + code, kConsole}).status == 401);
  const std::string cookie = s.cookie_of(s.log_in(bearer));
  CHECK(s.ask("GET /v1/roles", {cookie, kConsole}).status == 200);
  CHECK(s.log_in(bearer).status == 401);

  const base::Json late = s.server.made({"POST /console/codes", "", {}}, s.key);
  s.pass(std::chrono::minutes(10));
  CHECK(s.log_in(TestServer::bearer(text_at(late, "code"))).status == 401);

  // A repetition is told no secret.
  const std::string again = "Idempotency-Key: once";
  const RawResponse first = s.server.ask({"POST /console/codes", "", {again}}, s.key);
  const RawResponse second = s.server.ask({"POST /console/codes", "", {again}}, s.key);
  CHECK(first.body.find("rvc_") != std::string::npos);
  CHECK(second.body.find("rvc_") == std::string::npos);
}

TEST_CASE("session: it ends when it isn't used, after its time, and with its credential",
          "[http][sessions]") {
  Scene s;
  const std::string idle = s.session(), used = s.session();
  const auto status = [&](const std::string& cookie) {
    return s.ask("GET /v1/me", {cookie, kConsole}).status;
  };
  for (int minutes = 0; minutes < 60; minutes += 20) {
    s.pass(std::chrono::minutes(20));
    CHECK(status(used) == 200);
  }
  CHECK(message_of(s.ask("GET /v1/me", {idle, kConsole})) ==
        "401 session: not used for half an hour; log in again");
  for (int minutes = 60; minutes < 460; minutes += 20) {
    s.pass(std::chrono::minutes(20));
    CHECK(status(used) == 200);
  }
  s.pass(std::chrono::minutes(20));  // eight hours
  CHECK(status(used) == 401);

  const base::Json key =
      s.server.made({"POST /v1/api-keys", R"({"name":"k","scopes":["organization:get"]})", s.ours}, s.key);
  const std::string of_key = s.cookie_of(s.log_in(TestServer::bearer(text_at(key, "raw_key"))));
  CHECK(status(of_key) == 200);
  CHECK(s.server.ask({"DELETE /v1/api-keys/" + text_at(key, "id"), "", s.ours}, s.key).status == 204);
  CHECK(status(of_key) == 401);
}

TEST_CASE("sessions: one's own are listed and ended; others' by who may, and of no other tenant",
          "[http][sessions]") {
  Scene s;
  const std::string plain = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  const std::string foreign =
      TestServer::bearer(s.server.make_key(s.other, R"(["organization:administer"])"));
  const std::string cookie =
      s.cookie_of(s.log_in(plain, {kConsole, "User-Agent: Browser \xff" + std::string(300, 'x')}));
  s.session();
  const auto sessions = [&](const std::string& query, const std::vector<std::string>& headers,
                            const std::string& credential) {
    const RawResponse answer = s.server.ask({"GET /v1/sessions" + query, "", headers}, credential);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return *base::parse_json(answer.body)->find("data")->array();
  };
  const auto own = sessions("", {cookie, kConsole, TestServer::tenant(s.tenant)}, "");
  REQUIRE(own.size() == 1);
  CHECK(*own[0].find("current")->boolean());
  CHECK(text_at(own[0], "ip") == "127.0.0.1");
  CHECK(text_at(own[0], "user_agent").starts_with("Browser \xef\xbf\xbdxxx"));
  CHECK(text_at(own[0], "user_agent").size() <= 256 + 3);
  const std::string id = text_at(own[0], "id");
  CHECK(sessions("", s.ours, s.key).size() == 1);
  CHECK(sessions("?everybody=true", s.ours, s.key).size() == 2);
  CHECK(sessions("?everybody=true&limit=1", s.ours, s.key).size() == 1);
  CHECK(sessions("", {TestServer::tenant(s.other)}, foreign).empty());
  CHECK(s.server.ask({"GET /v1/sessions?everybody=true", "", s.ours}, plain).status == 403);

  // By the key of somebody else, of another tenant, and of who may.
  const std::string weak = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  CHECK(s.server.ask({"DELETE /v1/sessions/" + id, "", s.ours}, weak).status == 403);
  CHECK(s.server.ask({"DELETE /v1/sessions/" + id, "", {TestServer::tenant(s.other)}}, foreign).status ==
        404);
  CHECK(s.ask("GET /v1/me", {cookie, kConsole}).status == 200);
  CHECK(s.server.ask({"DELETE /v1/sessions/" + id, "", s.ours}, s.key).status == 204);
  CHECK(s.ask("GET /v1/me", {cookie, kConsole}).status == 401);
  CHECK(s.server.ask({"DELETE /v1/sessions/" + id, "", s.ours}, s.key).status == 404);

  const RawResponse log = s.server.ask({"GET /v1/audit-log?limit=50", "", s.ours}, s.key);
  CHECK(log.body.find("session:create") != std::string::npos);
  CHECK(log.body.find("session:delete_any") != std::string::npos);
  CHECK(log.body.find("rvb_") == std::string::npos);
}

TEST_CASE("sessions: a credential has twenty, and the oldest ends", "[http][sessions]") {
  Scene s;
  const std::string first = s.session();
  for (int n = 0; n < 19; ++n) s.session();
  CHECK(s.ask("GET /v1/me", {first, kConsole}).status == 200);
  s.session();
  CHECK(s.ask("GET /v1/me", {first, kConsole}).status == 401);
  const auto listed = base::parse_json(s.server.ask({"GET /v1/sessions", "", s.ours}, s.key).body);
  CHECK(listed->find("data")->array()->size() == 20);
}

TEST_CASE("sessions: nobody fills the audit log with beginnings and ends", "[http][sessions]") {
  Scene s;
  const std::string bare = TestServer::bearer(s.server.make_key(s.tenant, "[]"));
  const auto entries = [&] {
    const auto log = base::parse_json(s.server.ask({"GET /v1/audit-log?limit=250", "", s.ours}, s.key).body);
    return log->find("data")->array()->size();
  };
  const std::size_t before = entries();
  // Ending them makes no room for more, nor do codes.
  for (int n = 0; n < 20; ++n)
    CHECK(s.ask("DELETE /console/session", {s.cookie_of(s.log_in(bare)), kConsole}).status == 204);
  for (int n = 0; n < 10; ++n) CHECK(s.server.ask({"POST /console/codes", "", {}}, bare).status == 201);
  const std::string refused =
      "429 session: this credential began 30 within ten minutes; use one of these, or try again later";
  for (int n = 0; n < 50; ++n) CHECK(message_of(s.log_in(bare)) == refused);
  CHECK(message_of(s.server.ask({"POST /console/codes", "", {}}, bare)) == refused);
  CHECK(entries() == before + 50);       // of twenty sessions the beginnings and the ends, and of ten codes
  CHECK(s.log_in(s.key).status == 200);  // another credential of the tenant
  s.pass(std::chrono::minutes(10));
  CHECK(s.log_in(bare).status == 200);
}

TEST_CASE("sessions: pages of any size have each once, of any number of credentials", "[http][sessions]") {
  Scene s;
  for (int n = 0; n < 5; ++n) {
    const std::string key = TestServer::bearer(s.server.make_key(s.tenant, "[]"));
    for (int m = 0; m < n; ++m) s.cookie_of(s.log_in(key));
  }
  for (const int limit : {1, 2, 3, 4, 250}) {
    std::set<std::string> ids;
    std::size_t rows = 0;
    std::string cursor;
    do {
      const std::string from = cursor.empty() ? "" : "&cursor=" + cursor;
      const auto page = base::parse_json(
          s.server
              .ask({"GET /v1/sessions?everybody=true&limit=" + std::to_string(limit) + from, "", s.ours},
                   s.key)
              .body);
      REQUIRE(page->find("data"));
      for (const base::Json& row : *page->find("data")->array()) ids.insert(text_at(row, "id")), ++rows;
      cursor = text_at(*page, "next_cursor");
    } while (!cursor.empty());
    INFO(limit);
    CHECK(rows == 10);
    CHECK(ids.size() == 10);
  }
}

TEST_CASE("session: the platform's credentials begin some too", "[http][sessions]") {
  Scene s;
  const std::string cookie = s.cookie_of(s.log_in(TestServer::platform()));
  const RawResponse me = s.server.ask({"GET /console/session", "", {cookie, kConsole}}, "");
  CHECK(me.status == 200);
  CHECK(me.body.find(R"("platform":true)") != std::string::npos);
  CHECK(s.server.ask({"GET /v1/tenants", "", {cookie, kConsole}}, "").status == 200);
  const auto own = base::parse_json(s.server.ask({"GET /v1/sessions", "", {cookie, kConsole}}, "").body);
  REQUIRE(own->find("data"));
  CHECK(own->find("data")->array()->size() == 1);
}
