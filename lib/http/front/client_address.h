#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "http/message.h"

namespace http::front {

// The client's address: the peer's, unless the peer is a trusted proxy. Then the X-Forwarded-For lines are
// read from the right, and the first address that isn't a trusted proxy is the client's. If something there
// isn't an address, what is left of it can't be believed, and the address read last counts. A peer on a unix
// socket (absent here) is trusted, since the file's mode says who may connect; "unix" where it sends no such
// header.
std::string client_address(const std::optional<base::Address>& peer, const std::vector<NameValue>& headers,
                           const std::vector<base::Network>& trusted);

}  // namespace http::front
