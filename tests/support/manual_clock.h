#pragma once
#include <atomic>
#include <cstdint>

#include "base/time.h"

// Stands still until it is set.
class ManualClock final : public base::Clock {
 public:
  explicit ManualClock(base::Timestamp now = base::Timestamp{1'776'254'400'000})
      : ms_(now.ms) {}  // 2026-04-15T12:00:00.000Z
  base::Timestamp now() const override { return {ms_.load()}; }
  void set(base::Timestamp now) { ms_ = now.ms; }
  void advance(std::int64_t ms) { ms_ += ms; }

 private:
  std::atomic<std::int64_t> ms_;
};
