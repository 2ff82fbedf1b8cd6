#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

struct Entry;

// From valid_from, to the millisecond before expires_at.
inline bool in_force(const std::optional<base::Timestamp>& valid_from,
                     const std::optional<base::Timestamp>& expires_at, base::Timestamp now) {
  return (!valid_from || now >= *valid_from) && (!expires_at || now < *expires_at);
}

// A principal holds a role, on a resource, for a time. A group's role mapping (/v1) and a policy (/v1beta1)
// are both this.
struct Mapping {
  MappingId id;
  TenantId tenant;
  Principal principal;
  RoleId role;
  ResourceText resource;  // empty: the whole tenant
  std::optional<base::Timestamp> valid_from, expires_at;
  std::optional<std::string> reason;
  std::string title, metadata = "{}";
  std::optional<Principal> created_by;
  base::Timestamp created_at;
  std::uint64_t revision = 0;

  bool operator==(const Mapping&) const = default;
  bool in_force(base::Timestamp now) const { return domain::in_force(valid_from, expires_at, now); }
};

// What identifies a mapping in its tenant; also its key.
struct MappingKey {
  Principal principal;
  RoleId role;
  ResourceText resource;

  auto operator<=>(const MappingKey&) const = default;
};
std::string to_string(const MappingKey&);  // "group:0197… to role 0197… on app/group:0197…", for messages

// What deciding needs of a mapping. `resource` is a view into the store, valid during the call that gets it.
struct Holding {
  Principal principal;
  RoleId role;
  std::string_view resource;
  std::optional<base::Timestamp> valid_from, expires_at;

  bool in_force(base::Timestamp now) const { return domain::in_force(valid_from, expires_at, now); }
};

// Of an entry of the table mapping_by_role. kCorrupt where it is none. The resource is a view into the key.
base::Result<Holding> holding_by_role(const Entry&);

// Whatever reads mappings passes by those that are left of what was deleted (pending_deletion.h): they give
// nothing to anybody, and are removed in steps.

base::Result<std::optional<Mapping>> get_mapping(const store::ReadTxn&, const TenantId& tenant,
                                                 const MappingKey&);
base::Result<std::optional<Mapping>> find_mapping_by_id(const store::ReadTxn&, const TenantId& tenant,
                                                        const MappingId& id);

// Adds or replaces, also under another key than before. kConflict where the key is another mapping's, or what
// it names is still being deleted; kInvalid where the metadata is no JSON object or the resource too long.
// REQUIRES: principal and role exist
base::Result<void> put_mapping(store::WriteTxn&, Mapping&);
base::Result<void> delete_mapping(store::WriteTxn&, const Mapping&);

// The one under this key of the table `mapping`. One that can't be read is left.
base::Result<void> delete_mapping_at(store::WriteTxn&, std::string_view key);

// Delete up to `most` mappings of a principal, of a role in this tenant, on a resource that isn't the whole
// tenant, those that are left of what was deleted among them. How many they deleted: fewer than `most` where
// there are no more. Before each, `goes` is called with it. Of one that can't be read only the key that it
// was found by is removed.
using MappingGoes = base::FunctionRef<base::Result<void>(const Mapping&)>;
base::Result<std::size_t> delete_mappings_of(store::WriteTxn&, const TenantId& tenant, const Principal&,
                                             std::size_t most, MappingGoes goes);
base::Result<std::size_t> delete_mappings_by_role(store::WriteTxn&, const TenantId& tenant,
                                                  const RoleId& role, std::size_t most, MappingGoes goes);
base::Result<std::size_t> delete_mappings_on(store::WriteTxn&, const TenantId& tenant,
                                             std::string_view resource, std::size_t most, MappingGoes goes);

// What a principal holds, in order of role and resource, in force or not. Only each record's first two
// members are read: for decisions.
base::Result<void> each_held_role(const store::ReadTxn&, const TenantId& tenant, const Principal&,
                                  base::FunctionRef<bool(const Holding&)> fn);

// The same, where the visitor says how it goes on: what a principal holds on a million things by one role is
// passed by with one look.
enum class NextHeld : std::uint8_t { kNext, kNextRole, kEnd };
base::Result<void> visit_held_roles(const store::ReadTxn&, const TenantId& tenant, const Principal&,
                                    base::FunctionRef<NextHeld(const Holding&)> fn);

// What any of these hold on this very resource, which isn't the whole tenant, in force or not. Takes about a
// microsecond for each of them, or for each that holds something on it if these are fewer.
// REQUIRES: the principals are sorted
base::Result<void> each_held_on(const store::ReadTxn&, const TenantId& tenant,
                                std::span<const Principal> principals, std::string_view resource,
                                base::FunctionRef<void(const Holding&)> fn);

// The same of everybody who holds something on it, in order of principal and role.
base::Result<void> each_holder_on(const store::ReadTxn&, const TenantId& tenant, std::string_view resource,
                                  base::FunctionRef<bool(const Holding&)> fn);

// How many are stored on it, those that are left of what was deleted among them; no more than `most` are
// counted.
base::Result<std::uint64_t> count_stored_on(const store::ReadTxn&, const TenantId& tenant,
                                            std::string_view resource, std::uint64_t most);

// The same of a role's holders, in order of principal. `role` may be a system role; only this tenant's
// mappings are seen.
base::Result<void> each_holder(const store::ReadTxn&, const TenantId& tenant, const RoleId& role,
                               base::FunctionRef<bool(const Holding&)> fn);
base::Result<void> each_holder(const store::ReadTxn&, const TenantId& tenant, const RoleId& role,
                               PrincipalKind, base::FunctionRef<bool(const Holding&)> fn);

// The whole mappings of a principal, in order of role and resource, behind `after`.
base::Result<void> each_mapping_of(const store::ReadTxn&, const TenantId& tenant, const Principal&,
                                   const MappingKey* after, base::FunctionRef<bool(Mapping&&)> fn);

// The keys of a role's mappings in this tenant, in order of principal.
base::Result<void> each_mapping_by_role(const store::ReadTxn&, const TenantId& tenant, const RoleId& role,
                                        base::FunctionRef<bool(const MappingKey&)> fn);

// Those on a resource that isn't the whole tenant, in order of principal and role.
base::Result<void> each_mapping_on(const store::ReadTxn&, const TenantId& tenant, std::string_view resource,
                                   base::FunctionRef<bool(Mapping&&)> fn);

// All of the tenant, in order of id, behind `after`.
base::Result<void> each_mapping(const store::ReadTxn&, const TenantId& tenant, const MappingId* after,
                                base::FunctionRef<bool(Mapping&&)> fn);

}  // namespace domain
