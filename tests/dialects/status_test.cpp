// GET /v1/status and GET /v1/config: what they say, to whom, and what they never say.
#include "api/status.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "app/self_report.h"
#include "app/settings.h"
#include "base/file.h"
#include "config/keys.h"
#include "dialects/copy_of.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"
#include "tests/support/temp_dir.h"

namespace {

const auto kIsKey = [](std::string_view path) { return config::is_key(path); };

const base::Timestamp kStarted{1'776'254'400'000};

config::Config parsed(const std::string& path, const std::string& text) {
  auto read = config::parse_config(path, text);
  INFO((read.ok() ? "" : read.error().message));
  REQUIRE(read.ok());
  return std::move(read).value();
}

// A server that tells what the report has.
struct Reported {
  explicit Reported(const config::Config& c) : report(c, kStarted), server(options(report)) {}

  static TestServerOptions options(const app::SelfReport& report) {
    TestServerOptions o;
    o.http.facts = [&report] { return report.facts(); };
    o.http.config = [&report] { return report.config(); };
    return o;
  }
  // The row of a key in /v1/config.
  base::Json row(const std::string& key) {
    const base::Json all = server.made({"GET /v1/config", "", {}});
    for (const base::Json& one : *all.find("data")->array())
      if (*one.find_string("key") == key) return one;
    return {};
  }

  app::SelfReport report;
  TestServer server;
};

std::int64_t number_at(const base::Json& json, std::string_view section, std::string_view name) {
  const base::Json* const in = section.empty() ? &json : json.find(section);
  const base::Json* const value = in ? in->find(name) : nullptr;
  return value && value->integer() ? *value->integer() : -1;
}

}  // namespace

TEST_CASE("status: what the process has", "[status]") {
  Reported it(parsed("/etc/reeve/reeve.yaml", "server: {queue: 7}\nstore: {dir: /}\n"));
  it.report.note_certificates({{"/c.pem", {"a.example"}, {it.server.clock().now().ms + 36 * 3'600'000}},
                               {"/d.pem", {}, {it.server.clock().now().ms - 1}}});
  it.report.note_heads(base::Timestamp{it.server.clock().now().ms - 61'000}, true);
  it.report.note_reload(
      {3, 1, kStarted,
       api::mistakes_in("/r.yaml:3:5: store.map_size: must be a size\n  3 | map_size: 1\n\nno room", kIsKey)},
      nullptr);
  it.report.serve(&it.server.front(), 99);
  it.server.made({"POST /v1/backups", "", {}});

  const base::Json status = it.server.made({"GET /v1/status", "", {}});
  CHECK(text_at(status, "started_at") == "2026-04-15T12:00:00.000Z");
  CHECK(number_at(status, "", "uptime_seconds") > 0);
  CHECK(number_at(status, "", "revision") == static_cast<std::int64_t>(it.server.store().revision()));
  CHECK(number_at(status, "store", "map_bytes") == 1 << 30);
  CHECK(number_at(status, "store", "used_percent") == 0);
  CHECK(number_at(status, "store", "disk_free_bytes") >= 0);
  CHECK(text_at(status, "store.room") == "ample");
  CHECK(number_at(status, "writer", "queue_limit") == 7);
  CHECK(number_at(status, "readers", "oldest_commits_behind") == 0);
  CHECK(status.find("readers")->find("oldest_seconds")->is_null());
  CHECK(number_at(status, "traffic", "connections") == 1);
  CHECK(number_at(status, "traffic", "connections_limit") == 99);
  CHECK(number_at(status, "traffic", "requests") == 2);
  CHECK(text_at(status, "reload.outcome") == "refused");
  CHECK(
      to_text(*status.find("reload")->find("mistakes")) ==
      R"([{"file":"/r.yaml","line":3,"column":5,"message":"store.map_size: must be a size"},)"
      R"({"file":null,"line":null,"column":null,"message":"not as it must be; the server's log says what is )"
      R"(wrong, as `reeve check-config` does"}])");
  const auto& certificates = *status.find("certificates")->array();
  REQUIRE(certificates.size() == 2);
  CHECK(number_at(certificates[0], "", "days_left") == 1);
  CHECK(number_at(certificates[1], "", "days_left") == -1);
  CHECK(number_at(status, "audit", "heads_age_seconds") >= 61);
  CHECK(number_at(status, "backups", "whole") == 1);
  CHECK(number_at(*status.find("backups"), "last", "age_seconds") >= 0);
  CHECK(status.find("following")->is_null());
}

