#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// The whole text of a file, at most `limit` bytes. On failure the message has the path and the reason.
Result<std::string> read_file(const std::string& path, std::size_t limit);

// Replaces the file whole: at any moment, also after a power cut, it holds either the old text or the new
// one. `mode` as in chmod, such as 0600.
Result<void> write_file(const std::string& path, std::string_view text, unsigned mode);

}  // namespace base
