#pragma once
#include <chrono>

namespace base {

// Tells how long something takes, whatever happens to the time of day; an interface, so that tests can say
// it. Safe for use by several threads.
class MonotonicClock {
 public:
  virtual ~MonotonicClock() = default;

  // Since a moment that stays the same while the process runs.
  virtual std::chrono::nanoseconds now() const = 0;
};

class SteadyClock final : public MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
};

}  // namespace base
