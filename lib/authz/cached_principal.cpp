#include "authz/cached_principal.h"

#include <algorithm>
#include <utility>

#include "authz/entities.h"

namespace authz {

bool CachedPrincipal::holds(const store::ReadTxn& txn, const domain::Catalogue& current,
                            base::Timestamp now) const {
  if (catalogue.get() != &current || now < from || now >= until) return false;
  const store::Revision earlier = std::min(revision, txn.revision());
  return changes->of(to_stored(whose)) <= earlier && changes->of(credential) <= earlier &&
         changes->of(to_stored(domain::Platform{})) <= earlier;
}

base::Result<std::shared_ptr<const CachedPrincipal>> make_cached_principal(
    const store::ReadTxn& txn, std::shared_ptr<const domain::Catalogue> catalogue,
    std::shared_ptr<const LastChanged> changes, const Subject& subject, base::Timestamp now) {
  const StoreEntities entities(txn, *catalogue, {subject, subject.tenant, "", false, now});
  const cedar::Entity* entity = entities.find(entities.principal());
  if (entities.failed()) return *entities.failed();
  if (!entity) return std::shared_ptr<const CachedPrincipal>();
  const cedar::Entity* tenant = entities.find(entities.tenant());
  if (entities.failed()) return *entities.failed();
  if (!tenant) return std::shared_ptr<const CachedPrincipal>();
  const auto held = authority_of(txn, *catalogue, subject, subject.tenant, now);
  if (!held.ok()) return held.error();
  const base::Timestamp until = subject.expires_at ? std::min(held->until, *subject.expires_at) : held->until;
  return std::shared_ptr<const CachedPrincipal>(std::make_shared<CachedPrincipal>(CachedPrincipal{
      subject.principal, *entity, *tenant, held->has_roles_on_things, held->ends, subject.tenant,
      subject.credential, txn.revision(), std::move(changes), std::move(catalogue), now, until}));
}

}  // namespace authz
