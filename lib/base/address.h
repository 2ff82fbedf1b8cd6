#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// An IP address as sixteen bytes in network order; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), which is also
// how a dual-stack socket shows an IPv4 peer, so that both spellings of one machine are equal.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const Address&) const = default;

  bool is_v4() const;
  std::string to_string() const;  // "192.0.2.1", "2001:db8::1"

  // Of this machine alone: 127.0.0.0/8 or ::1.
  bool is_loopback() const;

  // The address with every bit after the first `prefix` (0 to 128) cleared.
  Address masked(unsigned prefix) const;

  // What to count one subscriber by: the IPv4 address, or the /64 of an IPv6 address, all of which is theirs.
  Address subscriber() const { return is_v4() ? *this : masked(64); }
};

// "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; no port, no brackets, no zone.
std::optional<Address> parse_address(std::string_view text);

// A network (RFC 4632; RFC 4291, 2.3), or one address.
struct Network {
  Address address;
  unsigned prefix = 128;  // leading bits that count, of the 128; an IPv4 /8 is 104

  bool contains(const Address& other) const { return other.masked(prefix) == address.masked(prefix); }
  bool operator==(const Network&) const = default;
};

}  // namespace base
