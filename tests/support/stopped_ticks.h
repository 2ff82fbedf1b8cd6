#pragma once
#include <chrono>

#include "base/monotonic_clock.h"

// Stands still, so that nothing ends early where a machine is slow.
class StoppedTicks final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return {}; }
};
inline const StoppedTicks kStoppedTicks{};
