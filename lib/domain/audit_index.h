#pragma once
#include <cstdint>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/audit.h"
#include "store/txn.h"

// The audit log by actor and by resource; for audit.cpp and the store's check.
namespace domain {

// Adds the entry, which has its seq.
base::Result<void> index_audit(store::WriteTxn&, const AuditEntry&);

// Removes it again.
base::Result<void> unindex_audit(store::WriteTxn&, const AuditEntry&);

// Whether an index can answer what the filter asks for, at least in part: it names an actor or a resource.
bool is_indexed(const AuditFilter&);

// Gives fn the seqs below `before` (0: from the newest) that the indexes have for the filter, newest first,
// until fn returns false. What is `likely` is in each index that the filter asks; the entry still has to be
// held against the filter, and need not be there. Others were looked at on the way. What was left out doesn't
// pass. REQUIRES: is_indexed(filter)
base::Result<void> each_indexed(const store::ReadTxn&, const Owner& tenant, std::uint64_t before,
                                const AuditFilter&,
                                base::FunctionRef<bool(std::uint64_t seq, bool likely)> fn);

}  // namespace domain
