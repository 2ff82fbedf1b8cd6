// A group of changes becomes one transaction, and each change of it an attempt, so that a change that fails
// leaves no trace and the group costs one flush. A transaction's fate has three shapes. Committed: each
// change that succeeded is on disk. Full, found while running or committing, or spoilt, since a change that
// failed could not be undone: nothing is stored, and each change is tried alone, because one that is too
// large or broken, or a lucky small one, shouldn't decide for the rest. Unknown, when a commit failed
// otherwise: after a failed flush the kernel may have dropped what it couldn't write, so that a second try
// could succeed and mean nothing; nothing is written any more.
//
// Where several machines agree on a log, a group is offered to it between being run and being committed, so
// that what is acknowledged is in the log and on disk:
//
//   run, offer -> taken    commit, tell
//              -> behind, unknown: read the log. What is in the group's place?
//                   itself    commit, tell
//                   another   undo, apply what others did, run it again: its functions see what they did
//                   nothing   undo, tell that it is unknown; the next group waits for another look at the log
//              -> refused  undo, tell that nothing was done
//
// An offer names the revision that it begins with and is taken only there. So one that is given up as unknown
// and arrives later either finds its place still free, and is then applied like one of another machine, or
// never counts. What was taken and could not be committed here, say for a full disk, comes back the same way.
//
// The writer doesn't know who else there is, doesn't elect, and doesn't repeat an offer: that is the log's.
#include "store/writer.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <random>
#include <utility>

#include "base/log.h"
#include "store/change.h"
#include "store/change_writes.h"
#include "store/key.h"

