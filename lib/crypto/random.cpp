// SystemRandom is getrandom(2). What ids take, which are no secrets, each thread draws for two hundred at a
// time, since a call of the system costs more than their bytes do, and keeps none that it gave out.
// Random::uuid() is a version 7 uuid whose 12 bits behind the time are a counter, kept in one atomic word
// with the time it belongs to:
//
//   tick = milliseconds * 4096 + counter;   next = a later millisecond ? its random beginning : tick + 1
//
// So ids made by one process ascend, whichever threads make them and whatever the clock does; more of them
// than fit one millisecond, or a clock that was set back, put the time inside the ids ahead of the clock. Two
// processes can make ids of the same tick; the other 62 bits are random, so that they still differ.
#include "crypto/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace crypto {

base::Uuid Random::uuid(base::Timestamp now) {
  constexpr int kCounterBits = 12;
  auto bits = bytes<10>();
  const auto begin = static_cast<std::uint64_t>(bits[0] & 0x07U) << 8U | bits[1];
  const auto fresh = static_cast<std::uint64_t>(now.ms) << kCounterBits | begin;
  auto last = last_tick_.load(std::memory_order_relaxed);
  std::uint64_t tick = 0;
  do {
    tick = (fresh >> kCounterBits) > (last >> kCounterBits) ? fresh : last + 1;
  } while (!last_tick_.compare_exchange_weak(last, tick, std::memory_order_relaxed));
  bits[0] = static_cast<std::uint8_t>(tick >> 8U);
  bits[1] = static_cast<std::uint8_t>(tick);
  return base::Uuid::make_v7({static_cast<std::int64_t>(tick >> kCounterBits)}, bits);
}

namespace {

constexpr std::size_t kOfId = 10;       // bytes, at most; a token takes more
constexpr std::size_t kAtOnce = 2'048;  // bytes, for ids

void draw(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);  // fewer, where a signal interrupts it
    if (n < 0 && errno == EINTR) continue;
    assert(n > 0);
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
  if (out.size() > kOfId) return draw(out);
  static thread_local std::array<std::uint8_t, kAtOnce> drawn;
  static thread_local std::size_t left = 0;  // of them, at the end
  if (left < out.size()) {
    draw(drawn);
    left = drawn.size();
  }
  const auto from = drawn.begin() + static_cast<std::ptrdiff_t>(drawn.size() - left);
  const auto to = from + static_cast<std::ptrdiff_t>(out.size());
  std::copy(from, to, out.begin());
  std::fill(from, to, std::uint8_t{0});
  left -= out.size();
}

}  // namespace crypto
