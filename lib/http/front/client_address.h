#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "http/message.h"

namespace http::front {

// Whose X-Forwarded-For is believed.
struct TrustedProxies {
  std::vector<base::Network> networks;
  bool unix_socket = false;  // whoever may open that

  // `peer` is absent on a unix socket.
  bool contain(const std::optional<base::Address>& peer) const;
  bool none() const { return networks.empty() && !unix_socket; }
};

// The client's address: the peer's, unless the peer is a trusted proxy. Then the X-Forwarded-For lines are
// read from the right, and the first address that isn't a trusted proxy is the client's. If something there
// isn't an address, what is left of it can't be believed, and the address read last counts. "unix" for a peer
// on a unix socket (absent here) that isn't trusted, or sends no such header.
std::string client_address(const std::optional<base::Address>& peer, const std::vector<NameValue>& headers,
                           const TrustedProxies& trusted);

// Whether the proxy nearest to this server, which is trusted, was spoken to over TLS: the last value of
// X-Forwarded-Proto, which it wrote, is "https".
bool came_encrypted(const std::vector<NameValue>& headers);

}  // namespace http::front
