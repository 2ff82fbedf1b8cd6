#pragma once
#include <memory>
#include <vector>

#include "authz/authority.h"
#include "authz/last_changed.h"
#include "base/result.h"
#include "base/time.h"
#include "cedar/entities.h"
#include "domain/catalogue.h"
#include "domain/principal.h"
#include "store/schema.h"
#include "store/txn.h"

namespace authz {

// A subject as policies see it in its own tenant, made once for many questions, and how long it is what they
// would find themselves, as is whether its credential is valid. Immutable; shared freely by threads.
struct CachedPrincipal {
  domain::Principal principal;
  cedar::Entity entity;
  cedar::Entity tenant;              // the subject's own
  bool has_roles_on_things = false;  // whether there are mappings on single resources, whenever in force
  std::vector<ScopeEnd> ends;        // as of an Authority; the entity's expires_at is the credential's end

  // What it was made of: itself, its credential, its groups, its tenant and what is the platform's.
  std::vector<LastChanged::Place> places;
  store::Revision revision = 0;
  std::shared_ptr<const LastChanged> changes;
  std::shared_ptr<const domain::Catalogue> catalogue;
  base::Timestamp from, until;  // mappings begin or end, or the credential does, at no moment between

  // Whether it may be used on the snapshot: nothing of what it was made of changed between that and the one
  // that it was made on; the catalogue is the same; and from <= now < until. Inside a change it may be asked
  // before the change has written anything, since only what ran before it is noted.
  bool holds(const store::ReadTxn&, const domain::Catalogue& current, base::Timestamp now) const;
};

// For a subject whose credential is valid on the snapshot. Null where there is no such principal.
base::Result<std::shared_ptr<const CachedPrincipal>> make_cached_principal(
    const store::ReadTxn&, std::shared_ptr<const domain::Catalogue>, std::shared_ptr<const LastChanged>,
    const Subject&, base::Timestamp now);

}  // namespace authz
