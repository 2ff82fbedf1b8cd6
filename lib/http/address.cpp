#include "http/address.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "http/syntax.h"

namespace http {

namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kMaxText = 45;  // of an IPv6 address with an IPv4 tail

bool bit(const Address& address, unsigned at) {
  return (address.bytes[at / 8] >> (7 - at % 8) & 1U) != 0;
}

Error bad_range(std::string_view text, std::string_view why) {
  return {ErrorCode::kInvalid, "address range \"" + std::string(text) + "\": " + std::string(why)};
}

}  // namespace

bool Address::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

std::string Address::to_string() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v4())
    inet_ntop(AF_INET, bytes.data() + kMapped.size(), text, sizeof text);
  else
    inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

Address Address::subscriber() const {
  Address prefix = *this;
  if (!is_v4()) std::fill(prefix.bytes.begin() + 8, prefix.bytes.end(), std::uint8_t{0});
  return prefix;
}

std::optional<Address> parse_address(std::string_view text) {
  if (text.empty() || text.size() > kMaxText) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMapped.size()) == 1) return address;
  return std::nullopt;
}

bool Cidr::contains(const Address& address) const {
  const std::size_t whole = bits / 8;
  if (!std::equal(network.bytes.begin(), network.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin()))
    return false;
  for (unsigned at = static_cast<unsigned>(whole) * 8; at < bits; ++at)
    if (bit(network, at) != bit(address, at)) return false;
  return true;
}

Result<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto network = parse_address(text.substr(0, slash));
  if (!network) return bad_range(text, "not an IP address");
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  Cidr range{*network, 128};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const unsigned most = v4 ? 32 : 128;
    unsigned bits = 0;
    for (const char c : digits)
      bits = is_digit(c) && bits <= most ? bits * 10 + static_cast<unsigned>(c - '0') : most + 1;
    if (digits.empty() || bits > most)
      return bad_range(text, "what is behind the '/' is not a number from 0 to " + std::to_string(most));
    range.bits = v4 ? bits + 96 : bits;
  }
  for (unsigned at = range.bits; at < 128; ++at)
    if (bit(range.network, at)) return bad_range(text, "has bits set outside of its mask");
  return range;
}

std::string client_address(const std::optional<Address>& peer, const std::vector<NameValue>& headers,
                           const std::vector<Cidr>& trusted) {
  const auto is_trusted = [&](const Address& address) {
    return std::any_of(trusted.begin(), trusted.end(),
                       [&](const Cidr& range) { return range.contains(address); });
  };
  std::optional<Address> believed = peer;
  const auto text = [&] { return believed ? believed->to_string() : std::string("unix"); };
  if (believed && !is_trusted(*believed)) return text();
  for (auto line = headers.rbegin(); line != headers.rend(); ++line) {
    if (line->name != "x-forwarded-for") continue;
    std::string_view rest = line->value;
    for (bool more = true; more;) {
      const std::size_t comma = rest.rfind(',');
      more = comma != std::string_view::npos;
      const auto address = parse_address(trim(more ? rest.substr(comma + 1) : rest));
      if (!address) return text();
      believed = address;
      if (!is_trusted(*believed)) return text();
      if (more) rest = rest.substr(0, comma);
    }
  }
  return text();
}

}  // namespace http
