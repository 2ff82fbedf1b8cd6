#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/env.h"
#include "store/queue.h"
#include "store/store.h"

namespace store {

// Turns groups of changes into commits. It neither knows nor asks where a group comes from: today from this
// process's queue, in a cluster from the log that all its members agree on, each entry a change that calls
// apply(). Nothing above Store would notice.
//
// run() must always be called on the same thread, since LMDB's write transactions stay on theirs.
class Writer {
 public:
  // The most changes of one transaction: beyond it, waiting grows and flushing costs no less per change.
  static constexpr std::size_t kMaxGroup = 1024;

  // env and clock must outlive the writer.
  Writer(const Env& env, const Clock& clock, std::function<void(std::string_view)> warn)
      : env_(env), clock_(clock), warn_(std::move(warn)) {}

  // Store::follow(). Before run() is first called.
  void follow(Table, Change);

  // Runs the changes in one transaction, commits it, then tells each what came of it. A change that something
  // follows (WriteTxn::then) ends its transaction, and the rest has another.
  void run(std::span<Pending> group);

  // Why nothing is written any more; safe to ask from any thread.
  std::optional<Error> stopped() const;

 private:
  using Outcome = Result<Revision>;

  // Runs changes from the front of the group, one at least, and tells them; answers how many.
  std::size_t run_front(std::span<Pending> group);

  // The outcome of each change from the front up to one that something follows, those that succeeded being on
  // disk; or why none of them is.
  Result<std::vector<Outcome>> commit_together(std::span<Pending> group);
  Result<void> commit(WriteTxn&, Revision before, Revision after);
  Outcome run_one(WriteTxn&, const Change&, Revision before) const;
  Result<void> run_followers(WriteTxn&) const;
  Error judge(const Error& of_commit, Revision before);
  void stop(const Error&);
  void warn_if_nearly_full();

  const Env& env_;
  const Clock& clock_;
  const std::function<void(std::string_view)> warn_;
  std::vector<std::pair<Table, Change>> followers_;  // does not change once run() is called

  // Of the thread that calls run():
  bool warned_ = false;
  std::uint64_t checked_at_bytes_ = 0;

  // Written once, by stop(), before stopped_ says so.
  std::string reason_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace store
