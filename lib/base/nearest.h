#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The known word that was probably meant by `word`, for "did you mean …?": the one with the fewest
// insertions, deletions, replacements and swaps of neighbours (Damerau's distance, ASCII case ignored), if
// these are at most a third of the word's length, and at least one. Ties go to the earlier candidate.
// Words longer than 128 bytes are no candidates, and of very many long ones the last are not looked at.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// "; did you mean `x`?", or "" where nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);
