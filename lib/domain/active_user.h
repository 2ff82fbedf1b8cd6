#pragma once
#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// Whether there is such a user, who isn't suspended: for those who ask about a million. Reads no more of the
// record (user.h) than that takes.
base::Result<bool> is_active_user(const store::ReadTxn&, const TenantId& tenant, const UserId& id);

}  // namespace domain
