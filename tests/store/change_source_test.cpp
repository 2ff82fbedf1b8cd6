#include "store/change_source.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/change.h"
#include "store/queue.h"
#include "store/store.h"
#include "tests/support/answering_log.h"
#include "tests/support/diverted.h"
#include "tests/support/open_store.h"
#include "tests/support/scripted_log.h"
#include "tests/support/writer_gate.h"

using std::chrono::milliseconds;
using store::ChangeLog;
using store::LoggedGroup;
using store::Queue;
using store::Revision;
using store::Store;
using store::Table;
using store::WriteTxn;
using Answer = ChangeLog::Answer;

namespace {

ChangeLog::Offered no_answer() {
  return {Answer::kUnknown, "log: no answer within 1 s"};
}

// A store with that log, and the queue that it is woken by.
struct Member {
  explicit Member(AnsweringLog& log, store::StoreOptions options) : store(open(log, std::move(options))) {}
  explicit Member(AnsweringLog& log) : Member(log, {}) {}

  std::unique_ptr<Store> open(AnsweringLog& log, store::StoreOptions options) {
    if (options.dir.empty()) options = store_options(dir / "db");
    options.source = [&](Queue& local) {
      queue = &local;
      return std::make_unique<LoggedSource>(local, log);
    };
    return open_store(std::move(options));
  }

  TempDir dir;
  Queue* queue = nullptr;
  std::unique_ptr<Store> store;
};

store::Change put(std::string key, std::string value = "1") {
  return [key = std::move(key), value = std::move(value)](WriteTxn& txn) {
    return txn.put(Table::kRole, key, value);
  };
}

std::string value_of(const Store& store, Table table, std::string_view key) {
  const auto txn = store.read();
  REQUIRE(txn.ok());
  const auto found = txn->get(table, key);
  REQUIRE(found.ok());
  return found.value() ? std::string(*found.value()) : "-";
}

std::string text(const base::Result<Revision>& result) {
  return result.ok() ? std::to_string(result.value()) : result.error().message;
}

}  // namespace

TEST_CASE("change source: a group that others came before is run again, and its first run left nothing",
          "[store]") {
  AnsweringLog log;
  Member other(log), member(log);
  Store& store = *member.store;
  int runs = 0;
  std::vector<std::string> followed, told;
  std::string answer;
  const auto tell = [&](const std::string& name) {
    return [&, name](base::Result<Revision> r) { told.push_back(name + " " + text(r) + " " + answer); };
  };
  log.next([](ScriptedLog& all, const LoggedGroup& group) {  // others come first, unseen until then
    auto theirs = group;
    theirs.id = base::Uuid();
    theirs.records = {{1, {}, {{Table::kRole, "theirs", std::nullopt, "0"}}}};
    CHECK(all.take(theirs));
    return ChangeLog::Offered{all.take(group) ? Answer::kTaken : Answer::kBehind, ""};
  });
  WriterGate gate(store);
  // An idempotent request, sent twice, that is judged by what others may change.
  const auto request = [&](WriteTxn& txn) -> base::Result<void> {
    ++runs;
    const auto kept = txn.get(Table::kIdempotency, "request");
    if (*kept) {
      answer = "kept " + std::string(**kept);
      return {};
    }
    const bool alone = !txn.get(Table::kRole, "theirs").value();
    answer = alone ? "alone" : "second";
    if (auto r = txn.put(Table::kRole, "ours", answer); !r.ok()) return r;
    if (!alone)
      if (auto r = txn.put(Table::kRole, "ours too", answer); !r.ok()) return r;
    return txn.put(Table::kIdempotency, "request", answer);
  };
  REQUIRE(store.submit(request, tell("first")).ok());
  REQUIRE(store.submit(request, tell("again")).ok());
  REQUIRE(store
              .submit(
                  [&](WriteTxn& txn) -> base::Result<void> {
                    ++runs;
                    if (txn.get(Table::kRole, "ours too").value())
                      return base::Error{base::ErrorCode::kInvalid, "too late"};
                    txn.then([&] { followed.push_back("of the first run"); });
                    return txn.put(Table::kRole, "third", "1");
                  },
                  tell("third"))
              .ok());
  REQUIRE(store
              .submit(
                  [&](WriteTxn& txn) {
                    ++runs;
                    txn.then([&] { followed.push_back("last"); });
                    return txn.put(Table::kRole, "last", std::to_string(txn.revision()));
                  },
                  tell("last"))
              .ok());
  gate.open();
  store.stop();
  CHECK(runs == 3 + 4);  // the third ended the first transaction
  CHECK(told == std::vector<std::string>{"first 2 kept second", "again 2 kept second",
                                         "third too late kept second", "last 3 kept second"});
  CHECK(followed == std::vector<std::string>{"last"});
  CHECK(value_of(store, Table::kRole, "theirs") == "0");
  CHECK(value_of(store, Table::kRole, "ours") == "second");
  CHECK(value_of(store, Table::kRole, "third") == "-");
  CHECK(value_of(store, Table::kRole, "last") == "3");
  CHECK(store.revision() == 3);
  const auto record = store::read_change(*store.read(), 2);
  CHECK(record->value().writes.size() == 3);

  other.queue->wake();
  other.store->stop();
  CHECK(other.store->revision() == 3);
  CHECK(value_of(*other.store, Table::kRole, "last") == "3");
}

