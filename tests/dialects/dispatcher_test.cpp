// What all calls have in common: headers, order of checks, conditions, repetition, pages, limits.
#include "dialects/dispatcher.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

#include "base/encoding.h"
#include "base/log.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/diverted.h"
#include "tests/support/server.h"

namespace {

struct Scene {
  explicit Scene(const TestServerOptions& options = {}) : server(options) {}
  TestServer server;
  std::string tenant = server.make_tenant("example");
  std::string header = TestServer::tenant(tenant);
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  std::string bare = TestServer::bearer(server.make_key(tenant, "[]"));

  std::string made_group(const std::string& name) {
    return text_at(server.made({"POST /v1/groups", R"({"name":")" + name + "\"}", {header}}), "id");
  }
};

constexpr std::size_t kMiB = 1024 * 1024;

}  // namespace

TEST_CASE("server: every answer has the common headers, whatever it is", "[http]") {
  Scene s;
  const std::string group = s.made_group("g");
  const std::pair<Ask, std::string> rows[] = {
      {{"GET /livez", "", {}}, ""},
      {{"GET /nothing", "", {}}, ""},
      {{"PUT /livez", "", {}}, ""},
      {{"GET /v1/roles", "", {s.header}}, ""},
      {{"GET /openapi.json", "", {}}, ""},
      {{"GET /v1/roles", "", {s.header}}, s.key},
      {{"POST /v1/groups", "{}", {s.header}}, s.key},
      {{"POST /v1/groups", "{", {s.header}}, s.key},
      {{"DELETE /v1/groups/" + group, "", {s.header}}, s.key},
      {{"GET /v1beta1/users/self", "", {}}, s.key},
      {{"POST /v1/groups", std::string(kMiB + 1, ' '), {s.header}}, s.key},
  };
  for (const auto& [ask, credential] : rows) {
    INFO(ask.line);
    Ask named = ask;
    named.headers.push_back("X-Request-ID: my-id_1");
    const auto answer = s.server.ask(named, credential);
    CHECK(answer.header("x-request-id") == "my-id_1");
    CHECK(answer.header("cache-control") == "no-store");
    CHECK(answer.header("x-content-type-options") == "nosniff");
    const bool looked_at = !credential.empty() && answer.status != 413;
    CHECK(answer.header("x-revision").empty() != looked_at);
    CHECK(base::Uuid::parse(s.server.ask(ask, credential).header("x-request-id")));
  }
  for (const std::string& bad : {std::string(129, 'x'), std::string("a b"), std::string()}) {
    const auto answer = s.server.ask({"GET /livez", "", {"X-Request-ID: " + bad}}, "");
    CHECK(base::Uuid::parse(answer.header("x-request-id")));
  }
  CHECK(s.server.ask({"GET /livez", "", {"X-Request-ID: " + std::string(128, '~')}}, "")
            .header("x-request-id") == std::string(128, '~'));
}

TEST_CASE("server: X-Revision grows with each change, and is of the snapshot that was read", "[http]") {
  Scene s;
  const auto revision = [](const RawResponse& answer) { return std::stoull(answer.header("x-revision")); };
  const auto before = revision(s.server.ask({"GET /v1/groups", "", {s.header}}, s.key));
  const auto made = revision(s.server.ask({"POST /v1/groups", R"({"name":"a"})", {s.header}}, s.key));
  CHECK(made == before + 1);
  CHECK(revision(s.server.ask({"GET /v1/groups", "", {s.header}}, s.key)) == made);
  for (const char* line :
       {"GET /v1/groups", "POST /v1/groups", "GET /livez", "OPTIONS /v1/groups", "PUT /v1/groups"})
    CHECK(s.server.ask({line, "{}", {s.header}}, TestServer::bearer("rvk_x")).header("x-revision").empty());
}

TEST_CASE("server: the order of checks", "[http]") {
  Scene s;
  const std::string other = TestServer::tenant(s.server.make_tenant("other"));
  const std::string group = "/v1/groups/" + s.made_group("g");
  const std::string huge(kMiB + 1, ' ');
  struct Row {
    Ask ask;
    std::string credential;
    const char* expected;
  };
  const Row rows[] = {
      // Each row is wrong in what is checked next, too.
      {{"POST /v1/nothing", huge, {}}, "", "413 "},  // what is no request has no route
      {{"POST /v1/nothing", "{", {}}, "", "404 not_found path: there is no such call"},
      {{"PUT /v1/groups", "{", {}},
       "",
       "405 method_not_allowed PUT: not allowed for this path, which takes GET, HEAD, POST, OPTIONS"},
      {{"POST /v1/groups", "{", {"X-Tenant-ID: x"}}, "", "401 unauthenticated "},
      {{"POST /v1/groups", "{", {"X-Tenant-ID: x"}}, s.bare, "400 invalid_input X-Tenant-ID: must be a uuid"},
      {{"POST /v1/groups", "{", {other}}, s.bare, "403 tenant_mismatch "},
      {{"POST /v1/groups", "{", {s.header, "Content-Type: text/plain"}},
       s.bare,
       "415 unsupported_media_type Content-Type: must be application/json"},
      {{"POST /v1/groups", "{", {s.header}}, s.bare, "400 invalid_input body: line 1, column 2: "},
      {{"POST /v1/groups", "{}", {s.header}}, s.bare, "400 invalid_input name: is required"},
      {{"PATCH " + group + "0", R"({"name":"y"})", {s.header}},
       s.bare,
       "403 forbidden group:update: not allowed | "},
      {{"PATCH " + group + "0", R"({"name":"y"})", {s.header, "If-Match: \"1\""}},
       s.key,
       "404 not_found group "},
      {{"PATCH " + group, R"({"name":"y"})", {s.header, "If-Match: \"1\""}},
       s.key,
       "412 precondition_failed "},
      {{"PATCH " + group, R"({"name":"y"})", {s.header, "If-Match: 1"}},
       s.key,
       "400 invalid_input If-Match: "},
      {{"POST /v1/groups", "", {s.header}},
       s.key,
       "400 invalid_input body: is missing: this call needs a JSON object"},
      {{"GET /v1/groups?limit=0&cursor=x&nmae=y", "", {s.header}},
       s.bare,
       "400 invalid_input nmae: is not a known parameter; did you mean `name`? (and 2 more)"},
  };
  for (const Row& row : rows) {
    INFO(row.ask.line << " " << row.expected);
    const auto answer = s.server.ask(row.ask, row.credential);
    CHECK_THAT(brief(answer), ContainsSubstring(row.expected));
  }
}

