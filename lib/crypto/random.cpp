#include "crypto/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace crypto {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  constexpr std::size_t kUninterrupted = 256;  // getrandom(2): so much comes whole, whatever signals arrive
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), std::min(out.size(), kUninterrupted), 0);
    if (n < 0 && errno == EINTR) continue;
    assert(n > 0);
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace crypto
