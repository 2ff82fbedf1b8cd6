#pragma once
#include <memory>

#include "authz/authority.h"
#include "base/result.h"
#include "base/time.h"
#include "cedar/entities.h"
#include "domain/catalogue.h"
#include "domain/principal.h"
#include "store/schema.h"
#include "store/txn.h"

namespace authz {

// A subject as policies see it in its own tenant, made once for many questions. It is what they would find
// themselves as long as the store has the same revision, the catalogue is the same, and no mapping begins or
// ends; otherwise it is left alone. Immutable; shared freely by threads.
struct CachedPrincipal {
  domain::Principal principal;
  cedar::Entity entity;
  cedar::EntityUid tenant;           // the subject's own, as policies name it
  bool has_roles_on_things = false;  // whether there are mappings on single resources, whenever in force
  store::Revision revision = 0;
  std::shared_ptr<const domain::Catalogue> catalogue;
  base::Timestamp from, until;  // from <= now < until

  bool holds(const store::ReadTxn& txn, const domain::Catalogue& current, base::Timestamp now) const {
    return revision == txn.revision() && catalogue.get() == &current && from <= now && now < until;
  }
};

// Null where there is no such principal.
base::Result<std::shared_ptr<const CachedPrincipal>> make_cached_principal(
    const store::ReadTxn&, std::shared_ptr<const domain::Catalogue>, const Subject&, base::Timestamp now);

}  // namespace authz
