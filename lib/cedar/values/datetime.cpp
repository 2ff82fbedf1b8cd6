// Moments and durations, in milliseconds. The calendar is the proleptic Gregorian one; std::chrono knows it,
// but its parsing would take more than the language does, so texts are read by hand.
//
//   2024-10-15   2024-10-15T11:35:00.000+0100   1d2h3m4s5ms   -90m
//
// Days are counted from 1970 by years that begin in March, so that the leap day is the last of one (the days
// of months are then a line, 153 days in five). What doesn't fit 64 bits is no value, in reading and in
// arithmetic. Time zones are offsets, and are gone once read.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "cedar/extension_types.h"

namespace cedar {

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// Days from 1970-01-01 to a date, counting years from March so that the leap day is the last.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

struct Civil {
  std::int64_t year;
  std::int64_t month;
  std::int64_t day;
};

Civil civil_from_days(std::int64_t days) {
  const std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t day_of_era = z - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  static constexpr std::array<std::int64_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && is_leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Takes fixed forms off the front of a text; the first that does not fit makes everything after it fail.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  std::int64_t digits(std::size_t count, std::int64_t least, std::int64_t most) {
    std::int64_t number = 0;
    if (rest_.size() < count) return fail();
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return fail();
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return number >= least && number <= most ? number : fail();
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void require(char c) {
    if (!take(c)) fail();
  }
  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::int64_t fail() {
    ok_ = false;
    return 1;
  }
  std::string_view rest_;
  bool ok_ = true;
};

// `Z` or `±hhmm`, in milliseconds east of UTC.
std::int64_t parse_zone(Cursor& cursor) {
  if (cursor.take('Z')) return 0;
  const bool is_west = cursor.take('-');
  if (!is_west) cursor.require('+');
  const std::int64_t hours = cursor.digits(2, 0, 23);
  const std::int64_t minutes = cursor.digits(2, 0, 59);
  const std::int64_t east = hours * kHour + minutes * kMinute;
  return is_west ? -east : east;
}

std::int64_t since_midnight(std::int64_t ms) {
  const std::int64_t rest = ms % kDay;
  return rest < 0 ? rest + kDay : rest;
}

}  // namespace

std::optional<Datetime> Datetime::parse(std::string_view text) {
  Cursor cursor(text);
  const std::int64_t year = cursor.digits(4, 0, 9999);
  cursor.require('-');
  const std::int64_t month = cursor.digits(2, 1, 12);
  cursor.require('-');
  const std::int64_t day = cursor.digits(2, 1, 31);
  if (!cursor.ok() || day > days_in_month(year, month)) return std::nullopt;
  std::int64_t ms = days_from_civil(year, month, day) * kDay;
  if (cursor.at_end()) return Datetime{ms};

  cursor.require('T');
  ms += cursor.digits(2, 0, 23) * kHour;
  cursor.require(':');
  ms += cursor.digits(2, 0, 59) * kMinute;
  cursor.require(':');
  ms += cursor.digits(2, 0, 59) * kSecond;
  if (cursor.take('.')) ms += cursor.digits(3, 0, 999);
  ms -= parse_zone(cursor);
  if (!cursor.ok() || !cursor.at_end()) return std::nullopt;
  return Datetime{ms};
}

std::optional<Datetime> Datetime::offset(Duration by) const {
  Datetime sum;
  if (__builtin_add_overflow(ms, by.ms, &sum.ms)) return std::nullopt;
  return sum;
}

std::optional<Duration> Datetime::since(Datetime earlier) const {
  Duration difference;
  if (__builtin_sub_overflow(ms, earlier.ms, &difference.ms)) return std::nullopt;
  return difference;
}

std::optional<Datetime> Datetime::to_date() const {
  Datetime day;
  if (__builtin_sub_overflow(ms, since_midnight(ms), &day.ms)) return std::nullopt;
  return day;
}

Duration Datetime::to_time() const {
  return Duration{since_midnight(ms)};
}

std::optional<Duration> Duration::parse(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  static constexpr std::array<Unit, 5> kUnits = {
      {{"d", kDay}, {"h", kHour}, {"m", kMinute}, {"s", kSecond}, {"ms", 1}}};

  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  std::int64_t ms = 0;
  std::size_t next_unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::uint64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    const std::string_view name = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
    text.remove_prefix(name.size());
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return std::nullopt;

    // Summed with its sign, since the least duration has no positive counterpart.
    std::int64_t part = 0;
    if (__builtin_mul_overflow(count, kUnits[next_unit++].ms * (is_negative ? -1 : 1), &part) ||
        __builtin_add_overflow(ms, part, &ms))
      return std::nullopt;
  }
  return Duration{ms};
}

std::string to_text(Duration duration) {
  return std::to_string(duration.ms) + "ms";
}

bool has_text(Datetime datetime) {
  static constexpr std::int64_t kFirst = -62167219200000;  // 0000-01-01T00:00:00.000Z
  static constexpr std::int64_t kLast = 253402300799999;   // 9999-12-31T23:59:59.999Z
  return datetime.ms >= kFirst && datetime.ms <= kLast;
}

std::string to_text(Datetime datetime) {
  if (!has_text(datetime)) return datetime.ms < 0 ? "0000-01-01" : "9999-12-31T23:59:59.999Z";
  const std::int64_t time = since_midnight(datetime.ms);
  const Civil date = civil_from_days((datetime.ms - time) / kDay);
  char text[64];
  std::snprintf(text, sizeof text, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld.%03lldZ",
                static_cast<long long>(date.year), static_cast<long long>(date.month),
                static_cast<long long>(date.day), static_cast<long long>(time / kHour),
                static_cast<long long>(time / kMinute % 60), static_cast<long long>(time / kSecond % 60),
                static_cast<long long>(time % kSecond));
  return time == 0 ? std::string(text, 10) : std::string(text);
}

}  // namespace cedar
