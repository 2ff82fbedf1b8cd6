#include "base/address.h"

#include <arpa/inet.h>

#include <algorithm>

namespace base {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

bool Address::is_v4() const {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

bool Address::is_loopback() const {
  constexpr std::size_t kFirstOfV4 = 12;
  if (is_v4()) return bytes[kFirstOfV4] == 127;
  return bytes.back() == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t b) { return b == 0; });
}

std::string Address::to_string() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v4())
    inet_ntop(AF_INET, bytes.data() + kMapped.size(), text, sizeof text);
  else
    inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

Address Address::masked(unsigned prefix) const {
  Address kept = *this;
  for (std::size_t at = 0; at < kept.bytes.size(); ++at) {
    const int bits = std::clamp(static_cast<int>(prefix) - static_cast<int>(at) * 8, 0, 8);
    kept.bytes[at] &= static_cast<std::uint8_t>(0xFF00 >> bits);
  }
  return kept;
}

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMapped.size()) == 1) return address;
  return std::nullopt;
}

}  // namespace base
