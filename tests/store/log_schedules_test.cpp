// Two stores and the log between them, in 10,000 schedules: who changes what, when the other comes in
// between, and what becomes of each message. All is one thread and follows from the seed, so that a failure
// comes again:
//
//   build/release/reeve-tests 'log: schedules*'     prints the world and the schedule that failed
//
// Each change of the stores counts: it reads a counter, writes the next number there and as its own. So a
// change that was lost, done twice, or answered by a run that was undone shows in the numbers.
//
// Not under ThreadSanitizer: there is one thread, whose locks on two stores, each taken inside the other at
// times, it would report as a deadlock to come. The test of two stores with eight threads is for it
// (change_source_test.cpp).
#ifndef __SANITIZE_THREAD__
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "store/change.h"
#include "store/env.h"
#include "store/writer.h"
#include "tests/support/catch.h"
#include "tests/support/scripted_log.h"
#include "tests/support/temp_dir.h"

using store::Pending;
using store::Revision;
using store::Table;
using store::WriteTxn;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr unsigned kWorlds = 50;  // a tenth: there it is memory that is looked at
#else
constexpr unsigned kWorlds = 500;
#endif
constexpr unsigned kSchedules = 20;  // of each world, one after the other: the stores grow, and are then left

std::string text_at(const store::ReadTxn& txn, Table table, std::string_view key) {
  const auto found = txn.get(table, key);
  return found.ok() && found.value() ? std::string(*found.value()) : "";
}

std::set<std::string> permissions_in(const store::ReadTxn& txn) {
  std::set<std::string> all;
  const auto scanned =
      txn.scan(Table::kPermission, {}, [&](auto key, auto) { return all.emplace(key), true; });
  REQUIRE(scanned.ok());
  return all;
}

// The next number, also as that of `key`.
base::Result<std::string> count(WriteTxn& txn, const std::string& key) {
  const std::string n = text_at(txn, Table::kMapping, "n");
  const std::string next = std::to_string(n.empty() ? 1 : std::stoi(n) + 1);
  if (auto r = txn.put(Table::kMapping, "n", next); !r.ok()) return r.error();
  if (auto r = txn.put(Table::kRole, key, next); !r.ok()) return r.error();
  return next;
}

enum class Kind { kCount, kOnce, kRefused, kOnlyEven, kPermission, kNothing, kCounted };

// A change that was handed to a writer, and what came of it.
struct Asked {
  Kind kind;
  std::string key;
  std::string answer;  // of the last run
  int followed = 0;
  std::optional<base::Result<Revision>> told;
};

struct TickingClock final : base::Clock {
  mutable base::Timestamp at{1'776'254'400'000};
  base::Timestamp now() const override { return {++at.ms}; }
};

class World;

// A store without a thread: its writer runs when the schedule says so.
class Node {
 public:
  Node(World& world, std::string dir) : world_(world), dir_(std::move(dir)) {}
  void open();
  void run_group();
  void news() { writer_->run({}); }
  bool is_running() const { return running_; }
  TroubledLog& log() { return *log_; }
  std::string dump() const;
  bool has(const std::string& key) const { return !text_at(*env_->read(), Table::kRole, key).empty(); }
  std::string fault(const Asked&) const;
  std::string fault() const;

 private:
  base::Result<void> change(Asked&, WriteTxn&);

  World& world_;
  const std::string dir_;
  TickingClock clock_;
  std::unique_ptr<TroubledLog> log_;
  std::unique_ptr<store::Env> env_;
  std::unique_ptr<store::Writer> writer_;
  std::set<std::string> permissions_;  // followed
  bool running_ = false;
};

class World {
 public:
  explicit World(unsigned seed) : random(seed), a(*this, dir_ / "a"), b(*this, dir_ / "b") {
    a.open();
    b.open();
  }

  // Answers what is wrong.
  std::string run_schedule();

  unsigned pick(unsigned n) { return static_cast<unsigned>(random() % n); }
  Node& other_than(const Node& node) { return &node == &a ? b : a; }
  void meanwhile(const Node& node) {
    if (Node& other = other_than(node); !other.is_running()) other.run_group();
  }

  std::mt19937 random;
  ScriptedLog log;
  int changes = 0;
  std::vector<std::shared_ptr<Asked>> asked;  // of this schedule
  std::string wrong;

 private:
  const TempDir dir_;

