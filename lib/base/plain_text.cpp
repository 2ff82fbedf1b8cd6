// The bytes of a word are looked at together: x - 0x01…01 & ~x & 0x80…80 is not zero where a byte of x is
// zero (and x - n * 0x01…01 likewise where one is less than n, for n up to 128). So what isn't plain is
// looked for as a high bit, a byte that is too small, and a zero in the word xor each of three characters.
#include "base/plain_text.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace base {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101, kHighBits = 0x8080808080808080;

constexpr std::uint64_t each(char c) {
  return kOnes * static_cast<unsigned char>(c);
}

// Not zero where a byte of the word is less than the character.
constexpr std::uint64_t less(std::uint64_t word, char than) {
  return (word - each(than)) & ~word & kHighBits;
}

constexpr bool is_plain_word(std::uint64_t word, PlainSet set) {
  constexpr char kOne = 1;
  return ((word & kHighBits) | less(word, set.first) | less(word ^ each('\x7f'), kOne) |
          less(word ^ each(set.but), kOne) | less(word ^ each(set.nor), kOne)) == 0;
}

}  // namespace

bool is_plain(std::string_view text, PlainSet set) {
  std::uint64_t word = each('~');  // behind what is shorter than one
  if (text.size() < sizeof word) {
    if (!text.empty()) std::memcpy(&word, text.data(), text.size());
    return is_plain_word(word, set);
  }
  for (std::size_t at = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (!is_plain_word(word, set)) return false;
  }
  std::memcpy(&word, text.data() + text.size() - sizeof word,
              sizeof word);  // some of it was looked at before
  return is_plain_word(word, set);
}

}  // namespace base
