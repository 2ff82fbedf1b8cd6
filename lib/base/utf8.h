#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
namespace base::utf8 {

inline bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// The offset of the first byte that is not valid UTF-8; text.size() where all of it is.
std::size_t valid_prefix(std::string_view text);
inline bool is_valid(std::string_view text) {
  return valid_prefix(text) == text.size();
}

// Reads the code point at `at` and moves `at` behind it. REQUIRES: is_valid(text), at < text.size()
char32_t next(std::string_view text, std::size_t& at);

// REQUIRES: code_point is a Unicode scalar value
void append(std::string& out, char32_t code_point);

// A text as its code points, and back. REQUIRES: is_valid(text); only Unicode scalar values
std::u32string decode(std::string_view text);
std::string encode(std::u32string_view code_points);

// The number of code points. REQUIRES: is_valid(text)
std::size_t length(std::string_view text);

// The text; if it is longer than `most` bytes, its first ones, cut between two characters, and `…`.
std::string shortened(std::string_view text, std::size_t most);

// The text with every byte that is not part of a valid sequence replaced by U+FFFD.
std::string replace_invalid(std::string_view text);

}  // namespace base::utf8
