#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/change.h"
#include "store/store.h"
#include "tests/support/open_store.h"
#include "tests/support/writer_gate.h"

using store::Store;
using store::Table;
using store::WriteTxn;

namespace {

using Events = std::vector<std::string>;

bool has(const Store& store, std::string_view key) {
  const auto txn = store.read();
  return txn.ok() && txn->get(Table::kRole, key).value().has_value();
}

// Changes that note when they run, when they are followed and when they are told. The writer thread alone
// notes, until the store has stopped.
struct Notes {
  Store& store;
  Events events;

  void submit(const std::string& name, store::Change change) {
    REQUIRE(store
                .submit(
                    [this, name, change = std::move(change)](WriteTxn& txn) {
                      events.push_back("run " + name);
                      return change(txn);
                    },
                    [this, name](auto revision) {
                      events.push_back("told " + name +
                                       (revision.ok() ? " " + std::to_string(revision.value()) : ": failed"));
                    })
                .ok());
  }
  void put(const std::string& name) {
    submit(name, [name](WriteTxn& txn) { return txn.put(Table::kRole, name, "1"); });
  }
  std::function<void()> follow(const std::string& name) {
    return [this, name] { events.push_back("follow " + name + (has(store, name) ? ", on disk" : "")); };
  }
};

}  // namespace

TEST_CASE("follow: between two transactions, before anybody is told", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  Notes notes{*store, {}};
  WriterGate gate(*store);
  notes.put("a");
  notes.submit("b", [&](WriteTxn& txn) {
    txn.then(notes.follow("b"));
    return txn.put(Table::kRole, "b", "1");
  });
  notes.put("c");
  notes.submit("writes nothing", [&](WriteTxn& txn) -> base::Result<void> {
    txn.then(notes.follow("nothing"));
    return {};
  });
  notes.put("d");
  gate.open();
  store->stop();
  CHECK(notes.events == Events{"run a", "run b", "follow b, on disk", "told a 1", "told b 2", "run c",
                               "run writes nothing", "follow nothing", "told c 3", "told writes nothing 3",
                               "run d", "told d 4"});
}

TEST_CASE("follow: nothing follows what is undone", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  Notes notes{*store, {}};
  WriterGate gate(*store);
  notes.submit("refused", [&](WriteTxn& txn) -> base::Result<void> {
    txn.then(notes.follow("refused"));
    return base::Error{base::ErrorCode::kConflict, "refused"};
  });
  notes.submit("thrown", [&](WriteTxn& txn) -> base::Result<void> {
    txn.then(notes.follow("thrown"));
    throw std::runtime_error("thrown");
  });
  notes.submit("attempt", [&](WriteTxn& txn) -> base::Result<void> {
    const auto undone = txn.attempt([&](WriteTxn& inner) -> base::Result<void> {
      inner.then(notes.follow("attempt"));
      return base::Error{base::ErrorCode::kConflict, "refused"};
    });
    CHECK_FALSE(undone.ok());
    return {};
  });
  notes.put("a");
  gate.open();
  store->stop();
  CHECK(notes.events == Events{"run refused", "run thrown", "run attempt", "run a", "told refused: failed",
                               "told thrown: failed", "told attempt 0", "told a 1"});
}

TEST_CASE("follow: where a full map has each change tried alone, each is followed in its turn", "[store]") {
  const TempDir dir;
  auto options = store_options(dir / "db");
  options.map_bytes = std::size_t{2} << 20;
  const auto store = open_store(options);
  Notes notes{*store, {}};
  WriterGate gate(*store);
  notes.submit("a", [&](WriteTxn& txn) -> base::Result<void> {
    if (auto r = txn.put(Table::kRole, "a", "1"); !r.ok()) return r;
    return txn.put(Table::kRole, "large a", std::string(100'000, 'x'));
  });
  notes.submit("b", [&](WriteTxn& txn) -> base::Result<void> {
    txn.then(notes.follow("b"));
    if (auto r = txn.put(Table::kRole, "b", "1"); !r.ok()) return r;
    return txn.put(Table::kRole, "large b", std::string(3'000'000, 'x'));
  });
  notes.submit("c", [&](WriteTxn& txn) {
    txn.then(notes.follow("c"));
    return txn.put(Table::kRole, "c", "1");
  });
  notes.put("d");
  gate.open();
  store->stop();
  // The first run of b finds the map full for all of them.
  CHECK(notes.events == Events{"run a", "run b", "run a", "told a 1", "run b", "told b: failed", "run c",
                               "follow c, on disk", "told c 2", "run d", "told d 3"});
}

TEST_CASE("follow: a table's follower sees every change of it, and may refuse it", "[store]") {
  const TempDir dir, other;
  const auto store = open_store(dir);
  std::vector<std::string> followed;
  store->follow({Table::kPermission}, [&](WriteTxn& txn) -> base::Result<void> {
    std::string seen;
    const auto scanned = txn.scan(Table::kPermission, {}, [&](std::string_view key, std::string_view) {
      seen.append(key);
      return true;
    });
    if (!scanned.ok()) return scanned;
    if (seen.size() > 3) return base::Error{base::ErrorCode::kInvalid, "too many"};
    txn.then([&followed, seen] { followed.push_back(seen); });
    return {};
  });
  const auto put = [&](Table table, const char* key) {
    return store->write([&](WriteTxn& txn) { return txn.put(table, key, "1"); }).ok();
  };
  CHECK(put(Table::kPermission, "a"));
  CHECK(put(Table::kRole, "r"));
  CHECK(put(Table::kPermission, "a"));  // is there: writes nothing
  CHECK(put(Table::kPermission, "b"));
  CHECK(store
            ->write([](WriteTxn& txn) -> base::Result<void> {
              const auto gone = txn.del(Table::kPermission, "a");
              return gone.ok() ? base::Result<void>() : base::Result<void>(gone.error());
            })
            .ok());
  const auto original = open_store(other);
  for (const char* key : {"r", "r2", "r3"})
    REQUIRE(original->write([&](WriteTxn& txn) { return txn.put(Table::kRole, key, "1"); }).ok());
  REQUIRE(original->write([](WriteTxn& txn) { return txn.put(Table::kPermission, "z", "1"); }).ok());
  const auto record = store::read_change(original->read().value(), 4).value();
  REQUIRE(record);
  CHECK(store->read()->revision() == 4);
  auto next = *record;
  next.revision = 5;
  CHECK(store->write([&](WriteTxn& txn) { return store::apply(txn, next); }).ok());  // made elsewhere
  CHECK(put(Table::kPermission, "c"));
  CHECK_FALSE(put(Table::kPermission, "d"));
  CHECK(store->read()->get(Table::kPermission, "d").value() == std::nullopt);
  store->stop();
  CHECK(followed == std::vector<std::string>{"a", "ab", "b", "bz", "bcz"});
}
