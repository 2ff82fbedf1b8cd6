#pragma once
#include <atomic>
#include <chrono>

#include "base/monotonic_clock.h"

// Stand still until they are moved on.
class ManualTicks final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return std::chrono::nanoseconds(ns_.load()); }
  void advance(std::chrono::nanoseconds by) { ns_ += by.count(); }

 private:
  std::atomic<std::int64_t> ns_ = std::chrono::nanoseconds(std::chrono::hours(1)).count();
};
