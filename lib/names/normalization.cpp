// A text in form D is taken apart as far as it goes, and its marks are in the order of their combining
// classes. Form C is made from that: a character is put together with the one before that has class 0, unless
// something between them blocks it.
//
//   "ậ"  U+1EAD   D: a U+0323 U+0302  (class 220 before 230)   C: a and U+0323 are ạ, ạ and U+0302 are ậ
//   "한"  U+D55C  D: ᄒ ᅡ ᆫ          (by arithmetic)           C: the same backwards
//
// What a character is taken apart into is looked up a step at a time: only the first of two goes on.
#include "names/normalization.h"

#include <algorithm>

#include "names/character_table.h"
#include "names/fold_table.h"
#include "names/normalization_table.h"

namespace names {
namespace {

// Hangul syllables are leading consonant, vowel and perhaps a trailing consonant (The Unicode
// Standard, 3.12).
constexpr char32_t kSyllables = 0xAC00, kLeads = 0x1100, kVowels = 0x1161, kTrails = 0x11A7;
constexpr char32_t kLeadCount = 19, kVowelCount = 21, kTrailCount = 28;  // a trail of 0 is none
constexpr char32_t kSyllableCount = kLeadCount * kVowelCount * kTrailCount;

constexpr char32_t kFirstMark = 0x300;  // below it every class is 0

std::uint8_t combining_class(char32_t c) {
  if (c < kFirstMark) return 0;
  const CombiningClass* row = find_span(kCombiningClasses, c);
  return row == nullptr ? 0 : row->value;
}

const Decomposition* find_decomposition(char32_t c) {
  if (c < kDecompositions.front().composed) return nullptr;
  const auto* row =
      std::lower_bound(kDecompositions.begin(), kDecompositions.end(), c,
                       [](const Decomposition& one, char32_t wanted) { return one.composed < wanted; });
  return row != kDecompositions.end() && row->composed == c ? row : nullptr;
}

void append_decomposed(std::u32string& out, char32_t c) {
  if (c >= kSyllables && c < kSyllables + kSyllableCount) {
    const char32_t n = c - kSyllables, trail = n % kTrailCount;
    out.push_back(kLeads + n / (kVowelCount * kTrailCount));
    out.push_back(kVowels + n / kTrailCount % kVowelCount);
    if (trail != 0) out.push_back(kTrails + trail);
    return;
  }
  const std::size_t at = out.size();
  while (const Decomposition* row = find_decomposition(c)) {
    if (row->second != 0) out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), row->second);
    c = row->first;
  }
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), c);
}

// Marks that follow each other, by class; those of one class stay in their order.
void sort_marks(std::u32string& text) {
  for (auto at = text.begin(); at != text.end();) {
    const auto is_mark = [](char32_t c) { return combining_class(c) != 0; };
    const auto first = std::find_if(at, text.end(), is_mark);
    at = std::find_if_not(first, text.end(), is_mark);
    std::stable_sort(first, at,
                     [](char32_t a, char32_t b) { return combining_class(a) < combining_class(b); });
  }
}

// What the two are together; 0 where they stay two.
char32_t composed(char32_t first, char32_t second) {
  if (first >= kLeads && first < kLeads + kLeadCount && second >= kVowels && second < kVowels + kVowelCount)
    return kSyllables + ((first - kLeads) * kVowelCount + (second - kVowels)) * kTrailCount;
  if (first >= kSyllables && first < kSyllables + kSyllableCount && (first - kSyllables) % kTrailCount == 0 &&
      second > kTrails && second < kTrails + kTrailCount)
    return first + (second - kTrails);
  const auto* row =
      std::lower_bound(kCompositions.begin(), kCompositions.end(), std::pair(first, second),
                       [](const Decomposition& one, const std::pair<char32_t, char32_t>& wanted) {
                         return std::pair(one.first, one.second) < wanted;
                       });
  return row != kCompositions.end() && row->first == first && row->second == second ? row->composed : 0;
}

// REQUIRES: the text is in form D
std::u32string compose(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  std::size_t starter = text.npos;  // the place in `out` of the last character of class 0
  std::uint8_t last = 0;            // the class of what was put behind it
  for (const char32_t c : text) {
    const std::uint8_t own = combining_class(c);
    const bool is_next = starter != text.npos && starter + 1 == out.size();
    if (starter != text.npos && (is_next || (last != 0 && last < own)))
      if (const char32_t both = composed(out[starter], c); both != 0) {
        out[starter] = both;
        continue;
      }
    if (own == 0) starter = out.size();
    last = own;
    out += c;
  }
  return out;
}

}  // namespace

std::u32string to_nfd(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) append_decomposed(out, c);
  sort_marks(out);
  return out;
}

std::u32string to_nfc(std::u32string_view text) {
  return compose(to_nfd(text));
}

std::u32string nfkc_casefold(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : to_nfd(text)) {
    const std::u32string_view folded = find_mapping(kFoldings, kFoldingsText, c);
    if (folded.data() != nullptr)
      out += folded;
    else if (find_span(kIgnorable, c) == nullptr)
      out += c;
  }
  return to_nfc(out);
}

}  // namespace names
