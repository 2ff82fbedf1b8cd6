#pragma once
#include <optional>
#include <string>

#include "api/context.h"
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

}  // namespace api
