// A mapping lies under what tells it from others, principal, role and resource, and so is found by its
// principal; four more tables find it by its role, by its id, by its resource, and by when it ends. What
// decisions need of it, its two times, stands first in its record and once more beside the role and the
// resource, so that no way the rest is read.
//
//   mapping          [tenant][kind][principal][role][resource]   the record
//   mapping_by_role  [tenant][role][kind][principal][resource]   its times
//   mapping_by_id    [tenant][id]                                the key in `mapping`
//   mapping_on       [tenant][resource][kind][principal][role]   its times, if it isn't on the whole tenant
//   mapping_by_expiry                                            see mapping_expiry.cpp
//
// Whoever holds something on a resource is found there by leaps: of somebody in some groups and of those who
// hold something the next is looked for in turn, so that it matters only how many the fewer of both are.
//
// All five and the counts are written by put_mapping() and delete_mapping() alone. A mapping of that id under
// another key is moved. Whether principal and role exist is for the caller to know.
#include "domain/mapping.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "domain/counts.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/mapping_expiry.h"
#include "domain/mapping_rows.h"

namespace domain {

using namespace mapping_rows;

namespace {

// each_record() of those that aren't left of what was deleted.
template <typename Decode, typename Fn>
base::Result<void> each_present(const store::ReadTxn& txn, const TenantId& tenant, Table table,
                                std::string_view prefix, std::string_view after, const Decode& decode,
                                const Fn& fn) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  if (!leftovers->any()) return each_record(txn, table, prefix, after, decode, fn);
  base::Result<void> outcome;
  const auto pass = [&](auto&& mapping) {
    const auto left = leftovers->has(mapping.principal, mapping.role, mapping.resource);
    if (!left.ok()) outcome = left.error();
    return outcome.ok() && (*left || fn(std::forward<decltype(mapping)>(mapping)));
  };
  const auto read = each_record(txn, table, prefix, after, decode, pass);
  return read.ok() ? outcome : read;
}

base::Result<std::optional<Mapping>> if_present(const store::ReadTxn& txn,
                                                base::Result<std::optional<Mapping>> found) {
  if (!found.ok() || !*found) return found;
  const Mapping& mapping = **found;
  const auto leftovers = Leftovers::of(txn, mapping.tenant);
  if (!leftovers.ok()) return leftovers.error();
  const auto left = leftovers->has(mapping.principal, mapping.role, mapping.resource);
  if (!left.ok()) return left.error();
  if (*left) return {std::nullopt};
  return found;
}

base::Result<void> each_holding(const store::ReadTxn& txn, const TenantId& tenant, Table table,
                                std::string_view prefix, base::FunctionRef<bool(const Holding&)> fn) {
  const auto decode = [table](std::string_view key, std::string_view value) {
    return decode_holding(table, {key, value});
  };
  return each_present(txn, tenant, table, prefix, {}, decode, fn);
}

// Those that are stored, whether or not they are left of something.
base::Result<std::optional<Mapping>> get_stored(const store::ReadTxn& txn, std::string_view key) {
  return get_record(txn, Table::kMapping, key, decode);
}

base::Result<std::optional<Mapping>> find_stored(const store::ReadTxn& txn, const TenantId& tenant,
                                                 const MappingId& id) {
  const Key by_id = Key().uuid(tenant).uuid(id);
  const auto key = txn.get(Table::kMappingById, by_id);
  if (!key.ok()) return key.error();
  if (!*key) return {std::nullopt};
  auto mapping = follow(txn, {by_id, **key});
  if (!mapping.ok()) return mapping.error();
  return {std::move(mapping).value()};
}

base::Result<void> remove_indexes(store::WriteTxn& txn, const TenantId& tenant, const MappingKey& key,
                                  const MappingId& id) {
  if (auto done = del(txn, Table::kMappingByRole, key_by_role(tenant, key)); !done.ok()) return done;
  if (!key.resource.empty())
    if (auto done = del(txn, Table::kMappingOn, key_on(tenant, key)); !done.ok()) return done;
  return del(txn, Table::kMappingById, Key().uuid(tenant).uuid(id));
}

// Counts a mapping that takes the place of the one that was there.
base::Result<void> recount(store::WriteTxn& txn, const std::optional<Mapping>& before, const Mapping& after) {
  if (before && before->valid_from == after.valid_from && before->expires_at == after.expires_at) return {};
  if (before)
    if (auto counted = count_mapping(txn, *before, -1); !counted.ok()) return counted;
  return count_mapping(txn, after, 1);
}

}  // namespace

