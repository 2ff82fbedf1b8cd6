#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace config {

// Checks that a text is a web origin as browsers send it in the Origin header (RFC 6454, section 6.2): http
// or https, a host in lower case, a port unless it is the scheme's own, and nothing behind it. The result is
// the text itself, since origins are compared byte by byte later. The error says what is wrong, without a
// name in front, and guesses.
base::Result<std::string> parse_origin(std::string_view text);

}  // namespace config
