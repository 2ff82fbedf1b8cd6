#include "authz/standing.h"

#include <utility>

#include "authz/entities.h"

namespace authz {

Result<std::shared_ptr<const Standing>> make_standing(const store::ReadTxn& txn,
                                                      std::shared_ptr<const domain::Catalogue> catalogue,
                                                      const Subject& subject, Timestamp now) {
  const StoreEntities entities(txn, *catalogue, {subject, subject.tenant, "", false, now});
  const cedar::Entity* entity = entities.find(principal_uid(subject.principal));
  if (entities.failed()) return *entities.failed();
  if (!entity) return std::shared_ptr<const Standing>();
  const auto held = authority_of(txn, *catalogue, subject, subject.tenant, now);
  if (!held.ok()) return held.error();
  return std::shared_ptr<const Standing>(std::make_shared<Standing>(
      Standing{*entity, txn.revision(), std::move(catalogue), now, held.value().until}));
}

}  // namespace authz
