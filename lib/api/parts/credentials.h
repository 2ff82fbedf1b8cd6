#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/parts/authorize.h"
#include "api/parts/propose.h"
#include "domain/credential.h"

namespace api {

// A new credential with its token, which is known here and nowhere later. `owner`, `name` and the rest
// are the caller's to fill in.
struct Minted {
  domain::Credential credential;
  std::string token;
};
Minted mint(Change&, const domain::Owner& tenant, domain::CredentialKind);

// REQUIRES: the change has begun
Outcome<void> store_credential(Change&, const domain::Credential&);

// The owner's credential of that id and kind; nothing where it is anybody else's.
Outcome<std::optional<domain::Credential>> credential_of(const Read&, const domain::Owner& tenant,
                                                         const domain::Principal& owner,
                                                         const domain::CredentialId& id,
                                                         domain::CredentialKind);

// What is asked before a secret of the service user is made: whoever gets hold of it is given what the
// service user holds, now and later, which is `gift`.
AccessRequest creating_secret(const domain::Owner& tenant, const domain::ServiceUserId& service_user,
                              std::string_view title, const std::optional<base::Timestamp>& expires_at,
                              const Gift& gift);

// All of the owner's, in order of id, which is that of creation: kMaxSecrets, and a key.
Outcome<std::vector<domain::Credential>> credentials_of(const Read&, const domain::Owner& tenant,
                                                        const domain::Principal& owner);

}  // namespace api
