#include "config/config.h"

#include <algorithm>
#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "config/keys.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace {

struct Row {
  const char* text;
  const char* message;  // whole
};

void check_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    INFO(row.text);
    const auto read = config::parse_config("f.yaml", row.text);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == base::ErrorCode::kInvalid);
    CHECK(read.error().message == row.message);
  }
}

config::Config parsed(const std::string& text) {
  const auto read = config::parse_config("/etc/reeve/reeve.yaml", text);
  INFO((read.ok() ? "" : read.error().message));
  REQUIRE(read.ok());
  return read.value();
}

}  // namespace

TEST_CASE("config: an empty file means the defaults", "[config]") {
  for (const char* text : {"", "# nothing\n", "---\n", "{}", "server:\nstore: {}\nlog: ~\n"}) {
    INFO(text);
    const config::Config c = parsed(text);
    for (const config::Key& key : config::keys()) {
      INFO(key.path);
      CHECK(config::same_value(key, c, config::defaults("/etc/reeve")));
    }
    CHECK(c.server.listen.to_string() == "127.0.0.1:7400");
    CHECK(c.server.limits.body == 1048576);
    CHECK(c.server.timeouts.head == std::chrono::seconds(10));
    CHECK(c.store.dir == "/var/lib/reeve");
    CHECK(c.store.map_size == std::size_t{64} << 30);
    CHECK(c.http.v1beta1_field_names == config::FieldNames::kCamel);
    CHECK(c.log.level == base::logging::Level::kInfo);
    CHECK(c.guard.on_error == config::OnError::kDeny);
    CHECK_FALSE(c.bootstrap.client_id);
    CHECK(c.server.unix_socket.empty());
    CHECK(c.policies == "/etc/reeve/policies");
    CHECK(c.schema == "/etc/reeve/reeve.cedarschema");
  }
}

