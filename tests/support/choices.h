#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

// Choices made out of bytes, so that seeded tests and fuzzers can both drive what chooses. When the bytes are
// used up every choice is the first. The bytes must outlive it.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  // Less than `count`, which is at most 256.
  std::size_t pick(std::size_t count) {
    if (bytes_.empty()) return 0;
    const std::size_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte % count;
  }
  bool one_in(std::size_t count) { return pick(count) == count - 1; }
  template <typename T, std::size_t N>
  const T& choose(const T (&of)[N]) {
    return of[pick(N)];
  }

  bool are_used_up() const { return bytes_.empty(); }

 private:
  std::span<const std::uint8_t> bytes_;
};
