#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace config {

// Checks the URL under which clients reach the server, and to which paths are appended: an origin, as of
// parse_origin, and perhaps a path without a slash at its end. https, or http to this machine alone
// (localhost, 127.0.0.0/8, ::1). The error says what is wrong, without a name in front.
base::Result<std::string> parse_public_url(std::string_view text);

}  // namespace config
