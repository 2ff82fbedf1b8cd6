#pragma once
#include <string_view>

#include "cedar/ast.h"

namespace cedar {

// Whether a text is like a pattern: its pieces one after another, any text where there is a wildcard. In
// O(text + pattern), plus one search of the text for a piece that isn't found.
bool matches(std::string_view text, const Pattern& pattern);

}  // namespace cedar