TEST_CASE("server: what is no call has the error shape of its path, whole", "[http]") {
  Scene s;
  CHECK(s.server.ask({"GET /v1/nothing", "", {}}, "").body ==
        R"({"code":"not_found","message":"path: there is no such call","details":{},"notices":[]})");
  CHECK(s.server.ask({"GET /nothing", "", {}}, "").body ==
        R"({"code":"not_found","message":"path: there is no such call","details":{},"notices":[]})");
  CHECK(s.server.ask({"GET /v1beta1/nothing", "", {}}, "").body ==
        R"({"code":5,"message":"path: there is no such call","details":[]})");
  const auto method = s.server.ask({"PATCH /v1beta1/organizations", "", {}}, "");
  CHECK(method.status == 501);
  CHECK(method.header("allow") == "GET, HEAD, POST, OPTIONS");
  CHECK(
      method.body ==
      R"({"code":12,"message":"PATCH: not allowed for this path, which takes GET, HEAD, POST, OPTIONS","details":[]})");
  CHECK(s.server.ask({"POST /ping", "", {}}, "").status == 501);
  CHECK(s.server.ask({"DELETE /livez", "", {}}, "").header("allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("server: an unknown method is answered in the dialect of its path, with that dialect's status",
          "[http]") {
  TestServer server;
  struct Row {
    const char* line;
    int status;
    const char* allow;
    const char* body;
  };
  constexpr const char* kUnknown =
      R"({"code":"method_not_allowed","message":"the method is not supported","details":{},"notices":[]})";
  const Row rows[] = {
      {"BREW /v1/roles", 405, "GET, HEAD, POST, OPTIONS", kUnknown},
      {"get /v1/roles", 405, "GET, HEAD, POST, OPTIONS", kUnknown},
      {"BREW /livez", 405, "GET, HEAD, OPTIONS", kUnknown},
      {"BREW /v1beta1/roles", 501, "GET, HEAD, POST, OPTIONS",
       R"({"code":12,"message":"the method is not supported","details":[]})"},
      {"TRACE /v1beta1/roles?x=1", 501, "GET, HEAD, POST, OPTIONS",
       R"({"code":12,"message":"TRACE would send credentials back and is not served","details":[]})"},
      {"BREW /v1beta1/nothing", 501, "",
       R"({"code":12,"message":"the method is not supported","details":[]})"},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const auto answer = server.ask({row.line, "", {}}, "");
    CHECK(answer.status == row.status);
    CHECK(answer.header("allow") == row.allow);
    CHECK(answer.body == row.body);
  }
}

TEST_CASE("server: the platform asks about itself without X-Tenant-ID where a call allows it", "[http]") {
  Scene s;
  const base::Json me = json_of(s.server.ask({"GET /v1/me", "", {}}));
  CHECK(text_at(me, "type") == "platform");
  CHECK(text_at(me, "id") == TestServer::kClientId);
  CHECK(me.find("tenant")->is_null());
  CHECK(s.server.ask({"GET /v1/me", "", {s.header}}).status == 200);
  CHECK_THAT(s.server.ask({"GET /v1/audit-log?action=tenant:create", "", {}}).body,
             ContainsSubstring(R"("action":"tenant:create")"));
  CHECK(brief(s.server.ask({"GET /v1/roles", "", {}})) ==
        "400 invalid_input X-Tenant-ID: is missing; it says which tenant the call is about");
  for (const char* line : {"GET /v1/me", "GET /v1/audit-log"}) {
    INFO(line);
    CHECK(brief(s.server.ask({line, "", {}}, s.key)) ==
          "400 invalid_input X-Tenant-ID: is missing; it says which tenant the call is about");
    CHECK(brief(s.server.ask({line, "", {"X-Tenant-ID: example"}})) ==
          "400 invalid_input X-Tenant-ID: must be a uuid");
    CHECK(s.server.ask({line, "", {TestServer::tenant("0190ffff-0000-7000-8000-00000000ffff")}}).status ==
          404);
  }
}

TEST_CASE("server: HEAD is GET without its body", "[http]") {
  Scene s;
  const auto get = s.server.ask({"GET /v1/roles/user", "", {s.header}}, s.key);
  const auto head = s.server.ask({"HEAD /v1/roles/user", "", {s.header}}, s.key);
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(head.header("content-length") == get.header("content-length"));
  CHECK(head.header("etag") == get.header("etag"));
}

TEST_CASE("server: a stale If-Match changes nothing, a fresh one does", "[http]") {
  Scene s;
  const std::string group = s.made_group("g");
  const std::string users = "/v1beta1/organizations/" + s.tenant + "/serviceusers";
  const auto service_user = json_of(s.server.ask({"POST " + users, R"({"body":{"title":"s"}})", {}}, s.key));
  const auto user =
      json_of(s.server.ask({"POST /v1/users", R"({"email":"a@b","name":"A"})", {s.header}}, s.key));
  const auto role = json_of(s.server.ask({"POST /v1beta1/organizations/" + s.tenant + "/roles",
                                          R"({"name":"rr","permissions":["app_group_get"]})",
                                          {}},
                                         s.key));
  s.server.made({"POST /v1/roles", R"({"slug":"r","name":"R","scopes":[]})", {s.header}});
  struct Row {
    std::string path, method, body;
  };
  const std::string org = "/v1beta1/organizations/" + s.tenant;
  const Row rows[] = {
      {"/v1/groups/" + group, "PATCH", R"({"description":"x"})"},
      {"/v1/groups/" + group, "DELETE", ""},
      {"/v1/roles/r", "PATCH", R"({"name":"x"})"},
      {"/v1/roles/r", "DELETE", ""},
      {"/v1/users/" + text_at(user, "id"), "PUT", R"({"name":"x"})"},
      {"/v1/users/" + text_at(user, "id"), "DELETE", ""},
      {"/v1/tenants/" + s.tenant, "PUT", R"({"name":"x"})"},
      {org + "/roles/" + text_at(role, "role.id"), "PUT",
       R"({"name":"rr","permissions":["app_group_get"],"title":"x"})"},
      {org + "/roles/" + text_at(role, "role.id"), "DELETE", ""},
      {users + "/" + text_at(service_user, "serviceuser.id"), "DELETE", ""},
      {org, "PUT", R"({"title":"y"})"},
      {org, "DELETE", ""},
  };
  for (const Row& row : rows) {
    INFO(row.method << " " << row.path);
    const auto read = s.server.ask({"GET " + row.path, "", {s.header}}, TestServer::platform());
    const std::string etag = read.header("etag");
    REQUIRE(etag.size() > 2);
    const std::string line = row.method + " " + row.path;
    for (const std::string& stale : {std::string("\"1\""), "W/" + etag}) {
      const auto refused =
          s.server.ask({line, row.body, {s.header, "If-Match: " + stale}}, TestServer::platform());
      CHECK(refused.status == 412);
    }
    CHECK(s.server.ask({"GET " + row.path, "", {s.header}}, TestServer::platform()).body == read.body);
    const auto changed =
        s.server.ask({line, row.body, {s.header, "If-Match: \"1\", " + etag}}, TestServer::platform());
    CHECK(changed.status / 100 == 2);
    if (row.method == "DELETE") continue;
    CHECK(changed.header("etag") != etag);
    CHECK(s.server.ask({"GET " + row.path, "", {s.header}}, TestServer::platform()).header("etag") ==
          changed.header("etag"));
    CHECK(s.server.ask({line, row.body, {s.header, "If-Match: *"}}, TestServer::platform()).status == 200);
  }
}

TEST_CASE("server: platform roles, which have no call to read one, take the ETag of the last change",
          "[http]") {
  Scene s;
  const auto ask = [&](const std::string& line, const std::string& body, const std::string& tags) {
    return s.server.ask(
        {line, body, tags.empty() ? std::vector<std::string>() : std::vector{"If-Match: " + tags}},
        TestServer::platform());
  };
  const std::string body = R"({"name":"pp","permissions":["app_group_get"]})";
  const auto made = ask("POST /v1beta1/roles", body, "");
  const std::string first = made.header("etag");
  REQUIRE(first.size() > 2);
  const std::string path = "/v1beta1/roles/" + text_at(json_of(made), "role.id");
  CHECK(ask("PUT " + path, body, "\"1\"").status == 412);
  const auto changed =
      ask("PUT " + path, R"({"name":"pp","permissions":["app_group_get"],"title":"x"})", first);
  CHECK(changed.status == 200);
  CHECK(ask("DELETE " + path, "", first).status == 412);
  CHECK(ask("DELETE " + path, "", changed.header("etag")).status == 200);
}

TEST_CASE(
    "server: a repeated Idempotency-Key means the organization that was meant, whatever its name is now",
    "[http]") {
  Scene s;
  const auto platform = [&](const std::string& line, const std::string& body) {
    return s.server.ask({line, body, {"Idempotency-Key: k"}}, TestServer::platform());
  };
  const std::string role = R"({"name":"lead","permissions":["app_group_get"]})";
  const std::string older = R"({"orgId":"example","body":{"title":"robot"}})";
  const auto made = platform("POST /v1beta1/organizations/example/roles", role);
  REQUIRE(made.status == 200);
  CHECK(platform("POST /v1beta1/organizations/example/roles", role).body == made.body);
  // By its id it is the same request, and after a rename by the new name.
  CHECK(platform("POST /v1beta1/organizations/" + s.tenant + "/roles", role).body == made.body);
  const auto robot =
      s.server.ask({"POST /v1beta1/serviceusers", older, {"Idempotency-Key: o"}}, TestServer::platform());
  REQUIRE(robot.status == 200);

  s.server.made({"PUT /v1beta1/organizations/example", R"({"name":"renamed"})", {}});
  CHECK(platform("POST /v1beta1/organizations/renamed/roles", role).body == made.body);
  CHECK(platform("POST /v1beta1/organizations/example/roles", role).status == 404);
  const std::string other =
      text_at(s.server.made({"POST /v1/tenants?force=true", R"({"name":"example"})", {}}), "id");
  for (const std::string& named : {std::string("example"), other})
    CHECK(brief(platform("POST /v1beta1/organizations/" + named + "/roles", role))
              .starts_with("422 3 Idempotency-Key: was used for another request"));
  CHECK(s.server.ask({"POST /v1beta1/serviceusers", older, {"Idempotency-Key: o"}}, TestServer::platform())
            .status == 422);
  // The new one has nothing of it.
  CHECK(s.server.ask({"GET /v1beta1/organizations/example/roles", "", {}}).body == R"({"roles":[]})");
  // The organization's own caller, who need not name it, goes on as ever.
  const Ask own{"POST /v1beta1/serviceusers", R"({"body":{"title":"own"}})", {"Idempotency-Key: p"}};
  const auto first = s.server.ask(own, s.key);
  REQUIRE(first.status == 200);
  CHECK(s.server.ask(own, s.key).body == first.body);
}

TEST_CASE("server: many connections ask and change at once, and each sees its own changes", "[http]") {
  static constexpr int kClients = 8;
  static constexpr int kRounds = 25;
  Scene s;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      RawClient client = RawClient::to_port(s.server.port());
      const auto status = [&](const Ask& ask, const std::string& credential) {
        const auto answer = client.ask(bytes_of(ask, credential));
        return answer ? std::to_string(answer->status) + answer->body : "no answer";
      };
      const auto expect = [&](const std::string& got, const std::string& begin, const std::string& inside) {
        if (!got.starts_with(begin) || got.find(inside) == std::string::npos) ++wrong;
      };
      const std::string slug = "r" + std::to_string(i);
      expect(
          status(
              {"POST /v1/roles", R"({"name":"R","scopes":["group:get"],"slug":")" + slug + "\"}", {s.header}},
              s.key),
          "201", slug);
      for (int round = 0; round < kRounds; ++round) {
        const std::string name = "Name " + std::to_string(round);
        expect(status({"PATCH /v1/roles/" + slug, R"({"name":")" + name + "\"}", {s.header}}, s.key), "200",
               name);
        expect(status({"GET /v1/roles/" + slug, "", {s.header}}, s.key), "200", name);
        expect(status({"GET /v1/roles", "", {s.header}}, s.key), "200", slug);
        expect(status({"GET /v1/roles/" + slug, "", {s.header}}, s.bare), "403", "notices");
        if (round % 10 == 0) expect(status({"GET /openapi.json", "", {}}, ""), "200", "3.1");
        if (i == 0 && round < 10)
          expect(status({"GET /v1/roles", "", {s.header}}, "X-API-Key: no"), "401", "");
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(wrong == 0);
}

TEST_CASE("server: a repeated Idempotency-Key is answered with the first answer, and does nothing",
          "[http]") {
  Scene s;
  const Ask ask{"POST /v1/groups", R"({"name":"once"})", {s.header, "Idempotency-Key: k-1"}};
  const auto first = s.server.ask(ask, s.key);
  REQUIRE(first.status == 201);
  const auto again = s.server.ask(ask, s.key);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(again.header("location") == first.header("location"));
  CHECK(again.header("etag") == first.header("etag"));
  CHECK(s.server.ask({"GET /v1/groups?limit=250", "", {s.header}}, s.key).body.find("once") !=
        std::string::npos);

  const auto other =
      s.server.ask({"POST /v1/groups", R"({"name":"twice"})", {s.header, "Idempotency-Key: k-1"}}, s.key);
  CHECK(other.status == 422);
  CHECK(text_at(json_of(other), "code") == "idempotency_conflict");
  // Another caller's key is another key.
  CHECK(brief(s.server.ask(ask, TestServer::platform())).starts_with("409 already_exists"));
  // What failed is not kept: the key may be used again.
  const Ask failing{"POST /v1/groups", R"({"name":"once"})", {s.header, "Idempotency-Key: k-2"}};
  CHECK(s.server.ask(failing, s.key).status == 409);
  CHECK(s.server.ask({"POST /v1/groups", R"({"name":"later"})", {s.header, "Idempotency-Key: k-2"}}, s.key)
            .status == 201);

  s.server.clock().advance(24LL * 3600 * 1000);
  CHECK(brief(s.server.ask(ask, s.key)).starts_with("409 already_exists"));

  for (const std::string& bad : {std::string(129, 'k'), std::string("a b"), std::string()})
    CHECK(s.server.ask({"POST /v1/groups", R"({"name":"x"})", {s.header, "Idempotency-Key: " + bad}}, s.key)
              .status == 400);
  CHECK(s.server
            .ask({"POST /v1/groups",
                  R"({"name":"longest"})",
                  {s.header, "Idempotency-Key: " + std::string(128, 'k')}},
                 s.key)
            .status == 201);
}

TEST_CASE("server: a secret is told once, also to who repeats the call", "[http]") {
  Scene s;
  const Ask key{"POST /v1/api-keys", R"({"name":"k"})", {s.header, "Idempotency-Key: k"}};
  const auto first = json_of(s.server.ask(key, s.key));
  CHECK(text_at(first, "raw_key").starts_with("rvk_"));
  const auto again = json_of(s.server.ask(key, s.key));
  CHECK(text_at(again, "id") == text_at(first, "id"));
  CHECK(again.find("raw_key")->is_null());

  const std::string users = "POST /v1beta1/organizations/" + s.tenant + "/serviceusers";
  const auto user = json_of(s.server.ask({users, R"({"body":{"title":"s"}})", {}}, s.key));
  const Ask secret{
      users + "/" + text_at(user, "serviceuser.id") + "/secrets", R"({"title":"t"})", {"Idempotency-Key: s"}};
  CHECK(text_at(json_of(s.server.ask(secret, s.key)), "secret.secret").starts_with("rvs_"));
  CHECK(json_of(s.server.ask(secret, s.key)).find("secret")->find("secret")->string()->empty());
}

TEST_CASE("server: pages go through a list once, whole and in order", "[http]") {
  Scene s;
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    s.server.clock().advance(1);  // ids made within one millisecond have no order
    made.push_back(s.made_group("g" + std::to_string(i)));
  }
  std::vector<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    const auto body = json_of(s.server.ask({"GET /v1/groups?limit=3" + cursor, "", {s.header}}, s.key));
    for (const base::Json& group : *body.find("data")->array()) seen.push_back(text_at(group, "id"));
    CHECK(*body.find("has_more")->boolean() == (page < 2));
    CHECK((body.find("next_cursor") != nullptr) == (page < 2));
    cursor = "&cursor=" + text_at(body, "next_cursor");
  }
  CHECK(seen == made);
  const auto by_default = json_of(s.server.ask({"GET /v1/groups", "", {s.header}}, s.key));
  CHECK(by_default.find("data")->array()->size() == 7);
  CHECK(by_default.find("has_more"));

  // A list that is given whole has no word of pages, until a page is asked for.
  const auto all = json_of(s.server.ask({"GET /v1/roles", "", {s.header}}, s.key));
  CHECK(all.find("data")->array()->size() > 10);
  CHECK(all.object()->size() == 1);
  const auto some = json_of(s.server.ask({"GET /v1/roles?limit=2", "", {s.header}}, s.key));
  CHECK(some.find("data")->array()->size() == 2);
  CHECK(*some.find("has_more")->boolean());
  const std::string path = "GET /v1beta1/organizations/" + s.tenant + "/serviceusers";
  const auto users = json_of(s.server.ask({path + "?limit=1", "", {}}, s.key));
  CHECK(*users.find("hasMore")->boolean());
  const auto rest =
      json_of(s.server.ask({path + "?limit=250&cursor=" + text_at(users, "nextCursor"), "", {}}, s.key));
  CHECK(text_at(rest, "nextCursor") == "");
  CHECK(json_of(s.server.ask({path, "", {}}, s.key)).object()->size() == 1);
  for (const char* bad : {"x", "AAAAAAAA", ""})
    CHECK(s.server.ask({"GET /v1/groups?cursor=" + std::string(bad), "", {s.header}}, s.key).status == 400);
}

