#include "app/exposure.h"

#include <algorithm>

namespace app {

base::Result<Exposure> exposure_of(const config::Config& c, const std::vector<base::Address>& listened_on,
                                   bool tls) {
  if (tls)
    return Exposure{std::string("HTTPS, TLS ") +
                    (c.tls.min_version == config::TlsVersion::k13 ? "1.3" : "1.2 or later")};
  if (listened_on.empty()) return Exposure{"plain HTTP, on a unix socket alone"};
  const auto open = std::find_if_not(listened_on.begin(), listened_on.end(),
                                     [](const base::Address& address) { return address.is_loopback(); });
  if (open == listened_on.end()) return Exposure{"plain HTTP, for this machine alone"};
  // Whoever is trusted on the unix socket does not stand before this address.
  const auto& proxies = c.server.trusted_proxies;
  if (std::any_of(proxies.begin(), proxies.end(),
                  [](const auto& proxy) { return proxy.network.has_value(); }))
    return Exposure{"plain HTTP, for the proxies in server.trusted_proxies"};
  if (c.server.insecure)
    return Exposure{"plain HTTP, which can be read on the network (server.insecure)", true};
  return base::Error{base::ErrorCode::kInvalid,
                     "server.listen: " + open->to_string() +
                         " can be reached from other machines, and credentials could be read on the way; set "
                         "tls.certificate and tls.key, or name the proxy that stands before it in "
                         "server.trusted_proxies, or insist with server.insecure: true"};
}

}  // namespace app
