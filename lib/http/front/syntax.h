#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"

// The character classes of RFC 9110 section 5.6 and RFC 5234, and little more.
namespace http::front {

constexpr bool is_visible(char c) {
  return c > 0x20 && c < 0x7F;
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

constexpr bool is_token_char(char c) {
  return base::is_letter_or_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// field-vchar, blanks included: everything but control characters. Bytes above 0x7F are obs-text.
constexpr bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
}

// What is asked of every byte of every header is answered from a table.
struct CharTables {
  std::array<char, 256> token_lower{};  // the character in lower case; NUL where it is none of a token
  std::array<bool, 256> value{};

  constexpr CharTables() {
    for (int i = 0; i < 256; ++i) {
      const char c = static_cast<char>(i);
      const auto at = static_cast<std::size_t>(i);
      if (is_token_char(c)) token_lower[at] = base::to_lower(c);
      value[at] = is_value_char(c);
    }
  }
};
inline constexpr CharTables kChars;

inline char token_lower(char c) {
  return kChars.token_lower[static_cast<unsigned char>(c)];
}

inline bool is_value(std::string_view text) {
  for (const char c : text)
    if (!kChars.value[static_cast<unsigned char>(c)]) return false;
  return true;
}

inline bool is_token(std::string_view text) {
  for (const char c : text)
    if (token_lower(c) == '\0') return false;
  return !text.empty();
}

inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// ASCII case ignored. REQUIRES: `lower` is in lower case
inline bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (base::to_lower(text[i]) != lower[i]) return false;
  return true;
}

// Takes the first element off a comma-separated list (RFC 9110 section 5.6.1), blanks around it removed.
inline std::string_view take_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return element;
}

}  // namespace http::front
