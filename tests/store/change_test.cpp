#include "store/change.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "store/key.h"
#include "store/read_only.h"
#include "store/record.h"
#include "store/store.h"
#include "tests/support/open_store.h"
#include "tests/support/raw_store.h"

namespace fs = std::filesystem;
using store::ChangeRecord;
using store::Key;
using store::Revision;
using store::Store;
using store::Table;
using store::Write;
using store::WriteTxn;

namespace {

class FixedClock final : public base::Clock {
 public:
  base::Timestamp now() const override { return {1776254400000}; }
};

// Every table but the clock's own, as text that can be compared.
std::vector<std::pair<std::string, std::string>> contents(const Store& store) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto txn = store.read();
  REQUIRE(txn.ok());
  for (std::size_t i = 0; i < store::kTableCount; ++i)
    REQUIRE(txn->scan(static_cast<Table>(i), "",
                      [&](auto key, auto value) {
                        return out.emplace_back(std::to_string(i) + " " + std::string(key), value), true;
                      })
                .ok());
  return out;
}

// Random changes of some tables; some fail, some write nothing.
void make_changes(Store& store, int count) {
  std::mt19937 random(3);
  const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  for (int i = 0; i < count; ++i)
    (void)store.write([&](WriteTxn& txn) -> base::Result<void> {
      for (unsigned n = pick(6); n > 0; --n) {
        const std::string key = "k" + std::to_string(pick(40));
        const Table table = pick(2) ? Table::kRole : Table::kMembers;
        if (pick(3)) {
          if (auto r = txn.put(table, key, std::string(pick(6000), static_cast<char>('a' + pick(26))));
              !r.ok())
            return r;
        } else {
          if (auto r = txn.del(table, key); !r.ok()) return r.error();
        }
      }
      if (pick(5) == 0) return base::Error{base::ErrorCode::kConflict, "refused"};
      return {};
    });
}

}  // namespace

TEST_CASE("change: the record says what was written, and what was there", "[store]") {
  const TempDir dir;
  const FixedClock clock;
  auto options = store_options(dir / "db");
  options.clock = &clock;
  const auto store = open_store(options);
  REQUIRE(store
              ->write([](WriteTxn& txn) -> base::Result<void> {
                CHECK(txn.now() == base::Timestamp{1776254400000});
                if (auto r = txn.put(Table::kRole, "a", "1"); !r.ok()) return r;
                return txn.put_append(Table::kAudit, "s", "");
              })
              .ok());
  REQUIRE(store
              ->write([](WriteTxn& txn) -> base::Result<void> {
                if (auto r = txn.put(Table::kRole, "a", "1"); !r.ok())
                  return r;  // there already: not a write
                if (auto r = txn.put(Table::kRole, "a", "2"); !r.ok()) return r;
                if (auto r = txn.del(Table::kAudit, "s"); !r.ok()) return r.error();
                if (auto r = txn.del(Table::kAudit, "absent"); !r.ok()) return r.error();
                return {};
              })
              .ok());
  REQUIRE(store->write([](WriteTxn& txn) { return txn.put(Table::kRole, "a", "2"); }).value() == 2);

  const auto txn = store->read();
  std::vector<ChangeRecord> changes;
  REQUIRE(store::scan_changes(txn.value(), 0, [&](const ChangeRecord& c) {
            return changes.push_back(c), true;
          }).ok());
  const base::Timestamp at{1776254400000};
  CHECK(changes ==
        std::vector<ChangeRecord>{
            {1, at, {{Table::kRole, "a", std::nullopt, "1"}, {Table::kAudit, "s", std::nullopt, ""}}},
            {2, at, {{Table::kRole, "a", "1", "2"}, {Table::kAudit, "s", "", std::nullopt}}}});
  CHECK(*store::read_change(txn.value(), 2).value() == changes[1]);
  CHECK_FALSE(store::read_change(txn.value(), 3).value());
  int later = 0;
  REQUIRE(store::scan_changes(txn.value(), 1, [&](const ChangeRecord&) { return ++later, true; }).ok());
  CHECK(later == 1);
}

