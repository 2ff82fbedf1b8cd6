#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/audit.h"
#include "domain/implied.h"
#include "store/txn.h"

// When the entries of the audit log were made, to the hour; for audit.cpp and the store's check.
namespace domain {

// Hours since 1970, the first and the last of which count.
struct Hours {
  std::uint32_t first = 0, last = 0;

  bool contain(std::uint32_t hour) const { return first <= hour && hour <= last; }
};

// Those in which what passes was made, or nothing where any time will do.
std::optional<Hours> hours_of(const AuditFilter&);

// Notes the hour of the entry, which has its seq, if the one before was made in another.
base::Result<void> note_hour(store::WriteTxn&, const AuditEntry&);

// Entries that follow each other and were made in the same hour.
struct HourRun {
  std::uint64_t begin = 0;  // the first of them
  std::uint32_t hour = 0;
};

// The run of the newest entry with a seq below `before` (0: of the newest); nothing where there is none.
base::Result<std::optional<HourRun>> hour_run_before(const store::ReadTxn&, const Owner& tenant,
                                                     std::uint64_t before);

// The moment with which the hour ends.
base::Timestamp end_of_hour(std::uint32_t hour);

// Gives fn the runs of the chain in order, until it returns false.
base::Result<void> each_hour_run(const store::ReadTxn&, const Owner& tenant,
                                 base::FunctionRef<bool(HourRun)>);

// Forgets the hours of the entries up to `through`, which were removed; `more` is whether others are left.
base::Result<void> trim_hours(store::WriteTxn&, const Owner& tenant, std::uint64_t through, bool more);

// What note_hour() has noted for the entries in the store; `begin` is told which one comes next.
base::Result<void> implied_hours(const store::ReadTxn&, Implied&,
                                 base::FunctionRef<void(store::Table, std::string_view key)> begin);

}  // namespace domain
