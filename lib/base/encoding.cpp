// Base64 packs three bytes into four digits of six bits. Encoding pads the last group with zero bits (and `=`
// where the form wants them); decoding shifts six bits in for each digit and takes a byte out whenever eight
// are there.
//
//   "f" -> Zg==   "fo" -> Zm8=   "foo" -> Zm9v
//
// Left-over bits must be zero, and padding must be exactly what encoding makes, so that "Zh==" is refused
// although many decoders take it for "f". Otherwise one value would have several texts, and a cursor or
// credential several spellings.
#include "base/encoding.h"

#include <cstdint>

#include "base/text.h"

namespace base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = (group << 8U) | (j < n ? static_cast<std::uint8_t>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j <= n; ++j) out.push_back(alphabet[(group >> (18 - 6 * j)) & 0x3FU]);
    if (pad) out.append(3 - n, '=');
  }
  return out;
}

std::optional<std::string> decode(std::string_view text, std::string_view alphabet, bool pad) {
  if (pad) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count));
      bits &= (1U << count) - 1;
    }
  }
  if (bits != 0) return std::nullopt;
  return out;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kHex[byte >> 4U]);
    out.push_back(kHex[byte & 0x0FU]);
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = base::hex_digit(text[i]);
    const int low = base::hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  return encode(bytes, kStandard, true);
}
std::optional<std::string> from_base64(std::string_view text) {
  return decode(text, kStandard, true);
}
std::string to_base64url(std::string_view bytes) {
  return encode(bytes, kUrl, false);
}
std::optional<std::string> from_base64url(std::string_view text) {
  return decode(text, kUrl, false);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF", kMarks = "-._~";
  std::string encoded;
  for (const char c : text) {
    if (is_lower(c) || is_upper(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.append({'%', kDigits[byte >> 4U], kDigits[byte & 0xfU]});
  }
  return encoded;
}

}  // namespace base
