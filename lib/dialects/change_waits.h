#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/uuid.h"

namespace dialects {

// Those who wait for changes of a tenant, for seconds or, between two events of a stream, for as long as it
// lasts. Nobody holds a thread while waiting. Safe for use by several threads.
class ChangeWaits {
 public:
  using Revision = std::uint64_t;

  struct Options {
    std::function<Revision()> newest;             // any thread; must not wait
    const base::MonotonicClock* ticks = nullptr;  // outlives this. REQUIRES: not null
    // Of all; and as many again for whoever has none, so that a few can't take all.
    std::size_t places = 1024;
    std::size_t of_one = 128;             // of one tenant, or of the platform
    const char* thread = "change waits";  // its name, in 15 bytes at most
  };

  // kFull where the system gives no thread.
  static base::Result<std::unique_ptr<ChangeWaits>> start(Options);
  ~ChangeWaits();                            // stop()
  ChangeWaits(const ChangeWaits&) = delete;  // its thread refers to it
  ChangeWaits& operator=(const ChangeWaits&) = delete;

  // A place among those who may wait, which is free again with its last copy. Null where none is left.
  using Place = std::shared_ptr<const void>;
  Place take_place(const base::Uuid& whose);

  std::chrono::nanoseconds now() const { return options_.ticks->now(); }

  struct Wait {
    // When what the waiter is told of was changed last, as ObjectChanges::of(). Any thread; must not wait.
    std::function<Revision()> last;
    Revision after = 0;  // as far as the waiter has looked
    std::chrono::nanoseconds until{};

    // Called once, on the thread of this, when there is something behind `after` or the time is over, with
    // how far there is nothing; or destroyed without, by cancel() and stop(). Must be short, must not throw.
    std::function<void(Revision after)> resume;
  };

  // The wait's number; 0 where nobody waits any more: then the waiter has to go on, and to end.
  std::uint64_t add(Wait);

  // Drops a wait that may be over.
  void cancel(std::uint64_t number);

  // Ends all waits, as if their time were over, and takes no more.
  void end();
  bool is_ending() const;
  std::size_t waiting() const;  // how many wait now, for tests

  // Takes no more and drops what waits. May be called twice.
  void stop();

 private:
  struct Numbered {
    std::uint64_t number;
    Wait wait;
    bool is_over = false;
  };
  struct Places;  // taken, of all and of each

  explicit ChangeWaits(Options options);
  void run();

  const Options options_;
  const std::shared_ptr<Places> taken_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::vector<Numbered> waits_;
  std::uint64_t last_number_ = 0;
  bool ending_ = false;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace dialects
