#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cedar/ast.h"

// The inside of string literals: what stands between the quotes in policy text, and what it means.
namespace cedar {

struct EscapeError {
  std::size_t offset;  // of the backslash, or of the raw carriage return
  std::string message;
};

// Escapes are `\n \r \t \\ \0 \' \"`, `\xHH` up to 7F and `\u{H…}` with one to six digits.
base::Result<std::string, EscapeError> unescape_string(std::string_view inside);

// The same for the right side of `like`, where `*` is a wildcard, also when an escape made it, and `\*` is
// the star itself.
base::Result<Pattern, EscapeError> unescape_pattern(std::string_view inside);

// A pattern as the right side of `like` writes it, with quotes: what unescape_pattern() reads back.
std::string quote(const Pattern&);

}  // namespace cedar
