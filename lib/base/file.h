#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

// The whole of a file, at most `limit` bytes. The message names the path and says why not.
Result<std::string> read_file(const std::string& path, std::size_t limit);

// Replaces the file whole, so that at any moment, also after a power cut, it holds either the old text or
// the new: written beside it, flushed, renamed, and the folder flushed. `mode` as in chmod, 0600.
Result<void> write_file(const std::string& path, std::string_view text, unsigned mode);
