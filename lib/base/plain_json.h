#pragma once
#include <optional>
#include <string_view>

#include "base/json.h"

namespace base {

// What parse_json() makes of the text, in a third of the time; or nothing, where the text is no JSON, passes
// a limit, is large, or has integers beyond 64 bits: then parse_json() finds out how it is. REQUIRES: text is
// UTF-8
std::optional<Json> read_plain_json(std::string_view text, const JsonLimits&);

}  // namespace base