std::string to_string(const MappingKey& key) {
  return to_string(key.principal) + " to role " + key.role.to_string() +
         (key.resource.empty() ? "" : " on " + key.resource);
}

base::Result<Holding> holding_by_role(const Entry& entry) {
  return decode_holding(Table::kMappingByRole, entry);
}

base::Result<std::optional<Mapping>> get_mapping(const store::ReadTxn& txn, const TenantId& tenant,
                                                 const MappingKey& key) {
  return if_present(txn, get_stored(txn, key_of(tenant, key)));
}

base::Result<std::optional<Mapping>> find_mapping_by_id(const store::ReadTxn& txn, const TenantId& tenant,
                                                        const MappingId& id) {
  return if_present(txn, find_stored(txn, tenant, id));
}

base::Result<void> put_mapping(store::WriteTxn& txn, Mapping& mapping) {
  const MappingKey key{mapping.principal, mapping.role, mapping.resource};
  const std::string who = "mapping of " + to_string(key);
  if (mapping.resource.size() > kMaxResourceText)
    return base::Error{base::ErrorCode::kInvalid,
                       who + ": the resource is longer than " + std::to_string(kMaxResourceText)};
  if (auto checked = check_object(mapping.metadata, who); !checked.ok()) return checked;
  const auto leftovers = Leftovers::of(txn, mapping.tenant);
  if (!leftovers.ok()) return leftovers.error();
  const auto left = leftovers->has(key.principal, key.role, key.resource);
  if (!left.ok()) return left.error();
  if (*left)
    return base::Error{base::ErrorCode::kConflict, who + ": names what is still being deleted; try again"};
  const auto before = get_stored(txn, key_of(mapping.tenant, key));
  if (!before.ok()) return before.error();
  if (*before && (*before)->id != mapping.id)
    return base::Error{base::ErrorCode::kConflict, who + ": already exists"};
  if (!*before) {
    const auto moved = find_stored(txn, mapping.tenant, mapping.id);
    if (!moved.ok()) return moved.error();
    if (*moved)
      if (auto done = delete_mapping(txn, **moved); !done.ok()) return done;
  }
  mapping.revision = txn.revision();
  if (auto counted = recount(txn, *before, mapping); !counted.ok()) return counted;
  if (auto done = change_expiry(txn, *before ? &**before : nullptr, &mapping); !done.ok()) return done;
  if (!key.resource.empty())
    if (auto done =
            txn.put(Table::kMappingOn, key_on(mapping.tenant, key), seal_record(kTimesLayout, mapping));
        !done.ok())
      return done;
  const Key main = key_of(mapping.tenant, key);
  if (auto done = put_counted(txn, Counted::kMappings, Table::kMapping, mapping.tenant, main,
                              seal_record(kLayout, mapping));
      !done.ok())
    return done;
  if (auto done = txn.put(Table::kMappingByRole, key_by_role(mapping.tenant, key),
                          seal_record(kTimesLayout, mapping));
      !done.ok())
    return done;
  return txn.put(Table::kMappingById, Key().uuid(mapping.tenant).uuid(mapping.id), main);
}

base::Result<void> delete_mapping(store::WriteTxn& txn, const Mapping& mapping) {
  const MappingKey key{mapping.principal, mapping.role, mapping.resource};
  if (auto done = remove_indexes(txn, mapping.tenant, key, mapping.id); !done.ok()) return done;
  const auto stored = get_stored(txn, key_of(mapping.tenant, key));
  if (!stored.ok()) return stored.error();
  if (!*stored) return {};
  if (auto counted = count_mapping(txn, **stored, -1); !counted.ok()) return counted;
  if (auto done = change_expiry(txn, &**stored, nullptr); !done.ok()) return done;
  return del_counted(txn, Counted::kMappings, Table::kMapping, mapping.tenant, key_of(mapping.tenant, key));
}

