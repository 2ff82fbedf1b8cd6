#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/raw_client.h"

// What a client offers in its handshake.
struct TlsOffer {
  int least = 0;  // versions as OpenSSL numbers them, 0x0303 for 1.2; 0: whatever it has
  int most = 0;
  std::string ciphers{};  // of TLS 1.2; empty: OpenSSL's own choice
  std::string name{};     // SNI; empty: none
  std::string alpn{};     // as on the wire: "\x08http/1.1"
  std::string groups{};   // the keys it may send, "P-384"
  bool weak = false;      // also what OpenSSL by itself no longer offers, such as TLS 1.0
};

// A client over TLS that believes any certificate. Its bytes are in memory, so that a test decides when, and
// how many of them, are sent. Reading gives up after ten seconds. One thread.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const TlsOffer& offer = {});
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // The whole handshake, what there is to send `piece` bytes at a time. False where the server ends it.
  bool shake_hands(std::size_t piece = 1 << 20);

  // One step of it without the network: the bytes that are to be sent now.
  std::string next_flight();
  void take(std::string_view from_server);
  std::string wait_for_server();  // some bytes of its; empty at its end

  std::string version() const;  // "TLSv1.3"
  std::string cipher() const;
  std::string protocol() const;                 // of ALPN; empty: none
  std::string certificate_name() const;         // the first DNS name in the server's certificate
  std::string alert() const { return alert_; }  // what the server, or OpenSSL here, said was wrong

  bool send(std::string_view bytes);
  std::optional<RawResponse> read();
  std::optional<RawResponse> ask(std::string_view bytes) {
    send(bytes);
    return read();
  }
  // Whether the server ends the connection with the alert that says so, and nothing before.
  bool ends();
  // Begins a handshake anew, as TLS 1.2 allowed; true where the server took part.
  bool renegotiates();
  // TLS 1.3: asks for new keys on both sides.
  bool renews_keys();

  RawClient& raw() { return raw_; }

 private:
  struct Engine;
  bool fill();
  bool flush();

  RawClient raw_;
  std::unique_ptr<Engine> engine_;
  std::string in_;  // decrypted, not read yet
  std::string alert_;
  bool closed_well_ = false;
};

// A pair that a test serves, in PEM; valid from an hour before `ms` on, for `days`.
struct TestPair {
  std::string certificate, key;
};
TestPair make_test_pair(const std::string& name, int days = 30, std::int64_t from_now_ms = 0);
