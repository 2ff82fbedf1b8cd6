#pragma once
#include <optional>
#include <string>

#include "api/context.h"
#include "domain/credential.h"

namespace api {

// A new credential with its token, which is known here and nowhere later. `tenant`, `owner`, `name` and the
// rest are the caller's to fill in.
struct Minted {
  domain::Credential credential;
  std::string token;
};
Minted mint(Change&, domain::CredentialKind);

Outcome<void> store_credential(Change&, const domain::Credential&);

// The owner's credential of that id and kind; nothing where it is anybody else's.
Outcome<std::optional<domain::Credential>> credential_of(const Read&, const base::Uuid& tenant,
                                                         const domain::Principal& owner, const base::Uuid& id,
                                                         domain::CredentialKind);

}  // namespace api
