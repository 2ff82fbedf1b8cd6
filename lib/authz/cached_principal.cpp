#include "authz/cached_principal.h"

#include <utility>

#include "authz/entities.h"

namespace authz {
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
  auto validity = validity_of(txn, std::move(catalogue), std::move(changes), subject, *held, now);
  return std::shared_ptr<const CachedPrincipal>(std::make_shared<CachedPrincipal>(CachedPrincipal{
      std::move(validity), subject.principal, *entity, *tenant, held->has_roles_on_things, held->ends}));
}

}  // namespace authz
