#include "store/writer.h"

#include <cerrno>
#include <exception>
#include <utility>

#include "base/log.h"
#include "store/change_writes.h"
#include "store/key.h"

namespace store {

void Writer::run(std::span<Pending> group) {
  while (!group.empty()) group = group.subspan(run_front(group));
  warn_if_nearly_full();
}

// A transaction's fate has three shapes. Committed: each change that succeeded is on disk, each that failed
// left no trace. Full, found while running or committing: nothing is stored, and each change is tried alone,
// because one that is too large, or a lucky small one, shouldn't decide for the rest. Unknown, when a commit
// failed otherwise: after a failed flush the kernel may have dropped what it couldn't write, so that a second
// try could succeed and mean nothing; nothing is written any more.
std::size_t Writer::run_front(std::span<Pending> group) {
  std::vector<Outcome> outcomes;
  if (auto stopped = this->stopped()) {
    outcomes.assign(group.size(), *stopped);
  } else if (auto together = commit_together(group); together.ok()) {
    outcomes = std::move(together).value();
  } else if (together.error().code == ErrorCode::kFull && group.size() > 1) {
    for (Pending& pending : group) run_front({&pending, 1});
    return group.size();
  } else {
    outcomes.assign(group.size(), together.error());
  }
  const logging::Batch lines;  // a group is answered at once, and so it is told
  for (std::size_t i = 0; i < outcomes.size(); ++i) group[i].done(std::move(outcomes[i]));
  return outcomes.size();
}

Result<std::vector<Writer::Outcome>> Writer::commit_together(std::span<Pending> group) {
  auto begun = env_.begin(clock_.now());
  if (!begun.ok()) return begun.error();
  WriteTxn txn = std::move(begun).value();

  const Revision first = txn.revision();
  Revision revision = first;
  std::vector<Outcome> outcomes;
  outcomes.reserve(group.size());
  for (const Pending& pending : group) {
    outcomes.push_back(run_one(txn, pending.change, revision));
    if (!txn.full_.empty()) return Error{ErrorCode::kFull, txn.full_};
    if (outcomes.back().ok()) revision = outcomes.back().value();
    if (!txn.then_.empty()) break;
  }
  const auto followed = std::move(txn.then_);
  if (revision != first)  // else nothing was written, and the transaction is dropped
    if (auto r = commit(txn, first, revision); !r.ok()) return r.error();
  for (const auto& follow : followed) follow();
  return outcomes;
}

Result<void> Writer::commit(WriteTxn& txn, Revision before, Revision revision) {
  if (auto r = txn.put_own(Table::kMeta, "revision", Key().u64(revision), false); !r.ok()) return r.error();

  env_.extend_file();
  if (auto r = txn.commit(); !r.ok()) return judge(r.error(), before);
  env_.extend_file();
  return {};
}

// LMDB reports a write that a full disk cut short as it does a broken disk, so the disk is asked.
Error Writer::judge(const Error& error, Revision before) {
  const auto snapshot = env_.read();
  const bool undone = snapshot.ok() && snapshot->revision() == before;
  if (undone && error.code == ErrorCode::kFull) return error;
  if (undone && env_.disk_is_full()) return env_.failure("commit", ENOSPC);
  stop(error);
  return *stopped();
}

// Leaves the change in the transaction and answers its revision, or leaves no trace and answers why.
Writer::Outcome Writer::run_one(WriteTxn& txn, const Change& change, Revision before) const {
  txn.revision_ = before + 1;
  txn.now_ = clock_.now();
  txn.writes_.clear();
  txn.wrote_.reset();
  const auto result = txn.attempt([&](WriteTxn& inner) -> Result<void> {
    try {
      if (auto r = change(inner); !r.ok()) return r;
      if (auto r = run_followers(inner); !r.ok()) return r;
    } catch (const std::exception& e) {  // a bug, or no memory; neither may take the other changes along
      return Error{ErrorCode::kIo, std::string("change: ") + e.what()};
    }
    if (!inner.full_.empty()) return Error{ErrorCode::kFull, inner.full_};
    if (inner.writes_.empty()) return {};
    return inner.put_own(Table::kChange, Key().u64(inner.revision_), seal_change(inner.now_, inner.writes_),
                         true);
  });
  if (!result.ok()) return result.error();
  return txn.writes_.empty() ? before : before + 1;
}

void Writer::follow(Table table, Change follower) {
  followers_.emplace_back(table, std::move(follower));
}

Result<void> Writer::run_followers(WriteTxn& txn) const {
  for (const auto& [table, follower] : followers_)
    if (txn.wrote_.test(static_cast<std::size_t>(table)))
      if (auto r = follower(txn); !r.ok()) return r;
  return {};
}

void Writer::stop(const Error& error) {
  reason_ = error.message +
            "; it is unknown whether the last changes are on disk, so nothing more is written: "
            "check the disk, then start again";
  stopped_.store(true, std::memory_order_release);
}

std::optional<Error> Writer::stopped() const {
  if (!stopped_.load(std::memory_order_acquire)) return std::nullopt;
  return Error{ErrorCode::kIo, reason_};
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
