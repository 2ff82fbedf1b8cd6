#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/random.h"

namespace crypto {

// Seals what others keep for us and bring back: they can neither read nor change it, nor make one of their
// own (AES-256-GCM). The key is made with the sealer and ends with it, and so does what it sealed. Safe for
// use by several threads.
class Sealer {
 public:
  // The random bytes must outlive it. Seals up to 2^32 texts, by which none of their 96 bits come twice.
  explicit Sealer(Random& random) : random_(random), key_(random.bytes<32>()) {}
  Sealer(const Sealer&) = delete;  // one key, one sealer
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

  // Bytes, kSealBytes longer than the text. `about` isn't in them, and has to be told to open them.
  std::string seal(std::string_view text, std::string_view about) const;

  // Nothing where seal(text, about) of this sealer did not make the bytes.
  std::optional<std::string> open(std::string_view sealed, std::string_view about) const;

 private:
  Random& random_;
  std::array<std::uint8_t, 32> key_;
};

inline constexpr std::size_t kSealBytes = 12 + 16;  // what is random, and the check

}  // namespace crypto
