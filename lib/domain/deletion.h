#pragma once
#include <cstddef>

#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

// A tenant is deleted in bounded steps, since it may have millions of records, and every other change waits
// for the writer meanwhile. delete_tenant() is the first and takes the tenant away from everybody; what
// belonged to it goes after that.
namespace domain {

// Whether the tenant is gone and some of what belonged to it is still there.
base::Result<bool> is_being_deleted(const store::ReadTxn&, const TenantId& tenant);
base::Result<bool> has_deletions(const store::ReadTxn&);

// Removes about `most` records of tenants that were deleted: all but their audit chains. Answers whether more
// is left.
base::Result<bool> continue_deletions(store::WriteTxn&, std::size_t most);

}  // namespace domain
