#include "crypto/self_signed.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "base/address.h"
#include "base/freed.h"

namespace crypto {
namespace {

constexpr int kSerialBits = 127;
constexpr std::int64_t kHourS = 3600;
constexpr std::int64_t kDayS = 24 * kHourS;

using Bio = std::unique_ptr<BIO, base::Freed<BIO_free_all>>;
using Cert = std::unique_ptr<X509, base::Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, base::Freed<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, base::Freed<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, base::Freed<X509_EXTENSION_free>>;

bool add_extension(X509* cert, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, cert, cert, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension && X509_add_ext(cert, extension.get(), -1) == 1;
}

bool set_serial(X509* cert) {
  const Number number(BN_new());
  return number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(cert)) != nullptr;
}

bool set_times(X509* cert, base::Timestamp now, int days) {
  const std::int64_t s = now.ms / 1000;
  return ASN1_TIME_set(X509_getm_notBefore(cert), static_cast<std::time_t>(s - kHourS)) &&
         ASN1_TIME_set(X509_getm_notAfter(cert), static_cast<std::time_t>(s + days * kDayS));
}

bool set_name(X509* cert, const std::string& name) {
  X509_NAME* const subject = X509_get_subject_name(cert);
  const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(cert, subject) == 1;
}

std::string alternatives(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names)
    all += (all.empty() ? "" : ",") + std::string(base::parse_address(name) ? "IP:" : "DNS:") + name;
  return all;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

base::Result<SelfSigned> make_self_signed(const std::vector<std::string>& names, base::Timestamp now,
                                          int days) {
  const Key key(EVP_EC_gen("P-256"));
  const Cert cert(X509_new());
  const bool made = key && cert && X509_set_version(cert.get(), X509_VERSION_3) == 1 &&
                    set_serial(cert.get()) && set_times(cert.get(), now, days) &&
                    set_name(cert.get(), names.front()) && X509_set_pubkey(cert.get(), key.get()) == 1 &&
                    add_extension(cert.get(), NID_subject_alt_name, alternatives(names)) &&
                    add_extension(cert.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(cert.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(cert.get(), NID_ext_key_usage, "serverAuth") &&
                    X509_sign(cert.get(), key.get(), EVP_sha256()) > 0;
  const Bio certificate(BIO_new(BIO_s_mem()));
  const Bio secret(BIO_new(BIO_s_mem()));
  if (!made || !certificate || !secret || PEM_write_bio_X509(certificate.get(), cert.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    const char* why = ERR_reason_error_string(ERR_peek_error());
    base::Error error{base::ErrorCode::kIo,
                      std::string("a certificate can't be made: ") + (why ? why : "OpenSSL")};
    ERR_clear_error();
    return error;
  }
  return SelfSigned{text_of(certificate.get()), text_of(secret.get())};
}

}  // namespace crypto
