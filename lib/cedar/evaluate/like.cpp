// `"a*b*c"` is the pieces a, b, c. Wildcards match any text, so after the first piece, which must begin the
// text, and before the last, which must end it, each piece is best found as early as possible: a later place
// leaves less for those that follow. No step back is ever needed.
//
// UTF-8 lets bytes be compared: no character is a part of another. memmem, unlike string_view's find, is
// linear, so the whole is.
#include "cedar/evaluate/like.h"

#include <string.h>

namespace cedar {

bool matches(std::string_view text, const Pattern& pattern) {
  const auto& pieces = pattern.pieces;
  if (pieces.size() == 1) return text == pieces.front();
  if (!text.starts_with(pieces.front())) return false;
  text.remove_prefix(pieces.front().size());
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const void* found = memmem(text.data(), text.size(), pieces[i].data(), pieces[i].size());
    if (!found) return false;
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) +
                       pieces[i].size());
  }
  return text.ends_with(pieces.back());
}

}  // namespace cedar
