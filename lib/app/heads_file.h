#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace app {

// Appends lines of published heads to the file, which is made (mode 0600) if need be; they are on disk when
// this returns. A line that a crash has left half is taken away first. kInvalid where the file isn't one of
// heads or everybody may write to it, kConflict where another process is appending, kIo otherwise, each with
// the path; then nothing was appended, unless the disk fails. REQUIRES: `lines` ends with a line end
base::Result<void> append_heads(const std::string& path, std::string_view lines);

}  // namespace app
