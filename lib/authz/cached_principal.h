#pragma once
#include <memory>
#include <vector>

#include "authz/authority.h"
#include "authz/last_changed.h"
#include "authz/validity.h"
#include "base/result.h"
#include "base/time.h"
#include "cedar/entities.h"
#include "domain/catalogue.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

// A subject as policies see it in its own tenant, made once for many questions. While it holds, its
// credential is valid, too. Immutable; shared freely by threads.
struct CachedPrincipal : Validity {
  domain::Principal principal;
  cedar::Entity entity;
  cedar::Entity tenant;              // the subject's own
  bool has_roles_on_things = false;  // whether there are mappings on single resources, whenever in force
  std::vector<ScopeEnd> ends;        // as of an Authority; the entity's expires_at is the credential's end
};

// For a subject whose credential is valid on the snapshot. Null where there is no such principal.
base::Result<std::shared_ptr<const CachedPrincipal>> make_cached_principal(
    const store::ReadTxn&, std::shared_ptr<const domain::Catalogue>, std::shared_ptr<const LastChanged>,
    const Subject&, base::Timestamp now);

}  // namespace authz
