#pragma once
#include <memory>
#include <string_view>

#include "crypto/hash.h"

namespace crypto {

// SHA-256 of bytes that come piece by piece.
class Sha256Hasher {
 public:
  Sha256Hasher();
  ~Sha256Hasher();
  Sha256Hasher(Sha256Hasher&&) noexcept;
  Sha256Hasher& operator=(Sha256Hasher&&) noexcept;

  void add(std::string_view bytes);

  // Of all that was added. To be called once, at the end.
  Sha256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crypto
