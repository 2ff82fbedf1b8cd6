// Sizes and durations have one spelling each: digits and a unit, without blank, sign or fraction. What people
// write otherwise is refused, but recognised for the guess, by a list of other words for each unit:
//
//   "1MB"  must be a size such as `64KiB` or `1MiB`, not `1MB`; did you mean `1MiB`?
//   "90 sec" is 90s;  "10" is 10s for a duration and 10B for a size
//
// Accepting these would be friendlier for a day: then somebody reads 1MB as a million bytes and somebody else
// as 2^20.
#include "config/units.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>

#include "base/text.h"
#include "config/mistakes.h"

namespace config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
  std::string_view also;  // what people write for it instead, in lower case, each after a blank
};

// From small to large.
constexpr std::array<Unit, 5> kSizes = {{
    {"B", 1, " b byte bytes"},
    {"KiB", std::uint64_t{1} << 10, " k kb kib"},
    {"MiB", std::uint64_t{1} << 20, " m mb mib"},
    {"GiB", std::uint64_t{1} << 30, " g gb gib"},
    {"TiB", std::uint64_t{1} << 40, " t tb tib"},
}};
constexpr std::array<Unit, 5> kDurations = {{
    {"ms", 1, " ms msec msecs milli millis millisecond milliseconds"},
    {"s", 1000, " s sec secs second seconds"},
    {"m", 60'000, " m min mins minute minutes"},
    {"h", 3'600'000, " h hr hrs hour hours"},
    {"d", 86'400'000, " d day days"},
}};
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

// Decimal digits, nothing else; nothing where there are none, or too many.
std::optional<std::uint64_t> decimal(std::string_view digits) {
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  std::uint64_t n = 0;
  for (const char c : digits) {
    if (!base::is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (n > (kMost - digit) / 10) return std::nullopt;
    n = n * 10 + digit;
  }
  return n;
}

struct Measure {
  std::string_view number;
  std::string_view unit;
};

Measure split(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), base::is_digit);
  const auto digits = static_cast<std::size_t>(end - text.begin());
  return {text.substr(0, digits), text.substr(digits)};
}

std::optional<std::uint64_t> exact(std::string_view text, std::span<const Unit> units) {
  const Measure measure = split(text);
  const auto n = decimal(measure.number);
  for (const Unit& unit : units)
    if (n && unit.name == measure.unit && *n <= kMost / unit.factor) return *n * unit.factor;
  return std::nullopt;
}

std::string format(std::uint64_t value, std::span<const Unit> units) {
  std::string out = "0" + std::string(units.front().name);
  for (const Unit& unit : units)
    if (value != 0 && value % unit.factor == 0)
      out = std::to_string(value / unit.factor) + std::string(unit.name);
  return out;
}

// "10 sec" is read as 10s. `bare` is the unit of a number without one.
std::string guess(std::string_view text, std::span<const Unit> units, const Unit& bare) {
  const Measure measure = split(text);
  const auto n = decimal(measure.number);
  if (!n) return "";
  std::string word = " ";
  for (const char c : measure.unit)
    if (c != ' ') word += base::to_lower(c);
  const Unit* meant = word == " " ? &bare : nullptr;
  for (const Unit& unit : units)
    if (word != " " && (std::string(unit.also) + " ").find(word + " ") != std::string::npos) meant = &unit;
  if (meant == nullptr || *n > kMost / meant->factor) return "";
  return "; did you mean `" + format(*n * meant->factor, units) + "`?";
}

base::Error wrong(std::string_view what, std::string_view text, const std::string& meant) {
  return {base::ErrorCode::kInvalid, "must be " + std::string(what) + ", not " + in_ticks(text) + meant};
}

}  // namespace

base::Result<std::uint64_t> parse_size(std::string_view text) {
  if (const auto bytes = exact(text, kSizes)) return *bytes;
  return wrong("a size such as `64KiB` or `1MiB`", text, guess(text, kSizes, kSizes.front()));
}

base::Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (const auto ms = exact(text, kDurations))
    return std::chrono::milliseconds(static_cast<std::int64_t>(*ms));
  return wrong("a duration such as `500ms`, `10s`, `5m` or `1h`", text,
               guess(text, kDurations, kDurations[1]));
}

base::Result<std::uint64_t> parse_count(std::string_view text) {
  if (const auto n = decimal(text)) return *n;
  return wrong("a whole number", text, "");
}

std::string format_size(std::uint64_t bytes) {
  return format(bytes, kSizes);
}

std::string format_duration(std::chrono::milliseconds d) {
  return format(static_cast<std::uint64_t>(d.count()), kDurations);
}

}  // namespace config
