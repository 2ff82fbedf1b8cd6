#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/monotonic_clock.h"
#include "base/uuid.h"

namespace http {

// How many requests a second each caller may make: a token bucket for each that holds what comes in a second,
// so that a caller who was idle may make as many at once. A request that is refused takes nothing. Callers
// that are idle for two seconds leave, so memory is bounded by those who ask within that time, and by
// kMostCallers; whoever is forgotten earlier has a full bucket again. Nothing outlives the process.
//
// Safe for use by several threads. Callers are spread over shards with a lock each, which is held for the
// time of a look-up.
class RequestRates {
 public:
  static constexpr std::size_t kShards = 64;
  static constexpr std::size_t kMostCallers = 65'536;

  // `per_second` 0: no limit. REQUIRES: the clock outlives this
  explicit RequestRates(const base::MonotonicClock& clock, std::size_t per_second = 0)
      : clock_(clock), per_second_(per_second) {}

  // From now on. What callers have used of the bucket before counts on. Any thread.
  void set_limit(std::size_t per_second) { per_second_.store(per_second, std::memory_order_relaxed); }
  std::size_t limit() const { return per_second_.load(std::memory_order_relaxed); }

  // A request of the caller: nothing where it may go on, else in how many whole seconds, at least 1, the next
  // one may.
  std::optional<std::chrono::seconds> take(const base::Uuid& caller);

  std::size_t callers() const;  // that are kept, for tests

 private:
  using Times = std::unordered_map<base::Uuid, std::int64_t>;

  struct alignas(64) Shard {
    mutable std::mutex mutex;
    // Protected by mutex. Of each caller when its bucket will be full, in ns of the clock.
    Times recent, earlier;
    std::int64_t since = 0;  // the recent ones were asked for from here on
  };

  std::int64_t& full_at(Shard&, const base::Uuid& caller, std::int64_t now);

  const base::MonotonicClock& clock_;
  std::atomic<std::size_t> per_second_;
  std::array<Shard, kShards> shards_;
};

}  // namespace http
