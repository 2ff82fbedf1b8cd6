#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace base {

// Lower-case hexadecimal digits, two a byte.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);  // either case

// RFC 4648 section 4, with padding. Decoding refuses everything that encoding would not write: blanks,
// missing padding, left-over bits. So every value has exactly one text.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

// RFC 4648 section 5 (safe in URLs and file names), without padding.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// RFC 3986 section 2.1: all but its unreserved characters as %XX, for a segment of a path or a value of a
// query.
std::string percent_encoded(std::string_view text);

}  // namespace base
