#include "decision_log/tally.h"

#include <string>

#include "store/key.h"
#include "store/varint.h"

namespace decision_log {
namespace {

using store::ByteReader;
using store::Key;

constexpr std::string_view kTotalsKey = "totals";

std::string to_bytes(const Tally& tally) {
  std::string bytes;
  for (const std::uint64_t n :
       {static_cast<std::uint64_t>(tally.since.ms), tally.entries, tally.lost,
        static_cast<std::uint64_t>(tally.lost_at.ms), tally.keep.entries, tally.keep.days})
    store::append_varint(bytes, n);
  return bytes;
}

}  // namespace

std::optional<Tally> read_tally(std::string_view bytes) {
  ByteReader reader(bytes);
  Tally tally;
  tally.since.ms = static_cast<std::int64_t>(reader.varint());
  tally.entries = reader.varint();
  tally.lost = reader.varint();
  tally.lost_at.ms = static_cast<std::int64_t>(reader.varint());
  tally.keep.entries = reader.varint();
  tally.keep.days = reader.varint();
  return reader.ok() ? std::optional(tally) : std::nullopt;
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