TEST_CASE("change source: what came of an offer that nobody answered", "[store]") {
  struct Row {
    std::string name;
    AnsweringLog::Act act;
    int failing_reads;
    std::string told;
    bool is_there;
  };
  const std::string unknown =
      "store: log: no answer within 1 s; it is unknown whether the change is done: look before trying again";
  const auto lost = [](ScriptedLog&, const LoggedGroup&) { return no_answer(); };
  const auto answer_lost = [](ScriptedLog& all, const LoggedGroup& group) {
    CHECK(all.take(group));
    return no_answer();
  };
  for (const Row& row : {
           Row{"the answer was lost", answer_lost, 0, "2", true},
           {"the offer was lost", lost, 0, unknown, false},
           {"the offer was lost, and the log too", lost, 1, unknown, false},
           {"the answer was lost, and the log too", answer_lost, 1, unknown, true},
           {"it came twice, and the second was answered",
            [](ScriptedLog&all, const LoggedGroup&group) {
              CHECK(all.take(group));
              CHECK_FALSE(all.take(group));
              return ChangeLog::Offered{Answer::kBehind, ""};
            },
            0, "2", true},
           {"it came twice, the second was answered, and the log is lost",
            [](ScriptedLog&all, const LoggedGroup&group) {
              CHECK(all.take(group));
              return ChangeLog::Offered{Answer::kBehind, ""};
            },
            1,
            "store: log: has a group in this one's place, but doesn't show it; it is unknown whether the "
            "change is "
            "done: look before trying again",
            true},
           {"refused",
            [](ScriptedLog&, const LoggedGroup&) {
              return ChangeLog::Offered{Answer::kRefused, "log: has no leader"};
            },
            0, "store: log: has no leader; nothing of the change is kept; try again", false},
       }) {
    INFO(row.name);
    AnsweringLog log;
    Member member(log);
    Store& store = *member.store;
    REQUIRE(store.write(put("before")).value() == 1);
    std::vector<std::string> told;
    std::promise<void> both;
    const auto tell = [&](base::Result<Revision> r) {
      told.push_back(text(r));
      if (told.size() == 2) both.set_value();
    };
    WriterGate gate(store);
    log.next(row.act);
    log.fail_reads(row.failing_reads);
    REQUIRE(store.submit(put("a"), tell).ok());
    REQUIRE(store.submit([](WriteTxn&) -> base::Result<void> { return {}; }, tell)
                .ok());  // saw what may be undone
    gate.open();
    both.get_future().wait();
    bool is_seen = false;  // by the next that runs, which itself offers nothing
    REQUIRE(store
                .write([&](WriteTxn& txn) -> base::Result<void> {
                  is_seen = txn.get(Table::kRole, "a").value().has_value();
                  return {};
                })
                .ok());
    CHECK(is_seen == row.is_there);
    REQUIRE(text(store.write(put("b"))) == (row.is_there ? "3" : "2"));
    REQUIRE(told.size() == 2);
    CHECK(told[0] == row.told);
    const std::string why = row.told.substr(0, row.told.find("; "));
    CHECK(told[1] == (row.told == "2" ? "2" : why + "; nothing of the change is kept; try again"));
    CHECK(value_of(store, Table::kRole, "a") == (row.is_there ? "1" : "-"));
  }
}

TEST_CASE("change source: an offer that arrives after it was given up is one more of the log's", "[store]") {
  AnsweringLog log;
  Member member(log);
  Store& store = *member.store;
  log.next([](ScriptedLog& all, const LoggedGroup& group) {
    all.delay(group);
    return no_answer();
  });
  CHECK_FALSE(store.write(put("late")).ok());
  log.next([](ScriptedLog& all, const LoggedGroup& group) {
    all.arrive();
    return ChangeLog::Offered{all.take(group) ? Answer::kTaken : Answer::kBehind, ""};
  });
  CHECK(store.write(put("next")).value() == 2);
  CHECK(value_of(store, Table::kRole, "late") == "1");
  CHECK(log.offers() == 3);
}

