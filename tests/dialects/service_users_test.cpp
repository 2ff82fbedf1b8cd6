// Keys, their rotation and their use, and the list of service users, over HTTP.
#include "tests/support/catch.h"
#include "tests/support/tenant_scene.h"

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

// A tenant with a key, which is the scene's to rotate.
struct KeyScene : TenantScene {
  base::Json made_key;
  std::string id = text_at(made_key, "id"), first = TestServer::bearer(text_at(made_key, "raw_key"));

  explicit KeyScene(const std::string& scope = "organization:get")
      : made_key(made("POST /v1/api-keys", R"({"name":"bot","scopes":[")" + scope + "\"]}")) {}

  // What a secret's bearer is answered.
  int status(const std::string& who) { return ask("GET /v1/me", "", who).status; }
  std::string rotation() const { return "POST /v1/api-keys/" + id + "/rotate"; }
  base::Json rotate(const std::string& kept) {
    return made(rotation(), R"({"keep_old_for":")" + kept + "\"}");
  }
  base::Json user() { return made("GET /v1/service-users/" + id); }
};

}  // namespace

TEST_CASE("rotation: both secrets are good, then the new one alone", "[keys]") {
  KeyScene s;
  CHECK(s.status(s.first) == 200);

  const base::Json rotated = s.rotate("2h");
  const std::string fresh = TestServer::bearer(text_at(rotated, "raw_key"));
  CHECK(text_at(rotated, "id") == s.id);
  CHECK(fresh != s.first);
  for (const std::string& secret : {fresh, s.first}) {
    const RawResponse me = s.ask("GET /v1/me", "", secret);
    CHECK(me.status == 200);
    CHECK_THAT(me.body, ContainsSubstring(s.id));
  }

  const base::Json user = s.user();
  REQUIRE(user.find("secrets")->array()->size() == 2);
  const base::Json& kept = user.find("secrets")->array()->at(1);
  CHECK(text_at(kept, "id") == text_at(rotated, "old_secret.id"));
  CHECK(text_at(kept, "kind") == "secret");
  CHECK(text_at(kept, "expires_at") == text_at(rotated, "old_secret.expires_at"));
  CHECK(to_text(*kept.find("scopes")) == R"(["organization:get"])");

  s.server.clock().advance(2 * 3'600'000 - 60'000);
  CHECK(s.status(s.first) == 200);
  s.server.clock().advance(60'001);
  CHECK(s.status(s.first) == 401);
  CHECK(s.status(fresh) == 200);
}

TEST_CASE("rotation: a secret that isn't kept, and what ends with the key", "[keys]") {
  KeyScene s;
  const base::Json once = s.rotate("0s");
  CHECK(once.find("old_secret")->is_null());
  const std::string second = TestServer::bearer(text_at(once, "raw_key"));
  CHECK(s.status(s.first) == 401);
  CHECK(s.status(second) == 200);

  const std::string third = TestServer::bearer(text_at(s.rotate("30d"), "raw_key"));
  CHECK(s.status(second) == 200);
  // A secret of its own goes on where those that were kept end.
  const base::Json own = s.made(
      "POST /v1beta1/organizations/" + s.tenant + "/serviceusers/" + s.id + "/secrets", R"({"title":"bot"})");
  const std::string fourth = TestServer::bearer(text_at(s.rotate("1h"), "raw_key"));
  for (const std::string& each : {second, third, fourth}) CHECK(s.status(each) == 200);
  const base::Json leaked = s.rotate("0s");
  CHECK(leaked.find("old_secret")->is_null());
  for (const std::string& each : {s.first, second, third, fourth}) CHECK(s.status(each) == 401);
  CHECK(s.status(TestServer::bearer(text_at(own, "secret.secret"))) == 200);
  CHECK(s.status(TestServer::bearer(text_at(leaked, "raw_key"))) == 200);
  CHECK(s.ask("DELETE /v1/api-keys/" + s.id).status == 204);
  for (const std::string& each : {s.first, second, third}) CHECK(s.status(each) == 401);
  CHECK(s.ask(s.rotation(), "{}").status == 410);

  // Nothing keeps a secret: neither the audit log nor the store's own pages of what was changed.
  const std::string log = s.ask("GET /v1/audit-log?action=api_key:rotate").body;
  CHECK(log.find("old_secret") != std::string::npos);
  CHECK(log.find("rvk_") == std::string::npos);
}

TEST_CASE("rotation: a session that the key began ends, and the kept secret's ends with it", "[keys]") {
  KeyScene s("organization:administer");
  const auto log_in = [&] {
    return s.server.ask({"POST /console/session", "", {"X-Reeve-Console: 1"}}, s.first).status;
  };
  const auto sessions = [&] {
    return s.made("GET /v1/sessions?everybody=true").find("data")->array()->size();
  };
  REQUIRE(log_in() == 200);
  REQUIRE(sessions() == 1);
  s.made(s.rotation(), "{}");
  CHECK(sessions() == 0);
  REQUIRE(log_in() == 200);
  CHECK(sessions() == 1);
  s.server.clock().advance(25 * 3'600'000);
  CHECK(log_in() == 401);
}

TEST_CASE("rotation: what is refused", "[keys]") {
  KeyScene s;
  const std::string globex = s.server.make_tenant("globex");
  const std::string weak = s.id;
  const std::string strong =
      s.id_of("POST /v1/api-keys", R"({"name":"a","scopes":["organization:administer"]})");
  const std::string manager = s.key(R"(["organization:serviceusermanage","organization:get"])");
  const std::string nobody = s.key(R"(["organization:get"])");
  const std::string stranger =
      TestServer::bearer(s.server.make_key(globex, R"(["organization:administer"])"));
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
    CHECK(s.ask("POST /v1/api-keys/" + row.key + "/rotate", row.body, row.who).status == row.status);
  }
  // Another tenant's key is as absent as one that never was.
  CHECK(s.server.ask({s.rotation(), "{}", {TestServer::tenant(globex)}}, stranger).status == 404);
}

TEST_CASE("rotation: a repeated call doesn't tell the secret again, and isn't undone", "[keys]") {
  KeyScene s;
  const auto repeated = [&] {
    return s.ask(s.rotation(), R"({"keep_old_for":"1h"})", "Idempotency-Key: once");
  };
  const RawResponse first = repeated(), second = repeated();
  CHECK(first.body.find("rvk_") != std::string::npos);
  CHECK(second.status == 200);
  CHECK(second.body.find("rvk_") == std::string::npos);
  CHECK(s.user().find("secrets")->array()->size() == 2);
  CHECK(s.ask("POST /v1/changes/" + first.header("x-revision") + "/undo").status == 422);
}

TEST_CASE("last use: of keys, their old secrets and by sessions, to the day", "[keys]") {
  KeyScene s;
  const auto listed = [&] {
    const base::Json all = s.made("GET /v1/api-keys");
    return all.find("data")->array()->front();
  };
  const auto day = [&] { return to_string(base::Timestamp{s.server.clock().now().ms / kDayMs * kDayMs}); };
  CHECK(listed().find("last_used_at")->is_null());
  CHECK(text_at(listed(), "uses_known_since") == text_at(s.made_key, "created_at"));
  const std::uint64_t before = s.server.store().revision();
  for (int i = 0; i < 1000; ++i) REQUIRE(s.status(s.first) == 200);
  CHECK(text_at(listed(), "last_used_at") == day());
  REQUIRE(s.server.key_uses().flush().ok());
  CHECK(s.server.store().revision() == before);  // the writer has nothing to do with it
  CHECK(text_at(listed(), "last_used_at") == day());

  s.server.clock().advance(kDayMs);
  CHECK(text_at(listed(), "last_used_at") != day());
  s.rotate("10d");
  CHECK(s.status(s.first) == 200);
  const base::Json user = s.user();
  CHECK(text_at(user.find("secrets")->array()->at(0), "last_used_at") != day());
  CHECK(text_at(user.find("secrets")->array()->at(1), "last_used_at") == day());

  // What was never admitted is no use.
  CHECK(s.status(TestServer::bearer("rvk_" + std::string(43, 'x'))) == 401);
  CHECK(s.ask("GET /v1/api-keys").body.find("rvk_") == std::string::npos);
}

TEST_CASE("service users: secrets are for those who may list them", "[keys]") {
  TenantScene s;
  const std::string globex = s.server.make_tenant("globex");
  const std::string reader = s.key(R"(["organization:get"])");
  const std::string stranger =
      TestServer::bearer(s.server.make_key(globex, R"(["organization:administer"])"));
  const base::Json all = s.made("GET /v1/service-users");
  s.caller = reader;
  const base::Json seen = s.made("GET /v1/service-users");
  REQUIRE(all.find("data")->array()->size() == 1);
  REQUIRE(seen.find("data")->array()->size() == 1);
  CHECK(all.find("data")->array()->front().find("secrets")->array()->size() == 1);
  CHECK(seen.find("data")->array()->front().find("secrets")->is_null());
  const std::string id = text_at(all.find("data")->array()->front(), "id");
  CHECK(s.made("GET /v1/service-users/" + id).find("secrets")->is_null());
  CHECK(s.server.ask({"GET /v1/service-users/" + id, "", {TestServer::tenant(globex)}}, stranger).status ==
        404);
  const base::Json page = s.made("GET /v1/service-users?limit=1");
  CHECK(*page.find("has_more")->boolean() == false);
}