TEST_CASE("server: credentials of each kind work on each dialect", "[http]") {
  Scene s;
  const std::string users = "POST /v1beta1/organizations/" + s.tenant + "/serviceusers";
  const auto user = json_of(s.server.ask({users, R"({"body":{"title":"s"}})", {}}, s.key));
  const auto secret = json_of(s.server.ask(
      {users + "/" + text_at(user, "serviceuser.id") + "/secrets", R"({"title":"t"})", {}}, s.key));
  const std::string value = text_at(secret, "secret.secret");
  const std::string key = s.key.substr(s.key.find("rvk_"));
  const std::string lines[] = {
      "Authorization: Bearer " + key,
      "authorization: bEARER " + key,
      "X-API-Key: " + key,
      "Authorization: Basic " + base::to_base64(text_at(secret, "secret.id") + ":" + value),
      "Authorization: bAsic " +
          base::to_base64(std::string(TestServer::kClientId) + ":" + std::string(TestServer::kSecret)),
  };
  for (const std::string& line : lines) {
    INFO(line);
    CHECK(s.server.ask({"GET /v1/me", "", {s.header}}, line).status == 200);
    CHECK(s.server.ask({"GET /v1beta1/users/self", "", {}}, line).status == 200);
  }
  const std::string wrong[] = {
      "Authorization: Basic " + base::to_base64(text_at(secret, "secret.id") + ":" + value + "x"),
      "Authorization: Basic " + base::to_base64(std::string(TestServer::kClientId) + ":" + value),
      "Authorization: Basic " + base::to_base64("x:" + value),
      "Authorization: Bearer " + std::string(513, 'x'),
  };
  for (const std::string& line : wrong)
    CHECK(s.server.ask({"GET /v1beta1/users/self", "", {}}, line).status == 401);
}