TEST_CASE("change source: while the log can't be read nothing is run", "[store]") {
  AnsweringLog log;
  Member member(log);
  Store& store = *member.store;
  log.fail_reads(2);
  bool ran = false;
  const auto refused = store.write([&](WriteTxn&) -> base::Result<void> {
    ran = true;
    return {};
  });
  CHECK(refused.error().code == base::ErrorCode::kConflict);
  CHECK(refused.error().message ==
        "store: what was changed elsewhere can't be read: log: no answer within 1 s; nothing of the change "
        "is kept; "
        "try again");
  CHECK_FALSE(ran);
  CHECK_FALSE(store.write(put("a")).ok());
  CHECK(store.write(put("a")).value() == 1);
}

TEST_CASE("change source: who never comes first is told so", "[store]") {
  AnsweringLog log;
  Member member(log);
  Revision at = 0;
  for (int i = 0; i < 16; ++i)
    log.next([&](ScriptedLog& all, const LoggedGroup& group) {
      auto theirs = group;
      theirs.id = base::Uuid();
      theirs.records = {{++at, {}, {{Table::kRole, "n" + std::to_string(at), std::nullopt, "1"}}}};
      CHECK(all.take(theirs));
      return ChangeLog::Offered{Answer::kBehind, ""};
    });
  int runs = 0;
  const auto refused = member.store->write([&](WriteTxn& txn) {
    ++runs;
    return txn.put(Table::kRole, "ours", "1");
  });
  CHECK(runs == 16);
  CHECK(refused.error().message ==
        "store: changes made elsewhere came first 16 times; nothing of the change is kept; try again");
  CHECK(member.store->write(put("ours")).value() == 17);
}

TEST_CASE("change source: what the log took and a full disk didn't is done when there is room", "[store]") {
  AnsweringLog log;
  Member member(log);
  Store& store = *member.store;
  REQUIRE(store.write(put("a")).ok());
  const std::string full = member.dir / "db: commit: No space left on device; free some space on its disk";
  {
    const Diverted disk(member.dir / "db/data.mdb", "/dev/full", O_RDWR);
    const auto result = store.write(put("b"));
    CHECK(result.error().code == base::ErrorCode::kIo);
    CHECK(result.error().message == full + "; the log has the change, which is done here once there is room");
    CHECK(
        store.write(put("c")).error().message ==
        "store: what was changed elsewhere can't be written: " + full +
            "; the log has the change, which is done here once there is room; nothing of the change is kept; "
            "try again");
  }
  CHECK(store.write(put("c")).value() == 3);
  CHECK(value_of(store, Table::kRole, "b") == "1");
}

TEST_CASE("change source: what follows a table follows what was changed elsewhere", "[store]") {
  AnsweringLog log;
  Member here(log), there(log);
  std::mutex mutex;
  std::condition_variable changed;
  std::string seen;
  Revision seen_at = 0;
  there.store->follow({Table::kPermission}, [&](WriteTxn& txn) -> base::Result<void> {
    const std::string value(txn.get(Table::kPermission, "p").value().value_or("-"));
    txn.then([&, value] {
      const std::lock_guard lock(mutex);
      seen = value;
      seen_at = there.store->revision();
      changed.notify_all();
    });
    return {};
  });
  const auto wait_for = [&](const std::string& value) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60), [&] { return seen == value; });
  };
  REQUIRE(here.store->write(put("r")).ok());
  for (const char* value : {"1", "2"}) {
    const auto written =
        here.store->write([&](WriteTxn& txn) { return txn.put(Table::kPermission, "p", value); });
    REQUIRE(written.ok());
    there.queue->wake();
    REQUIRE(wait_for(value));
    const std::lock_guard lock(mutex);
    CHECK(seen_at == written.value());
  }
  CHECK(value_of(*there.store, Table::kRole, "r") == "1");
  CHECK(value_of(*there.store, Table::kPermission, "p") == "2");
}

TEST_CASE("change source: a store that the log's changes don't fit writes nothing more, and says why",
          "[store]") {
  struct Row {
    store::ChangeRecord record;
    std::string why;
  };
  for (const Row& row :
       {Row{{1, {}, {{Table::kRole, "a", "before", "1"}}},
            "change 1: role 61 is not what the change found there"},
        Row{{1, {}, {}}, "it is empty"},
        Row{{1, {}, {{Table::kPermission, "a", std::nullopt, "1"}}}, "the catalogue has it already"}}) {
    INFO(row.why);
    AnsweringLog log;
    log.use([&](ScriptedLog& all) { CHECK(all.take({base::Uuid(), {row.record}})); });
    Member member(log);
    member.store->follow({Table::kPermission}, [](WriteTxn&) -> base::Result<void> {
      return base::Error{base::ErrorCode::kInvalid, "the catalogue has it already"};
    });
    const auto refused = member.store->write(put("b"));
    CHECK(refused.error().code == base::ErrorCode::kCorrupt);
    CHECK(refused.error().message ==
          "store: change 1 of the log can't be applied (" + row.why +
              "), so nothing more is written: start again with a copy of a store that "
              "has it");
    CHECK_FALSE(member.store->statistics()->writing);
    CHECK(member.store->revision() == 0);
  }
}

