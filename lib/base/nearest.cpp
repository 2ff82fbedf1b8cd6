// Damerau's distance (optimal string alignment) by dynamic programming. row[j] is the distance between the
// first i letters of one word and the first j of the other; three rows are enough, since a step looks back at
// most two:
//
//   insertion row[j-1] + 1     deletion above[j] + 1     replacement above[j-1] + 1     swap before[j-2] + 1
//
//   "pricipal" and "principal" are 1 apart (insertion), "ture" and "true" too (swap)
//
// Later rows are never better than the best of the two above them, so a candidate that can't beat the best
// one so far is left early. A bound on all pairs of letters together keeps a hostile list of names from
// costing more than a moment; of such a list the end is not looked at, and the guess may then not be the
// nearest.
#include "base/nearest.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace base {
namespace {

constexpr std::size_t kLongestWord = 128;

// Damerau's distance in its optimal-string-alignment form; `enough` where it is that or more.
std::size_t distance(std::string_view a, std::string_view b, std::size_t enough) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= enough) return enough;
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = base::to_lower(a[i - 1]) == base::to_lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && base::to_lower(a[i - 1]) == base::to_lower(b[j - 2]) &&
          base::to_lower(a[i - 2]) == base::to_lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
    // A row is made of the two above it, and never less than the least in them.
    const std::size_t least = std::min(*std::min_element(before.begin(), before.end()),
                                       *std::min_element(above.begin(), above.end()));
    if (least >= enough) return enough;
  }
  return above[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known,
                                   std::size_t most_pairs) {
  if (word.empty() || word.size() > kLongestWord) return std::nullopt;
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> found;
  std::size_t pairs = 0;
  for (const std::string& candidate : known) {
    if (candidate.size() > kLongestWord || candidate.size() >= word.size() + best ||
        word.size() >= candidate.size() + best)
      continue;
    if ((pairs += word.size() * candidate.size()) > most_pairs) break;
    const std::size_t d = distance(word, candidate, best);
    if (d < best) {
      best = d;
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::size_t most_pairs) {
  const auto guess = nearest(word, known, most_pairs);
  return guess ? "; did you mean `" + *guess + "`?" : std::string();
}

}  // namespace base