base::Result<void> delete_mapping_at(store::WriteTxn& txn, std::string_view key) {
  const auto mapping = get_stored(txn, key);
  if (!mapping.ok())
    return mapping.error().code == base::ErrorCode::kCorrupt ? base::Result<void>() : mapping.error();
  return *mapping ? delete_mapping(txn, **mapping) : base::Result<void>();
}

namespace {

// Deletes up to `most` of those that a table has under the prefix; `find` answers the mapping of a key.
// They are found first, since nothing may be written during a scan.
template <typename Find>
base::Result<std::size_t> delete_found(store::WriteTxn& txn, Table table, std::string_view prefix,
                                       std::size_t most, MappingGoes goes, const Find& find) {
  std::vector<std::string> keys;
  if (most == 0) return keys.size();
  const auto scanned = txn.scan(table, prefix, [&](std::string_view key, std::string_view) {
    // On a resource: not on one whose name only begins with its name.
    if (table != Table::kMappingOn || key.size() == prefix.size() + 2 * sizeof(base::Uuid::Bytes))
      keys.emplace_back(key);
    return keys.size() < most;
  });
  if (!scanned.ok()) return scanned.error();
  for (const std::string& key : keys) {
    const base::Result<std::optional<Mapping>> mapping = find(std::string_view(key));
    if (!mapping.ok() && mapping.error().code != base::ErrorCode::kCorrupt) return mapping.error();
    if (mapping.ok() && *mapping) {
      if (auto told = goes(**mapping); !told.ok()) return told.error();
      if (auto done = delete_mapping(txn, **mapping); !done.ok()) return done.error();
    }
    if (auto done = del(txn, table, key); !done.ok()) return done.error();
  }
  return keys.size();
}

}  // namespace

base::Result<std::size_t> delete_mappings_of(store::WriteTxn& txn, const TenantId& tenant,
                                             const Principal& who, std::size_t most, MappingGoes goes) {
  return delete_found(txn, Table::kMapping, key_of(tenant, who), most, goes,
                      [&](std::string_view key) { return get_stored(txn, key); });
}

base::Result<std::size_t> delete_mappings_by_role(store::WriteTxn& txn, const TenantId& tenant,
                                                  const RoleId& role, std::size_t most, MappingGoes goes) {
  const auto find = [&](std::string_view key) -> base::Result<std::optional<Mapping>> {
    const auto parts = parts_of(Table::kMappingByRole, key);
    if (!parts) return wrong_key(Table::kMappingByRole, key);
    return get_stored(txn, key_of(tenant, mapping_key(*parts)));
  };
  return delete_found(txn, Table::kMappingByRole, Key().uuid(tenant).uuid(role), most, goes, find);
}

base::Result<std::size_t> delete_mappings_on(store::WriteTxn& txn, const TenantId& tenant,
                                             std::string_view resource, std::size_t most, MappingGoes goes) {
  const auto find = [&](std::string_view key) -> base::Result<std::optional<Mapping>> {
    const auto parts = parts_of(Table::kMappingOn, key);
    if (!parts) return wrong_key(Table::kMappingOn, key);
    return get_stored(txn, key_of(tenant, mapping_key(*parts)));
  };
  std::size_t all = 0;
  for (const PrincipalKind kind : kHolders) {
    const auto gone =
        delete_found(txn, Table::kMappingOn, keys_on(tenant, resource, kind), most - all, goes, find);
    if (!gone.ok()) return gone;
    all += *gone;
  }
  return all;
}

base::Result<void> each_mapping_of(const store::ReadTxn& txn, const TenantId& tenant, const Principal& who,
                                   const MappingKey* after, base::FunctionRef<bool(Mapping&&)> fn) {
  const Key from = after ? key_of(tenant, *after) : Key();
  return each_present(txn, tenant, Table::kMapping, key_of(tenant, who), from, decode, fn);
}

base::Result<void> each_mapping_by_role(const store::ReadTxn& txn, const TenantId& tenant, const RoleId& role,
                                        base::FunctionRef<bool(const MappingKey&)> fn) {
  const auto decode_key = [](std::string_view key, std::string_view) -> base::Result<MappingKey> {
    const auto parts = parts_of(Table::kMappingByRole, key);
    if (!parts) return wrong_key(Table::kMappingByRole, key);
    return mapping_key(*parts);
  };
  return each_present(txn, tenant, Table::kMappingByRole, Key().uuid(tenant).uuid(role), {}, decode_key, fn);
}

