#include "authz/cached_principal.h"

#include <algorithm>
#include <utility>

#include "authz/entities.h"

namespace authz {
namespace {

std::vector<LastChanged::Place> places_of(const Subject& subject,
                                          const std::vector<domain::GroupId>& groups) {
  std::vector<LastChanged::Place> places;
  places.reserve(groups.size() + 4);
  places.push_back(LastChanged::place_of(to_stored(domain::Platform{})));
  places.push_back(LastChanged::place_of(to_stored(subject.tenant)));
  places.push_back(LastChanged::place_of(subject.credential));
  places.push_back(LastChanged::place_of(subject.principal.id));
  for (const domain::GroupId& group : groups) places.push_back(LastChanged::place_of(group));
  // Each is looked at with every request, and somebody may be in more groups than there are places.
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace

bool CachedPrincipal::holds(const store::ReadTxn& txn, const domain::Catalogue& current,
                            base::Timestamp now) const {
  if (catalogue.get() != &current || now < from || now >= until) return false;
  return changes->of(places) <= std::min(revision, txn.revision());
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
  return std::shared_ptr<const CachedPrincipal>(std::make_shared<CachedPrincipal>(
      CachedPrincipal{subject.principal, *entity, *tenant, held->has_roles_on_things, held->ends,
                      places_of(subject, held->groups), txn.revision(), std::move(changes),
                      std::move(catalogue), now, until}));
}

}  // namespace authz
