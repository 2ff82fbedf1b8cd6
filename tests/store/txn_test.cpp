#include "store/txn.h"

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "store/change.h"
#include "store/store.h"
#include "tests/support/open_store.h"

using store::kMaxKey;
using store::ReadTxn;
using store::Revision;
using store::Store;
using store::Table;
using store::WriteTxn;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs all_of(const ReadTxn& txn, Table table, std::string_view prefix = {}) {
  Pairs out;
  REQUIRE(
      txn.scan(table, prefix, [&](auto key, auto value) { return out.emplace_back(key, value), true; }).ok());
  return out;
}

std::string joined(const Pairs& pairs) {
  std::string out;
  for (const auto& [key, value] : pairs) out += (out.empty() ? "" : " ") + key;
  return out;
}

std::optional<std::string> value_of(const ReadTxn& txn, Table table, std::string_view key) {
  const auto found = txn.get(table, key);
  REQUIRE(found.ok());
  if (!found.value()) return std::nullopt;
  return std::string(*found.value());
}

const base::Error kRefused{base::ErrorCode::kConflict, "refused"};

}  // namespace

TEST_CASE("txn: a snapshot does not move", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  REQUIRE(store->write([](WriteTxn& txn) { return txn.put(Table::kRole, "a", "1"); }).ok());
  const auto before = store->read();
  REQUIRE(before.ok());
  REQUIRE(store->write([](WriteTxn& txn) { return txn.put(Table::kRole, "a", "2"); }).ok());
  const auto after = store->read();
  REQUIRE(after.ok());
  CHECK(value_of(before.value(), Table::kRole, "a") == "1");
  CHECK(value_of(after.value(), Table::kRole, "a") == "2");
  CHECK(before->revision() == 1);
  CHECK(after->revision() == 2);
}

TEST_CASE("txn: a change sees what it wrote", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const auto revision = store->write([](WriteTxn& txn) -> base::Result<void> {
    CHECK(txn.revision() == 1);
    REQUIRE(txn.put(Table::kRole, "a", "1").ok());
    CHECK(value_of(txn, Table::kRole, "a") == "1");
    REQUIRE(txn.put(Table::kRole, "a", "2").ok());
    CHECK(value_of(txn, Table::kRole, "a") == "2");
    CHECK(txn.del(Table::kRole, "a").value());
    CHECK_FALSE(txn.del(Table::kRole, "a").value());
    CHECK(value_of(txn, Table::kRole, "a") == std::nullopt);
    return txn.put(Table::kGroup, "a", "");
  });
  CHECK(revision.value() == 1);
  const auto txn = store->read();
  CHECK(joined(all_of(txn.value(), Table::kRole)).empty());
  CHECK(value_of(txn.value(), Table::kGroup, "a") == "");
}

TEST_CASE("txn: a failed attempt leaves no trace, and the change goes on", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const auto written = store->write([](WriteTxn& txn) -> base::Result<void> {
    REQUIRE(txn.put(Table::kRole, "kept", "1").ok());
    const auto inner = txn.attempt([](WriteTxn& t) -> base::Result<void> {
      REQUIRE(t.put(Table::kRole, "kept", "2").ok());
      REQUIRE(t.put(Table::kRole, "gone", "1").ok());
      const auto innermost = t.attempt([](WriteTxn& u) { return u.put(Table::kRole, "gone too", "1"); });
      REQUIRE(innermost.ok());
      CHECK(joined(all_of(t, Table::kRole)) == "gone gone too kept");
      return kRefused;
    });
    CHECK(inner.error().message == "refused");
    CHECK(joined(all_of(txn, Table::kRole)) == "kept");
    REQUIRE(txn.attempt([](WriteTxn& t) { return t.put(Table::kRole, "more", "1"); }).ok());
    return {};
  });
  REQUIRE(written.ok());
  const auto txn = store->read();
  CHECK(all_of(txn.value(), Table::kRole) == Pairs{{"kept", "1"}, {"more", "1"}});
  const auto change = store::read_change(txn.value(), 1);
  REQUIRE(change.value());
  CHECK(change.value()->writes.size() == 2);
}

TEST_CASE("txn: scans begin and end where they should", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const std::string high = "\xff", higher = "\xff\xff";
  REQUIRE(store
              ->write([&](WriteTxn& txn) -> base::Result<void> {
                for (const std::string& key :
                     {std::string("a"), std::string("b"), std::string("b1"), std::string("b2"),
                      std::string("b3"), std::string("c"), high, higher})
                  if (auto r = txn.put(Table::kRole, key, "v"); !r.ok()) return r;
                return {};
              })
              .ok());
  const auto txn = store->read();

  struct Row {
    std::string prefix;
    std::string bound;  // `after` forwards, `before` backwards
    std::string forwards;
    std::string backwards;
  };
  for (const Row& row : {
           Row{"", "", "a b b1 b2 b3 c " + high + " " + higher, higher + " " + high + " c b3 b2 b1 b a"},
           Row{"b", "", "b b1 b2 b3", "b3 b2 b1 b"},
           Row{"b", "b1", "b2 b3", "b"},
           Row{"b", "b1x", "b2 b3", "b1 b"},
           Row{"b", "a", "b b1 b2 b3", ""},
           Row{"b", "c", "", "b3 b2 b1 b"},
           Row{"b", "b3", "", "b2 b1 b"},
           Row{"b3", "", "b3", "b3"},
           Row{"b4", "", "", ""},
           Row{"x", "", "", ""},
           Row{"a0", "", "", ""},
           Row{high, "", high + " " + higher, higher + " " + high},
           Row{higher, "", higher, higher},
           Row{high, higher, "", high},
           Row{std::string(kMaxKey, '\xff'), "", "", ""},
           Row{std::string(kMaxKey + 1, 'b'), "", "", ""},
       }) {
    INFO("prefix '" << row.prefix << "' bound '" << row.bound << "'");
    Pairs forwards, backwards;
    CHECK(txn->scan_from(Table::kRole, row.prefix, row.bound,
                         [&](auto k, auto v) { return forwards.emplace_back(k, v), true; })
              .ok());
    CHECK(txn->scan_reverse(Table::kRole, row.prefix, row.bound,
                            [&](auto k, auto v) { return backwards.emplace_back(k, v), true; })
              .ok());
    CHECK(joined(forwards) == row.forwards);
    CHECK(joined(backwards) == row.backwards);
  }

  int seen = 0;
  CHECK(txn->scan(Table::kRole, "", [&](auto, auto) { return ++seen < 3; }).ok());
  CHECK(seen == 3);
  CHECK(txn->scan(Table::kUser, "", [](auto, auto) { return false; }).ok());
  CHECK(txn->scan_reverse(Table::kUser, "", "", [](auto, auto) { return false; }).ok());
}

