#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// The known word that was probably meant by `word`, for "did you mean …?": the one at the smallest distance
// (Damerau's: insertions, deletions, replacements and swaps of neighbours; ASCII case ignored), unless that
// is more than a third of the word's length and more than 1. Ties go to the earlier candidate. Words longer
// than 128 bytes are no candidates, and the end of a long list is not looked at: once so many pairs of
// characters were compared, of which a hundred million take about a second.
constexpr std::size_t kMostPairs = 20'000'000;
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known,
                                   std::size_t most_pairs = kMostPairs);

// "; did you mean `x`?", or "" where nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::size_t most_pairs = kMostPairs);

// What one request may have: so many guesses, each of about a millisecond at most. The words that it got
// wrong beyond these are told without one.
constexpr std::size_t kGuessesOfRequest = 5;
constexpr std::size_t kPairsOfRequest = 100'000;

}  // namespace base
