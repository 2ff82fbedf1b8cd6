#pragma once
#include <cstdint>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/audit.h"
#include "store/txn.h"

namespace domain {

// As verify_audit() of audit.h, and gives visit each entry that is right, chain by chain and in each by
// number. What comes behind a chain's first fault isn't given to it.
base::Result<std::vector<AuditFault>> verify_audit(const store::ReadTxn&, std::uint64_t& entries_seen,
                                                   base::FunctionRef<void(const AuditEntry&)> visit);

}  // namespace domain
