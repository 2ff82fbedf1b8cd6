#include "store/history.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "store/change_trim.h"
#include "store/store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/open_store.h"

using store::ReadTxn;
using store::Revision;
using store::Table;
using store::WriteTxn;

namespace {

using Content = std::map<std::string, std::string>;

constexpr Table kTables[] = {Table::kRole, Table::kGroup, Table::kMembers};

std::vector<Content> content_of(const ReadTxn& txn) {
  std::vector<Content> all;
  for (const Table table : kTables) {
    Content content;
    REQUIRE(
        txn.scan(table, {}, [&](auto key, auto value) { return content.emplace(key, value), true; }).ok());
    all.push_back(std::move(content));
  }
  return all;
}

// A store whose clock the test sets.
class History {
 public:
  History() {
    auto options = store_options(dir_ / "db");
    options.clock = &clock_;
    store_ = open_store(options);
  }

  void change_at(std::int64_t at, store::Change change) {
    clock_.set({at});
    REQUIRE(store_->write(std::move(change)).ok());
  }

  void trim(const store::ChangesKept& kept) {
    REQUIRE(store_
                ->write([&](WriteTxn& txn) -> base::Result<void> {
                  const auto trimmed = trim_changes(txn, kept, 100);
                  if (!trimmed.ok()) return trimmed.error();
                  return {};
                })
                .ok());
  }

  base::Result<ReadTxn> read() const { return store_->read(); }

 private:
  const TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<store::Store> store_;
};

std::string at_of(const ReadTxn& txn, std::int64_t moment, std::optional<Revision> later = {}) {
  const auto revision = later ? revision_at(txn, {moment}, *later) : revision_at(txn, {moment});
  REQUIRE(revision.ok());
  return *revision ? std::to_string(**revision) : "gone";
}

}  // namespace

TEST_CASE("history: each revision shows again what was read then", "[store][history]") {
  for (unsigned seed = 0; seed < 12; ++seed) {
    INFO("seed " << seed);
    History history;
    std::mt19937 random(seed);
    std::vector<std::vector<Content>> then = {content_of(*history.read())};
    for (int i = 0; i < 60; ++i) {
      history.change_at(i, [&](WriteTxn& txn) -> base::Result<void> {
        for (std::size_t left = 1 + random() % 6; left > 0; --left) {
          const Table table = kTables[random() % 3];
          const std::string key = "key " + std::to_string(random() % 20);
          if (random() % 3 == 0) {
            if (const auto done = txn.del(table, key); !done.ok()) return done.error();
          } else if (auto done = txn.put(table, key, std::string(random() % 90, 'v')); !done.ok()) {
            return done;
          }
        }
        return txn.put(Table::kAudit, "entry " + std::to_string(i), std::string(70, 'e'));
      });
      then.push_back(content_of(*history.read()));
    }
    const auto snapshot = history.read();
    REQUIRE(snapshot->revision() == 60);
    for (Revision revision = 0; revision <= 60; ++revision) {
      INFO("revision " << revision);
      const auto past = as_of(*snapshot, revision);
      REQUIRE(past.ok());
      CHECK(past->revision() == revision);
      CHECK(content_of(*past) == then[revision]);
    }
    CHECK(content_of(*snapshot) == then.back());
  }
}

