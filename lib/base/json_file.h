#pragma once
#include <string_view>

#include "base/json.h"

namespace base {

// What parse_json() does, for a file that its reader can look at: messages are those of message_at(), with
// the file's name, the place, the line and a caret.
Result<Json> parse_json_file(std::string_view text, std::string_view file_name, const JsonLimits& = {});

}  // namespace base
