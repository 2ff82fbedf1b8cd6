#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/front/certificates.h"
#include "http/front/hello_limit.h"
#include "http/front/socket.h"

struct ssl_st;  // OpenSSL's SSL

namespace http::front {

// The server's end of TLS over one socket. One thread, at a time.
class TlsSession {
 public:
  // REQUIRES: socket outlives this
  TlsSession(Socket& socket, std::shared_ptr<const Certificates> certificates);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;  // OpenSSL points to it
  TlsSession& operator=(const TlsSession&) = delete;

  // Whether the handshake is done.
  bool is_open() const { return open_; }

  // Whether trying to receive or to send may come to something.
  bool readable() const;
  bool writable() const;

  // Whether the hello has come whole, which is looked at before anything is spent on it. Fails as the
  // handshake does.
  Io await_hello();

  // A step of the handshake. REQUIRES: await_hello() has said kDone. With kEnded and kBroken it has failed,
  // and why_not() says why.
  Io shake_hands();

  // A sentence's end for the log; empty where the peer went without a word.
  std::string_view why_not() const { return why_not_; }

  // REQUIRES, of these three: is_open()
  Transfer receive(std::span<char> into);
  Transfer send(std::string_view bytes);
  void say_end();

  // What OpenSSL reads and writes through.
  int read_raw(char* into, int size);
  int write_raw(const char* from, int size);
  bool at_end() const { return raw_ended_; }
  void note_key_update() { ++key_updates_; }

 private:
  bool begin();
  Io outcome(int result);

  Socket& socket_;
  const std::shared_ptr<const Certificates> certificates_;
  ssl_st* ssl_ = nullptr;  // from the moment on that a hello is there
  HelloLimit limit_;
  std::string why_not_;
  bool open_ = false;
  bool may_have_more_ = false;           // OpenSSL may hold bytes that are received already
  bool reading_waits_to_write_ = false;  // an answer of TLS's own has to leave first
  bool raw_ended_ = false;
  std::size_t raw_left_ = 0;  // bytes that this call of receive() may still take
  int key_updates_ = 0;       // that the peer sent
  bool broken_ = false;
};

}  // namespace http::front
