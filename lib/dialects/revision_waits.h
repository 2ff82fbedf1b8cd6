#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "dialects/change_waits.h"

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

  // Called once, on the thread of this, when the store has the revision or the time is over; or destroyed
  // without by stop(). Must be short, and must not throw.
  using Resume = std::function<void()>;

  // Answers whether there was a place. Nobody has more than half of them.
  bool add(const base::Uuid& whose, std::uint64_t, Resume);

  // Takes no more and drops what waits. May be called twice; the end of this does the same.
  void stop() { waits_->stop(); }

 private:
  RevisionWaits(Options options, std::unique_ptr<ChangeWaits> waits)
      : options_(std::move(options)), waits_(std::move(waits)) {}

  const Options options_;
  const std::unique_ptr<ChangeWaits> waits_;
};

}  // namespace dialects
