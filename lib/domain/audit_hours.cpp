// An entry doesn't always have a later time than the one before: somebody may set the clock back. So a time
// can't be searched for among the entries. What is kept is where the hour changes, whichever way:
//
//   entries     1  09:58    2  09:59    3  10:00    4  10:59    5  09:01 (set back)    6  09:02
//   audit_hour  1  09       3  10       5  09
//
// From 10:10 to 10:20: 6 and 5 are passed over, 4 and 3 are looked at, 2 and 1 are passed over. That costs
// one key an hour in which something happened, and nothing for each entry.
#include "domain/audit_hours.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "domain/audit_record.h"
#include "domain/index.h"
#include "store/key.h"
#include "store/record.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::int64_t kHour = 3'600'000;                         // ms
constexpr std::uint64_t kMaxSeq = (std::uint64_t{1} << 40U) - 1;  // of what a key has room for

std::uint32_t hour_of(base::Timestamp at) {
  const std::int64_t hour = std::max<std::int64_t>(at.ms, 0) / kHour;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(hour, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

std::optional<Hours> hours_of(const AuditFilter& filter) {
  if (!filter.from && !filter.to) return std::nullopt;
  return Hours{filter.from ? hour_of(*filter.from) : 0,
               filter.to ? hour_of({filter.to->ms - 1}) : std::numeric_limits<std::uint32_t>::max()};
}

base::Result<void> note_hour(store::WriteTxn& txn, const AuditEntry& entry) {
  const auto before = hour_run_before(txn, entry.tenant, entry.seq);
  if (!before.ok()) return before.error();
  const std::uint32_t hour = hour_of(entry.created_at);
  if (*before && (*before)->hour == hour) return {};
  return txn.put(Table::kAuditHour, Key().uuid(to_stored(entry.tenant)).u40(entry.seq), Key().u32(hour));
}

base::Result<std::optional<HourRun>> hour_run_before(const store::ReadTxn& txn, const Owner& tenant,
                                                     std::uint64_t before) {
  const Key prefix = Key().uuid(to_stored(tenant));
  const Key end = before == 0 || before > kMaxSeq ? Key() : Key(prefix).u40(before);
  std::optional<HourRun> run;
  base::Result<void> outcome;
  const auto scanned =
      txn.scan_reverse(Table::kAuditHour, prefix, end, [&](std::string_view key, std::string_view value) {
        store::KeyReader place(key.substr(prefix.view().size())), hour(value);
        run = HourRun{place.u40(), hour.u32()};
        if (!place.complete() || !hour.complete())
          outcome = store::corrupt(Table::kAuditHour, key, "not a seq and an hour");
        return false;
      });
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  return run;
}

base::Timestamp end_of_hour(std::uint32_t hour) {
  return {(std::int64_t{hour} + 1) * kHour};
}

base::Result<void> each_hour_run(const store::ReadTxn& txn, const Owner& tenant,
                                 base::FunctionRef<bool(HourRun)> fn) {
  const Key prefix = Key().uuid(to_stored(tenant));
  base::Result<void> outcome;
  const auto scanned = txn.scan(Table::kAuditHour, prefix, [&](std::string_view key, std::string_view value) {
    store::KeyReader place(key.substr(prefix.view().size())), hour(value);
    const HourRun run{place.u40(), hour.u32()};
    if (place.complete() && hour.complete()) return fn(run);
    outcome = store::corrupt(Table::kAuditHour, key, "not a seq and an hour");
    return false;
  });
  return scanned.ok() ? outcome : scanned;
}

base::Result<void> trim_hours(store::WriteTxn& txn, const Owner& tenant, std::uint64_t through, bool more) {
  std::vector<HourRun> gone;
  bool begins_behind = false;  // a run, with the first entry that is left
  const auto read = each_hour_run(txn, tenant, [&](HourRun run) {
    if (run.begin <= through)
      gone.push_back(run);
    else
      begins_behind = run.begin == through + 1;
    return run.begin <= through;
  });
  if (!read.ok()) return read;
  const Key prefix = Key().uuid(to_stored(tenant));
  for (const HourRun& run : gone)
    if (auto done = del(txn, Table::kAuditHour, Key(prefix).u40(run.begin)); !done.ok()) return done;
  if (gone.empty() || begins_behind || !more) return {};
  return txn.put(Table::kAuditHour, Key(prefix).u40(through + 1), Key().u32(gone.back().hour));
}

base::Result<void> implied_hours(const store::ReadTxn& txn, Implied& implied,
                                 base::FunctionRef<void(Table, std::string_view key)> begin) {
  std::optional<Owner> tenant;
  std::optional<std::uint32_t> last;
  return txn.scan(Table::kAudit, {}, [&](std::string_view key, std::string_view value) {
    const auto stored = unseal_audit(key, value);
    if (!stored.ok()) return true;  // that it can't be read was told by then
    const AuditEntry& entry = stored->entry;
    if (tenant != entry.tenant) last.reset();
    tenant = entry.tenant;
    const std::uint32_t hour = hour_of(entry.created_at);
    if (last == hour) return true;
    last = hour;
    begin(Table::kAudit, key);
    const Key at = Key().uuid(to_stored(entry.tenant)).u40(entry.seq), its = Key().u32(hour);
    implied.entry(Table::kAuditHour, {at, its});
    return true;
  });
}

}  // namespace domain
