// A server whose store is a copy of another's, both whole, as `reeve follow` runs one.
#include "app/copy.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "following/marker.h"
#include "store/change_trim.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/eventually.h"
#include "tests/support/logged.h"
#include "tests/support/manual_clock.h"
#include "tests/support/running_server.h"
#include "tests/support/store_text.h"
#include "tests/support/temp_dir.h"

namespace {

namespace fs = std::filesystem;

std::vector<std::string> in_tenant(const std::string& id) {
  return {TestServer::tenant(id)};
}

// A primary with a tenant, and where its copies are.
class World {
 public:
  World() {
    std::ofstream(credential()) << TestServer::kSecret << "\n";
    fs::permissions(credential(), fs::perms(0600));
    start();
    tenant = text_at(primary->made({"POST /v1/tenants", R"({"name":"Acme","slug":"acme"})", {}}), "id");
  }

  void start(std::uint16_t port = 0) {
    primary.reset();
    primary = std::make_unique<RunningServer>(
        RunningServer::Options{.dir = dir / "primary", .backup_dir = backup_dir, .port = port});
  }
  app::Primary of_primary(std::uint16_t port = 0) const {
    client::Place place;
    place.host = "127.0.0.1";
    place.port = port != 0 ? port : primary->port();
    return {place, credential()};
  }
  RunningServer::Options copy_options(const std::string& name = "copy") const {
    return {.dir = dir / name, .primary = of_primary(), .clock = &clock};
  }
  std::unique_ptr<RunningServer> copy() const { return copy(copy_options()); }
  std::unique_ptr<RunningServer> copy(const RunningServer::Options& options) const {
    auto copy = std::make_unique<RunningServer>(options);
    REQUIRE(caught_up(*copy));
    return copy;
  }
  bool caught_up(RunningServer& copy) const {
    return eventually([&] { return copy.store().revision() == primary->store().revision(); }) &&
           eventually([&] {
             return copy.ask({"GET /readyz", "", {}}, "").status == 200;
           });
  }
  base::Json make_group(const std::string& name) const {
    return primary->made({"POST /v1/groups", R"({"name":")" + name + "\"}", in_tenant(tenant)});
  }
  void trim(store::Revision kept) const {
    RunningServer::must(primary->store().write([&](store::WriteTxn& txn) -> base::Result<void> {
      const auto trimmed = store::trim_changes(txn, {{}, {}, txn.revision() - 1 - kept}, 100'000);
      if (!trimmed.ok()) return trimmed.error();
      return {};
    }));
  }
  std::string credential() const { return dir / "credential"; }

  TempDir dir;
  ShiftedClock clock;
  std::string backup_dir;
  std::unique_ptr<RunningServer> primary;
  std::string tenant;
};

// "421 read_only", and of what went well the status.
std::string brief_of(const RawResponse& response) {
  const auto body = base::parse_json(response.body);
  const std::string* const code = body.ok() ? body->find_string("code") : nullptr;
  return std::to_string(response.status) + (code && response.status >= 400 ? " " + *code : "");
}

std::string error_of(const base::Result<void>& result) {
  return result.ok() ? "" : result.error().message;
}

}  // namespace

