#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"

// The calls that the command line makes to a running server, over HTTP/1.1.
namespace client {

// Where it listens: on the unix socket, or where that is empty on an address and port.
struct Place {
  std::string unix_socket;
  std::string host;  // without brackets
  std::uint16_t port = 0;
  // With TLS: a file of certificates in PEM, of which the server has to present one or one that they vouch
  // for, and a name or address that it is for, whatever `host` is.
  std::string trusted = {};
  std::string name = {};
  bool tls = false;  // also where `trusted` is empty: by the authorities that the system trusts

  bool has_tls() const { return tls || !trusted.empty(); }

  std::string to_string() const;  // "https://[::1]:7400", "/run/reeve/http.sock"
};

struct Request {
  std::string method = "GET";
  std::string path = "/";                                    // as sent
  std::vector<std::pair<std::string, std::string>> headers;  // REQUIRES: no control characters
  std::string body;                                          // JSON; empty: none
};

struct Response {
  int status = 0;
  std::string body;
};

struct Limits {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds whole{30'000};          // from the call of ask() to the answer's last byte
  std::size_t body = std::size_t{4} * 1024 * 1024;  // bytes of an answer
  std::chrono::milliseconds idle{0};                // between two bytes of an answer; 0: as `whole`
  std::stop_token stop{};                           // asked to stop, the call fails soon, as if in time
};

// Makes one call: nothing is repeated and no redirection followed. kIo where there is no answer, or none in
// time, kFull where it is too large; the message begins with the place and shows nothing of the request. A
// change that wasn't answered may or may not have been made. SIGPIPE must be ignored.
base::Result<Response> ask(const Place&, const Request&, const Limits& = {});

// The same, but the body of a 200 goes to `take` as it comes, however large, and not into the answer. `take`
// answers whether to go on; where it doesn't, kIo. What it got is whole only where this succeeds.
base::Result<Response> download(const Place&, const Request&, base::FunctionRef<bool(std::string_view)> take,
                                const Limits&);

}  // namespace client
