#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

// Signatures by Ed25519 (RFC 8032). Keys are safe for use by several threads.
namespace crypto {

// Of either half of a pair: frees OpenSSL's key.
struct FreeKey {
  void operator()(evp_pkey_st*) const;
};
using KeyHandle = std::unique_ptr<evp_pkey_st, FreeKey>;

inline constexpr std::size_t kSignatureBytes = 64;

class SigningKey {
 public:
  // Of a private key in PEM without a passphrase, as `openssl genpkey -algorithm ed25519` makes it. kInvalid,
  // with what is wrong and without a word of the key, where it is none.
  static base::Result<SigningKey> parse(std::string_view pem);

  // 64 bytes. kIo where OpenSSL fails, which it does only for want of memory.
  base::Result<std::string> sign(std::string_view text) const;

  // The public half's, below.
  const std::string& id() const { return id_; }

 private:
  SigningKey(KeyHandle key, std::string id) : key_(std::move(key)), id_(std::move(id)) {}
  KeyHandle key_;
  std::string id_;
};

class PublicKey {
 public:
  // Of a public key in PEM, as `openssl pkey -pubout` prints it. kInvalid likewise.
  static base::Result<PublicKey> parse(std::string_view pem);

  bool verifies(std::string_view text, std::string_view signature) const;

  // The first 16 hexadecimal digits of the SHA-256 of the public key in DER (SubjectPublicKeyInfo): enough to
  // tell the keys of one deployment apart, and no proof of anything.
  const std::string& id() const { return id_; }

 private:
  PublicKey(KeyHandle key, std::string id) : key_(std::move(key)), id_(std::move(id)) {}
  KeyHandle key_;
  std::string id_;
};

}  // namespace crypto
