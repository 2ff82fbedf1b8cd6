// SipHash-1-3: four words of state are made from the key and four constants; every eight bytes of text are
// mixed in with one round; the last word has the length in its top byte; three more rounds end it. Rust's
// tables use this variant too. It is quicker than SipHash-2-4 and enough here, where an attacker sees at most
// how long a look-up takes.
//
//   keyed_hash("alice") is the same throughout one process, and another number in the next
//
// It is no signature and no checksum: nothing may be decided by two hashes being equal. For that see
// crypto/hash.h.
#include "base/keyed_hash.h"

#include <bit>
#include <cstring>
#include <random>

namespace base {
namespace {

struct HashKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

HashKey draw() {
  std::random_device system;
  const auto word = [&] { return (std::uint64_t{system()} << 32U) | system(); };
  return {word(), word()};
}

// Drawn where it is first wanted, since a table may be made before main() runs.
const HashKey& process_key() {
  static const HashKey key = draw();
  return key;
}

struct SipState {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }
  void absorb(std::uint64_t word) {
    d ^= word;
    round();
    a ^= word;
  }
};

std::uint64_t little_endian(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

std::uint64_t hash_under(const HashKey& key, std::string_view text) {
  SipState state{key.k0 ^ 0x736f6d6570736575U, key.k1 ^ 0x646f72616e646f6dU, key.k0 ^ 0x6c7967656e657261U,
                 key.k1 ^ 0x7465646279746573U};
  const std::size_t whole = text.size() / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) state.absorb(little_endian(text.data() + at));
  std::uint64_t last = std::uint64_t{text.size()} << 56U;
  for (std::size_t at = whole; at < text.size(); ++at)
    last |= std::uint64_t{static_cast<unsigned char>(text[at])} << (8 * (at - whole));
  state.absorb(last);
  state.c ^= 0xff;
  for (int i = 0; i < 3; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace

std::uint64_t keyed_hash(std::string_view text) {
  return hash_under(process_key(), text);
}

std::uint64_t stable_hash(std::string_view text) {
  return hash_under({}, text);
}

}  // namespace base