TEST_CASE("copy: it answers reads and decisions as the primary does", "[copy]") {
  World w;
  const std::string group = text_at(w.make_group("Team"), "id");
  const std::vector<std::string> ours = in_tenant(w.tenant);
  w.primary->made({"POST /v1/groups/" + group + "/roles", R"({"role":"user"})", ours});
  const std::string user =
      text_at(w.primary->made({"POST /v1/users", R"({"email":"a@example.com","name":"A"})", ours}), "id");
  w.primary->made({"POST /v1/groups/" + group + "/members", R"({"user_id":")" + user + "\"}", ours});
  const auto copy = w.copy();
  CHECK(text_of_store(copy->store()) == text_of_store(w.primary->store()));
  const std::string asked = R"({"subject":{"type":"user","id":")" + user +
                            R"("},"action":{"name":"organization:get"},"resource":{"type":"Tenant","id":")" +
                            w.tenant + "\"}}";
  const Ask rows[] = {{"GET /v1/tenants", "", {}},
                      {"GET /v1/roles", "", ours},
                      {"GET /v1/groups/" + group, "", ours},
                      {"GET /v1/groups/" + group + "/members", "", ours},
                      {"GET /v1/users/" + user + "/effective", "", ours},
                      {"GET /v1/audit?limit=5", "", ours},
                      {"GET /v1/changes", "", ours},  // a page of more ends by the clock
                      {"GET /v1/nothing", "", {}},
                      {"POST /access/v1/evaluation", asked, ours},
                      {"POST /v1/explain", asked, ours}};
  for (const Ask& row : rows) {
    INFO(row.line);
    const RawResponse here = copy->ask(row), there = w.primary->ask(row);
    CHECK(here.status == there.status);
    CHECK(here.body == there.body);
    CHECK(here.header("x-revision") == there.header("x-revision"));
    CHECK(here.header("x-stale-seconds") == "0");
    CHECK(there.header("x-stale-seconds").empty());
  }
  CHECK(copy->ask({"GET /v1/roles", "", ours}, "").status == 401);
  CHECK(copy->ask({"GET /v1/roles", "", ours}, "").header("x-stale-seconds") == "0");
  const RawResponse ready = copy->ask({"GET /readyz", "", {}}, "");
  CHECK(ready.body ==
        R"({"status":"ok","checks":{"store_reads":"ok","store_writes":"ok","store_integrity":"ok",)"
        R"("follows":"ok"},"stale_seconds":0})");
  CHECK(copy->ask({"GET /v1/change-records?after=0", "", {}}).body.find(R"("copy":true)") !=
        std::string::npos);
}

TEST_CASE("copy: changes are refused with the primary's address, to whoever is known", "[copy]") {
  World w;
  const std::string group = text_at(w.make_group("Team"), "id");
  const auto copy = w.copy();
  const std::string was = text_of_store(copy->store());
  const std::vector<std::string> ours = in_tenant(w.tenant);
  struct Row {
    Ask ask;
    std::string brief;
  };
  const Row rows[] = {
      {{"POST /v1/groups", R"({"name":"x"})", ours}, "421 read_only"},
      {{"POST /v1/groups", "no JSON", ours}, "421 read_only"},
      {{"POST /v1/groups?dry_run=true", R"({"name":"x"})", ours}, "200"},
      {{"POST /v1/groups?dry_run=false", R"({"name":"x"})", ours}, "421 read_only"},
      {{"DELETE /v1/groups/" + group, "", ours}, "421 read_only"},
      {{"DELETE /v1/groups/" + group + "?dry_run=true", "", ours}, "200"},
      {{"POST /v1/tenants", R"({"name":"n","slug":"n"})", {}}, "421 read_only"},
      {{"POST /v1/api-keys", R"({"name":"k","scopes":[]})", ours}, "421 read_only"},
      {{"POST /v1/backups", "", {}}, "421 read_only"},
      {{"POST /v1/entities", "{}\n", {TestServer::tenant(w.tenant), "Content-Type: application/x-ndjson"}},
       "421 read_only"},
      {{"PUT /v1/nothing", "{}", ours}, "404 not_found"},
  };
  for (const Row& row : rows) {
    INFO(row.ask.line);
    CHECK(brief_of(copy->ask(row.ask)) == row.brief);
    if (row.brief == "421 read_only") CHECK(brief_of(copy->ask(row.ask, "")) == "401 unauthenticated");
  }
  const RawResponse refused = copy->ask({"POST /v1/groups", R"({"name":"x"})", ours});
  CHECK(refused.body ==
        R"({"code":"read_only","message":"this is a copy, which takes no changes; make them at )" +
            w.primary->address() + R"(","details":{"primary":")" + w.primary->address() +
            R"("},"notices":[]})");
  CHECK(copy->ask({"POST /v1beta1/organizations", R"({"name":"n"})", {}}).status == 421);
  // What the guard refuses in a dry run is told, and nothing is noted.
  const std::string key =
      text_at(w.primary->made({"POST /v1/api-keys", R"({"name":"k","scopes":["organization:get"]})", ours}),
              "raw_key");
  REQUIRE(w.caught_up(*copy));
  const std::string then = text_of_store(copy->store());
  CHECK(brief_of(copy->ask({"POST /v1/groups?dry_run=true", R"({"name":"x"})", ours},
                           TestServer::bearer(key))) == "403 forbidden");
  REQUIRE(copy->server().housekeep().ok());
  CHECK(text_of_store(copy->store()) == then);
  CHECK(then != was);
}

