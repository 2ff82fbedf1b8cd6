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
  Uuid client_id;
  std::string secret;  // visible ASCII; never to be logged or printed
};

inline constexpr std::size_t kMinBootstrapSecret = 32;  // characters
inline constexpr std::size_t kMaxBootstrapSecret = 512;

// `environment` is the value of REEVE_BOOTSTRAP_SECRET, absent where it isn't set; it goes before
// bootstrap.secret_file, whose line end is not part of the secret. Nothing where no bootstrap.client_id is
// set and no secret given. An error where only one of the two is given, where the secret is too short, too
// long or not of visible ASCII, and where the file can be read or written by everybody. No message shows the
// secret.
Result<std::optional<BootstrapCredential>> bootstrap_credential(
    const BootstrapConfig&, const std::optional<std::string>& environment);

}  // namespace config
