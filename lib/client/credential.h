#pragma once
#include <optional>
#include <string>

#include "base/result.h"

namespace client {

// The environment's variables that name one. A flag never does: everybody on the machine sees those.
inline constexpr const char* kCredential = "REEVE_CREDENTIAL";
inline constexpr const char* kCredentialFile = "REEVE_CREDENTIAL_FILE";

// What a command presents to a server.
struct Credential {
  std::string authorization;  // the value of that header field
  std::string from;           // for messages: the variable, or the path
};

// An API key, or CLIENT_ID:CLIENT_SECRET. kInvalid where it has other than visible ASCII characters; the
// message shows nothing of it.
base::Result<Credential> credential_of(const std::string& text, const std::string& from);

// From a file that its owner alone may read: one as above, or what `reeve credential create` prints,
// {"client_id", "client_secret"}. kInvalid where others have access to it, or it holds something else.
base::Result<Credential> read_credential(const std::string& path);

// REEVE_CREDENTIAL; else the file, if one is given; else that of REEVE_CREDENTIAL_FILE. kNotFound where there
// is none of them, and the message says what to set.
base::Result<Credential> find_credential(const std::optional<std::string>& file);

}  // namespace client
