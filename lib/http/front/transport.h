#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/front/certificates.h"
#include "http/front/socket.h"
#include "http/front/tls_session.h"

namespace http::front {

// What a connection sends and receives through: its socket, or TLS over it. One thread.
class Transport {
 public:
  // Without certificates there is no TLS.
  Transport(base::Descriptor fd, std::shared_ptr<const Certificates> certificates) : socket_(std::move(fd)) {
    if (certificates) tls_ = std::make_unique<TlsSession>(socket_, std::move(certificates));
  }

  Transport(const Transport&) = delete;  // TLS refers to the socket
  Transport& operator=(const Transport&) = delete;

  void on_events(std::uint32_t events) { socket_.on_events(events); }
  void look_again() { socket_.look_again(); }

  bool readable() const { return tls_ ? tls_->readable() : socket_.readable(); }
  bool writable() const { return tls_ ? tls_->writable() : socket_.writable(); }

  bool is_encrypted() const { return tls_ != nullptr; }

  // Before the handshake is over, nothing else may be called but these, readable() and writable().
  bool shaking_hands() const { return tls_ && !tls_->is_open(); }
  Io await_hello() { return tls_->await_hello(); }
  Io shake_hands() { return tls_->shake_hands(); }
  std::string_view why_not() const { return tls_->why_not(); }

  Transfer receive(std::span<char> into) { return tls_ ? tls_->receive(into) : socket_.receive(into); }
  Transfer send(std::string_view bytes) { return tls_ ? tls_->send(bytes) : socket_.send(bytes); }

  // Bytes that nobody wants, as they come from the network.
  Transfer discard(std::span<char> into) { return socket_.discard(into); }
  bool discardable() const { return socket_.readable(); }

  // Tells the peer that all was sent, as far as the socket takes that. Only discard() may follow.
  void say_end() {
    if (tls_) tls_->say_end();
  }
  void acknowledge() { socket_.acknowledge(); }
  bool half_close() { return socket_.half_close(); }
  void reset_at_close() { socket_.reset_at_close(); }

  std::int64_t arrived() const { return socket_.arrived(); }

 private:
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;  // null: plain
};

}  // namespace http::front
