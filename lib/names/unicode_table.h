#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// The rows of the tables that data/unicode_tables.py makes, and how one is found. All are in the order of
// their code points, and spans don't overlap.
namespace names {

struct Span {
  char32_t first, last;
};

struct CombiningClass {
  char32_t first, last;
  std::uint8_t value;
};

// `second` is 0 where a character is another one, and not two.
struct Decomposition {
  char32_t composed, first, second;
};

// Each character of a run becomes `length` characters of a text; the first one's begin at `at`.
struct MappingRun {
  char32_t first, last;
  std::uint16_t at;
  std::uint8_t length;
};

struct ScriptSpan {
  char32_t first, last;
  std::uint16_t set;
};
using ScriptSet = std::array<std::uint64_t, 3>;                               // a bit for each script
inline constexpr ScriptSet kUnknownScript = {0, 0, std::uint64_t{1} << 63U};  // of what isn't assigned

// The row whose span has the character; nullptr where there is none.
template <class Row, std::size_t kSize>
const Row* find_span(const std::array<Row, kSize>& rows, char32_t c) {
  const auto behind = std::upper_bound(rows.begin(), rows.end(), c,
                                       [](char32_t wanted, const Row& row) { return wanted < row.first; });
  if (behind == rows.begin()) return nullptr;
  const Row& row = *(behind - 1);
  return c <= row.last ? &row : nullptr;
}

// What a character becomes; nullptr data where it stays as it is.
template <std::size_t kRuns, std::size_t kSize>
std::u32string_view find_mapping(const std::array<MappingRun, kRuns>& runs,
                                 const std::array<char32_t, kSize>& text, char32_t c) {
  const MappingRun* run = find_span(runs, c);
  if (run == nullptr) return {};
  return {text.data() + run->at + (c - run->first) * run->length, run->length};
}

}  // namespace names
