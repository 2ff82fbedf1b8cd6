#include "authz/validity.h"

#include <algorithm>
#include <utility>

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

bool Validity::holds(const store::ReadTxn& txn, const domain::Catalogue& current, base::Timestamp now) const {
  if (catalogue.get() != &current || now < from || now >= until) return false;
  return changes->of(places) <= std::min(revision, txn.revision());
}

Validity validity_of(const store::ReadTxn& txn, std::shared_ptr<const domain::Catalogue> catalogue,
                     std::shared_ptr<const LastChanged> changes, const Subject& subject,
                     const Authority& held, base::Timestamp now) {
  const base::Timestamp until = subject.expires_at ? std::min(held.until, *subject.expires_at) : held.until;
  return {
      places_of(subject, held.groups), txn.revision(), std::move(changes), std::move(catalogue), now, until};
}

}  // namespace authz
