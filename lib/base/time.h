#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Timestamp {
  std::int64_t ms = 0;
  auto operator<=>(const Timestamp&) const = default;
};

// "2026-04-15T12:00:00.000Z", RFC 3339 in UTC. Years 0000 to 9999; a moment outside is shown as the nearest.
std::string to_string(Timestamp);

// RFC 3339's date-time: any offset, any number of fraction digits (beyond milliseconds they are cut off),
// `T` and `Z` in either case. Seconds 60 are refused, since they can't be told in milliseconds.
std::optional<Timestamp> parse_timestamp(std::string_view text);

// Where the time comes from, so that tests can say what it is. Safe for use by several threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

}  // namespace base
