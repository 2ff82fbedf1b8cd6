#include "cedar/name.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cedar {

namespace {

bool is_start(char c) {
  return base::is_letter(c) || c == '_';
}

}  // namespace

bool is_identifier(std::string_view text) {
  if (text.empty() || !is_start(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_start(c) || base::is_digit(c); });
}

bool is_reserved(std::string_view identifier) {
  static constexpr std::array<std::string_view, 10> kReserved = {"true", "false", "if",   "then", "else",
                                                                 "in",   "is",    "like", "has",  "__cedar"};
  return std::find(kReserved.begin(), kReserved.end(), identifier) != kReserved.end();
}

std::optional<Name> Name::parse(std::string_view text) {
  std::string_view rest = text;
  for (;;) {
    const std::size_t colons = rest.find("::");
    const std::string_view part = rest.substr(0, colons);
    if (!is_identifier(part) || is_reserved(part)) return std::nullopt;
    if (colons == std::string_view::npos) return Name(std::string(text));
    rest.remove_prefix(colons + 2);
  }
}

std::string_view Name::basename() const {
  const std::size_t colons = text_.rfind("::");
  return colons == std::string::npos ? std::string_view(text_) : std::string_view(text_).substr(colons + 2);
}

std::string_view Name::name_space() const {
  const std::size_t colons = text_.rfind("::");
  return colons == std::string::npos ? std::string_view() : std::string_view(text_).substr(0, colons);
}

}  // namespace cedar
