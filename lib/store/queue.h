#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "store/store.h"

namespace store {

// A waiting change, and the function to call with its outcome.
struct Pending {
  Change change;
  Done done;
};

// The changes of this process that wait for the writer, in order, bounded. Safe for use by several threads.
class Queue {
 public:
  explicit Queue(std::size_t limit) : limit_(limit) {}

  enum class Pushed { kYes, kFull, kClosed };
  Pushed push(Pending);  // takes the change only if kYes

  // Waits until there is a change, then takes all there are, at most `most`. Empty once the queue is closed
  // and nothing is left in it.
  std::vector<Pending> take(std::size_t most);

  void close();
  std::size_t size() const;

 private:
  const std::size_t limit_;

  mutable std::mutex mutex_;
  std::condition_variable filled_;
  // Guarded by mutex_:
  std::deque<Pending> waiting_;
  bool closed_ = false;
};

}  // namespace store
