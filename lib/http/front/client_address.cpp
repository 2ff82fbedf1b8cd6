// Every proxy appends the address it was spoken to from, so the list is believed from its right end, as far
// as proxies that are trusted wrote it. With 10.0.0.0/8 trusted and the peer 10.0.0.1,
//
//   X-Forwarded-For: 6.6.6.6, 198.51.100.7, 10.0.0.2      is 198.51.100.7
//
// since 10.0.0.2 is believed about 198.51.100.7, and 198.51.100.7, which may have written the rest itself,
// about nobody.
#include "http/front/client_address.h"

#include <algorithm>

#include "base/text.h"
#include "http/front/syntax.h"

namespace http::front {

bool TrustedProxies::contain(const std::optional<base::Address>& peer) const {
  if (!peer) return unix_socket;
  return std::any_of(networks.begin(), networks.end(),
                     [&](const base::Network& network) { return network.contains(*peer); });
}

std::string client_address(const std::optional<base::Address>& peer, const std::vector<NameValue>& headers,
                           const TrustedProxies& trusted) {
  std::optional<base::Address> believed = peer;
  const auto text = [&] { return believed ? believed->to_string() : std::string("unix"); };
  if (!trusted.contain(peer)) return text();
  for (auto line = headers.rbegin(); line != headers.rend(); ++line) {
    if (line->name != "x-forwarded-for") continue;
    std::string_view rest = line->value;
    for (bool more = true; more;) {
      const std::size_t comma = rest.rfind(',');
      more = comma != std::string_view::npos;
      const auto address = base::parse_address(trim(more ? rest.substr(comma + 1) : rest));
      if (!address) return text();
      believed = address;
      if (!trusted.contain(believed)) return text();
      if (more) rest = rest.substr(0, comma);
    }
  }
  return text();
}

bool came_encrypted(const std::vector<NameValue>& headers) {
  const auto line = std::find_if(headers.rbegin(), headers.rend(),
                                 [](const NameValue& header) { return header.name == "x-forwarded-proto"; });
  if (line == headers.rend()) return false;
  const std::string_view value = line->value;
  const std::size_t comma = value.rfind(',');
  return base::equal_ignoring_case(trim(comma == std::string_view::npos ? value : value.substr(comma + 1)),
                                   "https");
}

}  // namespace http::front