 public:
  Node a, b;
};

void Node::open() {
  writer_.reset();
  env_.reset();
  permissions_.clear();
  store::Env::Options options;
  options.dir = dir_;
  options.map_bytes = std::size_t{64} << 20;
  options.readers = 16;
  options.sync = false;
  auto opened = store::Env::open(options);
  REQUIRE(opened.ok());
  env_ = std::move(opened).value();
  log_ = std::make_unique<TroubledLog>(world_.log, world_.random, [this] { world_.meanwhile(*this); });
  const auto snapshot = env_->read();
  permissions_ = permissions_in(*snapshot);
  writer_ = std::make_unique<store::Writer>(*env_, clock_, log_.get(), snapshot->revision(), nullptr);
  writer_->follow({Table::kPermission}, [this](WriteTxn& txn) -> base::Result<void> {
    txn.then([this, all = permissions_in(txn)] { permissions_ = all; });
    return {};
  });
}

base::Result<void> Node::change(Asked& asked, WriteTxn& txn) {
  switch (asked.kind) {
    case Kind::kNothing:
      return {};
    case Kind::kRefused:
      if (auto r = count(txn, asked.key); !r.ok()) return r.error();
      txn.then([&asked] { ++asked.followed; });
      return base::Error{base::ErrorCode::kInvalid, "refused"};
    case Kind::kOnlyEven: {
      const std::string n = text_at(txn, Table::kMapping, "n");
      if (n.empty() || std::stoi(n) % 2 != 0) return base::Error{base::ErrorCode::kInvalid, "refused"};
      break;
    }
    case Kind::kOnce:
      asked.answer = text_at(txn, Table::kIdempotency, asked.key);
      if (!asked.answer.empty()) return {};
      break;
    case Kind::kPermission: {
      const std::string permission = "p" + std::to_string(world_.changes % 7);
      const auto gone = txn.del(Table::kPermission, permission);
      if (!gone.ok()) return gone.error();
      if (!*gone)
        if (auto r = txn.put(Table::kPermission, permission, asked.key); !r.ok()) return r;
      break;
    }
    case Kind::kCounted:
      txn.then([&asked] { ++asked.followed; });
      break;
    case Kind::kCount:
      break;
  }
  auto counted = count(txn, asked.key);
  if (!counted.ok()) return counted.error();
  asked.answer = *counted;
  if (asked.kind == Kind::kOnce) return txn.put(Table::kIdempotency, asked.key, asked.answer);
  return {};
}

void Node::run_group() {
  running_ = true;
  std::vector<Pending> group;
  for (unsigned left = 1 + world_.pick(4); left > 0; --left) {
    const int number = ++world_.changes;
    const auto kind = static_cast<Kind>(world_.pick(7));
    // Of the same three requests, and as if from both sides.
    std::string key = kind == Kind::kOnce
                          ? "once" + std::to_string(number / 8 * 3 + static_cast<int>(world_.pick(3)))
                          : "c" + std::to_string(number);
    auto asked = std::make_shared<Asked>(Asked{kind, std::move(key), "", 0, std::nullopt});
    world_.asked.push_back(asked);
    group.push_back({[this, asked](WriteTxn& txn) { return change(*asked, txn); },
                     [this, asked](base::Result<Revision> result) {
                       if (asked->told) world_.wrong += asked->key + " was told twice\n";
                       asked->told = std::move(result);
                       if (asked->told->ok()) world_.wrong += fault(*asked);
                     }});
  }
  writer_->run(group);
  running_ = false;
}

// At the moment at which it is told as done: it is on disk and in the log, with the answer that is told.
std::string Node::fault(const Asked& asked) const {
  const Revision revision = asked.told->value();
  const auto txn = env_->read();
  if (world_.log.last() < revision) return asked.key + " is not in the log\n";
  if (txn->revision() < revision || writer_->revision() < revision) return asked.key + " is not on disk\n";
  const bool writes = asked.kind != Kind::kNothing;
  if (writes && text_at(*txn, Table::kRole, asked.key) != asked.answer)
    return asked.key + " was answered " + asked.answer + " and is " + text_at(*txn, Table::kRole, asked.key) +
           "\n";
  if (!writes || asked.kind == Kind::kOnce) return "";
  const auto record = store::read_change(*txn, revision);
  const bool named =
      record.ok() && *record &&
      std::any_of((*record)->writes.begin(), (*record)->writes.end(),
                  [&](const store::Write& w) { return w.table == Table::kRole && w.key == asked.key; });
  return named ? "" : asked.key + " is not what revision " + std::to_string(revision) + " did\n";
}

