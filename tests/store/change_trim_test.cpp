#include "store/change_trim.h"

#include <string>

#include "store/change.h"
#include "store/store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/open_store.h"

using store::ChangesKept;
using store::Revision;
using store::Table;
using store::WriteTxn;

namespace {

// A store with changes made at the times, and what is left of their records.
class Changes {
 public:
  explicit Changes(const std::vector<std::int64_t>& times) {
    auto options = store_options(dir_ / "db");
    options.clock = &clock_;
    store_ = open_store(options);
    for (const std::int64_t at : times) {
      clock_.set({at});
      REQUIRE(store_
                  ->write([&](WriteTxn& txn) {
                    return txn.put(Table::kMembers, "key", std::to_string(txn.revision()));
                  })
                  .ok());
    }
  }

  std::size_t trim(const ChangesKept& kept, std::size_t most = 100) {
    const auto due = changes_to_trim(*store_->read(), kept, most);
    REQUIRE(due.ok());
    std::size_t gone = 0;
    const Revision before = store_->revision();
    REQUIRE(store_
                ->write([&](WriteTxn& txn) -> base::Result<void> {
                  const auto trimmed = trim_changes(txn, kept, most);
                  if (!trimmed.ok()) return trimmed.error();
                  gone = *trimmed;
                  return {};
                })
                .ok());
    CHECK(gone == *due);
    CHECK(store_->revision() == before);
    return gone;
  }

  std::string left() const {
    std::string out;
    REQUIRE(scan_changes(*store_->read(), 0, [&](const store::ChangeRecord& change) {
              out += (out.empty() ? "" : " ") + std::to_string(change.revision);
              return true;
            }).ok());
    return out;
  }

  void reopen() {
    store_.reset();
    store_ = open_store(store_options(dir_ / "db"));
  }
  store::Store& store() { return *store_; }

 private:
  TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace

TEST_CASE("change records: the oldest go, by time or by number, and the newest stays", "[store]") {
  struct Row {
    const char* name;
    std::vector<std::int64_t> times;
    ChangesKept kept;  // since, now, up to
    const char* left;
  };
  const Row rows[] = {
      {"nothing is old", {10, 20, 30}, {{5}, {100}, 0}, "1 2 3"},
      {"by time", {10, 20, 30, 40}, {{30}, {100}, 0}, "3 4"},
      {"by number, however young", {10, 20, 30, 40}, {{5}, {100}, 3}, "4"},
      {"whichever comes first", {10, 20, 30, 40}, {{20}, {100}, 3}, "4"},
      {"the newest stays", {10, 20, 30}, {{90}, {100}, 9}, "3"},
      {"the clock was set back: a younger record keeps those behind it",
       {10, 50, 20, 60},
       {{40}, {100}, 0},
       "2 3 4"},
      {"a time in the future is judged by what follows", {10, 500, 20, 60}, {{40}, {100}, 0}, "4"},
      {"and doesn't go by itself", {10, 500, 60, 70}, {{40}, {100}, 0}, "2 3 4"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Changes changes(row.times);
    changes.trim(row.kept);
    CHECK(changes.left() == row.left);
    changes.reopen();
    CHECK(changes.left() == row.left);
  }
}

TEST_CASE("change records: a step takes so many, and the next goes on", "[store]") {
  Changes changes({1, 2, 3, 4, 5, 6});
  const ChangesKept kept{{5}, {100}, 0};
  CHECK(changes.trim(kept, 3) == 3);
  CHECK(changes.left() == "4 5 6");
  CHECK(changes.trim(kept, 3) == 1);
  CHECK(changes.left() == "5 6");
  CHECK(changes.trim(kept, 3) == 0);
  CHECK(changes.trim(kept, 0) == 0);
  REQUIRE(
      changes.store().write([](WriteTxn& txn) { return txn.put(Table::kMembers, "next", "x"); }).value() ==
      7);
  CHECK(changes.left() == "5 6 7");
}
