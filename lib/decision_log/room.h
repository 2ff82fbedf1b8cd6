#pragma once
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "base/time.h"
#include "decision_log/tables.h"
#include "decision_log/tally.h"
#include "domain/ids.h"

// Entries go so that others have room, a block at a time.
namespace decision_log {

inline constexpr std::size_t kMostTrimmed = 500;  // blocks that one call removes

// Of one tenant, the oldest, beyond what it keeps; the caller puts tally and totals. How many blocks are
// gone.
base::Result<std::size_t> trim(Txn&, const domain::TenantId&, Tally&, Totals&, base::Timestamp now);

// Of whoever has the most, the oldest, until all have no more than so many bytes together, or so many blocks
// are gone; and counts them in that tenant's tally. So whoever has little keeps it, however much others log.
// The caller puts the totals. How many blocks are gone.
struct Goal {
  std::uint64_t bytes = 0;
  std::size_t most_blocks = 0;
};
base::Result<std::size_t> evict(Txn&, Totals&, const Goal&);

}  // namespace decision_log
