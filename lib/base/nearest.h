#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// The known word that was probably meant by `word`, for "did you mean …?": the one at the smallest distance
// (Damerau's: insertions, deletions, replacements and swaps of neighbours; ASCII case ignored), unless that
// is more than a third of the word's length and more than 1. Ties go to the earlier candidate. Words longer
// than 128 bytes are no candidates, and the end of a very long list is not looked at.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// "; did you mean `x`?", or "" where nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace base
