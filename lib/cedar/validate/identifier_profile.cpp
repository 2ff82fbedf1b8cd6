#include "cedar/validate/identifier_profile.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "cedar/validate/identifier_profile_table.h"

namespace cedar {

namespace {

// Where each run ends, and the next begins.
constexpr auto kEnds = [] {
  std::array<char32_t, kIdentifierRuns.size()> ends{};
  char32_t end = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = end += kIdentifierRuns[i];
  return ends;
}();

}  // namespace

bool is_in_identifier_profile(char32_t c) {
  const auto run = std::upper_bound(kEnds.begin(), kEnds.end(), c) - kEnds.begin();
  return run % 2 == 1;
}

}  // namespace cedar
