#include "crypto/hash.h"

#include <openssl/evp.h>

#include <cassert>
#include <memory>

namespace crypto {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Looking the algorithm up takes longer than hashing a token does, so it is done once.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  return sha256({bytes});
}

Sha256 sha256(std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  bool ok = context && EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1;
  for (const auto part : parts) ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  Sha256 out{};
  ok = ok && EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1;
  assert(ok);  // SHA-256 is in every build of the library, so only a lack of memory could end here
  return out;
}

namespace {

EVP_MD_CTX* raw(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

}  // namespace

void Sha256Stream::Free::operator()(void* context) const {
  EVP_MD_CTX_free(raw(context));
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  [[maybe_unused]] const bool ok =
      context_ && EVP_DigestInit_ex2(raw(context_.get()), algorithm(), nullptr) == 1;
  assert(ok);
}

void Sha256Stream::add(std::string_view bytes) {
  [[maybe_unused]] const bool ok = EVP_DigestUpdate(raw(context_.get()), bytes.data(), bytes.size()) == 1;
  assert(ok);
}

Sha256 Sha256Stream::finish() {
  Sha256 out{};
  [[maybe_unused]] const bool ok = EVP_DigestFinal_ex(raw(context_.get()), out.data(), nullptr) == 1;
  assert(ok);
  return out;
}

}  // namespace crypto
