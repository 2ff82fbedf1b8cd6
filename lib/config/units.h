#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace config {

// Values with their unit, as configuration files spell them. Errors say what is wrong and guess what was
// meant, without a name in front: "must be a size such as `1MiB`, not `1MB`; did you mean `1MiB`?".

// A whole number of B, KiB, MiB, GiB or TiB (IEC 80000-13), in bytes; less than 2^63.
base::Result<std::uint64_t> parse_size(std::string_view text);

// A whole number of ms, s, m, h or d (24 h); less than 2^63 ms.
base::Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// A whole number in decimal digits, without a sign or leading zeros; less than 2^63.
base::Result<std::uint64_t> parse_count(std::string_view text);

// The shortest exact spelling: "64GiB", "1500ms".
std::string format_size(std::uint64_t bytes);
std::string format_duration(std::chrono::milliseconds);

}  // namespace config
