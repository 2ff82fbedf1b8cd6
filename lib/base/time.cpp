// RFC 3339 by hand, field after field, since the standard library's parsers are locale-dependent or absent in
// GCC 12; only the calendar is std::chrono's. Each helper takes what it read off the front of the text.
//
//   2026-04-15T14:00:00.25+02:00   1776254400250 ms   printed as 2026-04-15T12:00:00.250Z
//
// Printing fills in a template from its end. There are no time zones but offsets, and no leap seconds.
#include "base/time.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"

namespace base {
namespace {

using Days = std::chrono::sys_days;

constexpr std::int64_t kDayMs = 86'400'000;

// `count` digits at the front of text, taken off it; -1 where they are not there.
int digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int n = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return -1;
    n = n * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return n;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// ".250" → 250; nothing → 0; -1 where a point has no digit behind it.
int milliseconds(std::string_view& text) {
  if (!take(text, ".")) return 0;
  int ms = 0;
  std::size_t n = 0;
  for (; !text.empty() && is_digit(text.front()); ++n, text.remove_prefix(1))
    if (n < 3) ms = ms * 10 + (text.front() - '0');
  if (n == 0) return -1;
  for (; n < 3; ++n) ms *= 10;
  return ms;
}

// "Z" or "+02:00" in minutes east.
std::optional<int> offset(std::string_view& text) {
  if (take(text, "Zz")) return 0;
  const bool west = !text.empty() && text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const int h = digits(text, 2);
  if (h < 0 || h > 23 || !take(text, ":")) return std::nullopt;
  const int m = digits(text, 2);
  if (m < 0 || m > 59) return std::nullopt;
  return west ? -(h * 60 + m) : h * 60 + m;
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  const int year = digits(text, 4);
  if (year < 0 || !take(text, "-")) return std::nullopt;
  const int month = digits(text, 2);
  if (month < 0 || !take(text, "-")) return std::nullopt;
  const int day = digits(text, 2);
  if (day < 0 || !take(text, "Tt")) return std::nullopt;
  const int hour = digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ":")) return std::nullopt;
  const int minute = digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ":")) return std::nullopt;
  const int second = digits(text, 2);
  if (second < 0 || second > 59) return std::nullopt;
  const int ms = milliseconds(text);
  const auto east = offset(text);
  if (ms < 0 || !east || !text.empty()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = Days(date).time_since_epoch().count();
  return Timestamp{days * kDayMs + (std::int64_t{hour} * 60 + minute - *east) * 60'000 + second * 1000 + ms};
}

std::string to_string(Timestamp t) {
  constexpr std::int64_t kFirst = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
  constexpr std::int64_t kLast = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z
  const std::int64_t shown = std::clamp(t.ms, kFirst, kLast);
  const std::int64_t days = (shown >= 0 ? shown : shown - kDayMs + 1) / kDayMs;
  const std::int64_t rest = shown - days * kDayMs;
  const std::chrono::year_month_day date{Days(std::chrono::days(days))};
  std::string out = "0000-00-00T00:00:00.000Z";
  const auto put = [&out](std::size_t last, std::int64_t n) {
    for (std::size_t at = last; n > 0; --at, n /= 10) out[at] = static_cast<char>('0' + n % 10);
  };
  put(3, static_cast<int>(date.year()));
  put(6, static_cast<unsigned>(date.month()));
  put(9, static_cast<unsigned>(date.day()));
  put(12, rest / 3'600'000);
  put(15, rest / 60'000 % 60);
  put(18, rest / 1000 % 60);
  put(22, rest % 1000);
  return out;
}

Timestamp SystemClock::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

}  // namespace base
