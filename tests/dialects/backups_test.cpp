// Backups by call: who may, what they are, and what a client gets that goes away or asks for one that is
// damaged.
#include <netinet/in.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/descriptor.h"
#include "dialects/routes.h"
#include "domain/credential.h"
#include "store/change.h"
#include "tests/backup/support.h"
#include "tests/support/captured_stderr.h"
#include "tests/support/raw_client.h"
#include "tests/support/server.h"

namespace {

using dialects::Route;

constexpr const char* kBackups = "/v1/backups";
constexpr const char* kRequest = "X-Request-ID: r";

std::string make_backup(TestServer& server) {
  return text_at(server.made({std::string("POST ") + kBackups, "", {}}), "name");
}

std::string archive_of(const std::string& name) {
  return std::string("GET ") + kBackups + "/" + name + "/archive";
}

// Every change of the store after the first, as far as the revision.
std::vector<store::ChangeRecord> changes_of(const store::ReadTxn& txn, store::Revision last) {
  std::vector<store::ChangeRecord> all;
  REQUIRE(store::scan_changes(txn, 0, [&](const store::ChangeRecord& record) {
            if (record.revision <= last) all.push_back(record);
            return record.revision < last;
          }).ok());
  return all;
}

// A header line.
std::string secret_of_service_user(TestServer& server, const std::string& tenant) {
  const std::string users = "POST /v1beta1/organizations/" + tenant + "/serviceusers";
  const std::string id = text_at(server.made({users, R"({"body":{"title":"s"}})", {}}), "serviceuser.id");
  return TestServer::bearer(
      text_at(server.made({users + "/" + id + "/secrets", R"({"title":"t"})", {}}), "secret.secret"));
}

// More than what a connection takes that nobody reads, and nothing that compresses well.
void fill(TestServer& server) {
  SeededRandom random(7);
  std::string text;
  while (text.size() < 8'000) text += random.uuid({}).to_string();
  for (int i = 0; i < 10; ++i)
    REQUIRE(server.store()
                .write([&](store::WriteTxn& txn) -> base::Result<void> {
                  for (int n = 0; n < 100; ++n) {
                    domain::AuditEntry entry((domain::Platform()));
                    entry.id = domain::AuditEntryId(random.uuid(txn.now()));
                    entry.action = "test";
                    entry.after = "\"" + text + "\"";
                    if (auto done = domain::append_audit(txn, entry); !done.ok()) return done;
                  }
                  return {};
                })
                .ok());
}

// How many descriptors of this process are of files whose path ends so.
std::size_t descriptors_of(std::string_view end) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string path = std::filesystem::read_symlink(entry, gone).string();
    count += path.ends_with(end) ? 1U : 0U;
  }
  return count;
}

