#pragma once
#include <string>
#include <string_view>

// Questions about characters of ASCII, which ask no locale, and the small texts that messages are made of.
namespace base {

constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return is_lower(c) || is_upper(c);
}
constexpr bool is_letter_or_digit(char c) {
  return is_letter(c) || is_digit(c);
}

// What is no capital letter of ASCII stays as it is.
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string to_lower(std::string text);

// Whether two texts differ at most in the case of letters of ASCII.
bool equal_ignoring_case(std::string_view a, std::string_view b);

// What a hexadecimal digit of either case counts; -1 for any other character.
constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// "an object", "a string"; "null" stays "null", as it is no noun.
std::string with_article(std::string_view noun);

// A member's name as one reference token of a JSON pointer (RFC 6901, 3): "~" becomes "~0", "/" becomes "~1".
std::string pointer_token(std::string_view name);

}  // namespace base
