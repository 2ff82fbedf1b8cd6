#include <fcntl.h>
#include <lmdb.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "store/env.h"
#include "store/folder.h"
#include "store/history.h"
#include "store/key.h"
#include "store/read_only.h"
#include "store/store.h"
#include "tests/support/open_store.h"

namespace fs = std::filesystem;
using store::Env;
using store::Store;
using store::Table;
using store::WriteTxn;

namespace {

store::Change put(std::string key, std::string value) {
  return [key = std::move(key), value = std::move(value)](WriteTxn& txn) {
    return txn.put(Table::kRole, key, value);
  };
}

std::string error_of(const std::string& dir) {
  const auto opened = Store::open(store_options(dir));
  return opened.ok() ? "" : opened.error().message;
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

// A folder with a store of some pages, closed.
void make_store(const std::string& dir) {
  const auto store = open_store(store_options(dir));
  for (int i = 0; i < 50; ++i)
    REQUIRE(store->write(put("k" + std::to_string(i), std::string(2000, 'x'))).ok());
}

unsigned mode_of(const std::string& path) {
  struct stat s {};
  REQUIRE(::stat(path.c_str(), &s) == 0);
  return s.st_mode & 07777;
}

// What fn answers when run in a process of its own; "signal N" if it is killed.
std::string in_child(const std::function<std::string()>& fn) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const std::string answer = fn();
    const auto written = ::write(ends[1], answer.data(), answer.size());
    ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : answer;
}

}  // namespace

TEST_CASE("open: makes the folder and files for their owner alone", "[store]") {
  const TempDir dir;
  open_store(dir);
  CHECK(mode_of(dir / "db") == 0700);
  CHECK(mode_of(dir / "db/data.mdb") == 0600);
  CHECK(mode_of(dir / "db/lock.mdb") == 0600);
  CHECK(mode_of(dir / "db/LOCK") == 0600);
  CHECK_FALSE(fs::exists(dir / "db/new"));
}

TEST_CASE("open: a path that can't hold a store is a sentence", "[store]") {
  const TempDir dir;
  write_text(dir / "file", "x");
  CHECK(error_of(dir / "file") == dir / "file: a file, where the store needs a folder");
  CHECK(error_of(dir / "file/db") == dir / "file/db: Not a directory");
  CHECK(error_of("/proc/reeve-db") == "/proc/reeve-db: No such file or directory");
}

TEST_CASE("open: the folder is made with what is missing above it, for its owner alone", "[store]") {
  const TempDir dir;
  make_store(dir / "no/such/db");
  for (const char* made : {"no", "no/such", "no/such/db"}) CHECK(mode_of(dir / made) == 0700);
}

