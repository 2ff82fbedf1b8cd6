#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/result.h"

namespace config {

// A network in CIDR notation, or an address: "10.0.0.0/8", "fd00::/8", "192.0.2.7". The error says what is
// wrong, without a name in front.
base::Result<base::Network> parse_network(std::string_view text);

// Whose X-Forwarded-For is believed: a network, or whoever speaks on the unix socket.
struct Proxy {
  std::optional<base::Network> network;  // absent: the unix socket

  std::string to_string() const;  // as parse_proxy() reads it: "unix", "10.0.0.0/8", "192.0.2.7"
  bool operator==(const Proxy&) const = default;
};

// "unix", or a network as above.
base::Result<Proxy> parse_proxy(std::string_view text);

// Where to listen. Port 0 picks a free one.
struct Endpoint {
  std::string host;  // an address without brackets
  std::uint16_t port = 0;

  std::string to_string() const;  // "127.0.0.1:7400", "[::1]:7400"
  bool operator==(const Endpoint&) const = default;
};

// "127.0.0.1:7400", "[::1]:7400", "localhost:7400" (which is 127.0.0.1). The error says what is wrong,
// without a name in front, and guesses where it can.
base::Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace config
