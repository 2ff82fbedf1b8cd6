#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cedar {

struct FormatOptions {
  std::size_t line_width = 80;  // columns; what cannot be broken may be longer
  std::size_t indent_width = 2;
};

// Policies in the canonical layout, ending in a new line; "" where there is neither policy nor comment. Only
// blanks change, and the places of comments beside `,`, `;`, `&&` and `||`: tokens are kept as written, every
// comment is kept, and formatting again changes nothing. Fails as parse_policies does where the text does not
// parse.
base::Result<std::string> format_policies(std::string_view text, std::string_view file_name,
                                          const FormatOptions& = {});

}  // namespace cedar