// Whether so many are open, or soon will be.
bool come_to(std::size_t count, std::string_view end) {
  for (int i = 0; i < 6'000 && descriptors_of(end) != count; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return descriptors_of(end) == count;
}

// Asks for an archive and reads nothing of it until it is told to; of what comes, the system keeps little.
class SlowReader {
 public:
  SlowReader(TestServer& server, const std::string& name, const std::string& credential)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int kept = 4096;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &kept, sizeof kept);
    const timeval limit{60, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string bytes = bytes_of({archive_of(name), "", {"Connection: close"}}, credential);
    REQUIRE(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  // All that comes, without the head.
  std::string body() {
    std::string all;
    std::vector<char> buffer(std::size_t{1} << 16);
    for (ssize_t n = 0; (n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0)) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(n));
    return all.substr(all.find("\r\n\r\n") + 4);
  }

 private:
  base::Descriptor socket_;
};

// Where the work below waits, until it is opened.
class Gate {
 public:
  ~Gate() { open(); }
  void pass() {
    std::unique_lock lock(mutex_);
    entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for_entry() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return entered_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool entered_ = false, open_ = false;
};
Gate* held = nullptr;  // of the test that runs

// The shipped call, which waits at the gate before it makes its backup.
dialects::LongChangeHandler shipped = nullptr;
api::Outcome<dialects::LongWork> held_backup(const dialects::Call& call, const dialects::ServerState& state) {
  auto work = shipped(call, state);
  if (!work.ok()) return work;
  work->begin = [begin = work->begin]() -> api::Outcome<dialects::LongWork::Step> {
    auto step = begin();
    if (!step.ok()) return step;
    return dialects::LongWork::Step([step = std::move(step).value()] {
      held->pass();
      return step();
    });
  };
  return work;
}

std::vector<Route> routes_with_held() {
  const auto all = dialects::all_routes();
  std::vector<Route> routes(all.begin(), all.end());
  for (Route route : all)
    if (route.id == "create_backup") {
      shipped = std::get<dialects::LongChangeHandler>(route.handle);
      route.path = "/v1/held";
      route.handle = held_backup;
      routes.push_back(route);
    }
  return routes;
}

}  // namespace

TEST_CASE("backups: made, listed and sent whole to the platform, and noted", "[http][backup]") {
  TestServer server;
  server.make_tenant("acme");
  const auto made = server.ask({std::string("POST ") + kBackups, "", {}});
  REQUIRE(made.status == 201);
  const base::Json backup = base::parse_json(made.body).value();
  const std::string name = text_at(backup, "name");
  CHECK(made.header("location") == std::string(kBackups) + "/" + name + "/archive");
  const base::Json all = server.made({std::string("GET ") + kBackups, "", {}});
  CHECK(to_text(*all.find("data")) == "[" + made.body + "]");

  const auto archive = server.ask({archive_of(name), "", {}});
  REQUIRE(archive.status == 200);
  CHECK(archive.header("content-type") == "application/x-tar");
  TempDir dir;
  write_bytes(dir / "a.tar", archive.body);
  const auto restored = restore_to(dir / "db", dir / "a.tar");
  REQUIRE(restored.ok());
  CHECK(to_text(*backup.find("revision")) == std::to_string(restored->manifest.contents.revision));

  const base::Json log = server.made({"GET /v1/audit-log?action=backup:create", "", {}});
  REQUIRE(log.find("data")->array()->size() == 1);
  CHECK(text_at(log.find("data")->array()->front(), "resource_id") == name);
  const auto head = server.ask({"HEAD" + archive_of(name).substr(3), "", {}});
  CHECK(head.status == 200);
  CHECK(head.header("content-length") == std::to_string(archive.body.size()));
}

TEST_CASE("backups: nobody of a tenant may, or learns anything", "[http][backup]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme"), globex = server.make_tenant("globex");
  const std::string name = make_backup(server);
  TestServerOptions without;
  without.backup_folder = "";
  TestServer bare(without);
  const std::string elsewhere = bare.make_tenant("acme");
  struct Caller {
    std::string who, here, there;  // credentials at the server, and at the one without backups
  };
  std::vector<Caller> callers;
  for (const char* scopes : {"[]", R"(["organization:administer"])", R"(["organization:auditview"])"})
    for (const std::string& tenant : {acme, globex})
      callers.push_back({tenant + scopes, TestServer::bearer(server.make_key(tenant, scopes)),
                         TestServer::bearer(bare.make_key(elsewhere, scopes))});
  callers.push_back(
      {"a service user", secret_of_service_user(server, acme), secret_of_service_user(bare, elsewhere)});
  const Ask calls[] = {{"POST /v1/backups", "", {kRequest}},
                       {"POST /v1/backups", "", {kRequest, "Idempotency-Key: k"}},
                       {"GET /v1/backups", "", {kRequest}},
                       {"POST /v1/backups/prune", "", {kRequest}},
                       {"POST /v1/backups/prune?dry_run=true", "", {kRequest}},
                       {archive_of(name), "", {kRequest}},
                       {archive_of("reeve-20200101T000000.000Z-r1"), "", {kRequest}},
                       {archive_of("..%2Fdb"), "", {kRequest}}};
  for (const Caller& caller : callers)
    for (const Ask& call : calls) {
      INFO(caller.who << " " << call.line);
      const auto refused = server.ask(call, caller.here);
      CHECK(refused.status == 403);
      CHECK_THAT(refused.body, ContainsSubstring("Only a credential of the platform may make, list, read"));
      // Whether there are backups, or that one, makes no difference.
      CHECK(bare.ask(call, caller.there).body == refused.body);
      CHECK(server.ask(call, "").status == 401);
      CHECK(server.ask({"HEAD" + call.line.substr(call.line.find(' ')), "", {}}, caller.here).status != 200);
      server.clock().advance(30'000);  // few failures a minute
      bare.clock().advance(30'000);
    }
  CHECK(server.made({"GET /v1/backups", "", {}}).find("data")->array()->size() == 1);
  const base::Json log = server.made({"GET /v1/audit-log?action=backup:create", "", {}});
  CHECK(text_at(log.find("data")->array()->back(), "outcome") == "allowed");
  CHECK(text_at(log.find("data")->array()->front(), "outcome") == "refused");
}

TEST_CASE("backups: what is in the way is said", "[http][backup]") {
  TestServerOptions without;
  without.backup_folder = "";
  TestServer bare(without);
  for (const std::string& line :
       {std::string("POST /v1/backups"), std::string("GET /v1/backups"),
        std::string("POST /v1/backups/prune"), archive_of("reeve-20200101T000000.000Z-r1")}) {
    const auto refused = bare.ask({line, "", {}});
    CHECK(refused.status == 409);
    CHECK_THAT(refused.body, ContainsSubstring("backup.dir: not set"));
  }
  TestServer server;
  const std::string first = make_backup(server);
  {
    const auto turn = server.backups().take_turn();
    REQUIRE(turn.ok());
    CHECK(server.ask({"POST /v1/backups", "", {}}).status == 409);
    CHECK(server.ask({"POST /v1/backups/prune", "", {}}).status == 409);
  }
  {
    const auto held = backup::Held::hold(server.backup_folder());
    REQUIRE(held.ok());
    CHECK(server.ask({"POST /v1/backups", "", {}}).status == 409);
    CHECK(server.ask({"POST /v1/backups/prune", "", {}}).status == 409);
  }
  CHECK(server.ask({"POST /v1/backups/prune?dry_run=1", "", {}}).status == 400);
  CHECK(server.ask({"POST /v1/backups?x=1", "", {}}).status == 400);
  CHECK(server.ask({"GET /v1/backups?limit=1", "", {}}).status == 400);
  server.backups().stop();
  CHECK(server.ask({"POST /v1/backups", "", {}}).status == 503);
  CHECK(server.ask({"POST /v1/backups/prune", "", {}}).status == 503);
  CHECK(server.made({"GET /v1/backups", "", {}}).find("data")->array()->size() == 1);
}

TEST_CASE("backups: as many are read at once as have a place, and a place is free again", "[http][backup]") {
  TestServer server;
  const std::string name = make_backup(server);
  std::vector<api::Backups::Turn> places;
  for (std::size_t i = 0; i < api::Backups::kMostRead; ++i) {
    auto place = server.backups().begin_reading();
    REQUIRE(place.ok());
    places.push_back(std::move(place).value());
  }
  const auto refused = server.ask({archive_of(name), "", {}});
  CHECK(refused.status == 503);
  CHECK_THAT(refused.body, ContainsSubstring("as many backups are being read as may be at once"));
  places.pop_back();
  for (int i = 0; i < 3; ++i) CHECK(server.ask({archive_of(name), "", {}}).status == 200);
}

TEST_CASE("backups: a name is that of a backup, and no path", "[http][backup]") {
  TestServer server;
  const std::string name = make_backup(server);
  std::filesystem::create_directory(server.backup_folder() + "/other");
  std::filesystem::copy(server.backup_folder() + "/" + name, server.backup_folder() + "/other/" + name);
  const std::string others[] = {"x",
                                "..",
                                ".",
                                "..%2F..%2Fdb",
                                "../db",
                                "%2Fetc",
                                "..%2Fbackups%2F" + name,
                                "other%2F" + name,
                                "other/" + name,
                                name + "%2F.",
                                name + "%2F..%2F" + name,
                                name + "%20",
                                name + "%0A",
                                ".making",
                                "LOCK",
                                "reeve-20200101T000000.000Z-r1",
                                "reeve-20200101T000000.000Z-r",
                                std::string(3'000, 'r')};
  for (const std::string& other : others) {
    INFO(other);
    CHECK(server.ask({archive_of(other), "", {}}).status == 404);
  }
  CHECK(server.ask({archive_of(name + "%00"), "", {}}).status == 400);
  CHECK(server.ask({archive_of(name), "", {}}).status == 200);
}

TEST_CASE("backups: there are no ranges of an archive", "[http][backup]") {
  TestServer server;
  const std::string name = make_backup(server);
  const auto whole = server.ask({archive_of(name), "", {}});
  const auto ranged = server.ask({archive_of(name), "", {"Range: bytes=0-9"}});
  CHECK(ranged.status == 200);
  CHECK(ranged.body == whole.body);
  CHECK(ranged.header("accept-ranges") == "");
  CHECK(server.ask({"DELETE /v1/backups/" + name + "/archive", "", {}}).status == 405);
}

TEST_CASE("backups: a full disk is 507, and leaves nothing", "[http][backup]") {
  TestServerOptions options;
  options.backup_spare = std::uint64_t{1} << 60;
  TestServer spared(options);
  const auto refused = spared.ask({"POST /v1/backups", "", {}});
  CHECK(refused.status == 507);
  CHECK_THAT(refused.body, ContainsSubstring(R"("code":"storage_full")") &&
                               ContainsSubstring("a backup takes about ") &&
                               ContainsSubstring(" have to stay free"));
  CHECK(spared.made({"GET /v1/backups", "", {}}).find("data")->array()->empty());
  CHECK(spared.ask({"POST /v1/groups", R"({"name":"g"})", {TestServer::tenant(spared.make_tenant("acme"))}})
            .status == 201);

  if (::geteuid() != 0) return;  // only root may mount
  TempDir dir;
  const std::string disk = dir / "disk";
  std::filesystem::create_directory(disk);
  // No file beside LOCK: there is room for the bytes, and yet the copy can't be made.
  if (::mount("none", disk.c_str(), "tmpfs", 0, "size=64m,nr_inodes=3") != 0) return;  // a container may not
  struct Unmount {
    std::string at;
    ~Unmount() { ::umount(at.c_str()); }
  } const unmount{disk};
  options = {};
  options.backup_folder = disk;
  TestServer full(options);
  const auto failed = full.ask({"POST /v1/backups", "", {}});
  CHECK(failed.status == 507);
  CHECK_THAT(failed.body, ContainsSubstring("No space left on device"));
  CHECK(full.made({"GET /v1/backups", "", {}}).find("data")->array()->empty());
  for (const auto& entry : std::filesystem::directory_iterator(disk))
    CHECK(entry.path().filename() == "LOCK");
}

TEST_CASE("backups: those that nobody wants are removed by call, and that is noted", "[http][backup]") {
  TestServer server;  // which keeps none but the newest that verifies
  const auto names_in = [](const base::Json& answer, const char* member) {
    std::vector<std::string> names;
    for (const base::Json& name : *answer.find(member)->array()) names.push_back(*name.string());
    return names;
  };
  const std::string prune = "POST /v1/backups/prune";
  const base::Json none = server.made({prune, "", {}});
  CHECK(names_in(none, "removed").empty());
  CHECK(none.find("verified")->is_null());

  std::vector<std::string> names;
  for (int i = 0; i < 4; ++i) {
    names.insert(names.begin(), make_backup(server));
    server.clock().advance(1'000);
  }
  // The newest isn't what was written, and one before isn't even whole.
  const auto path = [&](std::size_t i, const char* file) {
    return server.backup_folder() + "/" + names[i] + "/" + file;
  };
  std::string data = bytes_of_file(path(0, "data.mdb"));
  data[data.size() / 2] = static_cast<char>(data[data.size() / 2] ^ 1);
  write_bytes(path(0, "data.mdb"), data);
  std::filesystem::remove(path(2, "manifest.json"));

  const std::vector<std::string> removed = {names[0], names[3]};
  const base::Json dry = server.made({prune + "?dry_run=true", "", {}});
  CHECK(names_in(dry, "removed") == removed);
  CHECK(*dry.find("dry_run")->boolean());
  CHECK(server.made({"GET /v1/backups", "", {}}).find("data")->array()->size() == 4);

  const base::Json done = server.made({prune, "", {}});
  CHECK(names_in(done, "removed") == removed);
  CHECK(names_in(done, "kept") == std::vector<std::string>{names[1]});
  CHECK(names_in(done, "damaged") == std::vector<std::string>{names[2]});
  CHECK(text_at(done, "verified") == names[1]);
  CHECK(server.made({"GET /v1/backups", "", {}}).find("data")->array()->size() == 2);

  const base::Json log = server.made({"GET /v1/audit-log?action=backup:prune", "", {}});
  const base::Json::Array& entries = *log.find("data")->array();
  REQUIRE(entries.size() == 2);  // of the dry run none
  CHECK(to_text(*entries.front().find("metadata")->find("before")) ==
        R"({"names":[")" + removed[0] + R"(",")" + removed[1] + R"("],"removed":2})");

  write_bytes(path(1, "data.mdb"), "no store");
  const auto refused = server.ask({prune, "", {}});
  CHECK(refused.status == 500);
  CHECK_THAT(refused.body, ContainsSubstring("so none is removed"));
}

// It takes an audit entry alone, and whoever makes room wants a backup before.
TEST_CASE("backups: a store that is full but for its reserve is backed up", "[http][backup]") {
  TestServerOptions options;
  options.map_bytes = std::size_t{4} << 20;
  options.reserve = std::size_t{1} << 20;
  TestServer server(options);
  const std::string acme = TestServer::tenant(server.make_tenant("acme"));
  int status = 0;
  for (int i = 0; i < 4'000 && status != 507; ++i)
    status = server
                 .ask({"POST /v1/groups",
                       R"({"name":")" + std::to_string(i) + R"(","description":")" + std::string(1'900, 'x') +
                           "\"}",
                       {acme}})
                 .status;
  REQUIRE(status == 507);
  CHECK(server.ask({"POST /v1/backups", "", {}}).status == 201);
}

TEST_CASE("backups: asked for at once, each is made or told that one is being made", "[http][backup]") {
  TestServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(RawClient::to_port(server.port()));
  for (RawClient& client : clients)
    client.send(bytes_of({"POST /v1/backups", "", {}}, TestServer::platform()));
  std::size_t made = 0;
  for (RawClient& client : clients) {
    const auto answer = client.read();
    REQUIRE(answer);
    if (answer->status == 201) {
      ++made;
      continue;
    }
    CHECK(answer->status == 409);
    CHECK_THAT(answer->body,
               ContainsSubstring("a backup is being made or removed; ask again when it is done"));
  }
  CHECK(made >= 1);
  CHECK(server.made({"GET /v1/backups", "", {}}).find("data")->array()->size() == made);
  const base::Json log = server.made({"GET /v1/audit-log?action=backup:create", "", {}});
  CHECK(log.find("data")->array()->size() == made);
}

TEST_CASE("backups: a request repeated with its key makes no second one", "[http][backup]") {
  TestServer server;
  const Ask keyed{"POST /v1/backups", "", {"Idempotency-Key: nightly"}};
  const auto first = server.ask(keyed), second = server.ask(keyed);
  CHECK(first.status == 201);
  CHECK(second.status == 201);
  CHECK(second.body == first.body);
  CHECK(second.header("location") == first.header("location"));
  CHECK(server.made({"GET /v1/backups", "", {}}).find("data")->array()->size() == 1);
}

TEST_CASE("backups: of a damaged store none is made, and what is wrong is said", "[http][backup]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme");
  REQUIRE(server.store()
              .write([](store::WriteTxn& txn) {
                return txn.put(store::Table::kGroup,
                               store::Key().uuid(base::Uuid()).uuid(base::Uuid()).view(), "no record");
              })
              .ok());
  const auto refused = server.ask({"POST /v1/backups", "", {}});
  CHECK(refused.status == 500);
  CHECK_THAT(refused.body, ContainsSubstring("damaged: ") && ContainsSubstring("the store's check finds"));
  CHECK(server.made({"GET /v1/backups", "", {}}).find("data")->array()->empty());
  for (const auto& entry : std::filesystem::directory_iterator(server.backup_folder()))
    CHECK(entry.path().filename() == "LOCK");
  CHECK(server.ask({"GET /v1/tenants/" + acme, "", {}}).status == 200);
}

TEST_CASE("backups: one with another bit is broken off, and never looks whole", "[http][backup]") {
  TestServer server;
  const std::string name = make_backup(server);
  const std::string data = server.backup_folder() + "/" + name + "/data.mdb";
  const std::string bytes = bytes_of_file(data);
  std::string other = bytes;
  other[other.size() / 2] ^= 1;
  write_bytes(data, other);
  RawClient client = RawClient::to_port(server.port());
  client.send(bytes_of({archive_of(name), "", {}}, TestServer::platform()));
  CHECK_FALSE(client.read());

  // What is seen before the first byte is an answer.
  write_bytes(data, bytes.substr(1));
  CHECK_THAT(server.ask({archive_of(name), "", {}}).body, ContainsSubstring("/data.mdb: cut off: "));
  std::filesystem::remove(data);
  const auto without = server.ask({archive_of(name), "", {}});
  CHECK(without.status == 500);
  CHECK_THAT(without.body, ContainsSubstring("damaged: ") && ContainsSubstring("/data.mdb: missing"));
  const base::Json all = server.made({"GET /v1/backups", "", {}});
  CHECK_THAT(text_at(all.find("data")->array()->front(), "damage"), ContainsSubstring("/data.mdb: missing"));
}

// Somebody may be told of each outcome=failed.
TEST_CASE("backups: one that can't be read isn't in the log as one that wasn't made", "[http][backup]") {
  TestServer server;
  const std::string name = make_backup(server);
  std::filesystem::remove(server.backup_folder() + "/" + name + "/data.mdb");
  const CapturedStderr log;
  CHECK(server.ask({archive_of(name), "", {}}).status == 500);
  CHECK_THAT(log.text(),
             ContainsSubstring("outcome=\"not read\"") && ContainsSubstring("/data.mdb: missing"));
  CHECK_THAT(log.text(), !ContainsSubstring("outcome=failed"));
}

TEST_CASE("backups: a client that goes away harms nobody", "[http][backup]") {
  TestServer server;
  fill(server);
  const std::string name = make_backup(server);
  for (int i = 0; i < 5; ++i) {
    RawClient client = RawClient::to_port(server.port());
    client.send(bytes_of({archive_of(name), "", {}}, TestServer::platform()));
    CHECK_FALSE(client.take_any().empty());
    client.reset();
    RawClient maker = RawClient::to_port(server.port());
    maker.send(bytes_of({"POST /v1/backups", "", {}}, TestServer::platform()));
    maker.reset();
  }
  CHECK(server.ask({archive_of(name), "", {}}).status == 200);
  const std::string data = "/" + name + "/data.mdb";
  CHECK(come_to(0, data));  // each lets go of its file
}

// Nor does it hold up who lists and makes backups meanwhile.
TEST_CASE("backups: whoever reads slowly gets the whole, though it is removed meanwhile", "[http][backup]") {
  TestServer server;
  fill(server);
  const std::string first = make_backup(server);
  std::vector<SlowReader> readers;
  for (int i = 0; i < 4; ++i) readers.emplace_back(server, first, TestServer::platform());
  REQUIRE(come_to(4, "/" + first + "/data.mdb"));
  const std::string second = make_backup(server);
  const auto pruned = backup::prune(server.backup_folder(), {}, second, false);
  REQUIRE(pruned.ok());
  CHECK(pruned->removed == std::vector{first});
  CHECK(descriptors_of("data.mdb (deleted)") == 4);  // which nobody has read to its end
  CHECK(server.ask({archive_of(first), "", {}}).status == 404);
  for (SlowReader& reader : readers) {
    TempDir dir;
    write_bytes(dir / "a.tar", reader.body());
    CHECK(backup::verify(dir / "a.tar").ok());
  }
}

TEST_CASE("backups: a credential that is revoked meanwhile reads no further", "[http][backup]") {
  TestServer server;
  fill(server);
  const std::string name = make_backup(server);
  const auto id = *domain::CredentialId::parse("00000000-0000-7000-8000-0000000000aa");
  const std::string secret = "another-secret-of-more-than-thirty-two-characters";
  REQUIRE(server.service().keep({id, secret}).ok());
  SlowReader reader(server, name, TestServer::bearer(secret));
  REQUIRE(come_to(1, "/" + name + "/data.mdb"));
  REQUIRE(server.store()
              .write([&](store::WriteTxn& txn) -> base::Result<void> {
                const auto credential = domain::get_credential(txn, id);
                if (!credential.ok()) return credential.error();
                return domain::delete_credential(txn, credential->value());
              })
              .ok());
  TempDir dir;
  write_bytes(dir / "a.tar", reader.body());
  CHECK_FALSE(backup::verify(dir / "a.tar").ok());
}

TEST_CASE("backups: while one is made, lists are answered and changes made", "[http][backup]") {
  Gate gate;
  held = &gate;
  const std::vector<dialects::Route> routes = routes_with_held();
  TestServerOptions options;
  options.http.routes = routes;
  TestServer server(options);
  const std::string acme = TestServer::tenant(server.make_tenant("acme"));
  RawClient maker = RawClient::to_port(server.port());
  maker.send(bytes_of({"POST /v1/held", "", {}}, TestServer::platform()));
  gate.wait_for_entry();
  for (int i = 0; i < 5; ++i) {
    CHECK(server.ask({"GET /v1/groups", "", {acme}}).status == 200);
    CHECK(server.ask({"GET /v1/backups", "", {}}).status == 200);
    CHECK(server.ask({"POST /v1/groups", R"({"name":")" + std::to_string(i) + "\"}", {acme}}).status == 201);
  }
  gate.open();
  CHECK(maker.read()->status == 201);
}

TEST_CASE("backups: under load one is the store as it was at its revision", "[http][backup]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  std::atomic<bool> done = false;
  std::thread writer([&] {
    RawClient client = RawClient::to_port(server.port());
    for (int n = 0; !done && n < 100'000; ++n)
      client.ask(bytes_of(
          {"POST /v1/groups", R"({"name":"g)" + std::to_string(n) + "\"}", {TestServer::tenant(tenant)}},
          TestServer::platform()));
  });
  std::vector<std::string> archives;
  for (int i = 0; i < 3; ++i) archives.push_back(server.ask({archive_of(make_backup(server)), "", {}}).body);
  done = true;
  writer.join();
  for (const std::string& archive : archives) {
    TempDir dir;
    write_bytes(dir / "a.tar", archive);
    const auto restored = restore_to(dir / "db", dir / "a.tar");
    REQUIRE(restored.ok());
    const store::Revision revision = restored->manifest.contents.revision;
    const auto copy = store::ReadOnlyStore::open(dir / "db", std::size_t{1} << 30);
    REQUIRE(copy.ok());
    const auto of_copy = copy.value()->read();
    const auto of_source = server.store().read();
    REQUIRE((of_copy.ok() && of_source.ok()));
    CHECK(of_copy->revision() == revision);
    CHECK(changes_of(*of_copy, revision + 1000) == changes_of(*of_source, revision));
  }
}
