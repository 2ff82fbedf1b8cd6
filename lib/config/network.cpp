#include "config/network.h"

#include "config/mistakes.h"
#include "config/units.h"

namespace config {
namespace {

constexpr unsigned kMappedBits = 96;
constexpr std::uint16_t kExamplePort = 7400;

base::Error wrong(std::string_view what, std::string_view text, const std::string& meant = "") {
  return {base::ErrorCode::kInvalid, "must be " + std::string(what) + ", not " + in_ticks(text) +
                                         (meant.empty() ? "" : "; did you mean `" + meant + "`?")};
}

bool is_ipv4(std::string_view text) {
  return text.find(':') == std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_count(text);
  if (!port.ok() || port.value() > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(port.value());
}

std::optional<Endpoint> endpoint_of(std::string_view host, std::string_view port_text) {
  const auto port = parse_port(port_text);
  if (!port) return std::nullopt;
  if (host == "localhost") return Endpoint{"127.0.0.1", *port};
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!base::parse_address(host) || bracketed == is_ipv4(host)) return std::nullopt;
  return Endpoint{std::string(host), *port};
}

// What was meant by something that is no endpoint.
std::string guess_endpoint(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) text = text.substr(scheme + 3);
  while (text.ends_with('/')) text.remove_suffix(1);
  if (parse_port(text)) return Endpoint{"127.0.0.1", *parse_port(text)}.to_string();
  if (text == "localhost") return Endpoint{"127.0.0.1", kExamplePort}.to_string();
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool is_bare_ipv6 = !is_ipv4(host) && base::parse_address(host);
    if ((host.empty() || host == "*") && parse_port(port)) return "0.0.0.0:" + std::string(port);
    if (const auto meant =
            endpoint_of(is_bare_ipv6 ? "[" + std::string(host) + "]" : std::string(host), port))
      return meant->to_string();
  }
  return base::parse_address(text) ? Endpoint{std::string(text), kExamplePort}.to_string() : "";
}

}  // namespace

base::Result<base::Network> parse_network(std::string_view text) {
  constexpr std::string_view kWhat = "an address or a network such as `10.0.0.0/8`";
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto address = base::parse_address(host);
  if (!address) return wrong(kWhat, text);
  if (slash == std::string_view::npos) return base::Network{*address, 128};

  const bool ipv4 = is_ipv4(host);
  const auto bits = parse_count(text.substr(slash + 1));
  if (!bits.ok() || bits.value() > (ipv4 ? 32U : 128U))
    return wrong(
        ipv4 ? "an address and a prefix of at most 32 bits" : "an address and a prefix of at most 128 bits",
        text);
  const unsigned prefix = static_cast<unsigned>(bits.value()) + (ipv4 ? kMappedBits : 0);
  const base::Address start = address->masked(prefix);
  if (start != *address)
    return wrong("a network whose bits after the prefix are zero", text,
                 start.to_string() + "/" + std::to_string(bits.value()));
  return base::Network{start, prefix};
}

std::string Proxy::to_string() const {
  if (!network) return "unix";
  constexpr unsigned kAll = 128, kBeforeIpv4 = 96;
  const std::string address = network->address.to_string();
  if (network->prefix == kAll) return address;
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return address + "/" + std::to_string(is_ipv6 ? network->prefix : network->prefix - kBeforeIpv4);
}

base::Result<Proxy> parse_proxy(std::string_view text) {
  if (text == "unix") return Proxy{};
  auto network = parse_network(text);
  if (!network.ok()) return network.error();
  return Proxy{network.value()};
}

std::string Endpoint::to_string() const {
  return (is_ipv4(host) ? host : "[" + host + "]") + ":" + std::to_string(port);
}

base::Result<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos)
    if (auto endpoint = endpoint_of(text.substr(0, colon), text.substr(colon + 1)))
      return *std::move(endpoint);
  return wrong("an address and a port such as `127.0.0.1:7400` or `[::1]:7400`", text, guess_endpoint(text));
}

}  // namespace config
