// Each pair has a context of OpenSSL, which its connections share. A connection begins with the context of
// the first pair; when the client's hello has been read, choose() puts that of the name it asks for in its
// place. The list of pairs is the connection's (TlsSession keeps it), so a reload doesn't touch those that
// are open.
//
// What is spoken: TLS 1.2 and 1.3; in 1.2 only ephemeral keys and AEAD ciphers (RFC 9325). No renegotiation,
// no compression, and no resumption: each connection makes a whole handshake, which spares tickets, whose
// keys would have to be changed daily, and sessions in memory. Callers that want to spare handshakes keep
// their connections. No early data either, since a request in it could be replayed.
//
// Of the protocols that a client offers (ALPN) there is http/1.1; one that offers only others is refused by
// the alert that RFC 7301 wants, and one that offers none is served.
#include "http/front/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <ctime>
#include <optional>

#include "base/freed.h"

namespace http::front {

namespace {

constexpr std::size_t kMostInChain = 16;
constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;
constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
// Others that OpenSSL has would cost the server up to a hundred times as much.
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr std::string_view kProtocol = "http/1.1";

using Bio = std::unique_ptr<BIO, base::Freed<BIO_free_all>>;
using Cert = std::unique_ptr<X509, base::Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, base::Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, base::Freed<SSL_CTX_free>>;

struct FreeChain {
  void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};
using Chain = std::unique_ptr<STACK_OF(X509), FreeChain>;

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

base::Error wrong(const std::string& name, const std::string& what) {
  return {base::ErrorCode::kInvalid, name + ": " + what};
}

// What OpenSSL says was wrong last, and forgets it.
std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text ? text : "OpenSSL refuses it";
}

Bio memory(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

std::optional<base::Timestamp> time_of(const ASN1_TIME* time) {
  std::tm utc{};
  if (ASN1_TIME_to_tm(time, &utc) != 1) return std::nullopt;
  return base::Timestamp{static_cast<std::int64_t>(::timegm(&utc)) * 1000};
}

std::string shown(const ASN1_OCTET_STRING* address) {
  char text[INET6_ADDRSTRLEN] = "";
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(address) != 16) return "";
  ::inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof text);
  return text;
}

std::vector<std::string> names_of(X509* leaf) {
  std::vector<std::string> out;
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS)
      out.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    else if (name->type == GEN_IPADD)
      out.push_back(shown(name->d.iPAddress));
  }
  ERR_clear_error();
  return out;
}

// OpenSSL calls it with the hello's server name, if there is one.
int choose(SSL* ssl, int*, void*) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const auto* all = static_cast<const Certificates*>(SSL_get_app_data(ssl));
  const Certificate* found = name && all ? all->find(name) : nullptr;
  if (!found) return SSL_TLSEXT_ERR_NOACK;
  return SSL_set_SSL_CTX(ssl, found->context()) ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Names of protocols, each behind a byte that says how long it is.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
    const std::string_view one(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
    if (one != kProtocol) continue;
    *out = offered + at + 1;
    *size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Null where OpenSSL has no memory for it.
Context new_context(TlsVersion least) {
  Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const c = context.get();
  if (!c) return context;
  SSL_CTX_set_min_proto_version(c, least == TlsVersion::k13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(c, kCiphers12);
  SSL_CTX_set1_groups_list(c, kGroups);
  // An end without its alert is one all the same: HTTP says itself where a message ends.
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                             SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(c, 0);
  SSL_CTX_set_mode(
      c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_tlsext_servername_callback(c, choose);
  SSL_CTX_set_alpn_select_cb(c, choose_protocol, nullptr);
  return context;
}

}  // namespace

base::Result<std::shared_ptr<const Certificate>> Certificate::parse(PemPair pair, TlsVersion least) {
  ERR_clear_error();
  const Bio certificates = memory(pair.certificate);
  const Cert leaf(PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr));
  if (!leaf) {
    ERR_clear_error();
    return wrong(pair.certificate_name, "holds no certificate in PEM");
  }
  const Chain chain(sk_X509_new_null());
  while (Cert next{PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr)})
    if (sk_X509_push(chain.get(), next.get()) > 0) (void)next.release();
  const bool is_whole =
      ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;  // nothing more is there
  ERR_clear_error();
  if (!is_whole)
    return wrong(pair.certificate_name,
                 "holds a certificate behind the first that can't be read; perhaps the file is cut off");
  if (sk_X509_num(chain.get()) > static_cast<int>(kMostInChain))
    return wrong(pair.certificate_name,
                 "holds more than " + std::to_string(kMostInChain) + " certificates behind the first");

  const Bio keys = memory(pair.key);
  const Key key(PEM_read_bio_PrivateKey(keys.get(), nullptr, no_passphrase, nullptr));
  OPENSSL_cleanse(pair.key.data(), pair.key.size());
  if (!key) {
    ERR_clear_error();
    return wrong(pair.key_name, "holds no private key in PEM that can be read without a passphrase");
  }
  if (X509_check_private_key(leaf.get(), key.get()) != 1) {
    ERR_clear_error();
    return wrong(pair.key_name, "is not the key of " + pair.certificate_name);
  }
  const auto begin = time_of(X509_get0_notBefore(leaf.get()));
  const auto end = time_of(X509_get0_notAfter(leaf.get()));
  if (!begin || !end) return wrong(pair.certificate_name, "doesn't say from when until when it is valid");

  Context context = new_context(least);
  if (!context || SSL_CTX_use_cert_and_key(context.get(), leaf.get(), key.get(), chain.get(), 1) != 1)
    return wrong(pair.certificate_name, "can't be served: " + reason());
  std::shared_ptr<Certificate> out(new Certificate());
  out->context_ = context.release();
  out->leaf_ = SSL_CTX_get0_certificate(out->context_);
  out->not_before_ = *begin;
  out->not_after_ = *end;
  out->names_ = names_of(leaf.get());
  return std::shared_ptr<const Certificate>(std::move(out));
}

Certificate::~Certificate() {
  SSL_CTX_free(context_);
}

std::int64_t Certificate::days_left(base::Timestamp now) const {
  const std::int64_t ms = not_after_.ms - now.ms;
  return ms >= 0 ? ms / kDayMs : -1 - (-ms - 1) / kDayMs;
}

bool Certificate::is_for(std::string_view host) const {
  const bool is =
      X509_check_host(leaf_, host.data(), host.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
  ERR_clear_error();
  return is;
}

const Certificate* Certificates::find(std::string_view host) const {
  for (const auto& one : all_)
    if (one->is_for(host)) return one.get();
  return nullptr;
}

}  // namespace http::front
