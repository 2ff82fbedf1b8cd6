#pragma once
#include <array>
#include <atomic>
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

  // A new version 7 uuid, greater than any made here before, also within a millisecond or where the clock was
  // set back: so things listed by id stand in order of making. RFC 9562, section 6.2, method 1: the 12 bits
  // after the time are a counter that begins each millisecond at a random figure of 11 bits and, when it runs
  // over, moves the time on.
  base::Uuid uuid(base::Timestamp now);

 private:
  std::atomic<std::uint64_t> last_tick_{0};  // of a uuid: milliseconds, then the counter's 12 bits
};

// The kernel's generator. It does not fail; on a kernel that has none, the process ends.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace crypto
