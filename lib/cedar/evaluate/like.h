#pragma once
#include <string_view>

#include "cedar/ast.h"

namespace cedar {

// Whether a text is like a pattern: its pieces one after another, any text where there is a wildcard. In
// O(text + pattern), but for a piece in vain, which costs one search of the text.
bool matches(std::string_view text, const Pattern& pattern);

}  // namespace cedar