TEST_CASE("server: invalid credentials beyond twenty in a minute are 429, and valid ones are answered",
          "[http]") {
  Scene s;
  const Ask ask{"GET /v1/me", "", {s.header}};
  // Asking without a credential guesses nothing.
  for (int i = 0; i < 30; ++i) CHECK(s.server.ask(ask, "").status == 401);
  for (int i = 0; i < 20; ++i) CHECK(s.server.ask(ask, TestServer::bearer("rvk_x")).status == 401);
  for (const Ask& failing : {ask, Ask{"POST /v1/groups", "{}", {s.header}}}) {
    const auto answer = s.server.ask(failing, TestServer::bearer("rvk_x"));
    CHECK(brief(answer) == "429 rate_limited credential: too many invalid ones came from this address");
    CHECK(std::atoi(answer.header("retry-after").c_str()) >= 1);
    CHECK(answer.header("x-revision").empty());
  }
  CHECK(s.server.ask(ask, s.key).status == 200);
  CHECK(s.server.ask({"GET /v1beta1/users/self", "", {}}, TestServer::platform()).status == 200);
  CHECK(s.server.ask({"POST /v1/groups", R"({"name":"a"})", {s.header}}, s.key).status == 201);
  CHECK(s.server.ask(ask, "").status == 401);
  s.server.clock().advance(60'000);
  CHECK(s.server.ask(ask, TestServer::bearer("rvk_x")).status == 401);
}

TEST_CASE("server: pages of listed origins may call, others may not", "[http]") {
  TestServerOptions options;
  options.http.cors_origins = {"https://console.example.com"};
  Scene s(options);
  const std::string preflight = "Access-Control-Request-Method: POST";
  const auto listed =
      s.server.ask({"OPTIONS /v1/groups", "", {"Origin: https://console.example.com", preflight}}, "");
  CHECK(listed.status == 204);
  CHECK(listed.header("access-control-allow-origin") == "https://console.example.com");
  CHECK(listed.header("access-control-allow-methods") == "GET, HEAD, POST, OPTIONS");
  CHECK(listed.header("access-control-allow-headers") ==
        "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-API-Key, X-If-Revision, "
        "X-Min-Revision, X-Request-ID, X-Tenant-ID");
  CHECK(listed.header("access-control-max-age") == "600");
  CHECK(listed.header("vary") == "Origin");
  const auto other =
      s.server.ask({"OPTIONS /v1/groups", "", {"Origin: https://evil.example.com", preflight}}, "");
  CHECK(other.status == 204);
  CHECK(other.header("access-control-allow-origin") == "");
  CHECK(other.header("access-control-allow-methods") == "");
  const auto read = s.server.ask({"GET /v1/nothing", "", {"Origin: https://console.example.com"}}, "");
  CHECK(read.header("access-control-allow-origin") == "https://console.example.com");
  CHECK(read.header("access-control-expose-headers") ==
        "ETag, Location, Retry-After, WWW-Authenticate, X-Evaluation-ID, X-Request-ID, X-Revision, "
        "X-Stale-Seconds");

  Scene none;
  const auto unlisted = none.server.ask({"OPTIONS /v1/groups", "", {"Origin: null", preflight}}, "");
  CHECK(unlisted.header("access-control-allow-origin") == "");
  CHECK(unlisted.header("vary") == "");
}

TEST_CASE("server: where too many changes wait, 503 and when to come back", "[http]") {
  TestServerOptions options;
  options.queue = 1;
  Scene s(options);
  std::mutex mutex;
  std::condition_variable woken;
  bool running = false, go = false;
  const auto block = [&](store::WriteTxn&) -> base::Result<void> {
    std::unique_lock lock(mutex);
    running = true;
    woken.notify_all();
    woken.wait(lock, [&] { return go; });
    return {};
  };
  REQUIRE(s.server.store().submit(block, [](base::Result<store::Revision>) {}).ok());
  {
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return running; });
  }
  auto waiting = RawClient::to_port(s.server.port());
  waiting.send(bytes_of({"POST /v1/groups", R"({"name":"waits"})", {s.header}}, s.key));
  const auto queued = [&] {
    const auto statistics = s.server.store().statistics();
    return statistics.ok() && statistics->queued > 0;
  };
  for (int i = 0; i < 5'000 && !queued(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  REQUIRE(queued());
  const Ask next{"POST /v1/groups", R"({"name":"too many"})", {s.header}};
  RawResponse refused = s.server.ask(next, s.key);
  CHECK(refused.status == 503);
  CHECK(text_at(json_of(refused), "code") == "overloaded");
  CHECK(refused.header("retry-after") == "1");
  const auto beta =
      s.server.ask({"POST /v1beta1/organizations", R"({"name":"x"})", {}}, TestServer::platform());
  CHECK(beta.status == 503);
  CHECK(to_text(*json_of(beta).find("code")) == "14");
  // Reading goes on.
  CHECK(s.server.ask({"GET /v1/groups", "", {s.header}}, s.key).status == 200);
  {
    const std::lock_guard lock(mutex);
    go = true;
  }
  woken.notify_all();
  const auto answered = waiting.read();
  REQUIRE(answered);
  CHECK(answered->status == 201);
  CHECK(s.server.ask(next, s.key).status == 201);
}

