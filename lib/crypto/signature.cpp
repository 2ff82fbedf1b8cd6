// Ed25519 signs the text itself, in one step: there is no digest to choose and no randomness to get wrong, so
// that a key and a text always give the same signature.
//
//   openssl genpkey -algorithm ed25519 -out key.pem          SigningKey::parse()
//   openssl pkey -in key.pem -pubout -out public.pem         PublicKey::parse()
//   openssl pkeyutl -verify -rawin -pubin -inkey public.pem -in text -sigfile signature
//
// A key of another algorithm is refused, also where OpenSSL could sign with it.
#include "crypto/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <climits>

#include "base/encoding.h"
#include "base/freed.h"
#include "crypto/hash.h"

namespace crypto {
namespace {

constexpr std::size_t kIdDigits = 16;

using Bio = std::unique_ptr<BIO, base::Freed<BIO_free_all>>;
using Context = std::unique_ptr<EVP_MD_CTX, base::Freed<EVP_MD_CTX_free>>;

// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

base::Error invalid(const std::string& what) {
  ERR_clear_error();
  return {base::ErrorCode::kInvalid, what};
}

Bio reader(std::string_view pem) {
  return Bio(pem.size() > INT_MAX ? nullptr : BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Empty where OpenSSL has no memory.
std::string id_of(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return "";
  const Sha256 hash = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return base::to_hex(raw(hash)).substr(0, kIdDigits);
}

// What is wrong with it, or nothing.
std::string wrong_with(EVP_PKEY* key) {
  if (EVP_PKEY_get_id(key) == EVP_PKEY_ED25519) return "";
  const char* name = EVP_PKEY_get0_type_name(key);
  return "is a key of " + std::string(name ? name : "another algorithm") +
         "; it has to be Ed25519 (openssl genpkey -algorithm ed25519)";
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

base::Result<SigningKey> SigningKey::parse(std::string_view pem) {
  const Bio in = reader(pem);
  KeyHandle key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) return invalid("holds no private key in PEM that can be read without a passphrase");
  if (auto wrong = wrong_with(key.get()); !wrong.empty()) return invalid(wrong);
  auto id = id_of(key.get());
  return SigningKey(std::move(key), std::move(id));
}

base::Result<std::string> SigningKey::sign(std::string_view text) const {
  const Context context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  const bool done = context &&
                    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
                    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                   bytes_of(text), text.size()) == 1 &&
                    size == kSignatureBytes;
  if (done) return signature;
  ERR_clear_error();
  return base::Error{base::ErrorCode::kIo, "OpenSSL can't sign"};
}

base::Result<PublicKey> PublicKey::parse(std::string_view pem) {
  const Bio in = reader(pem);
  KeyHandle key(in ? PEM_read_bio_PUBKEY(in.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) return invalid("holds no public key in PEM");
  if (auto wrong = wrong_with(key.get()); !wrong.empty()) return invalid(wrong);
  auto id = id_of(key.get());
  return PublicKey(std::move(key), std::move(id));
}

bool PublicKey::verifies(std::string_view text, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  const bool good =
      context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) ==
          1;
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace crypto