TEST_CASE("copy: what is revoked on the primary is refused here", "[copy]") {
  World w;
  const auto key = w.primary->made(
      {"POST /v1/api-keys", R"({"name":"k","scopes":["organization:get"]})", in_tenant(w.tenant)});
  const auto copy = w.copy();
  const std::string bearer = TestServer::bearer(text_at(key, "raw_key"));
  CHECK(copy->ask({"GET /v1/me", "", in_tenant(w.tenant)}, bearer).status == 200);
  w.primary->made({"DELETE /v1/api-keys/" + text_at(key, "id"), "", in_tenant(w.tenant)});
  REQUIRE(w.caught_up(*copy));
  CHECK(copy->ask({"GET /v1/me", "", in_tenant(w.tenant)}, bearer).status == 401);
}

TEST_CASE("copy: X-Min-Revision waits for what the primary has answered", "[copy]") {
  World w;
  const auto copy = w.copy();
  for (int i = 0; i < 20; ++i) {
    const RawResponse made =
        w.primary->ask({"POST /v1/groups", R"({"name":"G)" + std::to_string(i) + "\"}", in_tenant(w.tenant)});
    const auto group = base::parse_json(made.body);
    REQUIRE(group.ok());
    CHECK(copy->ask({"GET /v1/groups/" + text_at(*group, "id"),
                     "",
                     {TestServer::tenant(w.tenant), "X-Min-Revision: " + made.header("x-revision")}})
              .status == 200);
  }
  const std::string beyond = std::to_string(copy->store().revision() + 1);
  CHECK(brief_of(
            copy->ask({"GET /v1/roles", "", {TestServer::tenant(w.tenant), "X-Min-Revision: " + beyond}})) ==
        "409 behind");
}

