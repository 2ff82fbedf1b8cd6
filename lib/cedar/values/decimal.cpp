#include <algorithm>

#include "base/text.h"
#include "cedar/extension_types.h"

namespace cedar {

namespace {

constexpr std::size_t kFractionDigits = 4;

// Appends a digit to a number that is kept negative, since there is one more negative number than positive.
bool append_digit(std::int64_t& negative, char digit) {
  return !__builtin_mul_overflow(negative, std::int64_t{10}, &negative) &&
         !__builtin_sub_overflow(negative, std::int64_t{digit - '0'}, &negative);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(point + 1);
  if (!all_digits(whole) || !all_digits(fraction) || fraction.size() > kFractionDigits) return std::nullopt;

  std::int64_t units = 0;
  for (const char c : whole)
    if (!append_digit(units, c)) return std::nullopt;
  for (std::size_t i = 0; i < kFractionDigits; ++i)
    if (!append_digit(units, i < fraction.size() ? fraction[i] : '0')) return std::nullopt;
  if (!is_negative && __builtin_sub_overflow(std::int64_t{0}, units, &units)) return std::nullopt;
  return Decimal{units};
}

std::string to_text(Decimal decimal) {
  const auto bits = static_cast<std::uint64_t>(decimal.units);
  std::string digits = std::to_string(decimal.units < 0 ? 0 - bits : bits);
  if (digits.size() <= kFractionDigits) digits.insert(0, kFractionDigits + 1 - digits.size(), '0');
  digits.insert(digits.size() - kFractionDigits, 1, '.');
  while (digits.ends_with('0') && !digits.ends_with(".0")) digits.pop_back();
  return decimal.units < 0 ? "-" + digits : digits;
}

}  // namespace cedar