TEST_CASE("status: a copy says how old it is", "[status]") {
  Reported it(parsed("/etc/reeve/reeve.yaml", ""));
  dialects::CopyOf copy;
  copy.primary = "https://primary.example";
  copy.max_stale = std::chrono::minutes(15);
  copy.age = [] { return std::optional(std::chrono::milliseconds(4500)); };
  copy.hindrance = [] { return std::string("it is gone"); };
  it.report.follow(copy);
  CHECK(to_text(*it.server.made({"GET /v1/status", "", {}}).find("following")) ==
        R"({"primary":"https://primary.example","stale_seconds":4,"max_stale_seconds":900,)"
        R"("hindrance":"it is gone"})");
}

TEST_CASE("status: a snapshot that was left behind is as old as that was first seen", "[status]") {
  app::SelfReport report(config::defaults("config"), kStarted);
  struct Row {
    std::uint64_t oldest_commit, behind;
    std::int64_t at, since;  // since: -1 where there is none
  };
  const Row rows[] = {{5, 0, 1, -1}, {5, 1, 2, 2}, {5, 9, 3, 2}, {6, 8, 4, 4}, {14, 0, 5, -1}, {14, 1, 6, 6}};
  for (const Row& row : rows) {
    store::Statistics statistics;
    statistics.oldest_commit = row.oldest_commit;
    statistics.oldest_behind = row.behind;
    report.note_readers(statistics, {row.at});
    const auto since = report.facts().oldest_reader_since;
    CHECK((since ? since->ms : -1) == row.since);
  }
}

TEST_CASE("status: a snapshot is counted, with what came after it", "[status]") {
  TestServer server;
  const auto snapshot = server.store().read();
  REQUIRE(snapshot.ok());
  server.make_tenant("acme");
  server.make_tenant("globex");
  const base::Json status = server.made({"GET /v1/status", "", {}});
  CHECK(number_at(status, "readers", "open") >= 1);
  CHECK(number_at(status, "readers", "oldest_commits_behind") == 2);
}

TEST_CASE("config call: every key, with what gave it its value", "[status]") {
  config::Config running = parsed(
      "/etc/reeve/reeve.yaml",
      "server:\n  queue: 7\nlog: {level: warn}\ntls: {certificate: c, key: k, more: [{certificate: d, key: s3cret}]}\n");
  running.origins["store.dir"] = {config::KeyOrigin::Kind::kCommandLine, "--data"};
  running.origins["bootstrap.secret_file"] = {config::KeyOrigin::Kind::kEnvironment, app::kBootstrapSecret};
  Reported it(running);
  const base::Json all = it.server.made({"GET /v1/config", "", {}});
  std::vector<std::string> listed, wanted;
  for (const base::Json& one : *all.find("data")->array()) listed.push_back(*one.find_string("key"));
  for (const config::Key& key : config::keys()) wanted.emplace_back(key.path);
  CHECK(listed == wanted);

  const auto without_description = [](base::Json row) {
    row.object()->pop_back();
    return to_text(row);
  };
  CHECK(without_description(it.row("server.queue")) ==
        R"({"key":"server.queue","value":7,"default":1024,"origin":"file","from":"/etc/reeve/reeve.yaml",)"
        R"("line":2,"needs_restart":true,"at_next_start":null})");
  CHECK(without_description(it.row("log.format")) ==
        R"({"key":"log.format","value":"text","default":"text","origin":"default","from":null,"line":null,)"
        R"("needs_restart":false,"at_next_start":null})");
  CHECK(text_at(it.row("store.dir"), "from") == "--data");
  CHECK(text_at(it.row("tls.key"), "value") == "***");  // there is no such file: it may be the key itself
  CHECK(to_text(*it.row("tls.more").find("value")) == R"([{"certificate":"/etc/reeve/d","key":"***"}])");
  CHECK(text_at(it.row("bootstrap.secret_file"), "value") == "***");
  CHECK(text_at(it.row("bootstrap.secret_file"), "from") == "REEVE_BOOTSTRAP_SECRET");

  // A reload takes up what it can; of the rest it is told what will be.
  const config::Config loaded =
      parsed("/etc/reeve/reeve.yaml", "\n\nserver: {queue: 9}\nlog: {level: debug}\n");
  it.report.note_reload({1, 0, kStarted, {}}, &loaded);
  CHECK(text_at(it.row("log.level"), "value") == "debug");
  CHECK(number_at(it.row("log.level"), "", "line") == 4);
  CHECK(number_at(it.row("server.queue"), "", "value") == 7);
  CHECK(number_at(it.row("server.queue"), "", "at_next_start") == 9);
  CHECK(text_at(it.row("tls.certificate"), "value") == "/etc/reeve/c");  // TLS isn't switched off by a reload
  CHECK(it.row("tls.certificate").find("at_next_start")->string()->empty());
}

