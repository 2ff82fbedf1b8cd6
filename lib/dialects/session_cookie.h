#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

// The cookie that a browser's session is kept in: whether it may be sent, and how it is called.
namespace dialects {

// Whether nobody between can read or change what is sent: it comes over TLS, to this server or to a trusted
// proxy, or from this machine under a name of its own (localhost, 127.0.0.0/8, [::1], a unix socket).
bool is_private(const http::Request&);

// "__Host-reeve-443", or "reeve-7400" of what isn't encrypted, which some browsers keep no Secure cookie of.
// The port is that of Host, since cookies are of a host, and another port may be another server.
std::string cookie_name(const http::Request&);

// What the request has under that name; nothing where it has none, or more than one.
std::optional<std::string_view> cookie_value(const http::Request&);

// The value of Set-Cookie. Empty and 0: the browser is to forget it.
std::string set_cookie(const http::Request&, std::string_view value, std::int64_t seconds);

}  // namespace dialects
