// OpenSSL reads and writes through a BIO of ours, which goes to the Socket; so both know of the same moment
// that nothing is left to be read, and epoll's edges are enough for both.
//
// Before OpenSSL is given anything, the first record's head is looked at where it lies, and the record is
// waited for. So a connection that sends nothing, or half a hello, costs no more than a plain one; and what
// isn't TLS is known by its first byte. How large a hello may be is HelloLimit's.
//
// Once the handshake is done, OpenSSL reads ahead: as much at a time as is there, in place of each record's
// head by itself.
//
// A peer that asks for new keys (TLS 1.3) makes OpenSSL answer while it reads. Where that answer doesn't fit
// into the socket, reading waits for writing. Such messages bring no data, and OpenSSL would go on reading
// them for as long as they come: so they are counted, and one call takes a record's bytes at most.
#include "http/front/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <new>
#include <utility>

namespace http::front {

namespace {

constexpr std::size_t kRecordHead = 5;
constexpr std::size_t kMaxRecord = 16 * 1024;  // of a record that isn't encrypted
constexpr char kHandshakeRecord = 22;
constexpr std::size_t kMaxRawAtOnce = kMaxRecord + 1024;
constexpr int kMostKeyUpdates = 64;  // of a peer; each is good for some hundred gigabytes

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  int n = -1;
  try {
    n = static_cast<TlsSession*>(BIO_get_data(bio))->read_raw(into, size);
  } catch (const std::bad_alloc&) {  // which must not go through OpenSSL: a sentence for the log had no room
  }
  if (n != -2) return n;
  BIO_set_retry_read(bio);
  return -1;
}

int bio_write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const int n = static_cast<TlsSession*>(BIO_get_data(bio))->write_raw(from, size);
  if (n != -2) return n;
  BIO_set_retry_write(bio);
  return -1;
}

long bio_control(BIO* bio, int what, long, void*) {
  if (what == BIO_CTRL_EOF) return static_cast<TlsSession*>(BIO_get_data(bio))->at_end() ? 1 : 0;
  return what == BIO_CTRL_FLUSH ? 1 : 0;
}

void on_message(int is_sent, int, int type, const void* bytes, std::size_t size, SSL*, void* session) {
  const bool is_key_update = is_sent == 0 && type == SSL3_RT_HANDSHAKE && size > 0 &&
                             *static_cast<const unsigned char*>(bytes) == SSL3_MT_KEY_UPDATE;
  if (is_key_update) static_cast<TlsSession*>(session)->note_key_update();
}

BIO_METHOD* make_method() {
  BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "connection");
  if (!m) return nullptr;
  BIO_meth_set_read(m, bio_read);
  BIO_meth_set_write(m, bio_write);
  BIO_meth_set_ctrl(m, bio_control);
  return m;
}

// As long as the process.
const BIO_METHOD* method() {
  static const BIO_METHOD* const m = make_method();
  return m;
}

// What OpenSSL says went wrong first; the rest follows from it.
std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return text ? text : "";
}

}  // namespace

TlsSession::TlsSession(Socket& socket, std::shared_ptr<const Certificates> certificates)
    : socket_(socket), certificates_(std::move(certificates)) {}

TlsSession::~TlsSession() {
  SSL_free(ssl_);
}

// -2: would block. 0: the end.
int TlsSession::read_raw(char* into, int size) {
  if (key_updates_ > kMostKeyUpdates) {
    why_not_ = "too many changes of keys";
    return -1;
  }
  if (!socket_.readable() || (open_ && raw_left_ == 0)) return -2;
  const auto room = static_cast<std::size_t>(size);
  const Transfer got = socket_.receive({into, open_ ? std::min(room, raw_left_) : room});
  if (open_) raw_left_ -= got.bytes;
  switch (got.io) {
    case Io::kDone:
      if (open_ || limit_.take({into, got.bytes}, SSL_version(ssl_) == TLS1_3_VERSION))
        return static_cast<int>(got.bytes);
      why_not_ = "a hello of more than " + std::to_string(kMaxHello) + " bytes";
      return -1;
    case Io::kWouldBlock:
      return -2;
    case Io::kEnded:
      raw_ended_ = true;
      return 0;
    case Io::kBroken:
      break;
  }
  return -1;
}

