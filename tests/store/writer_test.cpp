#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/change.h"
#include "store/key.h"
#include "store/queue.h"
#include "store/store.h"
#include "tests/support/diverted.h"
#include "tests/support/open_store.h"
#include "tests/support/writer_gate.h"

using store::Key;
using store::Revision;
using store::Store;
using store::Table;
using store::WriteTxn;

namespace {

store::Change put(std::string key, std::string value) {
  return [key = std::move(key), value = std::move(value)](WriteTxn& txn) {
    return txn.put(Table::kRole, key, value);
  };
}

bool has(const Store& store, std::string_view key) {
  const auto txn = store.read();
  REQUIRE(txn.ok());
  const auto found = txn->get(Table::kRole, key);
  REQUIRE(found.ok());
  return found.value().has_value();
}

base::Uuid tenant(std::uint8_t number) {
  return base::Uuid({number});
}

// Notes how each change ended: its revision, or why it failed.
auto telling(std::vector<std::string>& told) {
  return [&told](base::Result<Revision> r) {
    told.push_back(r.ok() ? std::to_string(r.value()) : r.error().message);
  };
}

}  // namespace

TEST_CASE("writer: a change that fails leaves no trace and doesn't touch its group", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  WriterGate gate(*store);
  std::vector<std::string> told;
  const auto tell = telling(told);
  REQUIRE(store->submit(put("a", "1"), tell).ok());
  REQUIRE(store
              ->submit(
                  [](WriteTxn& txn) -> base::Result<void> {
                    REQUIRE(txn.put(Table::kRole, "a", "2").ok());
                    REQUIRE(txn.put(Table::kRole, "b", "2").ok());
                    return base::Error{base::ErrorCode::kConflict, "refused"};
                  },
                  tell)
              .ok());
  REQUIRE(store
              ->submit(
                  [](WriteTxn& txn) -> base::Result<void> {
                    REQUIRE(txn.put(Table::kRole, "c", "2").ok());
                    throw std::runtime_error("thrown");
                  },
                  tell)
              .ok());
  REQUIRE(store
              ->submit(
                  [](WriteTxn& txn) -> base::Result<void> {
                    CHECK(*txn.get(Table::kRole, "a").value() == "1");
                    CHECK(txn.revision() == 2);
                    return {};
                  },
                  tell)
              .ok());
  REQUIRE(store->submit(put("d", "1"), tell).ok());
  REQUIRE(store->submit(put("d", "1"), tell).ok());
  gate.open();
  store->stop();
  CHECK(told == std::vector<std::string>{"1", "refused", "change: thrown", "1", "2", "2"});
  CHECK(has(*store, "a"));
  CHECK_FALSE(has(*store, "b"));
  CHECK_FALSE(has(*store, "c"));
  const auto txn = store->read();
  CHECK(txn->revision() == 2);
  CHECK_FALSE(store::read_change(txn.value(), 3).value());
}

TEST_CASE("writer: what was answered is on disk before it was answered", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.sync = true;
  const auto store = open_store(options);
  const auto revision = store->write(put("a", "1"));
  REQUIRE(revision.ok());
  // What a second opening of the file sees is what a crash now would leave.
  std::filesystem::create_directory(dir / "seen");
  std::filesystem::copy(dir / "db/data.mdb", dir / "seen/data.mdb");
  auto seen = store_options(dir / "seen");
  CHECK(has(*open_store(seen), "a"));
}

