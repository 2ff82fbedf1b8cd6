#pragma once
#include <cstdint>
#include <mutex>
#include <span>

#include "crypto/random.h"

// Bytes that count up from a start, the same in every run.
class FixedRandom final : public crypto::Random {
 public:
  explicit FixedRandom(std::uint8_t first = 0) : next_(first) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::mutex mutex_;
  std::uint8_t next_;
};
