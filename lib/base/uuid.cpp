// A version 7 uuid (RFC 9562, section 5.7) is 48 bits of milliseconds, the version, 12 bits, the variant, 62
// bits:
//
//   tttttttt-tttt-7rrr-vrrr-rrrrrrrrrrrr      t time, r random, v one of 8 9 a b
//
// make_v7() puts the time in and lets the caller decide about the rest; crypto/random.h makes 12 of those
// bits a counter.
#include "base/uuid.h"

#include <array>
#include <cassert>
#include <cstring>

#include "base/text.h"

namespace base {
namespace {

// Where the two digits of each byte stand in the text.
constexpr std::array<std::uint8_t, 16> kPlaces = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

// hex_digit() of each character, looked up: every record that is read or written has some uuids.
constexpr auto kDigitValues = [] {
  std::array<std::int8_t, 256> values{};
  for (std::size_t c = 0; c < values.size(); ++c)
    values[c] = static_cast<std::int8_t>(hex_digit(static_cast<char>(c)));
  return values;
}();

int digit_at(std::string_view text, std::size_t at) {
  return kDigitValues[static_cast<unsigned char>(text[at])];
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  Bytes bytes{};
  int all = 0;  // less than 0 where one of them is
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = digit_at(text, kPlaces[i]), low = digit_at(text, kPlaces[i] + std::size_t{1});
    all |= high | low;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  if (all < 0) return std::nullopt;
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
  char* const text = out.data();
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    text[kPlaces[i]] = kDigits[bytes_[i] >> 4U];
    text[kPlaces[i] + 1] = kDigits[bytes_[i] & 0x0FU];
  }
  return out;
}

}  // namespace base
