#pragma once
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

namespace http::front {

// How many connections each reactor of a front has. The system wakes any of them for a new one, mostly the
// one that was idle last, which would get a whole burst; what many busy connections cost is to be borne by
// all reactors. Safe for use by several threads.
class Shares {
 public:
  // More than the reactor with the fewest, and it still keeps what it accepts: handing a connection over
  // wakes another thread, which costs as much as a request.
  static constexpr std::size_t kSlack = 2;

  explicit Shares(std::size_t reactors) : counts_(reactors, std::size_t{0}) {}

  // Which reactor is to have the connection that `reactor` accepted; it counts there from now on, until
  // leave(). REQUIRES: `reactor` has not ended
  std::size_t place(std::size_t reactor) {
    const std::lock_guard lock(mutex_);
    std::size_t least = reactor;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (counts_[i] && *counts_[i] < *counts_[least]) least = i;
    const std::size_t chosen = *counts_[reactor] < *counts_[least] + kSlack ? reactor : least;
    ++*counts_[chosen];
    return chosen;
  }

  void leave(std::size_t reactor) {
    const std::lock_guard lock(mutex_);
    --*counts_[reactor];
  }

  // The reactor ends, and gets no more. False where it has a connection, or is about to get one.
  bool close(std::size_t reactor) {
    const std::lock_guard lock(mutex_);
    if (counts_[reactor].value_or(0) > 0) return false;
    counts_[reactor].reset();
    return true;
  }

 private:
  // Protected by mutex_. Nothing for those that have ended.
  std::mutex mutex_;
  std::vector<std::optional<std::size_t>> counts_;
};

}  // namespace http::front
