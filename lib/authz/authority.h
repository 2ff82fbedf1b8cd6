#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "domain/catalogue.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

struct CachedPrincipal;

// Who acts, by which credential, and what that itself adds to its owner's roles.
struct Subject {
  domain::Principal principal;
  base::Uuid tenant;  // the credential's; nil: the platform's, which holds every permission everywhere
  std::vector<std::string> credential_scopes;
  std::shared_ptr<const CachedPrincipal> cached{};  // may be null; only ever saves work
  base::Uuid credential{};                          // nil: Reeve itself
  std::optional<base::Timestamp> expires_at{};      // the credential
  bool platform() const { return tenant.is_nil(); }
};

// What a principal holds for the whole of a tenant at one moment.
struct Authority {
  std::vector<base::Uuid> roles;    // enabled, in force, mapped directly or through a group; sorted
  std::vector<base::Uuid> groups;   // sorted
  std::vector<std::string> scopes;  // effective, implied ones included, sorted
  base::Timestamp until;            // the first moment at which time alone changes it

  // Whether it or a group of it has mappings on single resources, whenever in force: else scopes_on() gives
  // none.
  bool has_roles_on_things = false;
};

// Nothing for a subject of another tenant. A suspended user and a disabled service user hold nothing.
base::Result<Authority> authority_of(const store::ReadTxn&, const domain::Catalogue&, const Subject&,
                                     const base::Uuid& tenant, base::Timestamp now);

// The effective scopes of the roles that the subject, or a group of it, holds on this very resource.
// REQUIRES: !resource.empty()
base::Result<std::vector<std::string>> scopes_on(const store::ReadTxn&, const domain::Catalogue&,
                                                 const Subject&, const base::Uuid& tenant,
                                                 const domain::ResourceText& resource, base::Timestamp now);

// What somebody is given who joins a group, or gets hold of a service user's credential: the effective scopes
// of all roles mapped to it (and to the service user's groups), now or later, on any resource, disabled roles
// included. For the guard's proposals.
base::Result<std::vector<std::string>> scopes_conferred(const store::ReadTxn&, const domain::Catalogue&,
                                                        const base::Uuid& tenant, const domain::Principal&,
                                                        base::Timestamp now);

}  // namespace authz
