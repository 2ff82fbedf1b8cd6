#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace base {

// A universally unique id (RFC 9562), sixteen bytes in network order, so that byte order is the order of
// version 7 ids in time.
class Uuid {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  constexpr Uuid() = default;  // the nil uuid
  explicit constexpr Uuid(const Bytes& bytes) : bytes_(bytes) {}

  // The 8-4-4-4-12 form in hexadecimal digits of either case, and no other.
  static std::optional<Uuid> parse(std::string_view text);

  // Sixteen raw bytes. REQUIRES: raw.size() == 16
  static Uuid from_raw(std::string_view raw);

  // A version 7 id: the time in milliseconds, then 74 of the 80 random bits given.
  static Uuid make_v7(Timestamp now, const std::array<std::uint8_t, 10>& random);

  bool is_nil() const { return *this == Uuid(); }
  std::string to_string() const;  // lower case
  std::string_view raw() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  const Bytes& bytes() const { return bytes_; }

  auto operator<=>(const Uuid&) const = default;

 private:
  Bytes bytes_{};
};

}  // namespace base

template <>
struct std::hash<base::Uuid> {
  std::size_t operator()(const base::Uuid& id) const noexcept {
    return std::hash<std::string_view>()(id.raw());
  }
};
