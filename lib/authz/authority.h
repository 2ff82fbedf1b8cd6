#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "domain/permission.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

// Who acts, and what the credential itself adds to its owner's roles.
struct Subject {
  domain::Principal principal;
  Uuid tenant;  // the credential's; nil: the platform's, which holds every permission everywhere
  std::vector<std::string> credential_scopes;
};

// What a principal holds for the whole of a tenant at one moment.
struct Authority {
  std::vector<Uuid> roles;   // enabled, in force, mapped directly or through a group; sorted
  std::vector<Uuid> groups;  // sorted
  std::vector<std::string> scopes;  // effective, implied ones included, sorted
  Timestamp until;  // it is the same up to the millisecond before, unless the store changes
};

// Nothing for a subject of another tenant. A suspended user and a disabled service user hold nothing.
Result<Authority> authority_of(const store::ReadTxn&, const domain::Catalogue&, const Subject&,
                               const Uuid& tenant, Timestamp now);

// The effective scopes of the roles that the principal, or a group of it, holds on this very resource.
Result<std::vector<std::string>> scopes_on(const store::ReadTxn&, const domain::Catalogue&, const Subject&,
                                           const Uuid& tenant, const domain::ResourceText& resource,
                                           Timestamp now);

// What mappings of the principal give for the whole tenant now or at any later moment: what whoever becomes
// (a member of) the principal is given. For the guard's proposals.
Result<std::vector<std::string>> scopes_conferred(const store::ReadTxn&, const domain::Catalogue&,
                                                  const Uuid& tenant, const domain::Principal&, Timestamp now);

}  // namespace authz
