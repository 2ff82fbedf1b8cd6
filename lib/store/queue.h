#pragma once
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/turn_queue.h"
#include "base/uuid.h"
#include "store/change_source.h"

namespace store {

// The changes of this process that wait for the writer, bounded: the source of a store that decides alone,
// and a part of every other. Those of one tenant are in order, and tenants take turns (base/turn_queue.h).
// Safe for use by several threads.
class Queue final : public ChangeSource {
 public:
  // How many changes of one tenant a group has, if others wait, too: they all wait for its commit.
  static constexpr std::size_t kMostOfOne = 64;

  explicit Queue(std::size_t limit) : waiting_(limit) {}

  // Takes the change only if kYes. kOverShare: the tenant's changes have half of the places.
  enum class Pushed { kYes, kFull, kOverShare, kClosed };
  Pushed push(const base::Uuid& tenant, Pending);

  // Waits until there is a change, then takes all there are, in turns: at most `most`, and where several
  // tenants wait at most kMostOfOne of each. Nothing once the queue is closed and nothing is left in it.
  std::optional<std::vector<Pending>> take(std::size_t most) override;

  ChangeLog* log() override { return nullptr; }

  // Has take() return an empty group next, before the changes that wait.
  void wake();

  void close();
  std::size_t size() const;
  std::size_t share() const { return waiting_.share(); }  // of one tenant

 private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  // Guarded by mutex_:
  base::TurnQueue<base::Uuid, Pending> waiting_;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace store