base::Result<void> each_mapping_on(const store::ReadTxn& txn, const TenantId& tenant,
                                   std::string_view resource, base::FunctionRef<bool(Mapping&&)> fn) {
  base::Result<void> outcome;
  const auto read = each_holder_on(txn, tenant, resource, [&](const Holding& holding) {
    const MappingKey key{holding.principal, holding.role, std::string(resource)};
    auto mapping = get_stored(txn, key_of(tenant, key));
    if (!mapping.ok())
      outcome = mapping.error();
    else if (!*mapping)
      outcome =
          store::corrupt(Table::kMappingOn, key_on(tenant, key), "the mapping that it names is not there");
    return outcome.ok() && fn(**std::move(mapping));
  });
  return read.ok() ? outcome : read;
}

base::Result<void> each_holder_on(const store::ReadTxn& txn, const TenantId& tenant,
                                  std::string_view resource, base::FunctionRef<bool(const Holding&)> fn) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  base::Result<void> outcome;
  bool goes_on = true;
  const auto visit = [&](std::string_view key, std::string_view value) {
    if (!is_on(key, resource)) return true;
    const auto holding = decode_holding(Table::kMappingOn, {key, value});
    if (!holding.ok()) outcome = holding.error();
    const auto left = outcome.ok() ? leftovers->has(holding->principal, holding->role, resource) : false;
    if (!left.ok()) outcome = left.error();
    return goes_on = outcome.ok() && (*left || fn(*holding));
  };
  for (const PrincipalKind kind : kHolders) {
    if (!goes_on) break;
    if (auto scanned = txn.scan(Table::kMappingOn, keys_on(tenant, resource, kind), visit); !scanned.ok())
      return scanned;
  }
  return outcome;
}

namespace {

// Whose a mapping on a resource is, whose name ends there. What is on a longer name has a part of that there,
// and so is leapt over as what others hold is, however much of it there is.
Principal holder_at(std::string_view key, std::size_t at) {
  store::KeyReader reader(key.substr(at));
  const auto kind = static_cast<PrincipalKind>(reader.u8());  // or none, which nobody asks for
  return {kind, reader.uuid()};
}

}  // namespace

base::Result<void> each_held_on(const store::ReadTxn& txn, const TenantId& tenant,
                                std::span<const Principal> principals, std::string_view resource,
                                base::FunctionRef<void(const Holding&)> fn) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  base::Result<void> outcome;
  const Key all = Key().uuid(tenant).text(resource, kMaxResourceText);
  bool leaps = true;
  for (auto next = principals.begin(); leaps && next != principals.end();) {
    leaps = false;
    const auto visit = [&](std::string_view key, std::string_view value) {
      if (!is_kind_at(key, all.view().size())) return false;
      const Principal whose = holder_at(key, all.view().size());
      if (whose != *next) {
        next = std::lower_bound(next, principals.end(), whose);
        leaps = next != principals.end() && *next != whose;
        if (leaps || next == principals.end()) return false;
      }
      if (!is_on(key, resource)) return true;
      const auto holding = decode_holding(Table::kMappingOn, {key, value});
      if (!holding.ok()) {
        outcome = holding.error();
        return false;
      }
      const auto left = leftovers->has(holding->principal, holding->role, resource);
      if (!left.ok()) outcome = left.error();
      if (left.ok() && !*left) fn(*holding);
      return outcome.ok();
    };
    const Key from = keys_on(tenant, resource, next->kind).uuid(next->id);
    const auto scanned = txn.scan_from(Table::kMappingOn, all, from, visit);
    if (!scanned.ok() || !outcome.ok()) return scanned.ok() ? outcome : scanned;
  }
  return {};
}