TEST_CASE("config: every key is taken up", "[config]") {
  const config::Config c = parsed(R"(server:
  listen: "[::1]:0"
  unix_socket: /run/reeve/socket
  threads: 1
  slow_threads: 3
  queue: 2
  trusted_proxies: [10.0.0.0/8, "fd00::/8", 192.0.2.7, unix]
  insecure: true
  public_url: https://reeve.example.com
  cors_origins: ["https://console.example.com", "http://localhost:8080"]
  limits: {request_line: 256B, headers: 8, header_bytes: 1KiB, body: 64MiB, memory: 1MiB, connections: 3,
           connections_per_address: 4, failed_authentications_per_minute: 5,
           requests_per_second: 12,
           tenant: {roles: 6, groups: 7, users: 8, service_users: 9, mappings: 10, memberships: 11,
                    credentials: 0, audit_bytes: 1MiB, policies: 12, rules: 13,
                    entities: 14, projects: 15, grants: 16, policy_tests: 17}}
  timeouts: {head: 100ms, body: 1s, idle: 2m, shutdown: 1h}
tls: {certificate: c.pem, key: /k.pem, min_version: 1.3, more: [{certificate: d.pem, key: ../d.key}]}
store: {dir: data, map_size: 16MiB, reserve: 1MiB, scrub: 7h, changes_kept: 1d, changes_most: 7}
audit: {keep: 30d, archive: old, heads: published, signing_key: /k.pem}
backup: {dir: ../backup, every: 6h, keep: {daily: 1, weekly: 2, monthly: 3}}
http: {v1beta1_field_names: proto}
log: {level: trace, format: json}
guard: {on_error: cedar}
console: {enabled: false}
decisions: {user_id: email, log_size: 1MiB, log_file: entries, log_socket: /run/entries}
follow: {url: https://primary.example.com, credential_file: key, ca_file: ../ca.pem, max_stale: 1m}
bootstrap: {client_id: 2489E9AD-2EE2-8E00-8EC9-32D5F69181C0, secret_file: ../secret}
policies: p
schema: s
permissions: /x/permissions.yaml
roles: r.yaml
)");
  CHECK(c.server.listen.host == "::1");
  CHECK(c.server.listen.port == 0);
  CHECK(c.server.unix_socket == "/run/reeve/socket");
  CHECK(c.server.threads == 1);
  CHECK(c.server.slow_threads == 3);
  CHECK(c.server.queue == 2);
  REQUIRE(c.server.trusted_proxies.size() == 4);
  CHECK(c.server.trusted_proxies[0].network == config::parse_network("10.0.0.0/8").value());
  CHECK_FALSE(c.server.trusted_proxies[3].network);
  CHECK(c.server.cors_origins ==
        std::vector<std::string>{"https://console.example.com", "http://localhost:8080"});
  CHECK(c.server.limits.request_line == 256);
  CHECK(c.server.limits.headers == 8);
  CHECK(c.server.limits.header_bytes == 1024);
  CHECK(c.server.limits.body == std::size_t{64} << 20);
  CHECK(c.server.limits.connections == 3);
  CHECK(c.server.limits.connections_per_address == 4);
  CHECK(c.server.limits.memory == 1024 * 1024);
  CHECK(c.server.limits.failed_authentications_per_minute == 5);
  CHECK(c.server.limits.requests_per_second == 12);
  CHECK(c.server.limits.tenant.roles == 6);
  CHECK(c.server.limits.tenant.memberships == 11);
  CHECK(c.server.limits.tenant.credentials == 0);
  CHECK(c.server.limits.tenant.audit_bytes == 1024 * 1024);
  CHECK(c.server.limits.tenant.policies == 12);
  CHECK(c.server.limits.tenant.rules == 13);
  CHECK(c.server.limits.tenant.entities == 14);
  CHECK(c.server.limits.tenant.projects == 15);
  CHECK(c.server.limits.tenant.grants == 16);
  CHECK(c.server.limits.tenant.policy_tests == 17);
  CHECK(c.server.timeouts.head == std::chrono::milliseconds(100));
  CHECK(c.server.timeouts.body == std::chrono::seconds(1));
  CHECK(c.server.timeouts.idle == std::chrono::minutes(2));
  CHECK(c.server.timeouts.shutdown == std::chrono::hours(1));
  CHECK(c.server.insecure);
  CHECK(c.tls.pairs() == std::vector<config::CertificatePair>{{"/etc/reeve/c.pem", "/k.pem"},
                                                              {"/etc/reeve/d.pem", "/etc/d.key"}});
  CHECK(c.tls.min_version == config::TlsVersion::k13);
  CHECK(c.store.dir == "/etc/reeve/data");
  CHECK(c.store.map_size == std::size_t{16} << 20);
  CHECK(c.store.reserve == std::size_t{1} << 20);
  CHECK(c.store.scrub == std::chrono::hours(7));
  CHECK(c.store.changes_kept == std::chrono::hours(24));
  CHECK(c.store.changes_most == 7);
  CHECK(c.audit.keep == std::chrono::hours(720));
  CHECK(c.audit.archive == "/etc/reeve/old");
  CHECK(c.audit.heads == "/etc/reeve/published");
  CHECK(c.audit.signing_key == "/k.pem");
  CHECK(c.backup.dir == "/etc/backup");
  CHECK(c.backup.every == std::chrono::hours(6));
  CHECK(c.backup.keep.daily == 1);
  CHECK(c.backup.keep.weekly == 2);
  CHECK(c.backup.keep.monthly == 3);
  CHECK(c.http.v1beta1_field_names == config::FieldNames::kProto);
  CHECK(c.log.level == base::logging::Level::kTrace);
  CHECK(c.log.format == base::logging::Format::kJson);
  CHECK(c.server.public_url == "https://reeve.example.com");
  CHECK(c.decisions.user_id == config::UserIdForm::kEmail);
  CHECK_FALSE(c.console.enabled);
  CHECK(c.decisions.log_size == std::size_t{1} << 20);
  CHECK(c.decisions.log_file == "/etc/reeve/entries");
  CHECK(c.decisions.log_socket == "/run/entries");
  CHECK(c.guard.on_error == config::OnError::kCedar);
  CHECK(c.follow.url == "https://primary.example.com");
  CHECK(c.follow.credential_file == "/etc/reeve/key");
  CHECK(c.follow.ca_file == "/etc/ca.pem");
  CHECK(c.follow.max_stale == std::chrono::minutes(1));
  CHECK(c.bootstrap.client_id->to_string() == "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
  CHECK(c.bootstrap.secret_file == "/etc/secret");
  CHECK(c.policies == "/etc/reeve/p");
  CHECK(c.schema == "/etc/reeve/s");
  CHECK(c.permissions == "/x/permissions.yaml");
  CHECK(c.roles == "/etc/reeve/r.yaml");

  for (const config::Key& key : config::keys()) {
    INFO(key.path);
    CHECK_FALSE(config::same_value(key, c, config::defaults("/etc/reeve")));
  }
}

TEST_CASE("config: all mistakes of a file at once, each with its place and a guess", "[config]") {
  check_rows(
      {{"server:\n"
        "  listn: 1\n"
        "  threads: eight\n"
        "  queue: \"8\"\n"
        "  limits: {body: 1MB, headers: 010}\n"
        "  threads: 3\n"
        "listen: 7400\n",
        "f.yaml:2:3: server.listn: unknown key; did you mean `listen`?\n"
        "  2 |   listn: 1\n"
        "    |   ^\n"
        "\n"
        "f.yaml:3:12: server.threads: must be a whole number from 0 to 256, not `eight`\n"
        "  3 |   threads: eight\n"
        "    |            ^\n"
        "\n"
        "f.yaml:4:10: server.queue: must be a number, not a text; leave the quotes out\n"
        "  4 |   queue: \"8\"\n"
        "    |          ^\n"
        "\n"
        "f.yaml:5:18: server.limits.body: must be a size such as `64KiB` or `1MiB`, not `1MB`; did you mean "
        "`1MiB`?\n"
        "  5 |   limits: {body: 1MB, headers: 010}\n"
        "    |                  ^\n"
        "\n"
        "f.yaml:5:32: server.limits.headers: must be a whole number from 8 to 1000, not `010`\n"
        "  5 |   limits: {body: 1MB, headers: 010}\n"
        "    |                                ^\n"
        "\n"
        "f.yaml:6:3: key `threads` is given twice, first on line 3\n"
        "  6 |   threads: 3\n"
        "    |   ^\n"
        "\n"
        "f.yaml:7:1: listen: unknown key; did you mean `server.listen`?\n"
        "  7 | listen: 7400\n"
        "    | ^"}});
}

TEST_CASE("config: an unknown key is guessed at among its neighbours, then everywhere", "[config]") {
  check_rows({
      {"sever: {}", "f.yaml:1:1: sever: unknown key; did you mean `server`?\n  1 | sever: {}\n    | ^"},
      {"server: {limit: {}}",
       "f.yaml:1:10: server.limit: unknown key; did you mean `limits`?\n  1 | server: {limit: {}}\n    |     "
       "     ^"},
      {"store: {mapsize: 1GiB}",
       "f.yaml:1:9: store.mapsize: unknown key; did you mean `map_size`?\n  1 | store: {mapsize: 1GiB}\n    "
       "|         ^"},
      {"threads: 2",
       "f.yaml:1:1: threads: unknown key; did you mean `server.threads`?\n  1 | threads: 2\n    | ^"},
      {"log: {fieldnames: proto}",
       "f.yaml:1:7: log.fieldnames: unknown key\n  1 | log: {fieldnames: proto}\n    |       ^"},
      {"server: {x: 3}", "f.yaml:1:10: server.x: unknown key\n  1 | server: {x: 3}\n    |          ^"},
      {"server.listen: 1",
       "f.yaml:1:1: server.listen: unknown key; sections are made by indenting lines, not by dots\n  "
       "1 | "
       "server.listen: 1\n    | ^"},
  });
}

TEST_CASE("config: a value of the wrong type or out of its bounds", "[config]") {
  check_rows({
      {"server: 3",
       "f.yaml:1:9: server: must be a section with keys of its own, not `3`\n  1 | server: 3\n    |         "
       "^"},
      {"log: []",
       "f.yaml:1:6: log: must be a section with keys of its own, not a list\n  1 | log: []\n    |      ^"},
      {"- a", "f.yaml:1:1: must hold sections such as `server:`, not a list\n  1 | - a\n    | ^"},
      {"a:b", "f.yaml:1:1: must hold sections such as `server:`, not `a:b`\n  1 | a:b\n    | ^"},
      {"server:\n  threads:\n  queue: 1",
       "f.yaml:2:3: server.threads: must be a whole number from 0 to 256, not empty\n  2 |   threads:\n    | "
       "  ^"},
      {"server: {threads: -1}",
       "f.yaml:1:19: server.threads: must be a whole number from 0 to 256, not `-1`\n  1 | server: "
       "{threads: -1}\n    |                   ^"},
      {"server: {threads: 257}",
       "f.yaml:1:19: server.threads: must be a whole number from 0 to 256, not `257`\n  1 | "
       "server: {threads: 257}\n    |                   ^"},
      {"server: {queue: 1e3}",
       "f.yaml:1:17: server.queue: must be a whole number from 1 to 1000000, not `1e3`\n  1 | "
       "server: {queue: 1e3}\n    |                 ^"},
      {"server: {queue: [1]}",
       "f.yaml:1:17: server.queue: must be a whole number from 1 to 1000000, not a list\n  1 | "
       "server: {queue: [1]}\n    |                 ^"},
      {"server: {queue: 99999999999999999999}",
       "f.yaml:1:17: server.queue: must be a whole number from 1 to 1000000, not `99999999999999999999`\n  1 "
       "| server: "
       "{queue: 99999999999999999999}\n    |                 ^"},
      {"store: {map_size: 17TiB}",
       "f.yaml:1:19: store.map_size: must be from 16MiB to 16TiB, not `17TiB`\n  1 | store: "
       "{map_size: 17TiB}\n    |                   ^"},
      {"store: {map_size: {}}",
       "f.yaml:1:19: store.map_size: must be a size such as `64KiB` or `1MiB`, not a map\n  1 | "
       "store: {map_size: {}}\n    |                   ^"},
      {"server: {timeouts: {idle: 2h}}",
       "f.yaml:1:27: server.timeouts.idle: must be from 100ms to 1h, not `2h`\n  1 | "
       "server: {timeouts: {idle: 2h}}\n    |                           ^"},
      {"log: {level: warning}",
       "f.yaml:1:14: log.level: must be trace, debug, info, warn or error, not `warning`; did "
       "you mean `warn`?\n  1 | log: {level: warning}\n    |              ^"},
      {"guard: {on_error: skip}",
       "f.yaml:1:19: guard.on_error: must be deny or cedar, not `skip`\n  1 | guard: {on_error: skip}\n"
       "    |                   ^"},
      {"log: {format: jsn}",
       "f.yaml:1:15: log.format: must be text or json, not `jsn`; did you mean `json`?\n  1 | log: "
       "{format: jsn}\n    |               ^"},
      {"bootstrap: {client_id: x}",
       "f.yaml:1:24: bootstrap.client_id: must be a uuid, not `x`\n  1 | bootstrap: {client_id: x}\n    |    "
       "            "
       "        ^"},
      {"bootstrap: {client_id: 00000000-0000-0000-0000-000000000000}",
       "f.yaml:1:24: bootstrap.client_id: must not be the nil uuid\n  1 | bootstrap: {client_id: "
       "00000000-0000-0000-0000-000000000000}\n    |                        ^"},
      {"policies: \"\"",
       "f.yaml:1:11: policies: must be a path, not empty\n  1 | policies: \"\"\n    |           ^"},
      {"roles: \"a\\0b\"",
       "f.yaml:1:8: roles: must be a path without control characters\n  1 | roles: \"a\\0b\"\n    |        "
       "^"},
      {"server: {trusted_proxies: 10.0.0.0/8}",
       "f.yaml:1:27: server.trusted_proxies: must be a list such as `[]` or `[a, b]`, not `10.0.0.0/8`\n  1 "
       "| server: "
       "{trusted_proxies: 10.0.0.0/8}\n    |                           ^"},
      {"server:\n  trusted_proxies:\n    - 10.0.0.1/8\n    -\n    - ::1\n    - ::1\n",
       "f.yaml:3:7: server.trusted_proxies: must be a network whose bits after the prefix are zero, not "
       "`10.0.0.1/8`; did you "
       "mean `10.0.0.0/8`?\n  3 |     - 10.0.0.1/8\n    |       ^\n\n"
       "f.yaml:4:5: server.trusted_proxies: must be a text, not empty\n  4 |     -\n    |     ^\n\n"
       "f.yaml:6:7: server.trusted_proxies: `::1` is listed twice\n  6 |     - ::1\n    |       ^"},
      {"server: {cors_origins: [\"*\"]}",
       "f.yaml:1:25: server.cors_origins: must be an origin such as `https://console.example.com`, not `*`; "
       "name each "
       "one\n  1 | server: {cors_origins: [\"*\"]}\n    |                         ^"},
  });
}

TEST_CASE("config: a unix socket's path fits into its address", "[config]") {
  CHECK(config::parse_config("reeve.yaml", "server: {unix_socket: /" + std::string(106, 'x') + "}").ok());
  const auto over =
      config::parse_config("reeve.yaml", "server: {unix_socket: /" + std::string(107, 'x') + "}");
  REQUIRE_FALSE(over.ok());
  CHECK_THAT(over.error().message,
             ContainsSubstring("server.unix_socket: must be a path of at most 107 bytes, not 108\n"));
}

TEST_CASE("config: a file is read with its name, and at most 1 MiB of it", "[config]") {
  const TempDir dir;
  std::ofstream(dir / "reeve.yaml") << "policies: p\nroles: r";
  const auto read = config::load_config(dir / "reeve.yaml");
  REQUIRE(read.ok());
  CHECK(read->policies == dir / "p");

  CHECK(config::load_config(dir / "none.yaml").error().code == base::ErrorCode::kNotFound);
  CHECK(config::load_config(dir / "none.yaml").error().message ==
        dir / "none.yaml: No such file or directory");
  CHECK(config::load_config(dir.path()).error().message == dir.path() + ": Is a directory");

  std::ofstream(dir / "limit.yaml") << std::string(config::kMaxConfigFile, '#');
  CHECK(config::load_config(dir / "limit.yaml").ok());
  std::ofstream(dir / "over.yaml") << std::string(config::kMaxConfigFile + 1, '#');
  CHECK(config::load_config(dir / "over.yaml").error().message ==
        dir / "over.yaml: larger than 1048576 bytes");
}

TEST_CASE("config: a reload names the changes that it can't take up", "[config]") {
  const config::Config running = parsed("");
  const config::Config loaded =
      parsed("server: {threads: 5, cors_origins: [\"https://a.example\"]}\nlog: {level: debug}\nroles: x\n");
  CHECK(config::changes_that_need_restart(running, loaded) ==
        std::vector<std::string>{"server.threads", "server.cors_origins"});
  CHECK(config::changes_that_need_restart(loaded, loaded).empty());
  const config::Config signing = parsed("audit: {heads: h, signing_key: k}\n");
  CHECK(config::changes_that_need_restart(running, signing).empty());
}

// All values as a file could have them, sections within sections.
std::string as_file(const config::Config& c) {
  base::Json all{base::Json::Object{}};
  for (const config::Key& key : config::keys()) {
    base::Json* at = &all;
    std::string_view path = key.path;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
      base::Json::Object& section = *at->object();
      const std::string name(path.substr(0, dot));
      auto found =
          std::find_if(section.begin(), section.end(), [&](const auto& m) { return m.first == name; });
      if (found == section.end()) found = section.insert(found, {name, base::Json(base::Json::Object{})});
      at = &found->second;
      path.remove_prefix(dot + 1);
    }
    at->object()->emplace_back(std::string(path), config::value_of(key, c));
  }
  return to_text(all);
}

TEST_CASE("config: a key's value can be written down again", "[config]") {
  const config::Config all[] = {
      parsed(""),
      parsed("server:\n  listen: '[::1]:1'\n  trusted_proxies: [10.0.0.0/8, 192.0.2.7, 'fd00::/8', unix]\n"
             "  cors_origins: ['https://a.example']\n  unix_socket: \"/a: b # c\"\n"
             "  limits: {body: 1025B, memory: 1023MiB}\n  timeouts: {head: 101ms, idle: 90s, body: 60m}\n"
             "tls: {certificate: 'a b', key: '\"', min_version: 1.3, more: [{certificate: x, key: y}]}\n"
             "store: {reserve: 0B, scrub: 0s, changes_kept: 25h}\naudit: {keep: 0d}\n"
             "bootstrap: {client_id: 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0, secret_file: 'é'}\n"
             "console: {enabled: false}\n"),
  };
  for (const config::Config& c : all) {
    const std::string text = as_file(c);
    INFO(text);
    const config::Config again = parsed(text);
    for (const config::Key& key : config::keys()) {
      INFO(key.path);
      CHECK(config::same_value(key, c, again));
      CHECK(again.origins.contains(key.path));
    }
  }
  for (const config::Key& key : config::keys()) {
    INFO(key.path);
    CHECK_FALSE(config::default_of(key).is_null());
  }
}

TEST_CASE("config: what gave a key its value is known with its line", "[config]") {
  const config::Config c =
      parsed("# a\nserver:\n  queue: 7\n  limits:\n    body: 2MiB\nlog: {level: warn}\n");
  CHECK(c.origins.size() == 3);
  using Kind = config::KeyOrigin::Kind;
  CHECK(c.origins.at("server.queue") == config::KeyOrigin{Kind::kFile, "/etc/reeve/reeve.yaml", 3});
  CHECK(c.origins.at("server.limits.body").line == 5);
  CHECK(c.origins.at("log.level").line == 6);
  CHECK(parsed("").origins.empty());
}

TEST_CASE("config: the shipped reeve.yaml shows every key with its default", "[config]") {
  const auto shipped = config::load_config("config/reeve.yaml");
  INFO((shipped.ok() ? "" : shipped.error().message));
  REQUIRE(shipped.ok());
  const std::string text = base::read_file("config/reeve.yaml", config::kMaxConfigFile).value();
  for (const config::Key& key : config::keys()) {
    INFO(key.path);
    const std::string last(key.path.substr(key.path.rfind('.') + 1));
    CHECK_THAT(text, ContainsSubstring(last + ":"));
    if (key.path != "store.dir") CHECK(config::same_value(key, shipped.value(), config::defaults("config")));
  }
  CHECK(shipped->store.dir == "data/db");
}

TEST_CASE("config: certificates come with their keys", "[config]") {
  CHECK(parsed("").tls.pairs().empty());
  CHECK_FALSE(parsed("tls: {min_version: 1.3}").tls.on());
  check_rows({
      {"tls: {certificate: a}",
       "f.yaml:1:6: tls.key: is missing; tls.certificate has its certificate\n"
       "  1 | tls: {certificate: a}\n"
       "    |      ^"},
      {"tls: {key: a}",
       "f.yaml:1:6: tls.certificate: is missing; tls.key has its key\n"
       "  1 | tls: {key: a}\n"
       "    |      ^"},
      {"tls: {more: [{certificate: a, key: b}]}",
       "f.yaml:1:6: tls.more: there is no tls.certificate for clients that ask for none of these\n"
       "  1 | tls: {more: [{certificate: a, key: b}]}\n"
       "    |      ^"},
      {"store: {dir: /a/b}\nbackup: {dir: /a/b}",
       "f.yaml:2:9: backup.dir: is store.dir; give the backups a folder of their own\n"
       "  2 | backup: {dir: /a/b}\n"
       "    |         ^"},
      {"tls: {more: a}",
       "f.yaml:1:13: tls.more: must be a list of pairs such as `[{certificate: a.pem, key: a.key}]`, not `a`\n"
       "  1 | tls: {more: a}\n"
       "    |             ^"},
      {"tls: {more: [a]}",
       "f.yaml:1:14: tls.more: must be a pair such as `{certificate: a.pem, key: a.key}`, not `a`\n"
       "  1 | tls: {more: [a]}\n"
       "    |              ^"},
      {"tls: {more: [{certificate: a, kye: b}]}",
       "f.yaml:1:14: tls.more: the pair has no `key`\n"
       "  1 | tls: {more: [{certificate: a, kye: b}]}\n"
       "    |              ^\n\n"
       "f.yaml:1:31: tls.more: unknown key `kye`; a pair has `certificate` and `key`\n"
       "  1 | tls: {more: [{certificate: a, kye: b}]}\n"
       "    |                               ^"},
      {"tls: {more: [{certificate: '', key: [b]}]}",
       "f.yaml:1:28: tls.more: certificate: must be a path, not empty\n"
       "  1 | tls: {more: [{certificate: '', key: [b]}]}\n"
       "    |                            ^\n\n"
       "f.yaml:1:37: tls.more: key: must be a path, not a list\n"
       "  1 | tls: {more: [{certificate: '', key: [b]}]}\n"
       "    |                                     ^"},
      {"tls: {min_version: 1.1}",
       "f.yaml:1:20: tls.min_version: must be 1.2 or 1.3, not `1.1`; did you mean `1.2`?\n"
       "  1 | tls: {min_version: 1.1}\n"
       "    |                    ^"},
      {"server: {insecure: yes}",
       "f.yaml:1:20: server.insecure: must be false or true, not `yes`\n"
       "  1 | server: {insecure: yes}\n"
       "    |                    ^"},
  });
}

TEST_CASE("config: docs/configuration.md holds the table of keys", "[config]") {
  const auto doc = base::read_file("docs/configuration.md", config::kMaxConfigFile);
  REQUIRE(doc.ok());
  CHECK_THAT(doc.value(), ContainsSubstring("\n\n" + config::keys_as_markdown() + "\n"));
}