TEST_CASE("history: what has ended is not made again", "[store][history]") {
  History history;
  constexpr Table kAll[] = {Table::kCredential, Table::kCredentialByOwner, Table::kCredentialHash};
  history.change_at(1, [&](WriteTxn& txn) -> base::Result<void> {
    for (const Table table : kAll)
      if (auto put = txn.put(table, "key", "1"); !put.ok()) return put;
    return {};
  });
  history.change_at(2, [&](WriteTxn& txn) -> base::Result<void> {
    for (const Table table : kAll)
      if (auto gone = txn.del(table, "key"); !gone.ok()) return gone.error();
    return {};
  });
  const auto snapshot = history.read();
  const auto past = as_of(*snapshot, 1);
  REQUIRE(past.ok());
  // Whose a credential was, and what it gave, but not by its secret.
  CHECK(past->get(Table::kCredential, "key")->has_value());
  CHECK(past->get(Table::kCredentialByOwner, "key")->has_value());
  for (const Table table : {Table::kCredentialHash, Table::kCredentialByTenant, Table::kIdempotency,
                            Table::kAudit, Table::kMeta}) {
    const std::string message = std::string(name_of(table)) + ": not known as it was then";
    CHECK(past->get(table, "key").error().message == message);
    CHECK(past->scan(table, {}, [](auto, auto) { return true; }).error().message == message);
    CHECK(past->scan_reverse(table, {}, {}, [](auto, auto) { return true; }).error().message == message);
  }
}

TEST_CASE("history: a moment has the revision of the last change by then", "[store][history]") {
  History history;
  CHECK(at_of(*history.read(), 5) == "0");
  for (const std::int64_t at : {10, 20, 20, 30, 40})
    history.change_at(
        at, [](WriteTxn& txn) { return txn.put(Table::kRole, "r", std::to_string(txn.revision())); });
  struct Row {
    std::int64_t moment;
    const char* revision;
  };
  for (const Row& row :
       {Row{9, "0"}, {10, "1"}, {19, "1"}, {20, "3"}, {29, "3"}, {39, "4"}, {40, "5"}, {99, "5"}})
    CHECK(at_of(*history.read(), row.moment) == row.revision);
  const auto all = history.read();
  for (Revision later = 1; later <= 6; ++later)
    for (std::int64_t moment = 0; moment < 50; ++moment) {
      INFO(moment << " back from " << later);
      const std::string wanted = at_of(*all, moment);
      if (std::stoull(wanted) < later) CHECK(at_of(*all, moment, later) == wanted);
    }
  CHECK(*made_at(*all, 3) == base::Timestamp{20});
  CHECK_FALSE(made_at(*all, 6)->has_value());

  history.trim({{20}, {50}});  // the first
  for (const Row& row : {Row{10, "gone"}, {19, "gone"}, {20, "3"}, {40, "5"}})
    CHECK(at_of(*history.read(), row.moment) == row.revision);
  const auto snapshot = history.read();
  const auto kept = history_kept(*snapshot);
  REQUIRE(kept.ok());
  CHECK(kept->first == 1);
  CHECK(kept->since == base::Timestamp{20});
  CHECK(as_of(*snapshot, 1).ok());
  CHECK(as_of(*snapshot, 0).error().code == base::ErrorCode::kNotFound);
  CHECK(as_of(*snapshot, 0).error().message == "revision 0: the history is kept from revision 1 on");
  CHECK(as_of(*snapshot, 6).error().code == base::ErrorCode::kInvalid);
  const auto past = as_of(*snapshot, 2);
  REQUIRE(past.ok());
  CHECK(as_of(*past, 2).error().message == "revision 2: not of this snapshot's past");
}

TEST_CASE("history: what would be can be tried on what was", "[store][history]") {
  History history;
  history.change_at(1, [](WriteTxn& txn) { return txn.put(Table::kRole, "a", "1"); });
  history.change_at(2, [](WriteTxn& txn) { return txn.put(Table::kRole, "a", "2"); });
  const auto snapshot = history.read();
  const auto past = as_of(*snapshot, 1);
  REQUIRE(past.ok());
  auto tried = WriteTxn::over(*past, {}, 10'000);
  REQUIRE(tried.ok());
  CHECK(**tried->get(Table::kRole, "a") == "1");
  REQUIRE(tried->put(Table::kRole, "a", "3").ok());
  CHECK(**tried->get(Table::kRole, "a") == "3");
  CHECK(**past->get(Table::kRole, "a") == "1");
  CHECK_FALSE(tried->get(Table::kCredentialHash, "a").ok());
}
