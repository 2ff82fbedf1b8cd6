#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The four extension types, and which functions they have. Each `parse` takes exactly the language's text
// form and nothing wider; nothing is returned where the text is not of that form or out of range.
namespace cedar {

// A number with four digits after the point, held in ten-thousandths.
struct Decimal {
  std::int64_t units = 0;
  static std::optional<Decimal> parse(std::string_view text);  // `-?D+.D{1,4}`
  auto operator<=>(const Decimal&) const = default;
};

// Milliseconds. Text: `-?(Nd)?(Nh)?(Nm)?(Ns)?(Nms)?`, at least one part.
struct Duration {
  std::int64_t ms = 0;
  static std::optional<Duration> parse(std::string_view text);
  auto operator<=>(const Duration&) const = default;
};

// Milliseconds since 1970-01-01T00:00:00Z. Text: `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ss[.SSS](Z|±hhmm)`.
struct Datetime {
  std::int64_t ms = 0;
  static std::optional<Datetime> parse(std::string_view text);
  auto operator<=>(const Datetime&) const = default;

  // Nothing where the result does not fit 64 bits.
  std::optional<Datetime> offset(Duration) const;
  std::optional<Duration> since(Datetime earlier) const;
  std::optional<Datetime> to_date() const;  // the day's first moment, also before 1970
  Duration to_time() const;                 // since the day's first moment: never negative
};

// An address with a prefix; host bits are kept, so `10.0.0.1/24` and `10.0.0.0/24` differ.
struct IpAddr {
  bool is_v6 = false;
  std::uint8_t prefix = 32;
  std::array<std::uint8_t, 16> bytes{};  // an IPv4 address has the first four

  // Dotted quad or IPv6 (RFC 4291 section 2.2, forms 1 and 2), each with an optional `/prefix`.
  static std::optional<IpAddr> parse(std::string_view text);
  auto operator<=>(const IpAddr&) const = default;

  bool is_loopback() const;
  bool is_multicast() const;
  bool in_range(const IpAddr& range) const;  // false across families
};

// The text whose parse gives the value again; for a datetime outside years 0000 to 9999 there is none, and
// the nearest is given.
std::string to_text(Decimal);
std::string to_text(Duration);
std::string to_text(Datetime);
std::string to_text(const IpAddr&);

// True where `to_text` of the datetime reads back as the same.
bool has_text(Datetime);

// The functions that make such values and look into them, as a policy calls them: `ip("10.0.0.1")`,
// `context.ip.isLoopback()`.
enum class ExtFunction : std::uint8_t {
  kDecimal,
  kLessThan,
  kLessThanOrEqual,
  kGreaterThan,
  kGreaterThanOrEqual,
  kIp,
  kIsIpv4,
  kIsIpv6,
  kIsLoopback,
  kIsMulticast,
  kIsInRange,
  kDatetime,
  kOffset,
  kDurationSince,
  kToDate,
  kToTime,
  kDuration,
  kToMilliseconds,
  kToSeconds,
  kToMinutes,
  kToHours,
  kToDays,
};

}  // namespace cedar
