// A version 7 uuid (RFC 9562, section 5.7) is 48 bits of milliseconds, the version, 12 bits, the variant, 62
// bits:
//
//   tttttttt-tttt-7rrr-vrrr-rrrrrrrrrrrr      t time, r random, v one of 8 9 a b
//
// make_v7() puts the time in and lets the caller decide about the rest; crypto/random.h makes 12 of those
// bits a counter.
#include "base/uuid.h"

#include <cassert>
#include <cstring>

#include "base/text.h"

namespace base {
std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Bytes bytes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      ++i;
      continue;
    }
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[at++] = static_cast<std::uint8_t>(high * 16 + low);
    i += 2;
  }
  return Uuid(bytes);
}

Uuid Uuid::from_raw(std::string_view raw) {
  Bytes bytes{};
  assert(raw.size() == bytes.size());
  std::memcpy(bytes.data(), raw.data(), bytes.size());
  return Uuid(bytes);
}

Uuid Uuid::make_v7(Timestamp now, const std::array<std::uint8_t, 10>& random) {
  Bytes bytes{};
  const auto ms = static_cast<std::uint64_t>(now.ms);
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  std::memcpy(bytes.data() + 6, random.data(), random.size());
  bytes[6] = static_cast<std::uint8_t>(0x70U | (bytes[6] & 0x0FU));
  bytes[8] = static_cast<std::uint8_t>(0x80U | (bytes[8] & 0x3FU));
  return Uuid(bytes);
}

std::string Uuid::to_string() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(36, '-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    out[at++] = kDigits[bytes_[i] >> 4U];
    out[at++] = kDigits[bytes_[i] & 0x0FU];
  }
  return out;
}

}  // namespace base