TEST_CASE("server: a full store answers 507 and goes on reading", "[http]") {
  TestServerOptions options;
  options.map_bytes = kMiB;
  Scene s(options);
  std::mt19937 random(1);
  const auto letters = [&](int count) {  // that packing makes no shorter
    std::string text;
    for (; count > 0; --count) text.push_back(static_cast<char>('a' + random() % 26));
    return text;
  };
  const std::string filler = letters(2'000);
  RawResponse answer;
  for (int i = 0; i < 2'000 && answer.status != 507; ++i)
    answer = s.server.ask({"POST /v1/groups",
                           R"({"name":")" + std::to_string(i) + R"(","description":")" + filler + "\"}",
                           {s.header}},
                          s.key);
  CHECK(brief(answer) == "507 storage_full storage: full; nothing can be changed until there is room");
  const auto beta = s.server.ask({"POST /v1beta1/organizations/" + s.tenant + "/serviceusers",
                                  R"({"body":{"title":")" + std::string(200, 'x') + R"(","metadata":{"a":")" +
                                      letters(12'000) + R"("}}})",
                                  {}},
                                 s.key);
  CHECK(brief(beta) == "507 8 storage: full; nothing can be changed until there is room");
  CHECK(s.server.ask({"GET /v1/groups", "", {s.header}}, s.key).status == 200);
  CHECK(s.server.ask({"GET /livez", "", {}}, "").status == 200);
}

TEST_CASE("server: the reserve is for deletions and refusals, and without it no refusal is told", "[http]") {
  TestServerOptions options;
  options.map_bytes = 4 * kMiB;
  options.reserve = kMiB;
  Scene s(options);
  const auto make = [&](const std::string& name, const std::string& key) {
    const std::string body = R"({"name":")" + name + R"(","description":")" + std::string(1'900, 'x') + "\"}";
    return s.server.ask({"POST /v1/groups", body, {s.header}}, key);
  };
  std::vector<std::string> refused;  // keys, each of a caller of its own
  for (int i = 0; i < 3; ++i) refused.push_back(TestServer::bearer(s.server.make_key(s.tenant, "[]")));
  const auto is_refused = [&](std::size_t key) { return brief(make("x", refused.at(key))).substr(0, 13); };
  const auto ready = [&] { return s.server.ask({"GET /readyz", "", {}}, "").body; };
  const auto log = [&](const std::string& query) {
    return s.server.ask({"GET /v1/audit-log?" + query, "", {s.header}}, s.key).body;
  };
  const std::string group = text_at(json_of(make("0", s.key)), "id");

  RawResponse answer;
  for (int i = 1; i < 4'000 && answer.status != 507; ++i) answer = make(std::to_string(i), s.key);
  CHECK(brief(answer) == "507 storage_full storage: full; only deletions are taken until there is room");
  CHECK(ready() ==
        R"({"status":"failed","checks":{"store_reads":"ok","store_writes":"failed","store_integrity":"ok"},)"
        R"("reason":"storage: less than the reserve is free; only deletions are taken"})");
  CHECK(s.server.ask({"DELETE /v1/groups/" + group, "", {s.header}}, s.key).status == 204);
  CHECK(is_refused(0) == "403 forbidden");
  CHECK_THAT(log("limit=1"),
             ContainsSubstring(R"("action":"group:create")") && ContainsSubstring(R"("outcome":"refused")"));
  {
    const Diverted full(s.server.store_file(), "/dev/full", O_RDWR);
    CHECK(is_refused(1) == "507 storage_f");
    CHECK(is_refused(1) == "507 storage_f");  // no more is it counted
    CHECK(is_refused(0) == "507 storage_f");
    CHECK(make("y", s.key).status == 507);
    CHECK_THAT(ready(), ContainsSubstring(R"("reason":"storage: full; nothing can be changed, nor refused, )"
                                          R"(until there is room")"));
    CHECK(s.server.ask({"GET /v1/groups?limit=1", "", {s.header}}, s.key).status == 200);
  }
  s.server.store().look_for_room();  // which the writer does in its turn
  for (int i = 0; i < 1'000 && s.server.store().room() == store::Room::kNone; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(is_refused(1) == "403 forbidden");
  CHECK(is_refused(1) == "403 forbidden");
  s.server.service().keep_refusals(true);
  CHECK(is_refused(2) == "403 forbidden");  // behind it
  CHECK_THAT(log("action=group:create&limit=3"), ContainsSubstring(R"("count":1,"first_at":)"));
}

TEST_CASE("server: the platform reads its own audit log and those of deleted tenants, and nobody else does",
          "[http]") {
  Scene s;
  const std::string gone = s.server.make_tenant("gone");
  const std::string its_key = TestServer::bearer(s.server.make_key(gone, R"(["organization:administer"])"));
  const std::string its_header = TestServer::tenant(gone);
  const Ask log{"GET /v1/audit-log?limit=1", "", {its_header}};
  CHECK(s.server.ask({"POST /v1/tenants", R"({"name":"x"})", {}}, s.key).status == 403);
  CHECK_THAT(s.server.ask({"GET /v1/audit-log?limit=1", "", {}}).body,
             ContainsSubstring(R"("action":"tenant:create")") && ContainsSubstring(R"("outcome":"refused")"));
  CHECK(s.server.ask({"DELETE /v1beta1/organizations/" + gone, "", {}}).status == 200);
  const auto read = s.server.ask(log);
  CHECK(read.status == 200);
  CHECK_THAT(read.body, ContainsSubstring(R"("action":"tenant:delete")") &&
                            ContainsSubstring("\"tenant_id\":\"" + gone + "\""));
  CHECK(s.server.ask(log, its_key).status == 401);
  CHECK(brief(s.server.ask(log, s.key)).substr(0, 19) == "403 tenant_mismatch");
  for (const char* never : {"01900000-0000-7000-8000-00000000dead", "00000000-0000-0000-0000-000000000000",
                            "ffffffff-ffff-ffff-ffff-ffffffffffff"})
    CHECK(s.server.ask({log.line, "", {TestServer::tenant(never)}}).status == 404);
  CHECK(s.server.ask({"GET /v1/groups", "", {its_header}}).status == 404);
}

TEST_CASE("server: health, and a store that stops taking changes", "[http]") {
  Scene s;
  CHECK(s.server.ask({"GET /livez", "", {}}, "").body == R"({"status":"ok"})");
  for (const char* path : {"GET /readyz", "GET /healthz"}) {
    const auto answer = s.server.ask({path, "", {}}, "");
    CHECK(answer.status == 200);
    CHECK(answer.body ==
          R"({"status":"ok","checks":{"store_reads":"ok","store_writes":"ok","store_integrity":"ok"}})");
  }
  CHECK(s.server.ask({"GET /ping", "", {}}, "").body == R"({"status":"SERVING"})");
  s.server.store().stop();
  CHECK(s.server.ask({"GET /livez", "", {}}, "").status == 200);
  CHECK(s.server.ask({"POST /v1/groups", R"({"name":"x"})", {s.header}}, s.key).status == 503);
}

TEST_CASE("server: the policies that refused are named to those who may read the audit log", "[http]") {
  Scene s;
  const std::string reader = TestServer::bearer(
      s.server.make_key(s.tenant, R"(["organization:rolemanage","organization:auditview"])"));
  const std::string writer =
      TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:rolemanage"])"));
  const Ask ask{"PATCH /v1/roles/user", R"({"name":"x"})", {s.header}};
  CHECK_THAT(s.server.ask(ask, reader).body, ContainsSubstring(R"("details":{"policies":["system-roles"]})"));
  CHECK_THAT(s.server.ask(ask, writer).body, ContainsSubstring(R"("details":{})"));
}

