// Sealed is what is random of it, the text encrypted, and the check, one behind the other. Texts are short,
// so each is done in one call.
#include "crypto/sealer.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cassert>
#include <memory>

#include "base/freed.h"

namespace crypto {
namespace {

constexpr std::size_t kNonceBytes = 12, kCheckBytes = 16;
static_assert(kNonceBytes + kCheckBytes == kSealBytes);

using Context = std::unique_ptr<EVP_CIPHER_CTX, base::Freed<EVP_CIPHER_CTX_free>>;

// Looking the algorithm up takes longer than sealing does, so it is done once.
const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return fetched;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text, std::size_t at) {
  return reinterpret_cast<unsigned char*>(text.data()) + at;
}

}  // namespace

Sealer::~Sealer() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

std::string Sealer::seal(std::string_view text, std::string_view about) const {
  const auto nonce = random_.bytes<kNonceBytes>();
  std::string out(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  out.resize(kNonceBytes + text.size() + kCheckBytes);
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool ok =
      context && EVP_EncryptInit_ex2(context.get(), algorithm(), key_.data(), nonce.data(), nullptr) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(about), static_cast<int>(about.size())) ==
          1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(out, kNonceBytes), &size, bytes_of(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(out, kNonceBytes + text.size()), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kCheckBytes,
                          bytes_of(out, kNonceBytes + text.size())) == 1;
  assert(ok);  // it is in every build of the library, so only a lack of memory could end here
  return out;
}

std::optional<std::string> Sealer::open(std::string_view sealed, std::string_view about) const {
  if (sealed.size() < kSealBytes) return std::nullopt;
  const std::string_view text = sealed.substr(kNonceBytes, sealed.size() - kSealBytes);
  std::string check(sealed.substr(sealed.size() - kCheckBytes));
  std::string out(text.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool ok =
      context &&
      EVP_DecryptInit_ex2(context.get(), algorithm(), key_.data(), bytes_of(sealed), nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(about), static_cast<int>(about.size())) ==
          1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(out, 0), &size, bytes_of(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kCheckBytes, check.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(check, 0), &size) == 1;
  if (!ok) return std::nullopt;
  return out;
}

}  // namespace crypto