TEST_CASE("writer: 64 threads, each change once and in one order", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  constexpr int kThreads = 64, kChanges = 50;
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      Revision last = 0;
      for (int i = 0; i < kChanges; ++i) {
        const auto written = store->write([&](WriteTxn& txn) -> base::Result<void> {
          // A counter that all share: lost updates would show.
          const auto found = txn.get(Table::kMapping, "n");
          const std::string n =
              std::to_string(found.value() ? std::stoi(std::string(*found.value())) + 1 : 1);
          if (auto r = txn.put(Table::kMapping, "n", n); !r.ok()) return r;
          if (i % 5 == 4) return base::Error{base::ErrorCode::kConflict, "refused"};
          return txn.put(Table::kRole,
                         Key().u64(static_cast<std::uint64_t>(t)).u64(static_cast<std::uint64_t>(i)), n);
        });
        if (written.ok() != (i % 5 != 4) || (written.ok() && written.value() <= last)) ++wrong;
        if (written.ok()) last = written.value();
        const auto snapshot = store->read();
        if (!snapshot.ok() || snapshot->revision() < last) ++wrong;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  const auto txn = store->read();
  constexpr int kAccepted = kThreads * kChanges / 5 * 4;
  CHECK(*txn->get(Table::kMapping, "n").value() == std::to_string(kAccepted));
  CHECK(txn->revision() == kAccepted);
  int changes = 0;
  CHECK(store::scan_changes(txn.value(), 0, [&](const auto& change) {
          return change.revision == static_cast<Revision>(++changes);
        }).ok());
  CHECK(changes == kAccepted);
}

TEST_CASE("writer: a full queue refuses at once, a stopped store too", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.queue = 4;
  const auto store = open_store(options);
  WriterGate gate(*store);
  std::atomic<int> done = 0;
  const auto count = [&](auto) { ++done; };
  CHECK(store->submit(put("a", "1"), count).ok());
  CHECK(store->submit(put("b", "1"), count).ok());
  const auto over_share = store->submit(put("c", "1"), count);
  CHECK(over_share.error().code == base::ErrorCode::kFull);
  CHECK(over_share.error().message ==
        "store: 2 changes of one tenant are waiting to be written, which is its share; try again");
  CHECK(store->submit(put("d", "1"), count, tenant(1)).ok());
  CHECK(store->submit(put("e", "1"), count, tenant(2)).ok());
  const auto refused = store->submit(put("c", "1"), count, tenant(3));
  CHECK(refused.error().code == base::ErrorCode::kFull);
  CHECK(refused.error().message ==
        "store: 4 changes are waiting to be written, which is the limit; try again");
  CHECK(store->statistics()->queued == 4);
  gate.open();
  store->stop();
  store->stop();
  CHECK(done == 4);
  CHECK(has(*store, "b"));
  CHECK(has(*store, "e"));
  CHECK_FALSE(has(*store, "c"));
  const auto late = store->write(put("c", "1"));
  CHECK(late.error().code == base::ErrorCode::kIo);
  CHECK(late.error().message == "store: closing, and takes no more changes");
}

// A hundred of one tenant and then one of another: what the second waits for is not what the first has
// queued.
TEST_CASE("writer: tenants take turns, and one's changes stay in order", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  WriterGate gate(*store);
  std::vector<std::string> order;  // in which they ran
  const auto submit = [&](const std::string& name, std::uint8_t of, store::Done done) {
    const auto run = [&, name](WriteTxn& txn) {
      order.push_back(name);
      return txn.put(Table::kRole, name, "1");
    };
    REQUIRE(store->submit(run, std::move(done), tenant(of)).ok());
  };
  constexpr int kMany = 100;
  for (int i = 0; i < kMany; ++i) submit("a" + std::to_string(i), 1, [](auto) {});
  std::size_t ran_when_told = 0;
  submit("b0", 2, [](auto) {});
  submit("b1", 2, [&](auto) { ran_when_told = order.size(); });
  gate.open();
  store->stop();
  REQUIRE(order.size() == kMany + 2);
  CHECK(std::vector(order.begin(), order.begin() + 6) ==
        std::vector<std::string>{"a0", "b0", "a1", "b1", "a2", "a3"});
  std::erase_if(order, [](const std::string& name) { return name[0] == 'b'; });
  for (int i = 0; i < kMany; ++i) CHECK(order[static_cast<std::size_t>(i)] == "a" + std::to_string(i));
  CHECK(ran_when_told == store::Queue::kMostOfOne + 2);
}

TEST_CASE("writer: a full map refuses writes, with one warning before; a larger one takes them again",
          "[store]") {
  const TempDir dir;
  std::vector<std::string> warnings;
  auto options = store_options(dir / "db");
  options.map_bytes = std::size_t{1} << 20;
  options.warn = [&](std::string_view message) { warnings.emplace_back(message); };
  auto store = open_store(options);
  const std::string kilobyte(1000, 'x');
  int written = 0;
  base::Result<Revision> result = Revision{0};
  while ((result = store->write(put("k" + std::to_string(written), kilobyte))).ok()) ++written;
  CHECK(result.error().code == base::ErrorCode::kFull);
  CHECK(result.error().message == dir / "db: full at 1048576 bytes; raise store.map_size and start again");
  CHECK(written > 100);
  for (int i = 0; i < written; ++i) CHECK(has(*store, "k" + std::to_string(i)));
  CHECK_FALSE(has(*store, "k" + std::to_string(written)));
  CHECK(store->read()->revision() == static_cast<Revision>(written));
  CHECK(store->statistics()->writing);

  // In a group, too, each is answered for itself; one that writes nothing succeeds.
  WriterGate gate(*store);
  std::vector<bool> told;
  for (int i = 0; i < 3; ++i)
    REQUIRE(store
                ->submit(put("g" + std::to_string(i), std::string(100'000, 'x')),
                         [&](auto r) { told.push_back(r.ok()); })
                .ok());
  REQUIRE(store
              ->submit([](WriteTxn&) -> base::Result<void> { return {}; },
                       [&](auto r) { told.push_back(r.ok()); })
              .ok());
  gate.open();
  store->stop();
  CHECK(told == std::vector<bool>{false, false, false, true});

  store.reset();
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0],
             ContainsSubstring(" % of the store's 1048576 bytes are used; raise store.map_size and start "
                               "again before it is full, for then nothing can be written, nor deleted"));
  options.map_bytes = std::size_t{4} << 20;
  store = open_store(options);
  CHECK(store->write(put("k" + std::to_string(written), kilobyte)).ok());
}

TEST_CASE("writer: of the map the reserve is left to changes that take it", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.map_bytes = std::size_t{8} << 20;
  options.reserve = std::size_t{64} << 20;  // of a small map a quarter
  auto store = open_store(options);
  const std::string kilobyte(1000, 'x');
  const auto ordinary = [&](const std::string& key) -> store::Change {
    return [&, key](WriteTxn& txn) -> base::Result<void> {
      if (txn.is_scarce()) return base::Error{base::ErrorCode::kFull, "scarce"};
      return txn.put(Table::kRole, key, kilobyte);
    };
  };
  int written = 0;
  base::Result<Revision> result = Revision{0};
  while ((result = store->write(ordinary("k" + std::to_string(written)))).ok()) ++written;
  CHECK(result.error().message == "scarce");
  CHECK(written > 1'000);
  CHECK(store->room() == store::Room::kReserve);
  const auto used = store->statistics()->used_bytes;
  CHECK(used > options.map_bytes / 4 * 3 - 100'000);
  CHECK(used < options.map_bytes / 4 * 3 + 100'000);

  // Deletions make room, which is found out when it is looked for.
  for (int i = 0; i < 500; ++i)
    REQUIRE(store
                ->write([&](WriteTxn& txn) -> base::Result<void> {
                  CHECK((i > 0 || txn.is_scarce()));
                  return txn.put(Table::kMapping, std::to_string(i), kilobyte);
                })
                .ok());
  store->look_for_room();
  CHECK_FALSE(store->write(ordinary("more")).ok());
  CHECK(store->room() == store::Room::kReserve);
  options.map_bytes *= 2;
  store.reset();
  store = open_store(options);
  CHECK(store->write(ordinary("more")).ok());
  CHECK(store->room() == store::Room::kAmple);
}

TEST_CASE("writer: of the disk a file is kept, given up when it is full, and made anew", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.reserve = std::size_t{1} << 20;
  auto store = open_store(options);
  const std::string file = dir / "db/RESERVE";
  const auto is_there = [&] {
    return std::filesystem::exists(file) && std::filesystem::file_size(file) == options.reserve;
  };
  bool scarce = false;
  const auto change = [&](const std::string& key) {
    return store->write([&, key](WriteTxn& txn) {
      scarce = txn.is_scarce();
      return txn.put(Table::kRole, key, "1");
    });
  };
  CHECK(is_there());
  CHECK(change("a").ok());
  CHECK_FALSE(scarce);
  {
    const Diverted full(dir / "db/data.mdb", "/dev/full", O_RDWR);
    CHECK(change("b").error().code == base::ErrorCode::kFull);
    CHECK_FALSE(is_there());
    CHECK(scarce);  // it was tried again without the file
    CHECK(store->room() == store::Room::kNone);
  }
  CHECK(change("b").ok());
  CHECK(scarce);
  CHECK(store->room() == store::Room::kReserve);
  store->look_for_room();
  CHECK(store->write([](WriteTxn&) { return base::Result<void>(); }).ok());  // behind the probe
  CHECK(is_there());
  CHECK(store->room() == store::Room::kAmple);
  CHECK(store->revision() == 2);
  CHECK(change("c").ok());
  CHECK_FALSE(scarce);
  // Without other writes, too, a probe finds out.
  {
    const Diverted full(dir / "db/data.mdb", "/dev/full", O_RDWR);
    CHECK_FALSE(change("d").ok());
    store->look_for_room();
    CHECK(store->write([](WriteTxn&) { return base::Result<void>(); }).ok());
    CHECK(store->room() == store::Room::kNone);
  }
  store->look_for_room();
  CHECK(store->write([](WriteTxn&) { return base::Result<void>(); }).ok());
  CHECK(store->room() == store::Room::kAmple);

  store.reset();
  options.reserve = 2 * options.reserve;
  store = open_store(options);
  CHECK(is_there());
  store.reset();
  options.reserve = 0;
  store = open_store(options);
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("writer: a reserve that the disk has no room for is said, and missed", "[store]") {
  const TempDir dir;
  std::vector<std::string> warnings;
  auto options = store_options(dir / "db");
  options.reserve = std::size_t{1} << 50;
  options.warn = [&](std::string_view message) { warnings.emplace_back(message); };
  const auto store = open_store(options);
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], ContainsSubstring(dir / "db/RESERVE: no room for 1125899906842624 bytes, since ") &&
                              ContainsSubstring("are free; free some space on its disk, or lower "
                                                "store.reserve"));
  bool scarce = false;
  CHECK(store
            ->write([&](WriteTxn& txn) -> base::Result<void> {
              scarce = txn.is_scarce();
              return {};
            })
            .ok());
  CHECK(scarce);
  CHECK(store->room() == store::Room::kReserve);
}

TEST_CASE("writer: a change too large for the map fails alone", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.map_bytes = std::size_t{2} << 20;
  const auto store = open_store(options);
  WriterGate gate(*store);
  std::vector<std::string> told;
  const auto tell = telling(told);
  REQUIRE(store->submit(put("a", "1"), tell).ok());
  REQUIRE(store
              ->submit(
                  [](WriteTxn& txn) -> base::Result<void> {
                    (void)txn.put(Table::kRole, "large",
                                  std::string(3'000'000, 'x'));  // whose failure it doesn't look at
                    return base::Error{base::ErrorCode::kConflict, "another reason"};
                  },
                  tell)
              .ok());
  REQUIRE(store->submit(put("b", "1"), tell).ok());
  gate.open();
  store->stop();
  CHECK(told == std::vector<std::string>{
                    "1", dir / "db: full at 2097152 bytes; raise store.map_size and start again", "2"});
}

TEST_CASE("writer: a full disk refuses writes, and takes them when there is room again", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  REQUIRE(store->write(put("a", "1")).ok());
  {
    const Diverted full(dir / "db/data.mdb", "/dev/full", O_RDWR);
    const auto result = store->write(put("b", "1"));
    CHECK(result.error().code == base::ErrorCode::kFull);
    CHECK(result.error().message == dir / "db: commit: No space left on device; free some space on its disk");
    CHECK(has(*store, "a"));
    CHECK(store->statistics()->writing);
  }
  CHECK(store->write(put("b", "2")).value() == 2);
  CHECK(has(*store, "b"));
}

TEST_CASE("writer: a file that may not grow is a full disk", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto old = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = (std::size_t{4} << 20) + 4096 * 3 + 1000;  // so that a write is cut short within a page
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  base::Result<Revision> result = Revision{0};
  int written = 0;
  while (written < 100 &&
         (result = store->write(put("k" + std::to_string(written), std::string(200'000, 'x')))).ok())
    ++written;
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old);
  CHECK(written < 100);
  CHECK(result.error().code == base::ErrorCode::kFull);
  CHECK(has(*store, "k0"));
  CHECK(store->write(put("later", std::string(200'000, 'x'))).ok());
}

TEST_CASE("writer: after a failure of unknown outcome nothing is written, and reading goes on", "[store]") {
  const TempDir dir;
  auto store = open_store(dir);
  REQUIRE(store->write(put("a", "1")).ok());
  const std::string sentence =
      dir /
      "db: commit: Bad file descriptor; it is unknown whether the last changes are on disk, so nothing more "
      "is written: check the disk, then start again";
  bool followed = false;
  {
    const Diverted broken(dir / "db/data.mdb", "/dev/null", O_RDONLY);
    const auto result = store->write([&](WriteTxn& txn) {
      txn.then([&] { followed = true; });
      return txn.put(Table::kRole, "b", "1");
    });
    CHECK_FALSE(followed);
    CHECK(result.error().code == base::ErrorCode::kIo);
    CHECK(result.error().message == sentence);
  }
  CHECK(store->write(put("c", "1")).error().message == sentence);
  CHECK_FALSE(store->statistics()->writing);
  CHECK(has(*store, "a"));
  store.reset();
  store = open_store(dir);
  CHECK(has(*store, "a"));
  CHECK(store->write(put("c", "1")).ok());
}

TEST_CASE("writer: statistics count", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const auto empty = store->statistics();
  REQUIRE(empty.ok());
  REQUIRE(store->write(put("a", std::string(1'000'000, 'x'))).ok());
  const auto one = store->read(), two = store->read();
  const auto full = store->statistics();
  REQUIRE(full.ok());
  CHECK(empty->readers == 0);
  CHECK(full->readers == 2);
  CHECK(full->revision == 1);
  CHECK(full->map_bytes == std::size_t{1} << 30);
  CHECK(full->used_bytes > empty->used_bytes + 1'000'000);  // the record, and the change record
  CHECK(full->file_bytes >= full->used_bytes);
  CHECK(store->clear_stale_readers().value() == 0);
}

TEST_CASE("writer: more snapshots than the limit are refused, not lost", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.readers = 4;
  const auto store = open_store(options);
  std::vector<store::ReadTxn> snapshots;
  auto next = store->read();
  for (; next.ok() && snapshots.size() < 100; next = store->read())
    snapshots.push_back(std::move(next).value());
  REQUIRE_FALSE(next.ok());
  CHECK(next.error().code == base::ErrorCode::kFull);
  CHECK(next.error().message == dir / "db: read: too many snapshots at one time");
  snapshots.pop_back();
  CHECK(store->read().ok());
}
