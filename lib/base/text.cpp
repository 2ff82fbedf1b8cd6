#include "base/text.h"

#include <algorithm>

namespace base {

std::string to_lower(std::string text) {
  for (char& c : text) c = to_lower(c);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char left, char right) { return to_lower(left) == to_lower(right); });
}

std::string with_article(std::string_view noun) {
  if (noun.empty() || noun == "null") return std::string(noun);
  const bool has_vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (has_vowel ? "an " : "a ") + std::string(noun);
}

std::string pointer_token(std::string_view name) {
  std::string token;
  for (const char c : name) {
    if (c == '~') {
      token.append("~0");
    } else if (c == '/') {
      token.append("~1");
    } else {
      token.push_back(c);
    }
  }
  return token;
}

}  // namespace base