TEST_CASE("txn: keys and values have their limits", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  struct Row {
    std::string key;
    std::size_t value;
    std::string error;
  };
  for (const Row& row : {Row{"k", 0, ""},
                         {std::string(kMaxKey, 'k'), 1, ""},
                         {std::string(kMaxKey + 1, 'k'), 1, "role: a key of more than 511 bytes"},
                         {"", 1, "role: an empty key"},
                         {"large", store::kMaxValue, ""},
                         {"larger", store::kMaxValue + 1, "role: a value of more than 4194304 bytes"}}) {
    const auto written =
        store->write([&](WriteTxn& t) { return t.put(Table::kRole, row.key, std::string(row.value, 'v')); });
    CHECK((written.ok() ? "" : written.error().message) == row.error);
    const auto txn = store->read();
    const auto found = txn->get(Table::kRole, row.key);
    REQUIRE(found.ok());
    CHECK(found.value().has_value() == row.error.empty());
  }
}

TEST_CASE("txn: appending is putting, for any key", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  REQUIRE(store
              ->write([](WriteTxn& txn) -> base::Result<void> {
                for (const auto& [key, value] :
                     Pairs{{"b", "1"}, {"c", "1"}, {"a", "1"}, {"c", "2"}, {"b", "2"}, {"b", "2"}})
                  if (auto r = txn.put_append(Table::kAudit, key, value); !r.ok()) return r;
                return {};
              })
              .ok());
  const auto txn = store->read();
  CHECK(all_of(txn.value(), Table::kAudit) == Pairs{{"a", "1"}, {"b", "2"}, {"c", "2"}});
  CHECK(store::read_change(txn.value(), 1).value()->writes.size() == 5);
}

TEST_CASE("txn: what was read may be put elsewhere", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const std::string large(3000, 'x');
  REQUIRE(store
              ->write([&](WriteTxn& txn) -> base::Result<void> {
                for (int i = 0; i < 300; ++i) {
                  REQUIRE(txn.put(Table::kRole, "k" + std::to_string(i), large + std::to_string(i)).ok());
                  const auto view = txn.get(Table::kRole, "k" + std::to_string(i / 2));
                  REQUIRE(txn.put(Table::kRole, "copy" + std::to_string(i), *view.value()).ok());
                }
                return {};
              })
              .ok());
  const auto txn = store->read();
  for (int i = 0; i < 300; ++i)
    CHECK(value_of(txn.value(), Table::kRole, "copy" + std::to_string(i)) == large + std::to_string(i / 2));
}

TEST_CASE("txn: does what a map does, through failures and reopening", "[store]") {
  const TempDir dir;
  auto store = open_store(dir);
  std::mt19937 random(11);
  const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  constexpr std::array kTables = {Table::kRole, Table::kMembers, Table::kAudit};
  std::array<std::map<std::string, std::string>, kTables.size()> model;
  Revision revision = 0;

  for (int round = 0; round < 400; ++round) {
    auto next = model;
    const bool fail = pick(4) == 0;
    const auto result = store->write([&](WriteTxn& txn) -> base::Result<void> {
      next = model;
      const unsigned ops = pick(20);
      for (unsigned i = 0; i < ops; ++i) {
        const unsigned t = pick(kTables.size());
        const std::string key = "k" + std::to_string(pick(200));
        if (pick(3) == 0) {
          CHECK(txn.del(kTables[t], key).value() == (next[t].erase(key) == 1));
        } else {
          // Some longer than a page, which LMDB keeps elsewhere.
          const std::string value(pick(10) == 0 ? 3000 + pick(9000) : pick(100),
                                  static_cast<char>('a' + pick(26)));
          REQUIRE((pick(2) ? txn.put(kTables[t], key, value) : txn.put_append(kTables[t], key, value)).ok());
          next[t][key] = value;
        }
      }
      if (fail) return kRefused;
      return {};
    });
    CHECK(result.ok() == !fail);
    if (result.ok()) {
      model = next;
      CHECK((result.value() == revision || result.value() == revision + 1));
      revision = result.value();
    }
    if (round % 50 == 49) {
      store.reset();
      store = open_store(dir);
    }
    const auto txn = store->read();
    REQUIRE(txn->revision() == revision);
    for (std::size_t t = 0; t < kTables.size(); ++t)
      if (all_of(txn.value(), kTables[t]) != Pairs(model[t].begin(), model[t].end())) FAIL("round " << round);
  }
}
