// The audit log by calls: of which change an entry is, what concerns whom, refusals alone, and verifying it.
#include "api/audit_verifier.h"
#include "domain/audit.h"
#include "store/key.h"
#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/held_stderr.h"
#include "tests/support/tenant_scene.h"

namespace {

struct Scene : TenantScene {
  std::string globex = server.make_tenant("globex");

  domain::TenantId id() const { return *domain::TenantId::parse(tenant); }
  // The actions of the entries that pass, newest first.
  std::string actions(const std::string& query) {
    std::string text;
    const auto log = made("GET /v1/audit-log?" + query);
    for (const base::Json& entry : *log.find("data")->array())
      text += (text.empty() ? "" : " ") + text_at(entry, "action");
    return text;
  }
  // More entries than are looked at where it is asked.
  void lengthen(std::size_t entries = 2 * api::AuditVerifier::kMostAtOnce) {
    REQUIRE(server.store()
                .write([&](store::WriteTxn& txn) -> base::Result<void> {
                  for (std::size_t n = 0; n < entries; ++n) {
                    domain::AuditEntry entry{domain::Owner(id())};
                    entry.action = "test:fill";
                    entry.created_at = txn.now();
                    if (auto done = domain::append_audit(txn, entry); !done.ok()) return done;
                  }
                  return {};
                })
                .ok());
  }
  // Entry `seq` has another's record.
  void damage(std::uint64_t seq) {
    REQUIRE(server.store()
                .write([&](store::WriteTxn& txn) -> base::Result<void> {
                  const auto gone = txn.del(store::Table::kAudit, store::Key().uuid(id()).u64(seq));
                  return gone.ok() ? base::Result<void>() : gone.error();
                })
                .ok());
  }
  base::Json verified() {
    base::Json found = made("POST /v1/audit-log/verify");
    REQUIRE(eventually([&] {
      if (text_at(found, "state") == "running") found = made("GET /v1/audit-log/verification");
      return text_at(found, "state") != "running";
    }));
    return found;
  }
};

std::uint64_t number_at(const base::Json& json, const char* member) {
  return static_cast<std::uint64_t>(*json.find(member)->integer());
}

}  // namespace

TEST_CASE("audit log: an entry names the change that can be undone; a refusal names none", "[http][audit]") {
  Scene s;
  s.made("POST /v1/roles", R"({"slug":"lead","name":"Lead","scopes":[]})");
  const std::string reader = s.key(R"(["organization:get"])");
  CHECK(s.ask("POST /v1/roles", R"({"slug":"other","name":"Other","scopes":[]})", reader).status == 403);
  const auto done = s.made("GET /v1/audit-log?resource_id=lead");
  const base::Json& entry = done.find("data")->array()->front();
  const auto revision = std::to_string(number_at(entry, "revision"));
  CHECK(s.ask("POST /v1/changes/" + revision + "/undo?dry_run=true").status == 200);
  CHECK(s.ask("POST /v1/changes/" + revision + "/undo").status == 200);
  CHECK(s.ask("GET /v1/roles/lead").status == 404);
  REQUIRE(eventually([&] { return s.actions("outcome=refused") == "role:create"; }));
  const auto refused = s.made("GET /v1/audit-log?outcome=refused");
  CHECK_FALSE(refused.find("data")->array()->front().find("revision"));
}

TEST_CASE("audit log: what concerns a role, a group and a person", "[http][audit]") {
  Scene s;
  s.made("POST /v1/roles", R"({"slug":"lead","name":"Lead","scopes":["group:get"]})");
  const std::string group = s.id_of("POST /v1/groups", R"({"name":"Leads"})");
  const std::string ann = s.id_of("POST /v1/users", R"({"email":"a@example.com","name":"Ann"})");
  s.made("POST /v1/groups/" + group + "/roles", R"({"role":"lead"})");
  s.made("POST /v1/groups/" + group + "/members", R"({"user_id":")" + ann + R"("})");
  s.made("PUT /v1/users/" + ann, R"({"roles":["lead"]})");
  s.made("PATCH /v1/roles/lead", R"({"name":"Leader"})");

  CHECK_THAT(s.actions("about=role:lead"), ContainsSubstring("role:update") &&
                                               ContainsSubstring("mapping:create role:create") &&
                                               !ContainsSubstring("member:add"));
  CHECK(s.actions("about=group:" + group) == "member:add mapping:create group:create");
  CHECK_THAT(s.actions("about=user:" + ann), ContainsSubstring("member:add") &&
                                                 ContainsSubstring("user:create") &&
                                                 !ContainsSubstring("group:create"));
  CHECK(s.actions("about=user:" + group).empty());
  for (const char* wrong : {"about=lead", "about=tenant:x", "about=role:", "outcome=done"})
    CHECK(s.ask(std::string("GET /v1/audit-log?") + wrong).status == 400);
}

