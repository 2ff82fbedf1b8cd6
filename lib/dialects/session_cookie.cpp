// A cookie named `__Host-…` is kept by browsers only if it is Secure, for one host and for all of its paths,
// so that no other host of the domain can put one of its own in its place (RFC 6265bis, 4.1.3.2). Over plain
// HTTP to the machine itself there is nobody to do so, but every program that listens on another of its ports
// gets the cookie too: docs/threats.md says so.
#include "dialects/session_cookie.h"

#include <algorithm>

#include "base/address.h"
#include "base/text.h"

namespace dialects {
namespace {

// The host's name, without a port, and the port as it is written, if it is.
struct Host {
  std::string_view name, port;
};

Host host_of(const http::Request& request) {
  const std::string_view text = request.header("host").value;
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket))
    return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_this_machine(std::string_view host) {
  if (base::equal_ignoring_case(host, "localhost") || host == "[::1]") return true;
  const auto address = base::parse_address(host);
  return address && address->is_loopback();
}

}  // namespace

bool is_private(const http::Request& request) {
  if (request.encrypted || request.peer == "unix") return true;
  const auto peer = base::parse_address(request.peer);
  return peer && peer->is_loopback() && is_this_machine(host_of(request).name);
}

std::string cookie_name(const http::Request& request) {
  const std::string_view port = host_of(request).port;
  const bool is_number =
      !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), base::is_digit);
  std::string name = request.encrypted ? "__Host-reeve-" : "reeve-";
  return name.append(is_number ? port : std::string_view(request.encrypted ? "443" : "80"));
}

std::optional<std::string_view> cookie_value(const http::Request& request) {
  const std::string name = cookie_name(request);
  std::optional<std::string_view> found;
  for (const http::NameValue& header : request.headers) {
    if (header.name != "cookie") continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      const std::size_t end = rest.find(';');
      std::string_view pair = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (found) return std::nullopt;
      found = pair.substr(equals + 1);
    }
  }
  return found;
}

std::string set_cookie(const http::Request& request, std::string_view value, std::int64_t seconds) {
  std::string text = cookie_name(request);
  text.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Strict; Max-Age=");
  text += std::to_string(seconds);
  if (request.encrypted) text += "; Secure";
  return text;
}

}  // namespace dialects
