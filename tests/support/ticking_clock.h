#pragma once
#include <chrono>

#include "base/monotonic_clock.h"

// Goes on by one step each time it is asked. For one thread.
class TickingClock final : public base::MonotonicClock {
 public:
  explicit TickingClock(std::chrono::nanoseconds step) : step_(step) {}
  std::chrono::nanoseconds now() const override { return now_ += step_; }

 private:
  const std::chrono::nanoseconds step_;
  mutable std::chrono::nanoseconds now_{};
};
