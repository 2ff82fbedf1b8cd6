#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace http::front {

// How much a reactor reads only to drop it. Receiving costs the system as much for bytes that nobody wants as
// for others, gigabytes a second over the loopback interface; so whoever sends on behind a refusal is read
// from at this pace, all of a reactor's connections together, and waits for the rest of it. One thread.
class DropAllowance {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::int64_t kAtOnce = std::int64_t{4} << 20;  // bytes, four of the largest usual bodies
  static constexpr std::int64_t kASecond = std::int64_t{64} << 20;

  // Whether anything may be dropped now. What is dropped then may exceed what is left, once.
  bool any(Time now) {
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - at_).count();
    if (passed > 0) {
      left_ = std::min(kAtOnce, left_ + std::min<std::int64_t>(passed, 1'000'000) * kASecond / 1'000'000);
      at_ = now;
    }
    return left_ > 0;
  }

  void take(std::size_t bytes) { left_ -= static_cast<std::int64_t>(bytes); }

 private:
  std::int64_t left_ = kAtOnce;
  Time at_{};
};

}  // namespace http::front
