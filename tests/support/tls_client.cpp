#include "tests/support/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "base/time.h"
#include "crypto/self_signed.h"

struct TlsClient::Engine {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* ssl = nullptr;
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());

  explicit Engine(const TlsOffer& offer) {
    if (offer.weak) SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, offer.least);
    SSL_CTX_set_max_proto_version(context, offer.most);
    const std::string ciphers = offer.weak && offer.ciphers.empty() ? "ALL:@SECLEVEL=0" : offer.ciphers;
    if (!ciphers.empty() && SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1)
      throw std::runtime_error("no such cipher: " + offer.ciphers);
    if (!offer.groups.empty()) SSL_CTX_set1_groups_list(context, offer.groups.c_str());
    if (!offer.alpn.empty())
      SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(offer.alpn.data()),
                              static_cast<unsigned>(offer.alpn.size()));
    ssl = SSL_new(context);
    if (!offer.name.empty()) SSL_set_tlsext_host_name(ssl, offer.name.c_str());
    BIO_set_mem_eof_return(in, -1);
    SSL_set_bio(ssl, in, out);
    SSL_set_connect_state(ssl);
  }
  ~Engine() {
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
};

namespace {

std::string last_reason() {
  const char* text = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return text ? text : "";
}

}  // namespace

TlsClient::TlsClient(std::uint16_t port, const TlsOffer& offer)
    : raw_(RawClient::to_port(port)), engine_(std::make_unique<Engine>(offer)) {}
TlsClient::~TlsClient() = default;

std::string TlsClient::next_flight() {
  ERR_clear_error();
  if (SSL_do_handshake(engine_->ssl) != 1 && ERR_peek_error() != 0) alert_ = last_reason();
  std::string bytes(BIO_ctrl_pending(engine_->out), '\0');
  if (!bytes.empty()) BIO_read(engine_->out, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

void TlsClient::take(std::string_view from_server) {
  BIO_write(engine_->in, from_server.data(), static_cast<int>(from_server.size()));
}

std::string TlsClient::wait_for_server() {
  return raw_.take_any();
}

bool TlsClient::shake_hands(std::size_t piece) {
  for (;;) {
    const std::string flight = next_flight();
    for (std::size_t at = 0; at < flight.size(); at += piece)
      if (!raw_.send(std::string_view(flight).substr(at, piece))) return false;
    if (!alert_.empty()) return false;
    if (SSL_is_init_finished(engine_->ssl)) return true;
    const std::string got = wait_for_server();
    if (got.empty()) return false;
    take(got);
  }
}

bool TlsClient::flush() {
  std::string bytes(BIO_ctrl_pending(engine_->out), '\0');
  if (bytes.empty()) return true;
  BIO_read(engine_->out, bytes.data(), static_cast<int>(bytes.size()));
  return raw_.send(bytes);
}

bool TlsClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), std::size_t{16} * 1024);
    if (SSL_write(engine_->ssl, bytes.data(), static_cast<int>(n)) <= 0) return false;
    if (!flush()) return false;
    bytes.remove_prefix(n);
  }
  return true;
}

bool TlsClient::fill() {
  char buffer[16 * 1024];
  for (;;) {
    ERR_clear_error();
    const int n = SSL_read(engine_->ssl, buffer, sizeof buffer);
    if (n > 0) {
      in_.append(buffer, static_cast<std::size_t>(n));
      return true;
    }
    const int error = SSL_get_error(engine_->ssl, n);
    if (error == SSL_ERROR_ZERO_RETURN) closed_well_ = true;
    if (error == SSL_ERROR_SSL) alert_ = last_reason();
    if (error != SSL_ERROR_WANT_READ || !flush()) return false;
    const std::string got = wait_for_server();
    if (got.empty()) return false;
    take(got);
  }
}

std::optional<RawResponse> TlsClient::read() {
  std::size_t end = 0;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return std::nullopt;
  RawResponse response = RawClient::parse_head(in_.substr(0, end));
  in_.erase(0, end + 4);
  if (response.header("transfer-encoding") == "chunked") {
    if (!RawClient::take_chunks(in_, response.body, [this] { return fill(); })) return std::nullopt;
    return response;
  }
  const std::size_t size = std::strtoul(response.header("content-length").c_str(), nullptr, 10);
  while (in_.size() < size)
    if (!fill()) return std::nullopt;
  response.body = in_.substr(0, size);
  in_.erase(0, size);
  return response;
}

bool TlsClient::ends() {
  while (fill()) {
  }
  return closed_well_ && in_.empty();
}

bool TlsClient::renegotiates() {
  SSL_renegotiate(engine_->ssl);
  ERR_clear_error();
  (void)SSL_do_handshake(engine_->ssl);
  flush();
  const std::string got = wait_for_server();
  take(got);
  ERR_clear_error();
  (void)SSL_do_handshake(engine_->ssl);
  alert_ = last_reason();
  return alert_.empty() && BIO_ctrl_pending(engine_->out) > 0;
}

bool TlsClient::renews_keys() {
  return SSL_key_update(engine_->ssl, SSL_KEY_UPDATE_REQUESTED) == 1;
}

std::string TlsClient::version() const {
  return SSL_get_version(engine_->ssl);
}
std::string TlsClient::cipher() const {
  return SSL_get_cipher(engine_->ssl);
}
std::string TlsClient::protocol() const {
  const unsigned char* text = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(engine_->ssl, &text, &size);
  return {reinterpret_cast<const char*>(text), size};
}
std::string TlsClient::certificate_name() const {
  X509* const certificate = SSL_get0_peer_certificate(engine_->ssl);
  char name[256] = "";
  if (certificate)
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  return name;
}

TestPair make_test_pair(const std::string& name, int days, std::int64_t from_now_ms) {
  auto made = crypto::make_self_signed({name}, {base::SystemClock().now().ms + from_now_ms}, days);
  if (!made.ok()) throw std::runtime_error(made.error().message);
  return {made->certificate, made->key};
}
