#pragma once
#include <cstdint>
#include <optional>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/implied.h"
#include "domain/mapping.h"
#include "store/txn.h"

// When mappings end: what is found without looking at those that never do.
namespace domain {

// Makes the index say when the mapping ends. Null: there was none before, or it goes.
base::Result<void> change_expiry(store::WriteTxn&, const Mapping* before, const Mapping* after);

void implied_by_expiry(const Mapping&, Implied&);

// Where a mapping stands among those that end: in order of the moment, and of one moment in that of their
// ids.
struct ExpiryPlace {
  base::Timestamp expires_at;
  MappingId id;
};

// The tenant's mappings that end at `from` or later, in that order, behind `after` where it is not null,
// until fn returns false. Nothing in place of a mapping: it is left of what was deleted, and only bounds what
// a list looks at.
base::Result<void> each_expiring(const store::ReadTxn&, const TenantId& tenant, base::Timestamp from,
                                 const ExpiryPlace* after,
                                 base::FunctionRef<bool(const ExpiryPlace&, std::optional<Mapping>&&)> fn);

// From one moment to before another.
struct Stretch {
  base::Timestamp from, until;
};

// How many end within it; no more than `most` are counted, a tenth of a microsecond each. Those that are left
// of what was deleted are among them.
base::Result<std::uint64_t> count_expiring(const store::ReadTxn&, const TenantId& tenant, const Stretch&,
                                           std::uint64_t most);

}  // namespace domain
