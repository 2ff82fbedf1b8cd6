#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "decision_log/event.h"
#include "decision_log/tables.h"
#include "domain/ids.h"

namespace decision_log {

// Of a tenant: what is kept of it, and how honest the counters are.
struct Tally {
  base::Timestamp since{};      // when the first of its decisions was counted in this environment
  std::uint64_t entries = 0;    // kept
  std::uint64_t bytes = 0;      // of their blocks
  std::uint64_t lost = 0;       // decisions of which there is neither an entry nor a count
  base::Timestamp lost_at{};    // the last of them; 0: none
  std::uint64_t evicted = 0;    // entries that it would keep, and that made room for newer ones
  std::uint64_t uses = 0;       // counters
  std::uint64_t uncounted = 0;  // uses that found no room to be counted, or whose counters made room
  base::Timestamp uncounted_at{};
  Keep keep;  // as of the last decision
};

// Nothing where it can't be read, or says what can't be: no moment and no number of days is such that
// reckoning with it overflows.
std::optional<Tally> read_tally(std::string_view bytes);
base::Result<std::optional<Tally>> get_tally(const Txn&, const domain::TenantId&);
base::Result<void> put_tally(Txn&, const domain::TenantId&, const Tally&);

using VisitTally = base::FunctionRef<void(const domain::TenantId&, const Tally&)>;
base::Result<void> each_tally(const Txn&, VisitTally);

// Of all tenants: the number of the next block, bytes of all blocks, how many uses there are.
struct Totals {
  std::uint64_t next = 1, bytes = 0, uses = 0;
};

base::Result<Totals> get_totals(const Txn&);
base::Result<void> put_totals(Txn&, const Totals&);

}  // namespace decision_log