namespace store {
namespace {

using Answer = ChangeLog::Answer;

// Nothing is kept of the change, because of the log.
base::Error not_done(const std::string& why) {
  return {base::ErrorCode::kConflict, "store: " + why + "; nothing of the change is kept; try again"};
}

// The change was offered to the log.
base::Error unknown(const std::string& why) {
  return {base::ErrorCode::kIo,
          "store: " + why + "; it is unknown whether the change is done: look before trying again"};
}

// The outcomes of a run that was undone, and may come into the log nevertheless.
std::vector<base::Result<Revision>> outcomes_unknown(std::vector<base::Result<Revision>> outcomes,
                                                     Revision before, const std::string& why) {
  for (auto& outcome : outcomes) {
    const bool wrote = outcome.ok() && outcome.value() > before;
    if (wrote) before = outcome.value();
    outcome = wrote ? unknown(why) : not_done(why);
  }
  return outcomes;
}

}  // namespace

Writer::Writer(const Env& env, const base::Clock& clock, ChangeLog* log, Revision newest,
               std::function<void(std::string_view)> warn, Reserve* reserve)
    : env_(env),
      clock_(clock),
      log_(log),
      reserve_(reserve),
      warn_(std::move(warn)),
      behind_(log != nullptr),
      revision_(newest) {
  if (!log_) return;  // and no id is needed
  std::random_device random;
  id_of_writer_ = std::uint64_t{random()} << 32U | random();
}

void Writer::run(std::span<Pending> group) {
  if (group.empty() && log_ && !stopped()) {
    behind_ = true;
    if (const auto r = catch_up(); !r.ok()) base::logging::warn("store", {{"error", r.error().message}});
  }
  while (!group.empty()) group = group.subspan(run_front(group));
  warn_if_nearly_full();
}

std::size_t Writer::run_front(std::span<Pending> group) {
  std::vector<ChangeResult> outcomes;
  if (auto stopped = this->stopped()) {
    outcomes.assign(group.size(), *stopped);
  } else if (auto together = commit_together(group); together.ok()) {
    outcomes = std::move(together).value();
  } else if (together.error().code == base::ErrorCode::kFull && give_up_reserve(together.error())) {
    return run_front(group);
  } else if ((together.error().code == base::ErrorCode::kFull || spoilt_) && group.size() > 1) {
    for (Pending& pending : group) run_front({&pending, 1});
    return group.size();
  } else {
    if (together.error().code == base::ErrorCode::kFull) note_room(Room::kNone, together.error().message);
    outcomes.assign(group.size(), together.error());
  }
  const base::logging::Batch lines;  // a group is answered at once, and so it is told
  for (std::size_t i = 0; i < outcomes.size(); ++i) group[i].done(std::move(outcomes[i]));
  return outcomes.size();
}

base::Result<std::vector<Writer::ChangeResult>> Writer::commit_together(std::span<Pending> group) {
  for (int runs = 0; runs < kMaxRuns; ++runs) {
    if (behind_)
      if (auto r = catch_up(); !r.ok()) return r.error();
    auto begun =
        run_together(group.size(), [&](std::size_t i, WriteTxn& txn) { return group[i].change(txn); });
    if (!begun.ok()) return begun.error();
    Run run = std::move(begun).value();
    const ChangeLog::Offered offered = agree(run);
    switch (offered.answer) {
      case Answer::kTaken:
        if (auto r = commit(run); !r.ok()) return r.error();
        return std::move(run.outcomes);
      case Answer::kBehind:
        behind_ = true;
        break;
      case Answer::kRefused:
        return not_done(offered.why);
      case Answer::kUnknown:
        behind_ = true;
        return outcomes_unknown(std::move(run.outcomes), run.before, offered.why);
    }
  }
  return not_done("changes made elsewhere came first " + std::to_string(kMaxRuns) + " times");
}

base::Result<Writer::Run> Writer::run_together(std::size_t count, NthChange nth) {
  auto begun = env_.begin(clock_.now());
  if (!begun.ok()) return begun.error();
  spoilt_ = false;
  const Revision first = begun->revision();
  Run run{std::move(begun).value(), first, first, {}, {}};
  WriteTxn& txn = run.txn;
  txn.scarce_ = is_scarce();
  if (txn.scarce_ && room() == Room::kAmple) note_room(Room::kReserve, "less than the reserve is free");
  run.outcomes.reserve(count);
  for (std::size_t i = 0; i < count && txn.then_.empty(); ++i) {
    run.outcomes.push_back(run_one(
        txn, [&](WriteTxn& inner) { return nth(i, inner); }, run.after));
    disk_is_full_ = txn.disk_is_full_;
    if (!txn.full_.empty()) return base::Error{base::ErrorCode::kFull, txn.full_};
    spoilt_ = txn.spoilt_.has_value();
    if (spoilt_) return run.outcomes.back().error();
    if (run.outcomes.back().ok()) run.after = run.outcomes.back().value();
  }
  run.followed = std::move(txn.then_);
  if (run.commits())
    if (auto r = txn.put_own(Table::kMeta, "revision", Key().u64(run.after), false); !r.ok())
      return r.error();
  return run;
}

// Where nothing was written there is nothing to agree on. What stands in the group's place has to be seen: it
// is the group itself where the network brought the offer twice, and the answer is that to the second.
ChangeLog::Offered Writer::agree(const Run& run) {
  if (!log_ || run.after == run.before) return {};
  const auto ours = group_of(run);
  if (!ours.ok()) return {Answer::kRefused, ours.error().message};
  ChangeLog::Offered offered = log_->offer(*ours);
  if (offered.answer == Answer::kTaken || offered.answer == Answer::kRefused) return offered;
  const auto groups = log_->read(run.before);
  if (groups.ok())
    for (const LoggedGroup& group : *groups)
      if (group.last() > run.before) return {group.id == ours->id ? Answer::kTaken : Answer::kBehind, ""};
  if (offered.answer == Answer::kBehind)
    offered.why = "log: has a group in this one's place, but doesn't show it";
  return {Answer::kUnknown, std::move(offered.why)};
}

base::Result<LoggedGroup> Writer::group_of(const Run& run) {
  LoggedGroup group;
  group.id = base::Uuid::from_raw(Key().u64(id_of_writer_).u64(++groups_offered_));
  for (Revision revision = run.before + 1; revision <= run.after; ++revision) {
    auto record = read_change(run.txn, revision);
    if (!record.ok()) return record.error();
    group.records.push_back(std::move(record).value().value());
  }
  return group;
}

base::Result<void> Writer::commit(Run& run) {
  if (run.commits()) {  // else nothing was written, and the transaction is dropped
    const bool scarce = run.txn.is_scarce();
    env_.extend_file();
    if (auto r = run.txn.commit(); !r.ok()) {
      disk_is_full_ = run.txn.disk_is_full_;
      behind_ = log_ != nullptr;
      return judge(r.error(), run.before);
    }
    env_.extend_file();
    revision_.store(run.after, std::memory_order_release);
    note_room(scarce ? Room::kReserve : Room::kAmple, "less than the reserve is free");
  }
  for (const auto& follow : run.followed) follow();
  return {};
}

// LMDB reports a write that a full disk cut short as it does a broken disk, so the disk is asked. What the
// log has is done all the same, and must not be tried alone.
base::Error Writer::judge(const base::Error& error, Revision before) {
  const auto snapshot = env_.read();
  const bool undone = snapshot.ok() && snapshot->revision() == before;
  const bool is_full = undone && (error.code == base::ErrorCode::kFull || env_.disk_is_full());
  if (!is_full) {
    stop(error.message +
         "; it is unknown whether the last changes are on disk, so nothing more is written: "
         "check the disk, then start again");
    return *stopped();
  }
  disk_is_full_ = disk_is_full_ || error.code != base::ErrorCode::kFull;
  const base::Error full = error.code == base::ErrorCode::kFull ? error : env_.failure("commit", ENOSPC);
  if (!log_) return full;
  return {base::ErrorCode::kIo,
          full.message + "; the log has the change, which is done here once there is room"};
}

base::Result<void> Writer::catch_up() {
  for (;;) {
    const auto groups = log_->read(revision());
    if (!groups.ok()) return not_done("what was changed elsewhere can't be read: " + groups.error().message);
    const Revision before = revision();
    for (const LoggedGroup& group : *groups)
      if (auto r = apply_all(group.records); !r.ok()) return r;
    if (revision() == before) break;
  }
  behind_ = false;
  return {};
}

// Those that are here already are skipped: where this process ended in the midst of a group, a part of it.
base::Result<void> Writer::apply_all(Records records) {
  while (!records.empty() && records.front().revision <= revision()) records = records.subspan(1);
  while (!records.empty()) {
    const auto applied = apply_front(records.first(std::min(records.size(), kMaxGroup)));
    if (!applied.ok()) return applied.error();
    records = records.subspan(*applied);
  }
  return {};
}

// Applies records from the front, at least one; answers how many. Where one can't be applied although there
// is room, this store is not what the others' are, and going on would make it worse.
base::Result<std::size_t> Writer::apply_front(Records records) {
  auto begun =
      run_together(records.size(), [&](std::size_t i, WriteTxn& txn) { return apply(txn, records[i]); });
  if (!begun.ok() && begun.error().code == base::ErrorCode::kFull && records.size() > 1)
    return apply_front(records.first(1));
  if (!begun.ok()) return not_done("what was changed elsewhere can't be written: " + begun.error().message);
  Run run = std::move(begun).value();
  for (std::size_t i = 0; i < run.outcomes.size(); ++i) {
    if (run.outcomes[i].ok() && run.outcomes[i].value() == records[i].revision) continue;
    stop("store: change " + std::to_string(records[i].revision) + " of the log can't be applied (" +
             (run.outcomes[i].ok() ? "it is empty" : run.outcomes[i].error().message) +
             "), so nothing more is written: start again with a copy of a store that has it",
         base::ErrorCode::kCorrupt);
    return *stopped();
  }
  if (auto r = commit(run); !r.ok())
    return stopped() ? *stopped()
                     : not_done("what was changed elsewhere can't be written: " + r.error().message);
  return run.outcomes.size();
}

// Leaves the change in the transaction and answers its revision, or leaves no trace and answers why.
Writer::ChangeResult Writer::run_one(WriteTxn& txn, base::FunctionRef<base::Result<void>(WriteTxn&)> change,
                                     Revision before) const {
  txn.revision_ = before + 1;
  txn.now_ = clock_.now();
  txn.writes_.clear();
  txn.wrote_.reset();
  const auto result = txn.attempt([&](WriteTxn& inner) -> base::Result<void> {
    if (auto r = change(inner); !r.ok()) return r;
    if (auto r = run_followers(inner); !r.ok()) return r;
    if (!inner.full_.empty()) return base::Error{base::ErrorCode::kFull, inner.full_};
    if (inner.writes_.empty()) return {};
    return inner.put_own(Table::kChange, Key().u64(inner.revision_), seal_change(inner.now_, inner.writes_),
                         true);
  });
  if (!result.ok()) return result.error();
  return txn.writes_.empty() ? before : before + 1;
}

void Writer::follow(const std::vector<Table>& tables, Change change) {
  Follower follower{{}, std::move(change)};
  for (const Table table : tables) follower.tables.set(static_cast<std::size_t>(table));
  followers_.push_back(std::move(follower));
}

base::Result<void> Writer::run_followers(WriteTxn& txn) const {
  for (const auto& [tables, follower] : followers_)
    if ((txn.wrote_ & tables).any())
      if (auto r = follower(txn); !r.ok()) return r;
  return {};
}

void Writer::stop(std::string reason, base::ErrorCode code) {
  reason_ = std::move(reason);
  why_ = code;
  stopped_.store(true, std::memory_order_release);
}

std::optional<base::Error> Writer::stopped() const {
  if (!stopped_.load(std::memory_order_acquire)) return std::nullopt;
  return base::Error{why_, reason_};
}

// Likewise: LMDB's list of free pages is walked only where the pages that were ever used leave less than the
// reserve.
bool Writer::is_scarce() const {
  if (!reserve_ || reserve_->bytes() == 0) return false;
  if (!reserve_->is_whole()) return true;
  const std::uint64_t least = std::min<std::uint64_t>(reserve_->bytes(), env_.map_bytes() / 4);
  if (env_.reached_bytes() + least <= env_.map_bytes()) return false;
  const auto usage = env_.usage();
  return usage.ok() && usage->used_bytes + least > usage->map_bytes;
}

// Said once each time it is another, since from then on callers are answered otherwise.
void Writer::note_room(Room room, std::string_view reason) {
  if (room_.exchange(room, std::memory_order_acq_rel) == room) return;
  switch (room) {
    case Room::kAmple:
      return base::logging::info("store", {{"room", "there is room for changes again"}});
    case Room::kReserve:
      return base::logging::warn("store", {{"reason", reason}, {"warning", "only deletions are taken"}});
    case Room::kNone:
      return base::logging::warn("store", {{"reason", reason}, {"warning", "no change is taken"}});
  }
}

// Whether the group should be run again, in the room that the file took.
bool Writer::give_up_reserve(const base::Error& full) {
  if (!disk_is_full_ || !reserve_ || !reserve_->give_up()) return false;
  base::logging::warn("store", {{"reason", full.message},
                                {"warning",
                                 "the reserve is given up; only deletions are taken until the "
                                 "disk has room for it again"}});
  return true;
}

// The cheap figure counts pages that were used once and are free again, so that it only opens the question.
void Writer::warn_if_nearly_full() {
  constexpr unsigned kPercent = 80, kCalmPercent = 75;
  const std::uint64_t reached = env_.reached_bytes();
  if (!warn_ || reached == checked_at_bytes_) return;
  const auto percent_of = [](std::uint64_t bytes, std::uint64_t all) { return bytes / (all / 100 + 1); };
  checked_at_bytes_ = reached;
  if (percent_of(reached, env_.map_bytes()) < kPercent) return;
  const auto usage = env_.usage();
  if (!usage.ok()) return;  // whoever reads next will hear of it
  const std::uint64_t percent = percent_of(usage->used_bytes, usage->map_bytes);
  if (percent < kCalmPercent) warned_ = false;
  if (percent < kPercent || warned_) return;
  warned_ = true;
  warn_(std::to_string(percent) + " % of the store's " + std::to_string(usage->map_bytes) +
        " bytes are used; raise store.map_size and start again before it is full, for then nothing can be "
        "written, "
        "nor deleted");
}

}  // namespace store