base::Result<std::uint64_t> count_stored_on(const store::ReadTxn& txn, const TenantId& tenant,
                                            std::string_view resource, std::uint64_t most) {
  std::uint64_t count = 0;
  const auto visit = [&](std::string_view key, std::string_view) {
    if (is_on(key, resource)) ++count;
    return count < most;
  };
  for (const PrincipalKind kind : kHolders) {
    if (count >= most) break;
    if (auto scanned = txn.scan(Table::kMappingOn, keys_on(tenant, resource, kind), visit); !scanned.ok())
      return scanned.error();
  }
  return count;
}

base::Result<void> each_held_role(const store::ReadTxn& txn, const TenantId& tenant, const Principal& who,
                                  base::FunctionRef<bool(const Holding&)> fn) {
  return each_holding(txn, tenant, Table::kMapping, key_of(tenant, who), fn);
}

base::Result<void> visit_held_roles(const store::ReadTxn& txn, const TenantId& tenant, const Principal& who,
                                    base::FunctionRef<NextHeld(const Holding&)> fn) {
  const Key prefix = key_of(tenant, who);
  const auto decode_held = [](std::string_view key, std::string_view value) {
    return decode_holding(Table::kMapping, {key, value});
  };
  std::string after;
  NextHeld next = NextHeld::kNextRole;
  while (next == NextHeld::kNextRole) {
    next = NextHeld::kEnd;
    const auto visit = [&](const Holding& holding) {
      next = fn(holding);
      // No text begins with this byte: behind all that is held by the role.
      if (next == NextHeld::kNextRole) after = std::string(Key(prefix).uuid(holding.role).u8(0xff).view());
      return next == NextHeld::kNext;
    };
    if (auto read = each_present(txn, tenant, Table::kMapping, prefix, after, decode_held, visit); !read.ok())
      return read;
  }
  return {};
}

base::Result<void> each_holder(const store::ReadTxn& txn, const TenantId& tenant, const RoleId& role,
                               base::FunctionRef<bool(const Holding&)> fn) {
  return each_holding(txn, tenant, Table::kMappingByRole, Key().uuid(tenant).uuid(role), fn);
}

base::Result<void> each_holder(const store::ReadTxn& txn, const TenantId& tenant, const RoleId& role,
                               PrincipalKind kind, base::FunctionRef<bool(const Holding&)> fn) {
  return each_holding(txn, tenant, Table::kMappingByRole,
                      Key().uuid(tenant).uuid(role).u8(static_cast<std::uint8_t>(kind)), fn);
}

base::Result<void> each_mapping(const store::ReadTxn& txn, const TenantId& tenant, const MappingId* after,
                                base::FunctionRef<bool(Mapping&&)> fn) {
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  const auto decode_id = [&](std::string_view key, std::string_view value) {
    return follow(txn, {key, value});
  };
  return each_present(txn, tenant, Table::kMappingById, prefix, from, decode_id, fn);
}

base::Result<void> implied_by_mapping(const Entry& entry, Implied& implied) {
  const auto mapping = decode(entry.key, entry.value);
  if (!mapping.ok()) return mapping.error();
  const MappingKey its{mapping->principal, mapping->role, mapping->resource};
  const auto has_its_times = [&](Table table, std::string_view key, std::string_view times) {
    const auto holding = decode_holding(table, {key, times});
    return holding.ok() && holding->valid_from == mapping->valid_from &&
           holding->expires_at == mapping->expires_at;
  };
  const Key by_role = key_by_role(mapping->tenant, its);
  implied.entry_that(Table::kMappingByRole, by_role, [&](std::string_view times) {
    return has_its_times(Table::kMappingByRole, by_role, times);
  });
  const std::string_view tenant = entry.key.substr(0, 16);
  implied.entry(Table::kMappingById, {Key().bytes(tenant).uuid(mapping->id), entry.key});
  implied_by_expiry(*mapping, implied);
  const Key on = key_on(mapping->tenant, its);
  if (!its.resource.empty())
    implied.entry_that(Table::kMappingOn, on,
                       [&](std::string_view times) { return has_its_times(Table::kMappingOn, on, times); });
  implied.needs_tenant_of(entry.key);
  implied.needs_principal_of(entry.key, its.principal);
  implied.needs_one(Table::kRole,
                    {Key().bytes(tenant).uuid(its.role), Key().uuid(base::Uuid()).uuid(its.role)});
  return {};
}

}  // namespace domain
