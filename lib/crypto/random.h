#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.h"
#include "base/uuid.h"

namespace crypto {

// Where random bytes come from, so that tests can say what they are. Safe for use by several threads.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  template <std::size_t N>
  std::array<std::uint8_t, N> bytes() {
    std::array<std::uint8_t, N> out;
    fill(out);
    return out;
  }
};

// The kernel's generator. It does not fail; on a kernel that has none, the process ends.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// A new version 7 uuid.
inline Uuid make_uuid(Timestamp now, Random& random) {
  return Uuid::make_v7(now, random.bytes<10>());
}

}  // namespace crypto
