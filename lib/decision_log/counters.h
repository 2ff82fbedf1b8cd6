#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "decision_log/event.h"
#include "decision_log/tables.h"
#include "decision_log/tally.h"
#include "domain/ids.h"

namespace decision_log {

// Counters of use, in one transaction: of each thing the day that it last decided something, which is written
// once a day and not for each decision. There are so many of them at most, of all tenants together, and no
// tenant has more than half.
//
// Things are deleted and others made, and nobody tells these: so where nearly all room is taken, whoever has
// the most of them loses those that have stood still the longest. The caller puts the totals, and tallies
// that it gives.
class Counters {
 public:
  struct Room {
    std::uint64_t most = 0;
    base::Timestamp now;
  };
  Counters(Txn& txn, Totals& totals, const Room& room) : txn_(txn), totals_(totals), room_(room) {}

  // Of each, as "kind, text". For what finds no room the tally says that it isn't counted.
  base::Result<void> count(const domain::TenantId&, const std::set<std::string>& uses, Tally&);

  // For many that are new, if there is little left.
  base::Result<void> make_room();

  // A bounded number of a tenant's; whether there may be more.
  base::Result<bool> remove_all(const domain::TenantId&, Tally&);

  // Looks at a bounded number of them, and removes those that no report needs. Begins at `from`, and leaves
  // there where to go on the next time, "" at the end.
  base::Result<void> remove_old(std::string& from);

 private:
  std::uint32_t today() const;
  base::Result<void> evict(const domain::TenantId&, Tally&);

  Txn& txn_;
  Totals& totals_;
  const Room room_;
};

// The beginning of the day; nothing where it has no counter.
base::Result<std::optional<base::Timestamp>> last_used(const Txn&, const domain::TenantId&, Used,
                                                       std::string_view what);

}  // namespace decision_log