int TlsSession::write_raw(const char* from, int size) {
  if (!socket_.writable()) return -2;
  const Transfer sent = socket_.send({from, static_cast<std::size_t>(size)});
  if (sent.io == Io::kDone) return static_cast<int>(sent.bytes);
  return sent.io == Io::kWouldBlock ? -2 : -1;
}

bool TlsSession::readable() const {
  if (reading_waits_to_write_) return socket_.writable();
  return socket_.readable() || may_have_more_;
}

bool TlsSession::writable() const {
  return socket_.writable();
}

Io TlsSession::await_hello() {
  if (ssl_) return Io::kDone;
  std::array<char, kRecordHead> head;
  const Socket::Peeked there = socket_.peek(head);
  if (there.io == Io::kWouldBlock) return socket_.wait_for_more();
  if (there.io != Io::kDone) return there.io;
  if (head[0] != kHandshakeRecord) {
    why_not_ = "it doesn't speak TLS; its URL must begin with https://";
    return Io::kBroken;
  }
  if (there.bytes < kRecordHead) return socket_.wait_for_more();
  const std::size_t size =
      std::size_t{static_cast<std::uint8_t>(head[3])} << 8 | static_cast<std::uint8_t>(head[4]);
  if (size > kMaxRecord) {
    why_not_ = "a record of more than " + std::to_string(kMaxRecord) + " bytes";
    return Io::kBroken;
  }
  return there.there < kRecordHead + size ? socket_.wait_for_more() : Io::kDone;
}

bool TlsSession::begin() {
  ssl_ = SSL_new(certificates_->first().context());
  BIO* const bio = ssl_ && method() ? BIO_new(method()) : nullptr;
  if (!bio) {
    ERR_clear_error();
    why_not_ = "no memory";
    return false;
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_app_data(ssl_, const_cast<Certificates*>(certificates_.get()));
  SSL_set_accept_state(ssl_);
  SSL_set_msg_callback(ssl_, on_message);
  SSL_set_msg_callback_arg(ssl_, this);
  return true;
}

Io TlsSession::shake_hands() {
  if (!ssl_ && !begin()) return Io::kBroken;
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_);
  if (done != 1) return outcome(done);
  open_ = true;
  may_have_more_ = true;
  SSL_set_read_ahead(ssl_, 1);
  return Io::kDone;
}

// What came of a call that didn't succeed.
Io TlsSession::outcome(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Io::kWouldBlock;
    case SSL_ERROR_WANT_WRITE:
      return Io::kWouldBlock;
    case SSL_ERROR_ZERO_RETURN:
      return Io::kEnded;
    default:
      break;
  }
  broken_ = true;
  if (why_not_.empty()) why_not_ = reason();
  ERR_clear_error();
  return Io::kBroken;
}

Transfer TlsSession::receive(std::span<char> into) {
  ERR_clear_error();
  reading_waits_to_write_ = false;
  raw_left_ = kMaxRawAtOnce;
  std::size_t got = 0;
  const int done = SSL_read_ex(ssl_, into.data(), into.size(), &got);
  may_have_more_ = done == 1;
  if (done == 1) return {Io::kDone, got};
  const Io io = outcome(done);
  reading_waits_to_write_ = io == Io::kWouldBlock && !socket_.writable() && SSL_want_write(ssl_);
  return {io};
}

Transfer TlsSession::send(std::string_view bytes) {
  ERR_clear_error();
  std::size_t sent = 0;
  const int done = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent);
  if (done == 1) return {Io::kDone, sent};
  return {outcome(done)};
}

void TlsSession::say_end() {
  if (!open_ || broken_ || !socket_.writable()) return;
  ERR_clear_error();
  // Ignoring errors on purpose: the alert is a courtesy.
  (void)SSL_shutdown(ssl_);
  ERR_clear_error();
}

}  // namespace http::front
