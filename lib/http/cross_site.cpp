// A browser says where a request comes from in two headers, and either is enough to refuse it. Sec-Fetch-Site
// says it outright. The Origin is compared with the Host, both as host and port, the port that isn't written
// being the one that Origin's scheme has:
//
//   Origin: https://reeve.example       Host: reeve.example:443     the same site
//   Origin: https://reeve.example       Host: reeve.example:8443    another
//   Origin: null                        Host: reeve.example         another: a sandboxed page, or a file
//
// Which methods or bodies it matters for is the caller's to know.
#include "http/cross_site.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace http {
namespace {

struct Authority {
  std::string_view host, port;
};

// "host", "host:port", "[::1]" or "[::1]:port"; nothing where it is none of these.
std::optional<Authority> split(std::string_view text, std::string_view default_port) {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    end = close + 1 == text.size() ? std::string_view::npos : close + 1;
  }
  const std::string_view host = text.substr(0, end);
  if (host.empty()) return std::nullopt;
  if (end == std::string_view::npos) return Authority{host, default_port};
  if (text[end] != ':') return std::nullopt;
  const std::string_view port = text.substr(end + 1);
  return Authority{host, port.empty() ? default_port : port};
}

bool is_of_host(std::string_view origin, std::string_view host) {
  const std::size_t colon = origin.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = origin.substr(0, colon);
  const std::string_view port = base::equal_ignoring_case(scheme, "https")  ? "443"
                                : base::equal_ignoring_case(scheme, "http") ? "80"
                                                                            : "";
  if (port.empty()) return false;
  const auto page = split(origin.substr(colon + 3), port);
  const auto here = split(host, port);
  return page && here && base::equal_ignoring_case(page->host, here->host) && page->port == here->port;
}

}  // namespace

bool crosses_sites(const Request& request) {
  const HeaderField site = request.header("sec-fetch-site");
  if (site.count > 0 && site.value != "same-origin" && site.value != "none") return true;
  const HeaderField origin = request.header("origin");
  return origin.count > 0 && !is_of_host(origin.value, request.header("host").value);
}

}  // namespace http
