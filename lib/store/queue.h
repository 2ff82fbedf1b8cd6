#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "store/change_source.h"

namespace store {

// The changes of this process that wait for the writer, in order, bounded: the source of a store that decides
// alone, and a part of every other. Safe for use by several threads.
class Queue final : public ChangeSource {
 public:
  explicit Queue(std::size_t limit) : limit_(limit) {}

  enum class Pushed { kYes, kFull, kClosed };
  Pushed push(Pending);  // takes the change only if kYes

  // Waits until there is a change, then takes all there are, at most `most`. Nothing once the queue is closed
  // and nothing is left in it.
  std::optional<std::vector<Pending>> take(std::size_t most) override;

  ChangeLog* log() override { return nullptr; }

  // Has take() return an empty group next, before the changes that wait.
  void wake();

  void close();
  std::size_t size() const;

 private:
  const std::size_t limit_;

  mutable std::mutex mutex_;
  std::condition_variable filled_;
  // Guarded by mutex_:
  std::deque<Pending> waiting_;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace store
