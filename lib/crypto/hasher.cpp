#include "crypto/hasher.h"

#include <openssl/evp.h>

#include <cassert>

#include "base/freed.h"

namespace crypto {

struct Sha256Hasher::State {
  std::unique_ptr<EVP_MD_CTX, base::Freed<EVP_MD_CTX_free>> context{EVP_MD_CTX_new()};
};

// SHA-256 is in every build of the library, so only a lack of memory could end in one of these.
Sha256Hasher::Sha256Hasher() : state_(std::make_unique<State>()) {
  [[maybe_unused]] const bool ok =
      state_->context && EVP_DigestInit_ex2(state_->context.get(), EVP_sha256(), nullptr) == 1;
  assert(ok);
}
Sha256Hasher::~Sha256Hasher() = default;
Sha256Hasher::Sha256Hasher(Sha256Hasher&&) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&&) noexcept = default;

void Sha256Hasher::add(std::string_view bytes) {
  [[maybe_unused]] const bool ok = EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1;
  assert(ok);
}

Sha256 Sha256Hasher::finish() {
  Sha256 out{};
  [[maybe_unused]] const bool ok = EVP_DigestFinal_ex(state_->context.get(), out.data(), nullptr) == 1;
  assert(ok);
  return out;
}

}  // namespace crypto