// Of the store as a whole, at rest.
std::string Node::fault() const {
  const auto txn = env_->read();
  if (const auto stopped = writer_->stopped()) return stopped->message + "\n";
  if (txn->revision() != world_.log.last()) return dir_ + " is not where the log is\n";
  std::set<int> numbers;
  int rows = 0;
  const auto scanned = txn->scan(Table::kRole, {}, [&](auto, auto n) {
    ++rows;
    numbers.insert(std::stoi(std::string(n)));
    return true;
  });
  if (!scanned.ok()) return scanned.error().message;
  if (static_cast<int>(numbers.size()) != rows || (rows > 0 && *numbers.rbegin() != rows))
    return dir_ + ": a change was lost or counted twice\n";
  if (permissions_in(*txn) != permissions_) return dir_ + ": what follows the permissions did not\n";
  return "";
}

// Every table, in one text that can be compared.
std::string Node::dump() const {
  std::string out;
  const auto txn = env_->read();
  for (std::size_t i = 0; i < store::kTableCount; ++i) {
    out.append("\n# ").append(store::name_of(static_cast<Table>(i)));
    const auto append = [&](std::string_view key, std::string_view value) {
      out.append("\n").append(key).append(" = ").append(value);
      return true;
    };
    if (!txn->scan(static_cast<Table>(i), {}, append).ok()) return "";
  }
  return out;
}

std::string World::run_schedule() {
  asked.clear();
  wrong.clear();
  a.log().is_calm = b.log().is_calm = false;
  for (unsigned steps = 2 + pick(5); steps > 0; --steps) {
    Node& node = pick(2) ? a : b;
    switch (pick(16)) {
      case 0:
        node.news();
        break;
      case 1:
        log.arrive();
        break;
      case 2:
        if (pick(8) == 0) node.open();  // again
        break;
      default:
        node.run_group();
    }
  }
  if (pick(2))
    log.arrive();
  else
    log.lose();
  a.log().is_calm = b.log().is_calm = true;
  for (Node* node : {&a, &b}) node->news();

  for (const Node* node : {&a, &b}) wrong += node->fault();
  if (const std::string dump = a.dump(); dump.empty() || dump != b.dump()) wrong += "the stores differ\n";
  for (const auto& change : asked) {
    if (!change->told) wrong += change->key + " was never told\n";
    if (!change->told) continue;
    const bool done = change->told->ok();
    const bool is_there = a.has(change->key);
    const bool may_be_there =
        done || change->told->error().code == base::ErrorCode::kIo || change->kind == Kind::kOnce;
    if (done && change->kind != Kind::kNothing && !is_there) wrong += change->key + " is not there\n";
    if (is_there && !may_be_there) wrong += change->key + " is there, and was told not to be\n";
    if (change->followed != (done && change->kind == Kind::kCounted ? 1 : 0))
      wrong += change->key + " was followed " + std::to_string(change->followed) + " times\n";
  }
  return wrong;
}

}  // namespace

TEST_CASE("log: schedules of two stores and a log that loses, delays, repeats and times out", "[store]") {
  std::map<std::string, int> told;
  for (unsigned seed = 1; seed <= kWorlds; ++seed) {
    World world(seed);
    for (unsigned schedule = 1; schedule <= kSchedules; ++schedule) {
      const std::string wrong = world.run_schedule();
      INFO("world " << seed << ", schedule " << schedule << ":\n" << wrong);
      REQUIRE(wrong.empty());
      for (const auto& change : world.asked)
        ++told[change->told->ok() ? "done" : std::to_string(static_cast<int>(change->told->error().code))];
    }
  }
  // The schedules have all of it: what is done, refused by itself, refused by the log, and unknown.
  const auto often = [&](const std::string& what) { return told[what] > static_cast<int>(kWorlds); };
  CHECK(often("done"));
  for (const base::ErrorCode code :
       {base::ErrorCode::kInvalid, base::ErrorCode::kConflict, base::ErrorCode::kIo})
    CHECK(often(std::to_string(static_cast<int>(code))));
}
#endif
