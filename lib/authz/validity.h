#pragma once
#include <memory>
#include <vector>

#include "authz/authority.h"
#include "authz/last_changed.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "store/schema.h"
#include "store/txn.h"

namespace authz {

// How long something is what anybody would find themselves, that was made once from what a subject is and
// holds in its own tenant.
struct Validity {
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

// Of what is made on this snapshot of the subject, who is in these groups, and of nothing else.
Validity validity_of(const store::ReadTxn&, std::shared_ptr<const domain::Catalogue>,
                     std::shared_ptr<const LastChanged>, const Subject&, const Authority& held,
                     base::Timestamp now);

}  // namespace authz
