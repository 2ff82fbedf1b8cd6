#pragma once
#include <cstdint>
#include <mutex>
#include <random>
#include <span>

#include "crypto/random.h"

// Bytes that look random and are the same in every run with the same seed.
class SeededRandom final : public crypto::Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};
