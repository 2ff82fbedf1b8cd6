#pragma once
#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "store/change_source.h"
#include "store/env.h"
#include "store/reserve.h"
#include "store/store.h"

namespace store {

// Turns groups of changes into commits and, where there is a log, into groups of that log: see writer.cpp.
//
// run() must always be called on the same thread, since LMDB's write transactions stay on theirs.
class Writer {
 public:
  // The most changes of one transaction: beyond it, waiting grows and flushing costs no less per change.
  static constexpr std::size_t kMaxGroup = 1024;

  // How often a group is run because others came first, before its callers are told to try again.
  static constexpr int kMaxRuns = 16;

  // env, clock, log and reserve must outlive the writer; a null log: what is written here is all there is; a
  // null reserve: none. `newest` is the store's revision.
  Writer(const Env& env, const base::Clock& clock, ChangeLog* log, Revision newest,
         std::function<void(std::string_view)> warn, Reserve* reserve = nullptr);

  // Store::follow(). Before run() is first called.
  void follow(const std::vector<Table>&, Change);

  // Runs the changes in one transaction, commits it, then tells each what came of it. A change that something
  // follows (WriteTxn::then) ends its transaction, and the rest has another. Without changes: brings the
  // store to where the log is.
  void run(std::span<Pending> group);

  // Why nothing is written any more; safe to ask from any thread.
  std::optional<base::Error> stopped() const;

  // Store::revision(). Safe to ask from any thread.
  Revision revision() const { return revision_.load(std::memory_order_acquire); }

  // Store::room(). Safe to ask from any thread.
  Room room() const { return room_.load(std::memory_order_acquire); }

 private:
  using ChangeResult = base::Result<Revision>;
  using Records = std::span<const ChangeRecord>;

  // A transaction with its changes run, not yet committed; undone when it is destroyed.
  struct Run {
    WriteTxn txn;
    Revision before = 0;  // of the store
    Revision after = 0;   // once committed; the same if nothing was written
    std::vector<ChangeResult> outcomes;
    std::vector<std::function<void()>> followed;

    bool commits() const { return after != before || txn.probes_; }
  };

  // Runs changes from the front of the group, one at least, and tells them; answers how many.
  std::size_t run_front(std::span<Pending> group);

  // The outcome of each change from the front up to one that something follows, those that succeeded being on
  // disk; or why none of them is.
  base::Result<std::vector<ChangeResult>> commit_together(std::span<Pending> group);

  // Runs change after change of so many, up to one that something follows. Fails with kFull if one of them
  // found the map or the disk full, with the error of one that could not be undone.
  using NthChange = base::FunctionRef<base::Result<void>(std::size_t, WriteTxn&)>;
  base::Result<Run> run_together(std::size_t count, NthChange);
  ChangeResult run_one(WriteTxn&, base::FunctionRef<base::Result<void>(WriteTxn&)> change,
                       Revision before) const;
  base::Result<void> run_followers(WriteTxn&) const;
  base::Result<void> commit(Run&);

  // Whether the run may be committed: kTaken where it is in the log, and where there is none.
  ChangeLog::Offered agree(const Run&);
  base::Result<LoggedGroup> group_of(const Run&);

  // Brings the store to where the log is. Fails with kConflict, and may be called again, where the log can't
  // be read or there is no room; otherwise stops the writer.
  base::Result<void> catch_up();
  base::Result<void> apply_all(Records);
  base::Result<std::size_t> apply_front(Records);

  base::Error judge(const base::Error& of_commit, Revision before);
  void stop(std::string reason, base::ErrorCode code = base::ErrorCode::kIo);
  void warn_if_nearly_full();
  void note_room(Room, std::string_view reason);
  bool is_scarce() const;
  bool give_up_reserve(const base::Error& full);

  const Env& env_;
  const base::Clock& clock_;
  ChangeLog* const log_;
  Reserve* const reserve_;
  const std::function<void(std::string_view)> warn_;
  struct Follower {
    std::bitset<kTableCount> tables;
    Change change;
  };
  std::vector<Follower> followers_;  // does not change once run() is called

  // Of the thread that calls run():
  bool behind_;                                          // the log may hold what this store does not
  std::uint64_t id_of_writer_ = 0, groups_offered_ = 0;  // together the id of a group
  bool disk_is_full_ = false;                            // what the last run failed for
  bool spoilt_ = false;                                  // likewise: a change could not be undone
  bool warned_ = false;
  std::uint64_t checked_at_bytes_ = 0;

  std::atomic<Revision> revision_;         // of what is on disk; written by that thread
  std::atomic<Room> room_ = Room::kAmple;  // likewise

  // Written once, by stop(), before stopped_ says so.
  std::string reason_;
  base::ErrorCode why_ = base::ErrorCode::kIo;
  std::atomic<bool> stopped_ = false;
};

}  // namespace store
