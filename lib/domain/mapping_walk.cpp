// A walk is one scan of the table that is in its order, and one more for each leap: to the next role of a
// principal, or past all holders of one,
//
//   mapping_by_role   [tenant][approver][ann] [tenant][approver][bob] … [tenant][user][ann]
//                                    \________ kNextRole ____________________/
//
// and of a resource one for each kind of holder, since the table has others' names in between. Where these
// stand among its holders too, as `doc:1\x01…` does among those of `doc:1`, each is told, and leapt over with
// those that begin alike.
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
                                 base::FunctionRef<NextHeld(const Holding&, bool)> fn) {
  NextHeld next = NextHeld::kNext;
  base::Result<void> outcome;
  const auto visit = [&](std::string_view key, std::string_view value) {
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
    const auto next = walk_once(txn, *leftovers, table, prefix, from, visit);
    if (!next.ok()) return next.error();
    if (*next != NextHeld::kNextRole) return {};
  }
}

constexpr std::uint8_t kBehindAll = 0xff;  // no kind of principal, and no text begins with it

// Behind all keys of kMappingOn that begin with one of a resource: these are of other resources, whose names
// go on as that key does. No byte of a name is kBehindAll, and behind it are only a kind and two ids.
std::string behind_longer(std::string_view key) {
  constexpr std::size_t kBehindName = 1 + 2 * sizeof(base::Uuid::Bytes);
  return std::string(key).append(kBehindName + 1, static_cast<char>(kBehindAll));
}

// Of something held on another resource, whose key is longer: what would stand there on this one.
base::Result<Holding> stand_in(const TenantId& tenant, const Holding& other, std::string_view resource) {
  const MappingKey its{other.principal, other.role, std::string(other.resource)};
  const Key whole = key_on(tenant, its);
  const std::size_t size = whole.view().size() - (other.resource.size() - resource.size());
  const auto parts = parts_of(Table::kMappingOn, whole.view().substr(0, size));
  if (!parts) return wrong_key(Table::kMappingOn, whole.view());
  return Holding{parts->principal, parts->role, resource, {}, {}};
}

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
  const auto behind = [&](const Principal& principal, const RoleId& role) {
    return behind_longer(key_on(tenant, {principal, role, std::string(resource)}).view());
  };
  std::string from;
  base::Result<void> outcome;
  const auto visit = [&](const Holding& holding, bool is_left) {
    if (holding.resource == resource)
      return fn(holding, is_left) == NextHeld::kEnd ? NextHeld::kEnd : NextHeld::kNext;
    const auto other = stand_in(tenant, holding, resource);
    if (!other.ok()) outcome = other.error();
    if (!other.ok() || fn(*other, true) == NextHeld::kEnd) return NextHeld::kEnd;
    from = behind(other->principal, other->role);
    return NextHeld::kNextRole;
  };
  for (const PrincipalKind kind : kHolders) {
    if ((who && who->kind != kind) || (after && after->principal.kind > kind)) continue;
    const Key prefix = who ? keys_on(tenant, resource, kind).uuid(who->id) : keys_on(tenant, resource, kind);
    from = after && after->principal.kind == kind ? behind(after->principal, after->role) : "";
    for (NextHeld next = NextHeld::kNextRole; next == NextHeld::kNextRole;) {
      const std::string behind_this = from;
      const auto walked = walk_once(txn, *leftovers, Table::kMappingOn, prefix, behind_this, visit);
      if (!walked.ok()) return walked.error();
      if (!outcome.ok()) return outcome;
      next = *walked;
      if (next == NextHeld::kEnd) return {};
    }
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
