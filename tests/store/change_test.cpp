#include "store/change.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "store/key.h"
#include "store/record.h"
#include "store/store.h"
#include "tests/support/open_store.h"

namespace fs = std::filesystem;
using store::ChangeRecord;
using store::Key;
using store::Revision;
using store::Store;
using store::Table;
using store::Write;
using store::WriteTxn;

namespace {

class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return {1776254400000}; }
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
    (void)store.write([&](WriteTxn& txn) -> Result<void> {
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
      if (pick(5) == 0) return Error{ErrorCode::kConflict, "refused"};
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
              ->write([](WriteTxn& txn) -> Result<void> {
                CHECK(txn.now() == Timestamp{1776254400000});
                if (auto r = txn.put(Table::kRole, "a", "1"); !r.ok()) return r;
                return txn.put_append(Table::kAudit, "s", "");
              })
              .ok());
  REQUIRE(store
              ->write([](WriteTxn& txn) -> Result<void> {
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
  const Timestamp at{1776254400000};
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
  CHECK(record.error().code == ErrorCode::kCorrupt);
  CHECK(record.error().message == "role a: the record's checksum is wrong");
  CHECK(store::read_change(txn.value(), 1).error().message ==
        "change 0000000000000001: the record's checksum is wrong");
  CHECK(store::scan_changes(txn.value(), 0, [](const auto&) { return true; }).error().code ==
        ErrorCode::kCorrupt);
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
