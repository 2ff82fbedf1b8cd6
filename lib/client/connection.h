#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/result.h"
#include "client/credential.h"
#include "client/http.h"

namespace client {

inline constexpr const char* kServer = "REEVE_SERVER";
inline constexpr const char* kAuthorities = "REEVE_CA";

// What a command line says of the server that a command talks to; the environment has the rest.
struct Given {
  std::optional<std::string> server;           // a URL, or the path of a unix socket; else REEVE_SERVER
  std::string flag = "--server";               // where `server` is from, for messages
  std::optional<std::string> credential_file;  // beside REEVE_CREDENTIAL, as find_credential() has it
  std::optional<std::string> authorities;      // certificates in PEM to trust; else REEVE_CA, the system's
  bool insecure = false;                       // send the credential over a network in clear
};

// Whether the command line or the environment names a server.
bool names_server(const Given&);

// Where a URL, http://HOST[:PORT] or https://HOST[:PORT], or an absolute path leads; port 7400 where none is
// named, and 443 with https. kInvalid for anything else.
base::Result<Place> parse_place(std::string_view text);

// A server, and as whom it is asked.
struct Connection {
  Place place;
  Credential credential;

  // The answer's JSON, null where it has no body. kInvalid where its status isn't the wanted one, in the
  // server's words; else as ask(), and a message names the place.
  base::Result<base::Json> call(const Request&, int wanted, const Limits& = {}) const;

  // The answer's body as it comes, however large, to `take`, which answers whether to go on. As call().
  base::Result<void> download(const Request&, base::FunctionRef<bool(std::string_view)> take,
                              const Limits&) const;
};

// Where the server is that the command line or the environment names, and by which certificates it is known.
// kNotFound where they name none; kInvalid where that isn't right, or a credential could be read on the way.
base::Result<Place> place_of(const Given&);

// The place, and the credential. kInvalid where that isn't right, or the credential could be read on the way;
// as find_credential() where there is none.
base::Result<Connection> connection_of(const Given&);

// What a server says went wrong, for messages: ": message" and a line for each notice; "" where that isn't
// JSON.
std::string told(std::string_view body);

}  // namespace client