TEST_CASE("change source: a group of which a part is here is applied from there", "[store]") {
  AnsweringLog log;
  TempDir dir;
  const auto options = store_options(dir / "db");
  REQUIRE(open_store(options)->write(put("a")).ok());
  log.use([](ScriptedLog& all) {
    store::LoggedGroup group{base::Uuid(), {}};
    for (const Revision n : {1, 2, 3})
      group.records.push_back(
          {n, {}, {{Table::kRole, std::string(1, static_cast<char>('a' + n - 1)), std::nullopt, "1"}}});
    CHECK(all.take(group));
  });
  Member member(log, options);
  CHECK(member.store->write(put("d")).value() == 4);
  CHECK(value_of(*member.store, Table::kRole, "c") == "1");
}

TEST_CASE("change source: two stores, eight threads, and a log that often doesn't answer", "[store]") {
  AnsweringLog log;
  Member a(log), b(log);
  for (int i = 0; i < 60; ++i) {
    log.next([](ScriptedLog& all, const LoggedGroup& group) {
      return ChangeLog::Offered{all.take(group) ? Answer::kTaken : Answer::kBehind, ""};
    });
    if (i % 4 == 1) log.next([](ScriptedLog&, const LoggedGroup&) { return no_answer(); });
    if (i % 4 == 2)
      log.next([](ScriptedLog& all, const LoggedGroup& group) {
        all.take(group);
        return no_answer();
      });
    if (i % 4 == 3)
      log.next([](ScriptedLog& all, const LoggedGroup& group) {
        all.arrive();
        all.delay(group);
        return no_answer();
      });
  }
  std::atomic<int> done = 0, not_done = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      Member& member = t % 2 ? a : b;
      for (int i = 0; i < 25; ++i) {
        const auto written = member.store->write([](WriteTxn& txn) -> base::Result<void> {
          const auto n = txn.get(Table::kMapping, "n").value();
          return txn.put(Table::kMapping, "n", std::to_string(n ? std::stoi(std::string(*n)) + 1 : 1));
        });
        ++(written.ok() ? done : not_done);
        member.queue->wake();
      }
    });
  for (auto& thread : threads) thread.join();
  log.use([](ScriptedLog& all) { all.arrive(); });
  for (Member* member : {&a, &b}) {
    member->queue->wake();
    member->store->stop();
  }
  CHECK(done + not_done == 200);
  CHECK(done > 0);
  const std::string n = value_of(*a.store, Table::kMapping, "n");
  CHECK(n == value_of(*b.store, Table::kMapping, "n"));
  CHECK(n == std::to_string(a.store->revision()));
  CHECK(std::stoi(n) >= done);
}

TEST_CASE("writer: a wait with a bound says what was waited for, and whether it may still come", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  CHECK(store->write_within(milliseconds(60'000), "a change", put("a")).value() == 1);
  CHECK(store
            ->write_within(milliseconds(60'000), "a change",
                           [](WriteTxn&) -> base::Result<void> {
                             return base::Error{base::ErrorCode::kInvalid, "its own"};
                           })
            .error()
            .message == "its own");
  {
    WriterGate gate(*store);
    bool ran = false;
    const auto late = store->write_within(milliseconds(5), "removing what is old", [&](WriteTxn& txn) {
      ran = true;
      return txn.put(Table::kRole, "b", "1");
    });
    CHECK(late.error().code == base::ErrorCode::kFull);
    CHECK(late.error().message ==
          "store: removing what is old: the writer did not come to it within 5 ms; it is not done");
    gate.open();
    CHECK(store->write(put("c")).value() == 2);
    CHECK_FALSE(ran);
  }
  // What is run but not yet on disk, since something else in its transaction takes its time.
  WriterGate first(*store);
  std::promise<void> reached, opened;
  auto is_reached = reached.get_future();
  std::thread waiting([&] {
    const auto late = store->write_within(milliseconds(200), "definitions", put("d"));
    CHECK(late.error().code == base::ErrorCode::kIo);
    CHECK(late.error().message ==
          "store: definitions: the writer did not finish it within 200 ms; it is unknown whether it is done");
    opened.set_value();
  });
  while (store->statistics()->queued == 0) std::this_thread::yield();
  REQUIRE(store
              ->submit(
                  [&, is_open = opened.get_future().share()](WriteTxn&) -> base::Result<void> {
                    is_open.wait();
                    return {};
                  },
                  [](auto) {})
              .ok());
  first.open();
  waiting.join();
  CHECK(store->write(put("e")).value() == 4);
  CHECK(value_of(*store, Table::kRole, "d") == "1");
}