TEST_CASE("change: applying the records makes the same store again", "[store]") {
  const TempDir dir;
  const auto original = open_store(store_options(dir / "db"));
  const auto copy = open_store(store_options(dir / "copy"));
  make_changes(*original, 500);
  const auto txn = original->read();
  REQUIRE(store::scan_changes(txn.value(), 0, [&](const ChangeRecord& change) {
            const auto applied = copy->write([&](WriteTxn& t) { return apply(t, change); });
            INFO((applied.ok() ? "" : applied.error().message));
            REQUIRE(applied.ok());
            return true;
          }).ok());
  CHECK(txn->revision() > 300);
  CHECK(contents(*original) == contents(*copy));
}

namespace {

// A value that is worth keeping in its table alone.
std::string long_value(char fill) {
  return std::string(200, fill);
}

std::string raw_change(const Store& store, Revision revision) {
  const auto txn = store.read();
  return std::string(txn->get(Table::kChange, Key().u64(revision)).value().value());
}

}  // namespace

TEST_CASE("change: what was appended to the audit log is kept there alone, and read from there", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const std::string one(16, '1'), two(16, '2'), three(16, '3');
  REQUIRE(store
              ->write([&](WriteTxn& txn) -> base::Result<void> {
                for (const std::string& key : {one, two, three})
                  if (auto r = txn.put_append(Table::kAudit, key, long_value(key[0])); !r.ok()) return r;
                if (auto r = txn.put(Table::kRole, "a", long_value('1')); !r.ok()) return r;
                if (auto r = txn.put(Table::kAudit, two, long_value('x')); !r.ok()) return r;
                const auto r = txn.del(Table::kAudit, three);
                return r.ok() ? base::Result<void>() : r.error();
              })
              .ok());
  const auto change = store::read_change(store->read().value(), 1);
  REQUIRE(change.ok());
  using Writes = std::vector<Write>;
  CHECK(change.value()->writes == Writes{{Table::kAudit, one, std::nullopt, long_value('1')},
                                         {Table::kAudit, two, std::nullopt, long_value('2')},
                                         {Table::kAudit, three, std::nullopt, long_value('3')},
                                         {Table::kRole, "a", std::nullopt, long_value('1')},
                                         {Table::kAudit, two, long_value('2'), long_value('x')},
                                         {Table::kAudit, three, long_value('3'), std::nullopt}});
  // `one` alone stays as it was put.
  REQUIRE(store->write([&](WriteTxn& txn) { return txn.put(Table::kAudit, one, long_value('y')); }).ok());
  CHECK(store::read_change(store->read().value(), 1).error().message ==
        "change 0000000000000001: audit " + base::to_hex(one) + ", which it wrote, is another now");
  REQUIRE(store
              ->write([&](WriteTxn& txn) -> base::Result<void> {
                const auto r = txn.del(Table::kAudit, one);
                return r.ok() ? base::Result<void>() : r.error();
              })
              .ok());
  CHECK(store::read_change(store->read().value(), 1).error().message ==
        "change 0000000000000001: audit " + base::to_hex(one) + ", which it wrote, is not there");
}

TEST_CASE("change: applying also does again what is kept elsewhere", "[store]") {
  const TempDir dir;
  const auto original = open_store(store_options(dir / "db"));
  const auto copy = open_store(store_options(dir / "copy"));
  std::mt19937 random(5);
  for (std::uint64_t n = 1; n <= 50; ++n)
    REQUIRE(original
                ->write([&](WriteTxn& txn) -> base::Result<void> {
                  std::string event;
                  for (int i = 0; i < 300; ++i) event.push_back(static_cast<char>(random()));
                  for (std::uint64_t more = 0; more <= n % 7; ++more)
                    if (auto r = txn.put_append(Table::kAudit, Key().u64(n).u64(more), event); !r.ok())
                      return r;
                  return txn.put(Table::kAuditHead, "head", event.substr(0, 40));
                })
                .ok());
  CHECK(raw_change(*original, 50).size() < 120);  // 300 bytes and more in full
  const auto txn = original->read();
  REQUIRE(store::scan_changes(txn.value(), 0, [&](const ChangeRecord& change) {
            return copy->write([&](WriteTxn& t) { return apply(t, change); }).ok();
          }).ok());
  CHECK(contents(*original) == contents(*copy));
}

