// Addresses with prefixes. They are read by hand: the system's readers take more than the language does (IPv4
// inside IPv6, zones, octal parts).
//
//   10.0.0.1     10.0.0.0/8     ::1     2001:db8::/32
//
// `::` stands once and for at least one group of zeros: the groups before it fill the address from the left,
// those behind it from the right. A range is the bits that the prefix covers; host bits are kept and
// compared, so 10.0.0.1/24 and 10.0.0.0/24 are two values, each in the range of the other.
#include <algorithm>
#include <charconv>

#include "cedar/extension_types.h"

namespace cedar {

namespace {

constexpr std::size_t kMaxText = 43;  // eight groups of four digits, seven colons, "/128"

// Digits only, no leading zero but "0" itself, at most `limit`.
std::optional<unsigned> parse_number(std::string_view text, unsigned limit) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number <= limit ? std::optional(number) : std::nullopt;
}

bool parse_v4(std::string_view text, IpAddr& out) {
  for (std::size_t part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return false;
    const auto number = parse_number(text.substr(0, dot), 255);
    if (!number) return false;
    out.bytes[part] = static_cast<std::uint8_t>(*number);
    if (part < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

// Reads groups separated by single colons; the number of groups, or nothing. Empty text is no group.
std::optional<std::size_t> parse_groups(std::string_view text, std::array<std::uint16_t, 8>& groups) {
  std::size_t count = 0;
  if (text.empty()) return count;
  for (;;) {
    const std::size_t colon = text.find(':');
    const std::string_view digits = text.substr(0, colon);
    if (count == groups.size() || digits.empty() || digits.size() > 4) return std::nullopt;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), groups[count++], 16);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
    if (colon == std::string_view::npos) return count;
    text.remove_prefix(colon + 1);
  }
}

bool parse_v6(std::string_view text, IpAddr& out) {
  const std::size_t gap = text.find("::");
  std::array<std::uint16_t, 8> head{};
  std::array<std::uint16_t, 8> tail{};
  const auto heads = parse_groups(text.substr(0, gap), head);
  if (!heads) return false;
  if (gap == std::string_view::npos) {
    if (*heads != 8) return false;
  } else {
    const auto tails = parse_groups(text.substr(gap + 2), tail);
    if (!tails || *heads + *tails > 7) return false;
    std::copy_n(tail.begin(), *tails, head.end() - static_cast<std::ptrdiff_t>(*tails));
  }
  for (std::size_t i = 0; i < 8; ++i) {
    out.bytes[2 * i] = static_cast<std::uint8_t>(head[i] >> 8U);
    out.bytes[2 * i + 1] = static_cast<std::uint8_t>(head[i] & 0xFFU);
  }
  return true;
}

// The address with the bits behind the prefix all 0 or all 1: the network's first and last.
std::array<std::uint8_t, 16> with_host_bits(const IpAddr& ip, bool ones) {
  std::array<std::uint8_t, 16> bytes = ip.bytes;
  const std::size_t size = ip.is_v6 ? 16 : 4;
  for (std::size_t i = 0; i < size; ++i) {
    const unsigned fixed = static_cast<unsigned>(std::clamp<int>(ip.prefix - static_cast<int>(8 * i), 0, 8));
    const unsigned host = 0xFFU >> fixed;
    bytes[i] = static_cast<std::uint8_t>(ones ? bytes[i] | host : bytes[i] & ~host);
  }
  return bytes;
}

}  // namespace

std::optional<IpAddr> IpAddr::parse(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  IpAddr ip;
  ip.is_v6 = address.find(':') != std::string_view::npos;
  if (!(ip.is_v6 ? parse_v6(address, ip) : parse_v4(address, ip))) return std::nullopt;
  ip.prefix = ip.is_v6 ? 128 : 32;
  if (slash == std::string_view::npos) return ip;
  const auto prefix = parse_number(text.substr(slash + 1), ip.prefix);
  if (!prefix) return std::nullopt;
  ip.prefix = static_cast<std::uint8_t>(*prefix);
  return ip;
}

bool IpAddr::is_loopback() const {
  if (!is_v6) return bytes[0] == 127 && prefix >= 8;
  std::array<std::uint8_t, 16> one{};
  one[15] = 1;
  return bytes == one && prefix == 128;
}

bool IpAddr::is_multicast() const {
  return is_v6 ? bytes[0] == 0xFF && prefix >= 8 : (bytes[0] & 0xF0U) == 0xE0U && prefix >= 4;
}

bool IpAddr::in_range(const IpAddr& range) const {
  return is_v6 == range.is_v6 && with_host_bits(range, false) <= with_host_bits(*this, false) &&
         with_host_bits(*this, true) <= with_host_bits(range, true);
}

std::string to_text(const IpAddr& ip) {
  std::string out;
  const std::size_t parts = ip.is_v6 ? 8 : 4;
  for (std::size_t i = 0; i < parts; ++i) {
    if (i > 0) out.push_back(ip.is_v6 ? ':' : '.');
    const unsigned part =
        ip.is_v6 ? static_cast<unsigned>(ip.bytes[2 * i] << 8U | ip.bytes[2 * i + 1]) : unsigned{ip.bytes[i]};
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, part, ip.is_v6 ? 16 : 10);
    out.append(digits, end.ptr);
  }
  if (ip.prefix != (ip.is_v6 ? 128 : 32)) out.append("/").append(std::to_string(ip.prefix));
  return out;
}

}  // namespace cedar
