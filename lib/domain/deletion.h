#pragma once
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

// A tenant is deleted in bounded steps, since it may have millions of records, and every other change waits
// for the writer meanwhile; likewise a group with many members. delete_tenant() or delete_group() is the
// first step and takes the thing away from everybody; what belonged to it goes after that.
namespace domain {

// A group that has more members than this is deleted in steps.
inline constexpr std::uint64_t kMostMembersAtOnce = 1'000;

// Whether the tenant, or the group, is gone and some of what belonged to it is still there.
base::Result<bool> is_being_deleted(const store::ReadTxn&, const TenantId& tenant);
base::Result<bool> is_being_deleted(const store::ReadTxn&, const TenantId& tenant, const GroupId& group);

// Whether that is so of any group of the tenant: one lookup.
base::Result<bool> has_group_deletions(const store::ReadTxn&, const TenantId& tenant);

// How many memberships of such groups are still stored. They are counted in Counted::kMemberships until they
// are removed. Looks at each such group once, and at none of the memberships.
base::Result<std::uint64_t> count_memberships_left(const store::ReadTxn&, const TenantId& tenant);

// Whether anything is left of any tenant or group.
base::Result<bool> has_deletions(const store::ReadTxn&);

// Notes that the group's memberships are to be removed. For delete_group().
base::Result<void> begin_deletion(store::WriteTxn&, const TenantId& tenant, const GroupId& group);

// Removes about `most` records of tenants and groups that were deleted: all but audit chains. Answers whether
// more is left.
base::Result<bool> continue_deletions(store::WriteTxn&, std::size_t most);

}  // namespace domain
