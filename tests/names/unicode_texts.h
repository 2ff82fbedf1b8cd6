#pragma once
#include <cstdint>
#include <string>

// Texts to try what is made of Unicode's tables with. tests/names/icu_digests.py makes the same.
namespace testing::unicode {

// Calls fn(text) for each character by itself, of the planes that have any.
template <class Fn>
void each_character(Fn fn) {
  for (char32_t c = 0; c < 0xE1000; ++c) {
    if (c == 0xD800) c = 0xE000;
    if (c == 0x33000) c = 0xE0000;
    fn(std::u32string(1, c));
  }
}

// Calls fn(text) for 50,000 texts of up to eight characters that have something to do with each other:
// marks, letters below U+0600, parts of Hangul syllables, and any.
template <class Fn>
void each_mixture(Fn fn) {
  std::uint64_t state = 1;
  const auto below = [&state](std::uint32_t limit) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<char32_t>((state >> 33U) % limit);
  };
  const auto some = [&below]() -> char32_t {
    const char32_t kind = below(4);
    if (kind == 0) return 0x300 + below(0x70);
    if (kind == 1) return 0x20 + below(0x600);
    return kind == 2 && below(4) == 0 ? 0x1100 + below(0x100) : below(0x20000);
  };
  for (int n = 0; n < 50'000; ++n) {
    std::u32string text;
    for (char32_t left = 1 + below(8); left > 0; --left)
      if (const char32_t c = some(); c < 0xD800 || c >= 0xE000) text += c;
    fn(text);
  }
}

}  // namespace testing::unicode
