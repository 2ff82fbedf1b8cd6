#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/uuid.h"
#include "config/config.h"

namespace config {

// The platform credential that the configuration asks for.
struct BootstrapCredential {
  base::Uuid client_id;
  std::string secret;  // visible ASCII; never to be logged or printed
};

inline constexpr std::size_t kMinBootstrapSecret = 32;  // characters
inline constexpr std::size_t kMaxBootstrapSecret = 512;

// Nothing where neither bootstrap.client_id nor a secret is given. `environment` is the value of
// REEVE_BOOTSTRAP_SECRET, absent where it isn't set; it replaces bootstrap.secret_file, of which a line end
// at the end is not part of the secret. Fails where only one of id and secret is given, where the secret is
// too short, too long or not visible ASCII, and where other users may read or write the file. No message
// shows the secret.
base::Result<std::optional<BootstrapCredential>> bootstrap_credential(
    const BootstrapConfig&, const std::optional<std::string>& environment);

}  // namespace config