TEST_CASE("audit log: it is verified at once where it is short, and by and by where it is long",
          "[http][audit]") {
  Scene s;
  CHECK(s.ask("GET /v1/audit-log/verification").status == 404);
  s.made("POST /v1/groups", R"({"name":"Leads"})");
  const auto at_once = s.ask("POST /v1/audit-log/verify");
  CHECK(at_once.status == 200);
  const auto short_one = base::parse_json(at_once.body);
  REQUIRE(short_one.ok());
  CHECK(text_at(*short_one, "state") == "done");
  const auto newest = s.made("GET /v1/audit-log?limit=1");
  CHECK(text_at(*short_one, "head.hash") == text_at(newest.find("data")->array()->front(), "hash"));
  CHECK(short_one->find("fault")->is_null());

  s.lengthen();
  const auto begun = s.ask("POST /v1/audit-log/verify");
  CHECK(begun.status == 202);
  CHECK(begun.header("location") == "/v1/audit-log/verification");
  const auto long_one = s.verified();
  CHECK(text_at(long_one, "state") == "done");
  CHECK(number_at(long_one, "entries") == number_at(*short_one, "entries") + 4'000);
  CHECK(long_one.find("fault")->is_null());
}

TEST_CASE("audit log: the first entry that is wrong is named, also of a long log", "[http][audit]") {
  const bool is_long = GENERATE(false, true);
  Scene s;
  s.made("POST /v1/groups", R"({"name":"Leads"})");
  s.made("POST /v1/groups", R"({"name":"Others"})");
  if (is_long) s.lengthen();
  s.damage(2);
  const auto found = s.verified();
  REQUIRE(found.find("fault")->object());
  CHECK(number_at(*found.find("fault"), "seq") == 2);
  CHECK(to_text(s.made("GET /v1/audit-log/verification")) == to_text(found));
}

TEST_CASE("audit log: verified a thousand times at once, it is verified once, and others don't wait",
          "[http][audit]") {
  Scene s;
  s.lengthen();
  s.damage(2);
  // Whoever verifies tells the log of the fault before it is done, and waits for whoever reads it.
  HeldStderr held;
  const base::Json begun = s.made("POST /v1/audit-log/verify");
  for (int n = 0; n < 1'000; ++n) {
    const base::Json found = s.made("POST /v1/audit-log/verify");
    REQUIRE(text_at(found, "state") == "running");
    REQUIRE(text_at(found, "begun_at") == text_at(begun, "begun_at"));
    // Another tenant's own is answered at once meanwhile.
    if (n % 100 == 0)
      REQUIRE(s.server.ask({"POST /v1/audit-log/verify", "", {TestServer::tenant(s.globex)}}).status == 200);
  }
  held.let_go();
  REQUIRE(eventually([&] { return text_at(s.made("GET /v1/audit-log/verification"), "state") == "done"; }));
  const base::Json found = s.made("GET /v1/audit-log/verification");
  CHECK(text_at(found, "begun_at") == text_at(begun, "begun_at"));
  CHECK(number_at(*found.find("fault"), "seq") == 2);
}

TEST_CASE("audit log: verifying is for whoever may read it", "[http][audit]") {
  Scene s;
  s.made("POST /v1/audit-log/verify");
  const std::string theirs =
      TestServer::bearer(s.server.make_key(s.globex, R"(["organization:administer"])"));
  const std::string reader = s.key(R"(["organization:get"])");
  for (const char* line : {"POST /v1/audit-log/verify", "GET /v1/audit-log/verification"}) {
    CHECK(s.ask(line, "", theirs).status == 403);
    CHECK(s.ask(line, "", reader).status == 403);
    CHECK(s.ask(line, "", s.key(R"(["organization:auditview"])")).status == 200);
    CHECK(s.server.ask({line, "", {}}, "").status == 401);
  }
}