// Whatever lies in files that the configuration names, or in the environment, and whatever was written where
// something else belongs: none of it is told.
TEST_CASE("config call: secrets are never told", "[status]") {
  std::mt19937 random(20'261'128);
  const auto secret = [&random] {
    std::string text = "s3cret";
    for (int i = 0; i < 32; ++i) text += static_cast<char>('a' + random() % 26);
    return text;
  };
  TempDir dir;
  std::vector<std::string> planted;
  const auto plant = [&](const std::string& name) {
    planted.push_back(secret());
    std::ofstream(dir / name) << planted.back() << "\n";
    std::filesystem::permissions(dir / name, std::filesystem::perms::owner_read);
  };
  for (const char* const name : {"bootstrap", "tls.key", "more.key", "signing.key", "credential"})
    plant(name);
  planted.push_back(secret());
  REQUIRE(::setenv(app::kBootstrapSecret, planted.back().c_str(), 1) == 0);
  std::ofstream(dir / "reeve.yaml")
      << "bootstrap: {client_id: 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0, secret_file: bootstrap}\n"
         "tls: {certificate: c.pem, key: tls.key, more: [{certificate: d.pem, key: more.key}]}\n"
         "audit: {signing_key: signing.key}\nfollow: {credential_file: credential}\n";
  app::Given given;
  given.config = dir / "reeve.yaml";
  const auto settings = app::load_settings(given);
  ::unsetenv(app::kBootstrapSecret);
  REQUIRE(settings.ok());
  Reported it(settings->config);
  const std::string config = it.server.ask({"GET /v1/config", "", {}}).body;
  CHECK(config.find(dir / "tls.key") != std::string::npos);
  for (const std::string& text : planted) {
    CHECK(config.find(text) == std::string::npos);
    CHECK(it.server.ask({"GET /v1/status", "", {}}).body.find(text) == std::string::npos);
  }

  // Of each key and each section: a text, a list and a map in its place, each in three spellings.
  std::vector<std::string> paths = {"server", "bootstrap",       "tls", "store", "server.limits",
                                    "none",   "bootstrap.secret"};
  for (const config::Key& key : config::keys()) paths.emplace_back(key.path);
  std::size_t refused = 0;
  for (const std::string& path : paths)
    for (const char* const form :
         {"%", "'%'", "[%]", "{x: %}", "%%%%%%%%%%%%", "-1%", "[[%]]", "https://u:%@h/?%"}) {
      const std::string hidden = secret();
      std::string value = form;
      for (std::size_t at = value.find('%'); at != std::string::npos; at = value.find('%'))
        value.replace(at, 1, hidden);
      std::string text, indent;
      std::string_view rest = path;
      for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        text += indent + std::string(rest.substr(0, dot)) + ":\n";
        indent += "  ";
        rest.remove_prefix(dot + 1);
      }
      text += indent + std::string(rest) + ": " + value + "\n";
      INFO(text);
      const auto read = config::parse_config("/etc/reeve/reeve.yaml", text);
      if (read.ok()) continue;
      ++refused;
      for (const api::ConfigMistake& mistake : api::mistakes_in(read.error().message, kIsKey)) {
        CHECK(mistake.message.find(hidden) == std::string::npos);
        CHECK(mistake.file == "/etc/reeve/reeve.yaml");
        CHECK(mistake.line > 0);
      }
    }
  CHECK(refused > 8 * config::keys().size() / 2);

  // Where a key belongs, and where YAML itself goes wrong.
  for (const char* const form :
       {"%: 1", "server: {%: 1}", "server.%: 1", "server: {limits: {%: 2}}", "%: 1\n%: 2",
        "server:\n  %: 1\n  %: 2", "server: &% {threads: 1}", "server: *%", "server: !% 1",
        "server: {threads: '%", "\t%: 1", "? [%]\n: 1", "--- 1\n--- %", "[%]", "%", "tls: {more: [{%: a}]}",
        "tls: {more: [{certificate: a, key: b, %: c}]}", "server: {trusted_proxies: [%, %]}",
        "server: {cors_origins: [%]}"}) {
    const std::string hidden = secret();
    std::string text = form;
    for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%'))
      text.replace(at, 1, hidden);
    INFO(text);
    const auto read = config::parse_config("/etc/reeve/reeve.yaml", text);
    REQUIRE(!read.ok());
    for (const api::ConfigMistake& mistake : api::mistakes_in(read.error().message, kIsKey)) {
      CHECK(mistake.message.find(hidden) == std::string::npos);
      CHECK(mistake.file == "/etc/reeve/reeve.yaml");
    }
  }
}

