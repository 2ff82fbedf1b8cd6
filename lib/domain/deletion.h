#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "domain/ids.h"
#include "domain/pending_deletion.h"
#include "store/txn.h"

// What is deleted goes in bounded steps where much belongs to it, since every other change waits for the
// writer meanwhile: a tenant always; a user, service user, group, role, entity or template beyond
// kMostAtOnce. delete_tenant(), delete_group() and so on are the first step and take the thing away from
// everybody; what belonged to it goes after that.
namespace domain {

// So many mappings, grants, memberships, children, credentials and kept answers together go in one change
// with what they belong to. A mapping takes some 100 us, for its entry in the audit log.
inline constexpr std::uint64_t kMostAtOnce = 200;

// Removes what belongs to a thing, if that is no more than `most`; else notes that it is to be removed in
// steps. For delete_user() and the like, and before delete_role(). Looks at `most` keys.
base::Result<void> delete_belongings(store::WriteTxn&, const PendingDeletion&, std::uint64_t most, GoesWith);

// How many grants name what would be deleted so: as principal or resource, or as template. Those that are
// left of something else are among them; no more than `most` are counted.
base::Result<std::uint64_t> count_grants_naming(const store::ReadTxn&, const PendingDeletion&,
                                                std::uint64_t most);

// Whether more than kMostAtOnce belong to it.
base::Result<bool> goes_in_steps(const store::ReadTxn&, const TenantId& tenant, const Deleted&);

// How many memberships of groups that are being deleted are still stored. They are counted in
// Counted::kMemberships until they are removed. Looks at each such group once, and at none of the
// memberships.
base::Result<std::uint64_t> count_memberships_left(const store::ReadTxn&, const TenantId& tenant);

// A place among all deletions, which have an order.
struct DeletionPlace {
  std::string behind;  // those up to this one are left alone; empty: none are
  std::string at;      // the one that was under way last
};

// Whether anything is left of any tenant or thing, behind the place.
base::Result<bool> has_deletions(const store::ReadTxn&, const DeletionPlace& = {});

// Removes about `most` records of what was deleted: all but audit chains. Answers whether more is left. Where
// it fails with kCorrupt, the deletion at place.at can't go on, whose message names it: whoever puts that
// into place.behind goes on with the others.
base::Result<bool> continue_deletions(store::WriteTxn&, std::size_t most, GoesWith, DeletionPlace& place);
base::Result<bool> continue_deletions(store::WriteTxn&, std::size_t most, GoesWith);

}  // namespace domain
