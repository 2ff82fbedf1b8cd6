#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace http {

// An IP address; IPv4 is kept as ::ffff:a.b.c.d, so that both spellings of one machine are equal.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const Address&) const = default;

  bool is_v4() const;
  std::string to_string() const;  // "192.0.2.1", "2001:db8::1"

  // What one subscriber is sure to have all of, to count by: the IPv4 address, or the IPv6 address's /64.
  Address subscriber() const;
};

// "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; no port, no brackets, no zone.
std::optional<Address> parse_address(std::string_view text);

// A range of addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3).
struct Cidr {
  Address network;
  unsigned bits = 128;  // of the sixteen bytes, so 96 more than written for IPv4

  bool contains(const Address&) const;
};

// "10.0.0.0/8", "2001:db8::/32", or an address alone. kInvalid where bits outside the mask are set, since
// whoever wrote them meant something else.
Result<Cidr> parse_cidr(std::string_view text);

// Who really asks: the peer itself unless it is a trusted proxy; else the X-Forwarded-For lines are read
// from the right, and the first address that is no trusted proxy is it. What follows something that is not
// an address can't be believed: the last address before it stands. An absent peer (a unix socket, which
// only those connect to whom the file's mode lets) is trusted; "unix" where it says nothing.
std::string client_address(const std::optional<Address>& peer, const std::vector<NameValue>& headers,
                           const std::vector<Cidr>& trusted);

}  // namespace http