TEST_CASE("change: a record of version 1, with all writes in full, is read as before", "[store]") {
  const TempDir dir;
  // at 1776254400123; role "a": absent, then "1"; audit "s": "old", then absent
  const std::string payload = *base::from_hex(
      "0000019d9103367b"
      "04"
      "0001"
      "61"
      "01"
      "00000001"
      "31"
      "00"
      "14"
      "0001"
      "73"
      "00"
      "01"
      "00000003"
      "6f6c64");
  make_raw_store(dir / "db", 2, 1,
                 {{Table::kChange, std::string(Key().u64(1).view()), store::seal(1, payload)}});
  const auto store = open_store(dir);
  const auto change = store::read_change(store->read().value(), 1);
  REQUIRE(change.ok());
  CHECK(*change.value() ==
        ChangeRecord{1,
                     {1776254400123},
                     {{Table::kRole, "a", std::nullopt, "1"}, {Table::kAudit, "s", "old", std::nullopt}}});
}

TEST_CASE("change: a packed record of version 2 is read for ever", "[store]") {
  // DO NOT CHANGE: what the first program that packed made of these writes.
  const std::string sealed = *base::from_hex(
      "d8ed817602fbec8c88d9330101734edb03cfd604010161013114040803017536c6143b616e6ec91408e303971a"
      "04019d9103367b7d323f11626f6232501002016d00");
  const TempDir dir;
  make_raw_store(dir / "db", store::kFormatVersion, 1,
                 {{Table::kChange, std::string(Key().u64(1).view()), sealed},
                  {Table::kAudit, "s", std::string(100, 'x')}});
  const auto store = open_store(dir);
  const auto change = store::read_change(store->read().value(), 1);
  INFO((change.ok() ? "" : change.error().message));
  REQUIRE(change.ok());
  const std::string ann = R"({"email":"ann@example.com","created_at":1776254400123})";
  const std::string bob = R"({"email":"bob@example.com","created_at":1776254400123})";
  CHECK(*change.value() == ChangeRecord{1,
                                        {1776254400123},
                                        {{Table::kRole, "a", std::nullopt, "1"},
                                         {Table::kAudit, "s", std::nullopt, std::string(100, 'x')},
                                         {Table::kUser, "u", bob, ann},
                                         {Table::kMembers, "m", "", std::nullopt}}});
}

TEST_CASE("change: cut short or of another layout it is corrupt", "[store]") {
  struct Row {
    std::string value, message;
  };
  const Row rows[] = {
      {store::seal(9, ""), "a layout that this version doesn't know"},
      {store::seal(1, "1234"), "the list of writes is cut short"},
      {store::seal(1, std::string(8, '\0') + "\xff"), "a table that this version doesn't know"},
      {store::seal(2, ""), "the list of writes is cut short"},
      {store::seal(2, std::string("\x01\x01", 2)), "the list of writes is cut short"},
      {store::seal(2, std::string("\x01\x00\x30", 3)), "the list of writes can't be unpacked"},
      {store::seal(2, std::string("\x01\x00\x20\x04\x01", 5)), "the list of writes is cut short"},
      {store::seal(2, std::string("\x01\x00\x20\x04\x04", 5)), "the list of writes is cut short"},
      {store::seal(2, std::string("\x01\x00\x20\x04\x08", 5)), "a write of an unknown kind"},
      {store::seal(2, std::string("\x01\x00\x20\xff\x01", 5)), "a table that this version doesn't know"},
  };
  for (const Row& row : rows) {
    const TempDir dir;
    make_raw_store(dir / "db", store::kFormatVersion, 1,
                   {{Table::kChange, std::string(Key().u64(1).view()), row.value}});
    const auto store = open_store(dir);
    CHECK(store::read_change(store->read().value(), 1).error().message ==
          "change 0000000000000001: " + row.message);
  }
}

TEST_CASE("change: one that doesn't follow is refused whole", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  REQUIRE(store->write([](WriteTxn& txn) { return txn.put(Table::kRole, "a", "1"); }).ok());
  struct Row {
    ChangeRecord change;
    std::string error;
  };
  for (const Row& row : {Row{{1, {}, {}}, "change 1: the store expects change 2"},
                         {{3, {}, {}}, "change 3: the store expects change 2"},
                         {{2, {}, {{Table::kRole, "b", std::nullopt, "1"}, {Table::kRole, "a", "x", "2"}}},
                          "change 2: role 61 is not what the change found there"},
                         {{2, {}, {{Table::kRole, "b", "1", std::nullopt}}},
                          "change 2: role 62 is not what the change found there"}}) {
    const auto applied = store->write([&](WriteTxn& txn) { return apply(txn, row.change); });
    REQUIRE_FALSE(applied.ok());
    CHECK(applied.error().message == row.error);
  }
  CHECK(store->read()->revision() == 1);
  CHECK_FALSE(store->read()->get(Table::kRole, "b").value());
}

