#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/uuid.h"

namespace dialects {

// Requests that wait until the store has a revision, which a change of another caller, or of another machine,
// may bring any moment. Safe for use by several threads.
class RevisionWaits {
 public:
  static constexpr std::chrono::milliseconds kLongest = std::chrono::seconds(1);

  struct Options {
    std::function<std::uint64_t()> newest;  // any thread; must not wait
    const base::MonotonicClock* ticks;      // outlives this
    std::size_t places = 1024;
  };

  // kFull where the system gives no thread.
  static base::Result<std::unique_ptr<RevisionWaits>> start(Options);
  ~RevisionWaits();                              // stop()
  RevisionWaits(const RevisionWaits&) = delete;  // its thread refers to it
  RevisionWaits& operator=(const RevisionWaits&) = delete;

  // Called once, on the thread of this, when the store has the revision or the time is over; or destroyed
  // without by stop(). Must be short, and must not throw.
  using Resume = std::function<void()>;

  // Answers whether there was a place. Nobody has more than half of them.
  bool add(const base::Uuid& whose, std::uint64_t, Resume);

  // Takes no more and drops what waits. May be called twice.
  void stop();

 private:
  struct Wait {
    base::Uuid whose;
    std::uint64_t revision;
    std::chrono::nanoseconds until;
    Resume resume;
  };

  explicit RevisionWaits(Options options) : options_(std::move(options)) {}
  void run();

  const Options options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::vector<Wait> waits_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace dialects