TEST_CASE("status: mistakes are taken apart", "[status]") {
  constexpr const char* kUntold =
      "not as it must be; the server's log says what is wrong, as `reeve check-config` does";
  struct Row {
    const char* text;
    std::size_t count;
    const char* file;
    std::uint64_t line;
    const char* message;  // of the first
  };
  const Row rows[] = {
      {"", 0, "", 0, ""},
      {"a.cedar:1:2: x", 1, "a.cedar", 1, "x"},
      {"a.cedar:1:2: must be `y`, not `z`", 1, "a.cedar", 1, "must be `y`"},
      {"C:\\a: b.yaml:10:20: store.map_size: must be `y`, not `z`\n 1 | z\n   ^", 1, "C:\\a: b.yaml", 10,
       "store.map_size: must be `y`"},
      {"a.yml:1:2: server: must be a section, not `z`", 1, "a.yml", 1, "server: must be a section"},
      {"a.yaml:1:2: serve: must be a section", 1, "a.yaml", 1, kUntold},
      {"a.yaml:1:2: store.map_size: `z` is listed twice", 1, "a.yaml", 1,
       "store.map_size: not as it must be; the server's log says what is wrong, as `reeve check-config` does"},
      {"a.yaml:1:2: x", 1, "a.yaml", 1, kUntold},
      {"a.conf:1:2: s3cr3t: unknown key", 1, "a.conf", 1, kUntold},
      {"a:1:2: x\n\nb:3:4: y\n\n\n\nz", 3, "a", 1, kUntold},
      {"/k.pem: No such file or directory", 1, "", 0, kUntold},
      {"store.map_size: must be", 1, "", 0, kUntold},
      {"a:b:c: d", 1, "", 0, kUntold},
      {"a:99999999999999999999:1: x", 1, "", 0, kUntold},
      {":::: ", 1, "", 0, kUntold},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto mistakes = api::mistakes_in(row.text, kIsKey);
    REQUIRE(mistakes.size() == row.count);
    if (mistakes.empty()) continue;
    CHECK(mistakes[0].file == row.file);
    CHECK(mistakes[0].line == row.line);
    CHECK(mistakes[0].message == row.message);
  }
}

TEST_CASE("status: for the platform alone, whoever else asks and how often", "[status]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme");
  const std::string admin = TestServer::bearer(server.make_key(acme, R"(["organization:administer"])"));
  const std::string nobody = TestServer::bearer(server.make_key(acme, "[]"));
  const std::uint64_t before = server.store().revision();
  for (const char* const line : {"GET /v1/status", "GET /v1/config"}) {
    CHECK(server.ask({line, "", {}}).status == 200);
    CHECK(server.ask({line, "", {}}, "").status == 401);
    for (const std::string& who : {admin, nobody})
      for (const std::vector<std::string>& headers :
           {std::vector<std::string>{}, std::vector<std::string>{TestServer::tenant(acme)}}) {
        const RawResponse refused = server.ask({line, "", headers}, who);
        CHECK(refused.status == 403);
        CHECK(refused.body.find("map_bytes") == std::string::npos);
        CHECK(refused.body.find("/etc/") == std::string::npos);
      }
    for (int i = 0; i < 1000; ++i) REQUIRE(server.ask({line, "", {}}, nobody).status == 403);
  }
  CHECK(server.store().revision() == before);  // a refused reading costs the writer nothing
}