TEST_CASE("holder_of: the process that has the folder, and nobody where a number is only left", "[store]") {
  const TempDir dir;
  CHECK_FALSE(store::holder_of(dir / "db").value());
  {
    const auto store = open_store(store_options(dir / "db"));
    CHECK(store::holder_of(dir / "db").value() == ::getpid());
  }
  CHECK_FALSE(store::holder_of(dir / "db").value());  // LOCK still names this process

  const int fd = ::open((dir / "db/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(fd, LOCK_EX) == 0);
  write_text(dir / "db/LOCK", "1\n");  // which has another file of that name open, if any
  const auto unseen = store::holder_of(dir / "db");
  REQUIRE_FALSE(unseen.ok());
  CHECK(unseen.error().message ==
        dir /
            "db: in use by a process that can't be seen from here: it is just starting, "
            "another user's, or in another container");
  ::close(fd);
}

TEST_CASE("open: a folder that another process holds is refused, and free when it dies", "[store]") {
  const TempDir dir;
  make_store(dir / "db");
  {
    const auto held = open_store(dir);
    const std::string expected = dir / "db: in use by process " + std::to_string(::getpid()) +
                                 "; stop it first, or use another folder";
    CHECK(error_of(dir / "db") == expected);
    CHECK(in_child([&] { return error_of(dir / "db"); }) == expected);
  }
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const auto store = Store::open(store_options(dir / "db"));
    const auto snapshot = store.value()->read();  // a reader that is never ended
    if (::write(ends[1], "x", 1) == 1) ::pause();
    ::_exit(0);
  }
  char ready = 0;
  REQUIRE(::read(ends[0], &ready, 1) == 1);
  CHECK(error_of(dir / "db") ==
        dir / "db: in use by process " + std::to_string(pid) + "; stop it first, or use another folder");
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  const auto store = open_store(dir);
  CHECK(store->statistics()->readers == 0);
}

TEST_CASE("open: a truncated store is refused at every length, and never read", "[store]") {
  const TempDir dir;
  make_store(dir / "whole");
  const auto reached = [&] {
    Env::Options options;
    options.dir = dir / "whole";
    options.map_bytes = std::size_t{1} << 30;
    options.readers = 8;
    return Env::open(options).value()->reached_bytes();
  }();
  struct Row {
    std::uint64_t size;
    std::string error;  // after the path
  };
  const std::string not_a_store =
      ": not a store, or its beginning is damaged (MDB_INVALID: File is not an LMDB file); give the server a "
      "folder of "
      "its own, or restore a copy";
  const auto truncated = [&](std::uint64_t size) {
    return ": truncated: " + std::to_string(size) + " bytes of " + std::to_string(reached) +
           "; restore a copy";
  };
  for (const Row& row : {Row{0, ": empty; restore a copy, or remove the file to begin with an empty store"},
                         {1, not_a_store},
                         {100, not_a_store},
                         {4096, not_a_store},
                         {8191, truncated(8191)},
                         {8192, truncated(8192)},
                         {8193, truncated(8193)},
                         {reached / 2, truncated(reached / 2)},
                         {reached - 4096, truncated(reached - 4096)},
                         {reached - 1, truncated(reached - 1)},
                         {reached, ""},
                         {reached + 1, ""}}) {
    INFO(row.size);
    fs::remove_all(dir / "db");
    fs::copy(dir / "whole", dir / "db");
    fs::resize_file(dir / "db/data.mdb", row.size);
    CHECK(error_of(dir / "db") == (row.error.empty() ? "" : dir / "db/data.mdb" + row.error));
    if (!row.error.empty()) CHECK(fs::file_size(dir / "db/data.mdb") == row.size);  // left as it was found
  }
}

TEST_CASE("open: a lost data file is no empty store", "[store]") {
  const TempDir dir;
  make_store(dir / "db");
  fs::remove(dir / "db/data.mdb");
  CHECK(error_of(dir / "db") ==
        dir / "db/data.mdb: missing, though " + (dir / "db/lock.mdb") +
            " shows that it was here; restore a copy, or remove that file to begin with an "
            "empty store");
  CHECK_FALSE(fs::exists(dir / "db/data.mdb"));
  fs::remove(dir / "db/lock.mdb");
  CHECK(error_of(dir / "db").empty());
}

TEST_CASE("open: a file that is not LMDB's is refused and left alone", "[store]") {
  const TempDir dir;
  for (const std::string& text :
       {std::string("x"), std::string(100'000, '\0'), std::string(100'000, '\xff')}) {
    fs::create_directories(dir / "db");
    write_text(dir / "db/data.mdb", text);
    CHECK(error_of(dir / "db") == dir /
                                      "db/data.mdb: not a store, or its beginning is damaged (MDB_INVALID: "
                                      "File is not an LMDB file); give "
                                      "the server a folder of its own, or restore a copy");
    CHECK(fs::file_size(dir / "db/data.mdb") == text.size());
  }
}

TEST_CASE("open: a store of another program is refused and left alone", "[store]") {
  const TempDir dir;
  struct Row {
    const char* table;    // null: none
    const char* program;  // null: none
    std::string error;
  };
  const std::string foreign = ": made by another program; give the server a folder of its own";
  int n = 0;
  for (const Row& row : {Row{nullptr, nullptr, foreign},
                         {"things", "x", foreign},
                         {"meta", nullptr, foreign},
                         {"meta", "other", foreign},
                         {"meta", "reeve", ": has no format version; restore a copy"}}) {
    const std::string db = dir / ("db" + std::to_string(++n));
    fs::create_directory(db);
    MDB_env* env = nullptr;
    REQUIRE(mdb_env_create(&env) == 0);
    mdb_env_set_maxdbs(env, 4);
    REQUIRE(mdb_env_open(env, db.c_str(), 0, 0600) == 0);
    MDB_txn* txn = nullptr;
    REQUIRE(mdb_txn_begin(env, nullptr, 0, &txn) == 0);
    MDB_dbi dbi = 0;
    REQUIRE(mdb_dbi_open(txn, row.table, MDB_CREATE, &dbi) == 0);
    std::string name = "program", program = row.program ? row.program : "";
    MDB_val k{name.size(), name.data()}, v{program.size(), program.data()};
    if (row.program) REQUIRE(mdb_put(txn, dbi, &k, &v, 0) == 0);
    REQUIRE(mdb_txn_commit(txn) == 0);
    mdb_env_close(env);
    const auto before = fs::file_size(db + "/data.mdb");
    CHECK(error_of(db) == db + "/data.mdb" + row.error);
    CHECK(fs::file_size(db + "/data.mdb") == before);
  }
}

TEST_CASE("open: what belongs to another user is a sentence", "[store]") {
  const TempDir dir;
  make_store(dir / "db");
  // Root may read everything, so root becomes somebody else; anybody else takes a right from the file.
  const bool root = ::geteuid() == 0;
  const uid_t user = root ? 65534 : ::geteuid();
  const auto as_user = [&](const std::string& path) {
    return in_child([&] { return !root || ::seteuid(user) == 0 ? error_of(path) : "can't become nobody"; });
  };
  const auto withdraw = [&](const std::string& path, mode_t mode) {
    REQUIRE(::chmod(path.c_str(), root ? 0755 : mode) == 0);
  };
  const std::string denied = ": permission denied to user " + std::to_string(user) +
                             "; the folder and its files must belong to the user that runs the server";
  withdraw(dir.path(), 0500);
  CHECK(as_user(dir / "new") == dir / "new" + denied);
  withdraw(dir / "db/LOCK", 0);
  CHECK(as_user(dir / "db") == dir / "db/LOCK" + denied);
  if (root) {
    REQUIRE(::chown((dir / "db").c_str(), user, user) == 0);
    REQUIRE(::chown((dir / "db/LOCK").c_str(), user, user) == 0);
  } else {
    REQUIRE(::chmod((dir / "db/LOCK").c_str(), 0600) == 0);
  }
  if (!root) withdraw(dir / "db/data.mdb", 0);
  CHECK(as_user(dir / "db") == dir / "db/data.mdb" + denied);
  REQUIRE(::chmod(dir.path().c_str(), 0700) == 0);
}

TEST_CASE("open: a full or read-only disk is a sentence", "[store]") {
  const TempDir dir;
  fs::create_directory(dir / "disk");
  if (::mount("none", (dir / "disk").c_str(), "tmpfs", 0, "size=2m") != 0) {
    WARN("not tried, since a small disk can't be mounted here: " << std::strerror(errno));
    return;
  }
  struct Unmount {
    std::string at;
    ~Unmount() { ::umount2(at.c_str(), MNT_DETACH); }
  } unmount{dir / "disk"};
  {
    const auto store = open_store(store_options(dir / "disk/db"));
    base::Result<store::Revision> result = store::Revision{0};
    int written = 0;
    while (written < 10'000 &&
           (result = store->write(put("k" + std::to_string(written), std::string(1000, 'x')))).ok())
      ++written;
    CHECK(result.error().code == base::ErrorCode::kFull);
    CHECK_THAT(result.error().message,
               ContainsSubstring("No space left on device; free some space on its disk"));
    CHECK(written > 100);
    const auto txn = store->read();
    for (int i = 0; i < written; ++i) CHECK(txn->get(Table::kRole, "k" + std::to_string(i)).value());
    REQUIRE(::mount("none", (dir / "disk").c_str(), "tmpfs", MS_REMOUNT, "size=3m") == 0);
    CHECK(store->write(put("more", "x")).ok());
    const auto copied = store->copy_to(dir / "disk/copy");
    REQUIRE_FALSE(copied.ok());
    CHECK(copied.error().code == base::ErrorCode::kFull);
    CHECK_THAT(copied.error().message,
               ContainsSubstring("disk/copy.new/data.mdb: No space left on device; free some "
                                 "space on its disk"));
    CHECK_FALSE(fs::exists(dir / "disk/copy.new"));
  }
  REQUIRE(::mount("none", (dir / "disk").c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=3m") == 0);
  const std::string read_only = ": on a read-only file system; the store must be able to write";
  CHECK(error_of(dir / "disk/db") == dir / "disk/db/LOCK" + read_only);
  CHECK(error_of(dir / "disk/other") == dir / "disk/other" + read_only);
}

TEST_CASE("open: a map larger than the address space is a sentence", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.map_bytes = std::size_t{1} << 50;
  const auto opened = Store::open(options);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == base::ErrorCode::kFull);
  CHECK(opened.error().message ==
        dir / "db/new: no address space for a map of 1125899906842624 bytes; lower store.map_size");
}

TEST_CASE("open: what a crash left of a store being made is replaced", "[store]") {
  const TempDir dir;
  fs::create_directories(dir / "db/new");
  write_text(dir / "db/new/data.mdb", "half");
  open_store(dir);
  CHECK_FALSE(fs::exists(dir / "db/new"));
}

namespace {

Env::Options env_options(const std::string& dir, std::uint32_t format,
                         std::span<const store::Step> steps = {}) {
  Env::Options options;
  options.dir = dir;
  options.map_bytes = std::size_t{1} << 30;
  options.readers = 8;
  options.sync = false;
  options.format = format;
  options.steps = steps;
  return options;
}

std::string error_of(const Env::Options& options) {
  const auto opened = Env::open(options);
  return opened.ok() ? "" : opened.error().message;
}

constexpr std::uint32_t kFormat = store::kFormatVersion;  // that make_store() makes

// "2 to 3", `by` formats from this version's.
std::string from(std::uint32_t by) {
  return std::to_string(kFormat + by) + " to " + std::to_string(kFormat + by + 1);
}

constexpr store::Step kAddsRole{kFormat,
                                [](WriteTxn& txn) { return txn.put(Table::kRole, "first step", "x"); }};
constexpr store::Step kAddsGroup{kFormat + 1, [](WriteTxn& txn) -> base::Result<void> {
                                   if (!txn.get(Table::kRole, "first step").value())
                                     return base::Error{base::ErrorCode::kCorrupt, "out of order"};
                                   return txn.put(Table::kGroup, "second step", "x");
                                 }};
constexpr store::Step kFails{kFormat + 1, [](WriteTxn& txn) -> base::Result<void> {
                               if (auto r = txn.put(Table::kGroup, "second step", "x"); !r.ok()) return r;
                               return base::Error{base::ErrorCode::kCorrupt, "role x: can't be read"};
                             }};

}  // namespace

TEST_CASE("open: a newer format is refused and says what to do", "[store]") {
  const TempDir dir;
  REQUIRE(error_of(env_options(dir / "db", kFormat + 1)).empty());
  const auto opened = Store::open(store_options(dir / "db"));
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == base::ErrorCode::kNewer);
  CHECK(opened.error().message == dir / "db/data.mdb: written by a later version of reeve (format " +
                                      std::to_string(kFormat + 1) + ", this one knows " +
                                      std::to_string(kFormat) +
                                      "); install that version, or restore a copy made before it");
}

TEST_CASE("open: an older format is brought up, all steps or none", "[store]") {
  const TempDir dir;
  make_store(dir / "db");
  const std::array failing = {kAddsRole, kFails};
  CHECK(error_of(env_options(dir / "db", kFormat + 2, failing)) ==
        dir / "db/data.mdb: migration from format " + from(1) + ": role x: can't be read");
  const std::array missing = {kAddsRole};
  CHECK(error_of(env_options(dir / "db", kFormat + 2, missing)) ==
        dir / "db/data.mdb: migration from format " + from(1) +
            ": unknown to this version; open the store with an earlier one first");
  {
    const auto store = open_store(dir);  // still of its format, and untouched
    CHECK_FALSE(store->read()->get(Table::kRole, "first step").value());
    CHECK(store->read()->revision() == 50);
  }
  const std::array steps = {kAddsRole, kAddsGroup};
  const auto env = Env::open(env_options(dir / "db", kFormat + 2, steps));
  REQUIRE(env.ok());
  const auto txn = env.value()->read();
  CHECK(txn->get(Table::kRole, "first step").value());
  CHECK(txn->get(Table::kGroup, "second step").value());
  CHECK(txn->get(Table::kRole, "k0").value());
  CHECK(txn->revision() == 50);
  const auto kept = store::history_kept(*txn);  // what was before speaks of another format
  REQUIRE(kept.ok());
  CHECK(kept->first == 50);
  CHECK_FALSE(kept->since);
}

TEST_CASE("open: pages counted at the end but never written are no truncation", "[store]") {
  const TempDir dir;
  make_store(dir / "db");
  // A transaction that takes pages at the end and gives them back leaves them so. In a change the change
  // record follows them; a step of migration has none.
  const std::array steps = {
      store::Step{kFormat, [](WriteTxn& txn) -> base::Result<void> {
                    const auto key = [](int i) { return "large" + std::to_string(i); };
                    for (int i = 0; i < 20; ++i)
                      if (auto r = txn.put(Table::kUser, key(i), std::string(50'000, 'x')); !r.ok()) return r;
                    for (int i = 0; i < 20; ++i)
                      if (auto r = txn.del(Table::kUser, key(i)); !r.ok()) return r.error();
                    return {};
                  }}};
  CHECK(error_of(env_options(dir / "db", kFormat + 1, steps)).empty());
  CHECK(error_of(env_options(dir / "db", kFormat + 1)).empty());
}

TEST_CASE("read-only: what is on disk is seen beside an open store, and only this format is read",
          "[store]") {
  const TempDir dir;
  constexpr std::size_t kMap = std::size_t{1} << 30U;
  const auto error_of_read_only = [&](const std::string& path) {
    const auto opened = store::ReadOnlyStore::open(path, kMap);
    return opened.ok() ? "" : opened.error().message;
  };
  CHECK(error_of_read_only(dir / "db") == dir / "db: there is no store");
  CHECK_FALSE(fs::exists(dir / "db"));
  REQUIRE(error_of(env_options(dir / "old", kFormat - 1)).empty());
  CHECK(error_of_read_only(dir / "old") ==
        dir / "old/data.mdb: written by an earlier version of reeve (format " + std::to_string(kFormat - 1) +
            ", this one reads " + std::to_string(kFormat) +
            "); a start of the server brings it up to this version");
  REQUIRE(error_of(env_options(dir / "new", kFormat + 1)).empty());
  CHECK_THAT(error_of_read_only(dir / "new"), ContainsSubstring("written by a later version of reeve"));

  // LMDB must not be opened twice by one process: the writer is another.
  const pid_t child = ::fork();
  if (child == 0) {
    auto opened = Store::open(store_options(dir / "db"));
    const bool written =
        opened.ok() &&
        opened.value()->write([](WriteTxn& txn) { return txn.put(Table::kRole, "a", "1"); }).ok();
    ::kill(::getpid(), written ? SIGSTOP : SIGKILL);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, WUNTRACED) == child);
  REQUIRE(WIFSTOPPED(status));
  {
    const auto looked_at = store::ReadOnlyStore::open(dir / "db", kMap);
    REQUIRE(looked_at.ok());
    const auto txn = looked_at.value()->read();
    CHECK(txn->get(Table::kRole, "a").value() == "1");
    CHECK(txn->revision() == 1);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
}

TEST_CASE("open: this version's steps lead from format 1 to its own", "[store]") {
  std::uint32_t format = 1;
  for (const store::Step& step : store::steps()) CHECK(step.from == format++);
  CHECK(format == store::kFormatVersion);
}

TEST_CASE("open: format 2 finds by id the service users of a store of format 1", "[store]") {
  const TempDir dir;
  constexpr std::uint32_t kUsers = 2'500;  // more than the step takes at once
  const auto id = [](std::uint32_t n) {
    base::Uuid::Bytes bytes{};
    bytes[14] = static_cast<std::uint8_t>(n >> 8U);
    bytes[15] = static_cast<std::uint8_t>(n);
    return base::Uuid(bytes);
  };
  const auto tenant_of = [&](std::uint32_t n) { return id(n % 7 + 1); };
  const auto fill = [&](WriteTxn& txn) -> base::Result<void> {
    for (std::uint32_t n = 1; n <= kUsers; ++n)
      if (auto r = txn.put(Table::kServiceUser, store::Key().uuid(tenant_of(n)).uuid(id(n)), "x"); !r.ok())
        return r;
    return {};
  };
  REQUIRE(open_store(store_options(dir / "db"))->write(fill).ok());
  const std::array step = {store::Step{kFormat, store::steps()[0].run}};
  const auto env = Env::open(env_options(dir / "db", kFormat + 1, step));
  REQUIRE(env.ok());
  const auto txn = env.value()->read();
  std::uint32_t wrong = 0, count = 0;
  for (std::uint32_t n = 1; n <= kUsers; ++n)
    wrong += txn->get(Table::kServiceUserById, store::Key().uuid(id(n)).uuid(tenant_of(n))).value() ? 0 : 1;
  REQUIRE(
      txn->scan(Table::kServiceUserById, {}, [&](std::string_view, std::string_view) { return ++count > 0; })
          .ok());
  CHECK(wrong == 0);
  CHECK(count == kUsers);
}

TEST_CASE("open: format 7 says of what is being deleted in a store of format 6 that it is a group",
          "[store]") {
  const TempDir dir;
  const base::Uuid::Bytes of_tenant{1}, of_group{2};
  const base::Uuid tenant(of_tenant), group(of_group);
  const auto fill = [&](WriteTxn& txn) -> base::Result<void> {
    if (auto r = txn.put(Table::kDeletion, store::Key().uuid(tenant), {}); !r.ok()) return r;
    return txn.put(Table::kDeletion, store::Key().uuid(tenant).uuid(group), {});
  };
  REQUIRE(open_store(store_options(dir / "db"))->write(fill).ok());
  const std::array step = {store::Step{kFormat, store::steps()[5].run}};
  const auto env = Env::open(env_options(dir / "db", kFormat + 1, step));
  REQUIRE(env.ok());
  std::vector<std::string> keys;
  REQUIRE(env.value()
              ->read()
              ->scan(Table::kDeletion, {},
                     [&](std::string_view key, std::string_view) { return keys.emplace_back(key), true; })
              .ok());
  CHECK(keys == std::vector<std::string>{std::string(store::Key().uuid(tenant).view()),
                                         std::string(store::Key().uuid(tenant).u8(3).uuid(group).view())});
}

TEST_CASE("open: format 9 finds the mappings on a thing by who holds them", "[store]") {
  const TempDir dir;
  constexpr std::uint32_t kMappings = 2'500;  // more than the step takes at once
  const base::Uuid::Bytes of_tenant{1}, of_role{2}, of_holder{3}, of_mapping{4};
  const base::Uuid tenant(of_tenant), role(of_role), holder(of_holder), mapping(of_mapping);
  const auto resource = [](std::uint32_t n) { return n == 0 ? "" : "Folder:" + std::to_string(n); };
  const auto fill = [&](WriteTxn& txn) -> base::Result<void> {
    for (std::uint32_t n = 0; n < kMappings; ++n) {
      const std::string on = resource(n), times = "times " + std::to_string(n);
      const auto by_role = store::Key().uuid(tenant).uuid(role).u8(3).uuid(holder).text(on);
      if (auto r = txn.put(Table::kMappingByRole, by_role, times); !r.ok()) return r;
      if (n == 0) continue;
      if (auto r = txn.put(Table::kMappingOn, store::Key().uuid(tenant).bytes(on).uuid(mapping), {}); !r.ok())
        return r;
    }
    return txn.put(Table::kMappingByRole, "no key of it", "x");
  };
  REQUIRE(open_store(store_options(dir / "db"))->write(fill).ok());
  const std::array step = {store::Step{kFormat, store::steps()[7].run}};
  const auto env = Env::open(env_options(dir / "db", kFormat + 1, step));
  REQUIRE(env.ok());
  const auto txn = env.value()->read();
  std::uint32_t wrong = 0, count = 0;
  for (std::uint32_t n = 1; n < kMappings; ++n) {
    const auto key = store::Key().uuid(tenant).bytes(resource(n)).u8(3).uuid(holder).uuid(role);
    const auto times = txn->get(Table::kMappingOn, key).value();
    wrong += times && *times == "times " + std::to_string(n) ? 0 : 1;
  }
  REQUIRE(
      txn->scan(Table::kMappingOn, {}, [&](std::string_view, std::string_view) { return ++count > 0; }).ok());
  CHECK(wrong == 0);
  CHECK(count == kMappings - 1);
}
