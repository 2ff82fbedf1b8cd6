#pragma once
#include <string>

#include "api/context.h"
#include "api/operation.h"
#include "api/service_users.h"

namespace api {

namespace op {
inline constexpr Operation create_platform_credential = {.action = "platform_credential:create",
                                                         .kind = kWrite,
                                                         .scope = kPlatformScope,
                                                         .resource = "platform_credential"};

inline constexpr Operation kPlatformCredentials[] = {create_platform_credential};
}  // namespace op

// A credential of the platform: whoever presents it may do everything the guard lets the platform do. Its id
// and secret are a Basic pair; the secret alone works as Bearer or X-API-Key too.
Outcome<SecretView> create_platform_credential(Change&, const std::string& name);

// Makes the platform credential of this client id, or gives it this secret; writes nothing where it has that
// already. The guard isn't asked, since the configuration wants it. For Reeve itself, at start.
Outcome<void> ensure_platform_credential(Change&, const domain::CredentialId& client_id,
                                         std::string_view secret);

}  // namespace api
