// A walk is one scan of the table that is in its order, and one more for each leap: to the next role of a
// principal, or past all holders of one,
//
//   mapping_by_role   [tenant][approver][ann] [tenant][approver][bob] … [tenant][user][ann]
//                                    \________ kNextRole ____________________/
//
// and of a resource one for each kind of holder, since the table has others' names in between.
#include "domain/mapping_walk.h"

#include <string>
#include <utility>

#include "domain/mapping_rows.h"

namespace domain {

using namespace mapping_rows;

namespace {

// One scan behind `after`, and what the visitor said last.
base::Result<NextHeld> walk_once(const store::ReadTxn& txn, const Leftovers& leftovers, Table table,
                                 std::string_view prefix, std::string_view after,
                                 base::FunctionRef<bool(std::string_view key)> is_of_it,
                                 base::FunctionRef<NextHeld(const Holding&, bool)> fn) {
  NextHeld next = NextHeld::kNext;
  base::Result<void> outcome;
  const auto visit = [&](std::string_view key, std::string_view value) {
    if (!is_of_it(key)) return true;
    const auto holding = decode_holding(table, {key, value});
    if (!holding.ok()) outcome = holding.error();
    const auto left =
        outcome.ok() ? leftovers.has(holding->principal, holding->role, holding->resource) : false;
    if (!left.ok()) outcome = left.error();
    if (outcome.ok()) next = fn(*holding, *left);
    return outcome.ok() && next == NextHeld::kNext;
  };
  const auto scanned =
      after.empty() ? txn.scan(table, prefix, visit) : txn.scan_from(table, prefix, after, visit);
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  return next;
}

// `behind(holding)` is a key behind all that is held as this is by the same role.
template <typename Behind>
base::Result<void> walk(const store::ReadTxn& txn, const TenantId& tenant, Table table, const Key& prefix,
                        std::string after, MappingWalk fn, const Behind& behind) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  while (true) {
    const auto visit = [&](const Holding& holding, bool is_left) {
      const NextHeld next = fn(holding, is_left);
      if (next == NextHeld::kNextRole) after = std::string(behind(holding).view());
      return next;
    };
    const std::string from = after;
    const auto next = walk_once(
        txn, *leftovers, table, prefix, from, [](std::string_view) { return true; }, visit);
    if (!next.ok()) return next.error();
    if (*next != NextHeld::kNextRole) return {};
  }
}

constexpr std::uint8_t kBehindAll = 0xff;  // no kind of principal, and no text begins with it

}  // namespace

base::Result<void> walk_held(const store::ReadTxn& txn, const TenantId& tenant, const Principal& who,
                             const std::optional<RoleId>& role, const MappingKey* after, MappingWalk fn) {
  const Key all = key_of(tenant, who);
  return walk(txn, tenant, Table::kMapping, role ? Key(all).uuid(*role) : all,
              after ? std::string(key_of(tenant, *after).view()) : "", fn,
              [&](const Holding& holding) { return Key(all).uuid(holding.role).u8(kBehindAll); });
}

base::Result<void> walk_holders(const store::ReadTxn& txn, const TenantId& tenant,
                                const std::optional<RoleId>& role, const MappingKey* after, MappingWalk fn) {
  const Key all = Key().uuid(tenant);
  return walk(txn, tenant, Table::kMappingByRole, role ? Key(all).uuid(*role) : all,
              after ? std::string(key_by_role(tenant, *after).view()) : "", fn,
              [&](const Holding& holding) { return Key(all).uuid(holding.role).u8(kBehindAll); });
}

base::Result<void> walk_holders_on(const store::ReadTxn& txn, const TenantId& tenant,
                                   std::string_view resource, const std::optional<Principal>& who,
                                   const MappingKey* after, MappingWalk fn) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  const auto visit = [&](const Holding& holding, bool is_left) {
    const NextHeld next = fn(holding, is_left);
    return next == NextHeld::kNextRole ? NextHeld::kNext : next;
  };
  for (const PrincipalKind kind : kHolders) {
    if ((who && who->kind != kind) || (after && after->principal.kind > kind)) continue;
    const Key prefix = who ? keys_on(tenant, resource, kind).uuid(who->id) : keys_on(tenant, resource, kind);
    const bool is_behind = after && after->principal.kind == kind;
    const auto next = walk_once(
        txn, *leftovers, Table::kMappingOn, prefix,
        is_behind ? std::string(key_on(tenant, {after->principal, after->role, std::string(resource)}).view())
                  : "",
        [&](std::string_view key) { return is_on(key, resource); }, visit);
    if (!next.ok()) return next.error();
    if (*next == NextHeld::kEnd) break;
  }
  return {};
}

base::Result<void> walk_mappings(const store::ReadTxn& txn, const TenantId& tenant, const MappingId* after,
                                 base::FunctionRef<bool(const MappingId&, std::optional<Mapping>&&)> fn) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  base::Result<void> outcome;
  const auto decode_id = [&](std::string_view key, std::string_view value) {
    return follow(txn, {key, value});
  };
  const auto visit = [&](Mapping&& mapping) {
    const auto left = leftovers->has(mapping.principal, mapping.role, mapping.resource);
    if (!left.ok()) outcome = left.error();
    if (!outcome.ok()) return false;
    const MappingId id = mapping.id;
    return fn(id, *left ? std::nullopt : std::optional<Mapping>(std::move(mapping)));
  };
  const auto read = each_record(txn, Table::kMappingById, prefix, from, decode_id, visit);
  return read.ok() ? outcome : read;
}

}  // namespace domain
