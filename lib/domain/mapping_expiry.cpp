#include "domain/mapping_expiry.h"

#include <algorithm>
#include <cstdint>

#include "domain/index.h"
#include "store/key.h"
#include "store/record.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

// A moment before 1970 is long ago all the same.
Key moment_key(const TenantId& tenant, base::Timestamp at) {
  return Key().uuid(tenant).u64(static_cast<std::uint64_t>(std::max<std::int64_t>(at.ms, 0)));
}

Key key_of(const Mapping& mapping) {
  return moment_key(mapping.tenant, *mapping.expires_at).uuid(mapping.id);
}

}  // namespace

base::Result<void> change_expiry(store::WriteTxn& txn, const Mapping* before, const Mapping* after) {
  if (before && after && before->id == after->id && before->expires_at == after->expires_at) return {};
  if (before && before->expires_at)
    if (auto done = del(txn, Table::kMappingByExpiry, key_of(*before)); !done.ok()) return done;
  if (!after || !after->expires_at) return {};
  return txn.put(Table::kMappingByExpiry, key_of(*after), {});
}

void implied_by_expiry(const Mapping& mapping, Implied& implied) {
  if (mapping.expires_at) implied.entry(Table::kMappingByExpiry, {key_of(mapping), {}});
}

base::Result<void> each_expiring(const store::ReadTxn& txn, const TenantId& tenant, base::Timestamp from,
                                 const ExpiryPlace* after,
                                 base::FunctionRef<bool(const ExpiryPlace&, std::optional<Mapping>&&)> fn) {
  const Key all = Key().uuid(tenant);
  // No key ends with the moment, so the first one behind it is the first of that moment.
  const Key begin = after ? moment_key(tenant, after->expires_at).uuid(after->id) : moment_key(tenant, from);
  base::Result<void> outcome;
  const auto scanned =
      txn.scan_from(Table::kMappingByExpiry, all, begin, [&](std::string_view key, std::string_view) {
        store::KeyReader parts(key);
        parts.uuid();
        ExpiryPlace place;
        place.expires_at.ms = static_cast<std::int64_t>(parts.u64());
        place.id = MappingId(parts.uuid());
        auto mapping = find_mapping_by_id(txn, tenant, place.id);
        if (!parts.complete())
          mapping = store::corrupt(Table::kMappingByExpiry, key, "not a key of this table");
        if (!mapping.ok()) outcome = mapping.error();
        return outcome.ok() && fn(place, std::move(mapping).value());
      });
  return scanned.ok() ? outcome : scanned;
}

base::Result<std::uint64_t> count_expiring(const store::ReadTxn& txn, const TenantId& tenant,
                                           const Stretch& within, std::uint64_t most) {
  const Key end = moment_key(tenant, within.until);
  std::uint64_t count = 0;
  const auto visit = [&](std::string_view key, std::string_view) {
    if (key >= end.view()) return false;
    return ++count < most;
  };
  if (most == 0) return count;
  const auto scanned =
      txn.scan_from(Table::kMappingByExpiry, Key().uuid(tenant), moment_key(tenant, within.from), visit);
  if (!scanned.ok()) return scanned.error();
  return count;
}

}  // namespace domain