TEST_CASE("server: one line of log for each request, without secrets, bodies and parameters", "[http]") {
  Scene s;
  std::FILE* file = std::tmpfile();
  REQUIRE(file);
  const int standard_error = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  base::logging::configure(base::logging::Level::kInfo, base::logging::Format::kText);
  s.server.ask({"POST /v1/groups?x=parameter", R"({"name":"in the body"})", {s.header, "X-Request-ID: r1"}},
               s.key);
  s.server.ask({"GET /v1/roles/a%0Ab", "", {s.header, "X-Request-ID: r2"}}, s.key);
  s.server.ask({"GET /nothing", "", {"X-Request-ID: r3"}}, TestServer::bearer("rvk_guess"));
  s.server.ask({"GET /v1/me", "", {s.header, "X-Request-ID: r4"}}, TestServer::bearer("rvk_guess"));
  s.server.front().stop(std::chrono::seconds(10));  // lines follow the answers
  base::logging::configure(base::logging::Level::kError, base::logging::Format::kText);
  ::dup2(standard_error, STDERR_FILENO);
  ::close(standard_error);
  std::string log(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  CHECK(std::fread(log.data(), 1, log.size(), file) == log.size());
  std::fclose(file);

  std::vector<std::string> lines;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    lines.push_back(log.substr(at, end - at));
    at = end + 1;
  }
  REQUIRE(lines.size() == 5);
  const std::pair<const char*, const char*> rows[] = {
      {"request method=POST route=/v1/groups status=400 us=", "request_id=r1 tenant="},
      {"request method=GET route=/v1/roles/{slug} status=404 us=", "request_id=r2 tenant="},
      {"request method=GET path=/nothing status=404 us=", "request_id=r3 tenant=- actor=-"},
      {"authentication failed", "request_id=r4"},
      {"request method=GET route=/v1/me status=401 us=", "request_id=r4 tenant=- actor=-"},
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK_THAT(lines[i], ContainsSubstring(rows[i].first));
    CHECK_THAT(lines[i], ContainsSubstring(rows[i].second));
    CHECK_THAT(lines[i], ContainsSubstring("ip=127.0.0.1"));
  }
  CHECK_THAT(lines[0], ContainsSubstring("tenant=" + s.tenant + " actor=serviceuser:"));
  const std::string key = s.key.substr(s.key.find("rvk_"));
  for (const std::string& secret :
       {key, std::string("guess"), std::string("in the body"), std::string("parameter")})
    CHECK(log.find(secret) == std::string::npos);
}
