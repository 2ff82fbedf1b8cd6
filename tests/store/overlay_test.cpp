// What a transaction over a snapshot shows is what a real one shows that was written alike; and the snapshot,
// and the store, stay as they are.
#include "store/overlay.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "store/change.h"
#include "store/store.h"
#include "tests/support/open_store.h"

using store::ReadTxn;
using store::Table;
using store::WriteTxn;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr Table kTables[] = {Table::kRole, Table::kGroup, Table::kMembers};
constexpr std::size_t kRoom = std::size_t{1} << 24;
const base::Error kRefused{base::ErrorCode::kConflict, "refused"};

Pairs all_of(const ReadTxn& txn, Table table) {
  Pairs out;
  REQUIRE(txn.scan(table, {}, [&](auto key, auto value) { return out.emplace_back(key, value), true; }).ok());
  return out;
}

// The same choices for two transactions: what it does, and what it saw, as text.
class Script {
 public:
  explicit Script(unsigned seed) : random_(seed) {}

  void run(WriteTxn& txn, int depth) {
    for (std::size_t left = 1 + below(20); left > 0; --left) {
      const Table table = kTables[below(3)];
      switch (below(9)) {
        case 0:
        case 1:
        case 2:
          put(txn, table);
          break;
        case 3:
          saw(txn.del(table, key()).value() ? "deleted" : "not there");
          break;
        case 4:
          if (depth > 0) attempt(txn, depth - 1);
          break;
        case 5: {
          const auto found = txn.get(table, key());
          saw(*found ? std::string(**found) : "nothing");
          break;
        }
        default:
          scan(txn, table);
      }
    }
  }

  const std::string& seen() const { return seen_; }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  void saw(const std::string& what) { seen_ += what + "\n"; }

  // Some are prefixes of others, some begin with the highest byte.
  std::string key() {
    static const std::string kParts[] = {"a", "b", "ab", "\xff"};
    std::string out;
    for (std::size_t left = 1 + below(4); left > 0; --left) out += kParts[below(4)];
    return out;
  }
  std::string bound() { return below(3) == 0 ? std::string() : key(); }

  void put(WriteTxn& txn, Table table) {
    const std::string key = this->key();
    const auto there = txn.get(table, this->key());
    // What is put may be a view of what is there.
    if (below(4) == 0 && *there)
      REQUIRE(txn.put(table, key, **there).ok());
    else if (below(2) == 0)
      REQUIRE(txn.put(table, key, "value " + std::to_string(below(5))).ok());
    else
      REQUIRE(txn.put_append(table, key, std::string(below(50), 'v')).ok());
  }

  void attempt(WriteTxn& txn, int depth) {
    const bool fails = below(2) == 0;
    const auto done = txn.attempt([&](WriteTxn& inner) -> base::Result<void> {
      run(inner, depth);
      if (fails) return kRefused;
      return {};
    });
    saw(done.ok() ? "done" : done.error().message);
  }

  // Within it, what a visitor may do: another scan, and reading.
  void scan(const WriteTxn& txn, Table table) {
    const std::string prefix = below(2) == 0 ? "" : key(), bound = this->bound();
    const bool forwards = below(2) == 0;
    std::size_t left = below(3) == 0 ? below(4) + 1 : 1'000;
    std::string line = forwards ? "forwards" : "backwards";
    const auto visit = [&](std::string_view key, std::string_view value) {
      line += " " + std::string(key) + "=" + std::string(value);
      if (left % 5 == 0)
        REQUIRE(txn.scan_reverse(table, key, {}, [&](auto inner, auto) { return line += inner, true; }).ok());
      return --left > 0;
    };
    REQUIRE((forwards ? txn.scan_from(table, prefix, bound, visit)
                      : txn.scan_reverse(table, prefix, bound, visit))
                .ok());
    saw(line);
  }

  std::mt19937 random_;
  std::string seen_;
};

}  // namespace

