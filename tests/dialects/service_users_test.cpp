// Keys, their rotation and their use, and the list of service users, over HTTP.
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

}  // namespace

TEST_CASE("rotation: both secrets are good, then the new one alone", "[keys]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  const base::Json key =
      server.made({"POST /v1/api-keys", R"({"name":"bot","scopes":["organization:get"]})", in_acme});
  const std::string id = text_at(key, "id"), old = TestServer::bearer(text_at(key, "raw_key"));
  const auto status = [&](const std::string& who) {
    return server.ask({"GET /v1/me", "", in_acme}, who).status;
  };
  CHECK(status(old) == 200);

  const base::Json rotated =
      server.made({"POST /v1/api-keys/" + id + "/rotate", R"({"keep_old_for":"2h"})", in_acme});
  const std::string fresh = TestServer::bearer(text_at(rotated, "raw_key"));
  CHECK(text_at(rotated, "id") == id);
  CHECK(fresh != old);
  CHECK(status(fresh) == 200);
  CHECK(status(old) == 200);
  const std::string me = server.ask({"GET /v1/me", "", in_acme}, fresh).body;
  CHECK(me.find(id) != std::string::npos);
  CHECK(server.ask({"GET /v1/me", "", in_acme}, old).body.find(id) != std::string::npos);

  const base::Json user = server.made({"GET /v1/service-users/" + id, "", in_acme});
  REQUIRE(user.find("secrets")->array()->size() == 2);
  const base::Json& kept = user.find("secrets")->array()->at(1);
  CHECK(text_at(kept, "id") == text_at(rotated, "old_secret.id"));
  CHECK(text_at(kept, "kind") == "secret");
  CHECK(text_at(kept, "expires_at") == text_at(rotated, "old_secret.expires_at"));
  CHECK(to_text(*kept.find("scopes")) == R"(["organization:get"])");

  server.clock().advance(2 * 3'600'000 - 60'000);
  CHECK(status(old) == 200);
  server.clock().advance(60'001);
  CHECK(status(old) == 401);
  CHECK(status(fresh) == 200);
}

TEST_CASE("rotation: a secret that isn't kept, and what ends with the key", "[keys]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  const base::Json key =
      server.made({"POST /v1/api-keys", R"({"name":"bot","scopes":["organization:get"]})", in_acme});
  const std::string id = text_at(key, "id"), first = TestServer::bearer(text_at(key, "raw_key"));
  const auto status = [&](const std::string& who) {
    return server.ask({"GET /v1/me", "", in_acme}, who).status;
  };
  const auto rotate = [&](const std::string& kept) {
    return server.made(
        {"POST /v1/api-keys/" + id + "/rotate", R"({"keep_old_for":")" + kept + "\"}", in_acme});
  };
  const base::Json once = rotate("0s");
  CHECK(once.find("old_secret")->is_null());
  const std::string second = TestServer::bearer(text_at(once, "raw_key"));
  CHECK(status(first) == 401);
  CHECK(status(second) == 200);

  const std::string third = TestServer::bearer(text_at(rotate("30d"), "raw_key"));
  CHECK(status(second) == 200);
  // A secret of its own goes on where those that were kept end.
  const base::Json own =
      server.made({"POST /v1beta1/organizations/" + acme + "/serviceusers/" + id + "/secrets",
                   R"({"title":"bot"})", in_acme});
  const std::string fourth = TestServer::bearer(text_at(rotate("1h"), "raw_key"));
  for (const std::string& each : {second, third, fourth}) CHECK(status(each) == 200);
  const base::Json leaked = rotate("0s");
  CHECK(leaked.find("old_secret")->is_null());
  for (const std::string& each : {first, second, third, fourth}) CHECK(status(each) == 401);
  CHECK(status(TestServer::bearer(text_at(own, "secret.secret"))) == 200);
  CHECK(status(TestServer::bearer(text_at(leaked, "raw_key"))) == 200);
  CHECK(server.ask({"DELETE /v1/api-keys/" + id, "", in_acme}).status == 204);
  for (const std::string& each : {first, second, third}) CHECK(status(each) == 401);
  CHECK(server.ask({"POST /v1/api-keys/" + id + "/rotate", "{}", in_acme}).status == 410);

  // Nothing keeps a secret: neither the audit log nor the store's own pages of what was changed.
  const std::string log = server.ask({"GET /v1/audit-log?action=api_key:rotate", "", in_acme}).body;
  CHECK(log.find("old_secret") != std::string::npos);
  CHECK(log.find("rvk_") == std::string::npos);
}

TEST_CASE("rotation: a session that the key began ends, and the kept secret's ends with it", "[keys]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  const base::Json key =
      server.made({"POST /v1/api-keys", R"({"name":"bot","scopes":["organization:administer"]})", in_acme});
  const std::string id = text_at(key, "id"), old = TestServer::bearer(text_at(key, "raw_key"));
  const auto log_in = [&](const std::string& who) {
    return server.ask({"POST /console/session", "", {"X-Reeve-Console: 1"}}, who).status;
  };
  const auto sessions = [&] {
    return server.made({"GET /v1/sessions?everybody=true", "", in_acme}).find("data")->array()->size();
  };
  REQUIRE(log_in(old) == 200);
  REQUIRE(sessions() == 1);
  server.made({"POST /v1/api-keys/" + id + "/rotate", "{}", in_acme});
  CHECK(sessions() == 0);
  REQUIRE(log_in(old) == 200);
  CHECK(sessions() == 1);
  server.clock().advance(25 * 3'600'000);
  CHECK(log_in(old) == 401);
}

TEST_CASE("rotation: what is refused", "[keys]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme"), globex = server.make_tenant("globex");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  const std::string strong = text_at(
      server.made({"POST /v1/api-keys", R"({"name":"a","scopes":["organization:administer"]})", in_acme}),
      "id");
  const std::string manager =
      TestServer::bearer(server.make_key(acme, R"(["organization:serviceusermanage","organization:get"])"));
  const std::string nobody = TestServer::bearer(server.make_key(acme, R"(["organization:get"])"));
  const std::string stranger = TestServer::bearer(server.make_key(globex, R"(["organization:administer"])"));
  const std::string weak = text_at(
      server.made({"POST /v1/api-keys", R"({"name":"w","scopes":["organization:get"]})", in_acme}), "id");
  struct Row {
    const char* name;
    std::string key, who, body;
    int status;
  };
  const Row rows[] = {
      {"more than the caller holds", strong, manager, "{}", 403},
      {"no right", weak, nobody, "{}", 403},
      {"another tenant's caller", weak, stranger, "{}", 403},
      {"unknown", "0190ffff-0000-7000-8000-00000000ffff", TestServer::platform(), "{}", 404},
      {"no uuid", "x", TestServer::platform(), "{}", 404},
      {"too long", weak, TestServer::platform(), R"({"keep_old_for":"31d"})", 400},
      {"no time", weak, TestServer::platform(), R"({"keep_old_for":"soon"})", 400},
      {"a number", weak, TestServer::platform(), R"({"keep_old_for":24})", 400},
      {"unknown field", weak, TestServer::platform(), R"({"keep":"1h"})", 400},
      {"as much as the caller holds", weak, manager, R"({"keep_old_for":"1ms"})", 200},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(server.ask({"POST /v1/api-keys/" + row.key + "/rotate", row.body, in_acme}, row.who).status ==
          row.status);
  }
  // Another tenant's key is as absent as one that never was.
  CHECK(server.ask({"POST /v1/api-keys/" + weak + "/rotate", "{}", {TestServer::tenant(globex)}}, stranger)
            .status == 404);
}