TEST_CASE("copy: without its primary it answers for follow.max_stale, and then nothing", "[copy]") {
  World w;
  auto copy = w.copy();
  const auto port = w.primary->port();
  w.primary.reset();
  w.clock.advance(14 * 60'000);
  RawResponse answer = copy->ask({"GET /v1/tenants", "", {}});
  CHECK(answer.status == 200);
  CHECK(std::stoi(answer.header("x-stale-seconds")) >= 14 * 60);
  CHECK(copy->ask({"GET /readyz", "", {}}, "").status == 200);
  w.clock.advance(60'001);
  answer = copy->ask({"GET /v1/tenants", "", {}});
  CHECK(brief_of(answer) == "503 stale");
  CHECK_THAT(answer.body, ContainsSubstring("this copy has last had all of the primary's changes 9"));
  CHECK_THAT(answer.body, ContainsSubstring(" s ago, and may for 900 s (follow.max_stale)"));
  CHECK(std::stoi(answer.header("x-stale-seconds")) >= 15 * 60);
  CHECK(brief_of(copy->ask({"GET /v1/tenants", "", {}}, "")) == "503 stale");
  CHECK(brief_of(copy->ask({"POST /v1/tenants", "{}", {}})) == "503 stale");
  CHECK(copy->ask({"GET /livez", "", {}}, "").status == 200);
  const RawResponse ready = copy->ask({"GET /readyz", "", {}}, "");
  CHECK(ready.status == 503);
  CHECK_THAT(ready.body, ContainsSubstring(R"("follows":"failed")"));

  // So it is for whoever starts it again meanwhile, and no longer once the primary is back.
  const auto options =
      RunningServer::Options{.dir = w.dir / "copy", .primary = w.of_primary(port), .clock = &w.clock};
  copy.reset();
  copy = std::make_unique<RunningServer>(options);
  CHECK(brief_of(copy->ask({"GET /v1/tenants", "", {}})) == "503 stale");
  w.start(port);
  REQUIRE(w.caught_up(*copy));
  CHECK(copy->ask({"GET /v1/tenants", "", {}}).header("x-stale-seconds") == "0");
}

TEST_CASE("copy: one that never had everything answers nothing", "[copy]") {
  World w;
  CuttingProxy proxy(w.primary->port());
  auto options = w.copy_options();
  options.primary = w.of_primary(proxy.port());
  {
    const auto c = RunningServer::config_of(options);
    REQUIRE(app::begin_copy(c, *options.primary, [] { return true; }).ok());
    RunningServer::must(
        app::Server::open(c, RunningServer::must(app::load_definitions(c)), {}, {w.clock}, options.primary));
  }
  proxy.close_way(true);
  const RunningServer copy(options);
  const RawResponse answer = copy.ask({"GET /v1/tenants", "", {}});
  CHECK(brief_of(answer) == "503 stale");
  CHECK_THAT(answer.body, ContainsSubstring("hasn't had all of the primary's changes yet"));
  CHECK(answer.header("x-stale-seconds").empty());
  CHECK(copy.ask({"GET /readyz", "", {}}, "").body.find(R"("stale_seconds":null)") != std::string::npos);
}

TEST_CASE("copy: it goes on from where it was, and nobody serves it as a primary", "[copy]") {
  World w;
  w.copy().reset();
  w.make_group("Meanwhile");
  const auto options = w.copy_options();
  const auto alone = RunningServer::Options{.dir = options.dir};
  const auto c = RunningServer::config_of(alone);
  const auto refused = app::Server::open(c, RunningServer::must(app::load_definitions(c)));
  REQUIRE_FALSE(refused.ok());
  CHECK(
      refused.error().message ==
      options.dir + ": the store is a copy of " + w.primary->address() +
          ", where changes are made; serve it with `reeve follow`, or make it a primary of its own with `reeve "
          "follow --promote`");
  {
    const auto copy = w.copy();
    CHECK(text_of_store(copy->store()) == text_of_store(w.primary->store()));
  }
  REQUIRE(following::remove_marker(options.dir).ok());
  RunningServer promoted(alone);
  CHECK(promoted.ask({"POST /v1/groups", R"({"name":"Own"})", in_tenant(w.tenant)}).status == 201);
}

TEST_CASE("copy: a store that isn't marked has to be the primary's", "[copy]") {
  World w;
  const auto options = w.copy_options();
  const auto c = RunningServer::config_of(options);
  const auto begin = [&] { return app::begin_copy(c, *options.primary, [] { return true; }); };
  SECTION("another server's") {
    {
      RunningServer other({.dir = options.dir});
      other.made({"POST /v1/tenants", R"({"name":"Other"})", {}});
    }
    CHECK_THAT(error_of(begin()), ContainsSubstring(" of this store is not that of " + w.primary->address() +
                                                    ", so it is no copy of it; give an empty folder"));
    CHECK_FALSE(fs::exists(following::marker_path(options.dir)));
  }
  SECTION("the primary's, as it was") {
    REQUIRE(w.primary->store().copy_to(options.dir).ok());
    w.make_group("Later");
    CHECK(error_of(begin()).empty());
    const auto copy = w.copy();
    CHECK(text_of_store(copy->store()) == text_of_store(w.primary->store()));
  }
  SECTION("the primary's, and too old") {
    REQUIRE(w.primary->store().copy_to(options.dir).ok());
    for (int i = 0; i < 5; ++i) w.make_group("G" + std::to_string(i));
    w.trim(2);
    CHECK_THAT(error_of(begin()), ContainsSubstring("the store is too old to go on from: ") &&
                                      ContainsSubstring("make a newer backup there, and restore it here"));
  }
}

TEST_CASE("copy: where the first changes are kept no longer, it begins with a backup", "[copy]") {
  World w;
  w.backup_dir = w.dir / "backups";
  w.start();
  REQUIRE(eventually([&] {  // the one that is made at the start, which will be too old
    return w.primary->ask({"GET /v1/backups", "", {}}).body.find("\"name\"") != std::string::npos;
  }));
  for (int i = 0; i < 5; ++i) w.make_group("G" + std::to_string(i));
  w.trim(2);
  const auto c = RunningServer::config_of(w.copy_options());
  SECTION("which is made") {
    const auto copy = w.copy();
    CHECK(fs::exists(w.backup_dir));
    CHECK(copy->store().revision() == w.primary->store().revision());
    w.make_group("Later");
    REQUIRE(w.caught_up(*copy));
    CHECK(copy->ask({"GET /v1/groups", "", in_tenant(w.tenant)}).body ==
          w.primary->ask({"GET /v1/groups", "", in_tenant(w.tenant)}).body);
    CHECK_FALSE(fs::exists(c.store.dir + "/snapshot.part"));
  }
  SECTION("unless nobody may wait for it") {
    CHECK(error_of(app::begin_copy(c, w.of_primary(), [] { return false; })) ==
          "stopped while a backup was fetched");
    CHECK_FALSE(fs::exists(c.store.dir + "/snapshot.part"));
    CHECK_FALSE(fs::exists(following::marker_path(c.store.dir)));
  }
  SECTION("or the primary makes none") {
    w.backup_dir.clear();
    w.start();
    CHECK_THAT(
        error_of(app::begin_copy(c, w.of_primary(), [] { return true; })),
        ContainsSubstring("answered 410: ") &&
            ContainsSubstring("make one there with `reeve backup create -o FILE`, and here `reeve restore "
                              "FILE`; then start again"));
  }
}

TEST_CASE("copy: of a log that was trimmed meanwhile it says so, and answers until it is too old", "[copy]") {
  World w;
  w.copy().reset();
  for (int i = 0; i < 5; ++i) w.make_group("G" + std::to_string(i));
  w.trim(2);
  const RunningServer copy(w.copy_options());
  REQUIRE(eventually([&] { return copy.ask({"GET /readyz", "", {}}, "").status == 503; }));
  CHECK_THAT(
      copy.ask({"GET /readyz", "", {}}, "").body,
      ContainsSubstring("the primary no longer keeps the changes that come next; put a newer copy in place: "
                        "`reeve backup create --server URL -o FILE`, `reeve restore FILE`"));
  CHECK(copy.ask({"GET /v1/tenants", "", {}}).status == 200);
  w.clock.advance(16 * 60'000);
  CHECK(brief_of(copy.ask({"GET /v1/tenants", "", {}})) == "503 stale");
}

TEST_CASE("copy: a primary that lost changes ends it, for good", "[copy]") {
  World w;
  const auto port = w.primary->port();
  auto copy = w.copy();
  w.primary.reset();
  fs::remove_all(w.dir / "primary");
  w.start(port);  // with an empty store
  REQUIRE(eventually([&] { return !copy->server().housekeep().ok(); }));
  const auto kept = copy->server().housekeep();
  CHECK(kept.error().code == base::ErrorCode::kCorrupt);
  CHECK_THAT(kept.error().message, ContainsSubstring("this store is no copy of " + w.primary->address()));
  copy.reset();
  const auto options = w.copy_options();
  const auto again =
      app::begin_copy(RunningServer::config_of(options), *options.primary, [] { return true; });
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == base::ErrorCode::kCorrupt);
  CHECK_THAT(again.error().message, ContainsSubstring(options.dir + ": no copy any more: "));
}

TEST_CASE("copy: that it is configured otherwise is said once", "[copy]") {
  World w;
  CuttingProxy proxy(w.primary->port());
  const Logged err;
  auto options = w.copy_options();
  options.primary = w.of_primary(proxy.port());
  options.differs = true;
  const auto copy = w.copy(options);
  for (int i = 0; i < 2; ++i) {
    const int before = proxy.connections();
    proxy.close_way(true);
    REQUIRE(eventually([&] { return proxy.connections() > before; }));
    proxy.close_way(false);
    w.make_group("G" + std::to_string(i));
    REQUIRE(w.caught_up(*copy));
  }
  const std::string text = err.text();
  const std::string warning = "differs from the primary's";
  const std::size_t first = text.find(warning);
  REQUIRE(first != std::string::npos);
  CHECK(text.find(warning, first + 1) == std::string::npos);
  CHECK(text.find("key=decisions.user_id") != std::string::npos);
  CHECK(text.find(TestServer::kSecret) == std::string::npos);
}

TEST_CASE("copy: it catches up while the primary goes on changing", "[copy]") {
  World w;
  for (int i = 0; i < 300; ++i) w.make_group("Before " + std::to_string(i));
  std::atomic<bool> ends = false;
  std::atomic<int> made = 0, failed = 0;
  std::thread changing([&] {
    RawClient client = RawClient::to_port(w.primary->port());
    for (int i = 0; !ends; ++i) {
      const auto answer = client.ask(bytes_of(
          {"POST /v1/groups", R"({"name":"Meanwhile )" + std::to_string(i) + "\"}", in_tenant(w.tenant)},
          TestServer::platform()));
      answer && answer->status == 201 ? ++made : ++failed;
    }
  });
  auto copy = std::make_unique<RunningServer>(w.copy_options());
  const bool answers = eventually([&] { return made > 200 && copy->store().revision() > 400; });
  ends = true;
  changing.join();
  CHECK(answers);
  CHECK(failed == 0);
  REQUIRE(w.caught_up(*copy));
  CHECK(text_of_store(copy->store()) == text_of_store(w.primary->store()));
}
