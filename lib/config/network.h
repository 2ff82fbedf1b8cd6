#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace config {

// An address of either family as sixteen bytes in network order; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2),
// which is also how a dual-stack socket shows an IPv4 peer, so that both spellings compare equal.
using AddressBytes = std::array<std::uint8_t, 16>;

// An IPv4 or IPv6 address without brackets, zone or port.
std::optional<AddressBytes> parse_address(std::string_view text);

// A network in CIDR notation (RFC 4632), or one address.
struct Network {
  AddressBytes address{};
  int prefix = 128;  // leading bits that count, of the 128; an IPv4 /8 is 104

  bool contains(const AddressBytes&) const;
  bool operator==(const Network&) const = default;
};

// "10.0.0.0/8", "fd00::/8", "192.0.2.7". The error says what is wrong, without a name in front.
Result<Network> parse_network(std::string_view text);

// Where to listen. Port 0 picks a free one.
struct Endpoint {
  std::string host;  // an address without brackets
  std::uint16_t port = 0;

  std::string to_string() const;  // "127.0.0.1:7400", "[::1]:7400"
  bool operator==(const Endpoint&) const = default;
};

// "127.0.0.1:7400", "[::1]:7400", "localhost:7400" (which is 127.0.0.1). The error says what is wrong,
// without a name in front, and guesses where it can.
Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace config