TEST_CASE("overlay: shows what a real transaction would, and changes nothing", "[store][overlay]") {
  const TempDir dir;
  const auto store = open_store(dir);
  for (unsigned seed = 0; seed < 150; ++seed) {
    INFO("seed " << seed);
    const auto snapshot = store->read();
    std::vector<Pairs> before, untouched, real, over;
    for (const Table table : kTables) before.push_back(all_of(*snapshot, table));

    Script in_memory(seed), on_disk(seed);
    auto txn = WriteTxn::over(*snapshot, {}, kRoom);
    REQUIRE(txn.ok());
    in_memory.run(*txn, 2);
    std::string written_over, written;
    txn->each_written([&](Table table, std::string_view key) {
      written_over.append(name_of(table)).append(" ").append(key).append("\n");
    });
    for (const Table table : kTables) untouched.push_back(all_of(*snapshot, table));
    CHECK(untouched == before);
    REQUIRE(store
                ->write([&](WriteTxn& change) -> base::Result<void> {
                  on_disk.run(change, 2);
                  CHECK(change.revision() == txn->revision());
                  change.each_written([&](Table table, std::string_view key) {
                    written.append(name_of(table)).append(" ").append(key).append("\n");
                  });
                  for (const Table table : kTables) real.push_back(all_of(change, table));
                  return {};
                })
                .ok());
    for (const Table table : kTables) over.push_back(all_of(*txn, table));
    CHECK(in_memory.seen() == on_disk.seen());
    CHECK(written_over == written);
    CHECK(over == real);
  }
}

TEST_CASE("overlay: one over another begins with what that shows", "[store][overlay]") {
  const TempDir dir;
  const auto store = open_store(dir);
  REQUIRE(store->write([](WriteTxn& txn) { return txn.put(Table::kRole, "a", "1"); }).ok());
  const auto snapshot = store->read();
  auto first = WriteTxn::over(*snapshot, {7}, kRoom);
  REQUIRE(first.ok());
  CHECK(first->now() == base::Timestamp{7});
  REQUIRE(first->put(Table::kRole, "b", "2").ok());
  REQUIRE(first->del(Table::kRole, "a").ok());
  auto second = WriteTxn::over(*first, {}, kRoom);
  REQUIRE(second.ok());
  CHECK(all_of(*second, Table::kRole) == Pairs{{"b", "2"}});
  REQUIRE(second->put(Table::kRole, "c", "3").ok());
  CHECK(all_of(*second, Table::kRole) == Pairs{{"b", "2"}, {"c", "3"}});
  CHECK(all_of(*first, Table::kRole) == Pairs{{"b", "2"}});
  CHECK(all_of(*snapshot, Table::kRole) == Pairs{{"a", "1"}});
  CHECK(store->revision() == 1);
}

TEST_CASE("overlay: it is full in time, and an attempt leaves no trace then either", "[store][overlay]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const std::string large(1'000, 'v');
  REQUIRE(store
              ->write([&](WriteTxn& txn) -> base::Result<void> {
                for (int i = 0; i < 100; ++i)
                  if (auto put = txn.put(Table::kRole, std::to_string(i), large); !put.ok()) return put;
                return {};
              })
              .ok());
  const auto snapshot = store->read();
  auto txn = WriteTxn::over(*snapshot, {}, 20'000);
  REQUIRE(txn.ok());
  REQUIRE(txn->put(Table::kGroup, "kept", "1").ok());
  int puts = 0;
  const auto filled = txn->attempt([&](WriteTxn& inner) -> base::Result<void> {
    for (; puts < 1'000; ++puts)
      if (auto put = inner.put(Table::kGroup, "key " + std::to_string(puts), large); !put.ok()) return put;
    return {};
  });
  CHECK(filled.error().code == base::ErrorCode::kFull);
  CHECK(filled.error().message == "group: more than 20000 bytes of changes in memory");
  CHECK((puts > 10 && puts < 20));
  CHECK(all_of(*txn, Table::kGroup) == Pairs{{"kept", "1"}});

  // What is deleted is in the list of writes, which counts too.
  int deleted = 0;
  while (deleted < 100 && txn->del(Table::kRole, std::to_string(deleted)).ok()) ++deleted;
  CHECK(deleted < 30);
}