TEST_CASE("change: a damaged record is corrupt, and named", "[store]") {
  const TempDir dir;
  const std::string marker = "a value that is easily found";
  {
    const auto store = open_store(dir);
    REQUIRE(
        store->write([&](WriteTxn& txn) { return txn.put(Table::kRole, "a", store::seal(1, marker)); }).ok());
  }
  std::fstream file(dir / "db/data.mdb", std::ios::in | std::ios::out | std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  int damaged = 0;
  for (std::size_t at = text.find(marker); at != text.npos; at = text.find(marker, at + 1), ++damaged)
    file.seekp(static_cast<std::streamoff>(at)).put('A');
  file.close();
  REQUIRE(damaged >= 2);  // the record, and the change record
  const auto store = open_store(dir);
  const auto txn = store->read();
  const auto bytes = txn->get(Table::kRole, "a");
  REQUIRE(bytes.value());
  const auto record = store::unseal(Table::kRole, "a", *bytes.value());
  CHECK(record.error().code == base::ErrorCode::kCorrupt);
  CHECK(record.error().message == "role a: the record's checksum is wrong");
  CHECK(store::read_change(txn.value(), 1).error().message ==
        "change 0000000000000001: the record's checksum is wrong");
  CHECK(store::scan_changes(txn.value(), 0, [](const auto&) { return true; }).error().code ==
        base::ErrorCode::kCorrupt);
}

TEST_CASE("copy: is the store as it was, while writing goes on", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  make_changes(*store, 300);
  const auto before = contents(*store);
  REQUIRE(store->copy_to(dir / "copy").ok());
  REQUIRE(store->write([](WriteTxn& txn) { return txn.put(Table::kRole, "later", "1"); }).ok());
  CHECK(fs::status(dir / "copy").permissions() == fs::perms::owner_all);
  CHECK((fs::status(dir / "copy/data.mdb").permissions() & fs::perms(077)) == fs::perms::none);
  CHECK_FALSE(fs::exists(dir / "copy.new"));
  CHECK(contents(*open_store(store_options(dir / "copy"))) == before);
}

TEST_CASE("copy: one that is to stop leaves nothing", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  make_changes(*store, 300);
  std::stop_source stop;
  stop.request_stop();
  const auto copied = store->copy_to(dir / "copy", stop.get_token());
  REQUIRE_FALSE(copied.ok());
  CHECK(copied.error().code == base::ErrorCode::kConflict);
  CHECK(copied.error().message == dir / "copy.new/data.mdb: stopped before the copy was done");
  CHECK_FALSE(fs::exists(dir / "copy"));
  CHECK_FALSE(fs::exists(dir / "copy.new"));
}

TEST_CASE("copy: one that nobody has open is read without a trace in its folder, and reading can be stopped",
          "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  make_changes(*store, 300);
  REQUIRE(store->copy_to(dir / "copy").ok());
  std::stop_source stop;
  const auto copy = store::ReadOnlyStore::open_alone(dir / "copy", stop.get_token());
  REQUIRE(copy.ok());
  const auto txn = copy.value()->read();
  REQUIRE(txn.ok());
  CHECK(txn->revision() == store->revision());
  CHECK_FALSE(fs::exists(dir / "copy/lock.mdb"));
  int seen = 0;
  const auto scanned = txn->scan(Table::kChange, {}, [&](auto, auto) {
    if (++seen == 10) stop.request_stop();
    return true;
  });
  CHECK(seen == 10);
  REQUIRE_FALSE(scanned.ok());
  CHECK(scanned.error().code == base::ErrorCode::kConflict);
  CHECK(scanned.error().message == "change: stopped before the end of it was read");
}

TEST_CASE("copy: never replaces anything", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  fs::create_directory(dir / "empty");
  CHECK(store->copy_to(dir / "empty").error().message == dir / "empty: exists already; name a new folder");
  CHECK(store->copy_to(dir / "db").error().message == dir / "db: exists already; name a new folder");
  CHECK(store->copy_to(dir / "no/such").error().message == dir / "no/such.new: No such file or directory");
  fs::create_directories(dir / "copy.new");  // what a crash left
  std::ofstream(dir / "copy.new/data.mdb") << "half";
  CHECK(store->copy_to(dir / "copy/").ok());
  CHECK(fs::exists(dir / "copy/data.mdb"));
}