TEST_CASE("rotation: a repeated call doesn't tell the secret again, and isn't undone", "[keys]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  const std::string id = text_at(
      server.made({"POST /v1/api-keys", R"({"name":"bot","scopes":["organization:get"]})", in_acme}), "id");
  const std::vector<std::string> repeated = {TestServer::tenant(acme), "Idempotency-Key: once"};
  const Ask ask{"POST /v1/api-keys/" + id + "/rotate", R"({"keep_old_for":"1h"})", repeated};
  const RawResponse first = server.ask(ask), second = server.ask(ask);
  CHECK(first.body.find("rvk_") != std::string::npos);
  CHECK(second.status == 200);
  CHECK(second.body.find("rvk_") == std::string::npos);
  CHECK(server.made({"GET /v1/service-users/" + id, "", in_acme}).find("secrets")->array()->size() == 2);
  const std::string undo = "POST /v1/changes/" + first.header("x-revision") + "/undo";
  CHECK(server.ask({undo, "", in_acme}).status == 422);
}

TEST_CASE("last use: of keys, their old secrets and by sessions, to the day", "[keys]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  const base::Json key =
      server.made({"POST /v1/api-keys", R"({"name":"bot","scopes":["organization:get"]})", in_acme});
  const std::string id = text_at(key, "id"), old = TestServer::bearer(text_at(key, "raw_key"));
  const auto listed = [&] {
    const base::Json all = server.made({"GET /v1/api-keys", "", in_acme});
    return all.find("data")->array()->front();
  };
  const auto day = [&] { return to_string(base::Timestamp{server.clock().now().ms / kDayMs * kDayMs}); };
  CHECK(listed().find("last_used_at")->is_null());
  CHECK(text_at(listed(), "uses_known_since") == text_at(key, "created_at"));
  const std::uint64_t before = server.store().revision();
  for (int i = 0; i < 1000; ++i) REQUIRE(server.ask({"GET /v1/me", "", in_acme}, old).status == 200);
  CHECK(text_at(listed(), "last_used_at") == day());
  REQUIRE(server.key_uses().flush().ok());
  CHECK(server.store().revision() == before);  // the writer has nothing to do with it
  CHECK(text_at(listed(), "last_used_at") == day());

  server.clock().advance(kDayMs);
  CHECK(text_at(listed(), "last_used_at") != day());
  const base::Json rotated =
      server.made({"POST /v1/api-keys/" + id + "/rotate", R"({"keep_old_for":"10d"})", in_acme});
  server.ask({"GET /v1/me", "", in_acme}, old);
  const base::Json user = server.made({"GET /v1/service-users/" + id, "", in_acme});
  CHECK(text_at(user.find("secrets")->array()->at(0), "last_used_at") != day());
  CHECK(text_at(user.find("secrets")->array()->at(1), "last_used_at") == day());

  // What was never admitted is no use.
  server.ask({"GET /v1/me", "", in_acme}, TestServer::bearer("rvk_" + std::string(43, 'x')));
  CHECK(server.ask({"GET /v1/api-keys", "", in_acme}).body.find("rvk_") == std::string::npos);
}

TEST_CASE("service users: secrets are for those who may list them", "[keys]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme"), globex = server.make_tenant("globex");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  const std::string reader = TestServer::bearer(server.make_key(acme, R"(["organization:get"])"));
  const std::string stranger = TestServer::bearer(server.make_key(globex, R"(["organization:administer"])"));
  const base::Json all = server.made({"GET /v1/service-users", "", in_acme});
  const base::Json seen = server.made({"GET /v1/service-users", "", in_acme}, reader);
  REQUIRE(all.find("data")->array()->size() == 1);
  REQUIRE(seen.find("data")->array()->size() == 1);
  CHECK(all.find("data")->array()->front().find("secrets")->array()->size() == 1);
  CHECK(seen.find("data")->array()->front().find("secrets")->is_null());
  const std::string id = text_at(all.find("data")->array()->front(), "id");
  CHECK(server.made({"GET /v1/service-users/" + id, "", in_acme}, reader).find("secrets")->is_null());
  CHECK(server.ask({"GET /v1/service-users/" + id, "", {TestServer::tenant(globex)}}, stranger).status ==
        404);
  const base::Json page = server.made({"GET /v1/service-users?limit=1", "", in_acme});
  CHECK(*page.find("has_more")->boolean() == false);
}
