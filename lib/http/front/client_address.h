#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "http/message.h"

namespace http::front {

// Who really asks: the peer itself unless it is a trusted proxy; else the X-Forwarded-For lines are read
// from the right, and the first address that is no trusted proxy is it. What follows something that is not
// an address can't be believed: the last address before it stands. An absent peer (a unix socket, which
// only those connect to whom the file's mode lets) is trusted; "unix" where it says nothing.
std::string client_address(const std::optional<Address>& peer, const std::vector<NameValue>& headers,
                           const std::vector<Network>& trusted);

}  // namespace http::front
