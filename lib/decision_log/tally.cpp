#include "decision_log/tally.h"

#include <algorithm>
#include <string>

#include "store/key.h"
#include "store/varint.h"

namespace decision_log {
namespace {

using store::ByteReader;
using store::Key;

constexpr std::string_view kTotalsKey = "totals";

constexpr std::int64_t kMostMs = 253'402'300'799'999;  // the last of the year 9999
constexpr std::uint64_t kMostDays = 1'000'000;

std::string to_bytes(const Tally& tally) {
  std::string bytes;
  const auto ms = [](base::Timestamp at) {
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(at.ms, 0, kMostMs));
  };
  for (const std::uint64_t n :
       {ms(tally.since), tally.entries, tally.bytes, tally.lost, ms(tally.lost_at), tally.evicted, tally.uses,
        tally.uncounted, ms(tally.uncounted_at), tally.keep.entries, std::min(tally.keep.days, kMostDays)})
    store::append_varint(bytes, n);
  return bytes;
}

}  // namespace

std::optional<Tally> read_tally(std::string_view bytes) {
  ByteReader reader(bytes);
  bool is_sound = true;
  const auto moment = [&] {
    const std::uint64_t ms = reader.varint();
    is_sound = is_sound && ms <= std::uint64_t{kMostMs};
    return base::Timestamp{static_cast<std::int64_t>(ms)};
  };
  Tally tally;
  tally.since = moment();
  tally.entries = reader.varint();
  tally.bytes = reader.varint();
  tally.lost = reader.varint();
  tally.lost_at = moment();
  tally.evicted = reader.varint();
  tally.uses = reader.varint();
  tally.uncounted = reader.varint();
  tally.uncounted_at = moment();
  tally.keep.entries = reader.varint();
  tally.keep.days = reader.varint();
  is_sound = is_sound && tally.keep.days <= kMostDays && reader.ok() && reader.empty();
  return is_sound ? std::optional(tally) : std::nullopt;
}

base::Result<std::optional<Tally>> get_tally(const Txn& txn, const domain::TenantId& tenant) {
  const auto found = txn.get(kTenant, Key().uuid(tenant));
  if (!found.ok()) return found.error();
  if (!*found) return std::optional<Tally>();
  const auto tally = read_tally(**found);
  if (!tally) return corrupt("what is kept of a tenant");
  return tally;
}

base::Result<void> put_tally(Txn& txn, const domain::TenantId& tenant, const Tally& tally) {
  return txn.put(kTenant, Key().uuid(tenant), to_bytes(tally));
}

base::Result<void> each_tally(const Txn& txn, VisitTally visit) {
  bool is_damaged = false;
  const auto scanned = txn.scan(kTenant, {}, {}, [&](std::string_view key, std::string_view value) {
    const auto tally = read_tally(value);
    is_damaged = !tally || key.size() != 16;
    if (!is_damaged) visit(domain::TenantId::from_raw(key), *tally);
    return !is_damaged;
  });
  if (!scanned.ok()) return scanned;
  return is_damaged ? base::Result<void>(corrupt("what is kept of a tenant")) : base::Result<void>();
}

base::Result<Totals> get_totals(const Txn& txn) {
  const auto found = txn.get(kTotals, kTotalsKey);
  if (!found.ok()) return found.error();
  Totals totals;
  if (!*found) return totals;
  ByteReader reader(**found);
  totals.next = reader.varint();
  totals.bytes = reader.varint();
  totals.uses = reader.varint();
  if (!reader.ok()) return corrupt("its record of itself");
  return totals;
}

base::Result<void> put_totals(Txn& txn, const Totals& totals) {
  std::string bytes;
  for (const std::uint64_t n : {totals.next, totals.bytes, totals.uses}) store::append_varint(bytes, n);
  return txn.put(kTotals, kTotalsKey, bytes);
}

}  // namespace decision_log
