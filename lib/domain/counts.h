#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

struct Mapping;

// How many there are of what a tenant has, kept with the records in the same transaction, so that the answer
// costs the same however many there are. What isn't counted yet is none.
//
// The numbers stand in keys on disk: DO NOT CHANGE, only append.
enum class Counted : std::uint8_t {
  kRoles = 1,  // of the platform: system and platform roles
  kGroups = 2,
  kUsers = 3,
  kServiceUsers = 4,
  kMappings = 5,
  kMemberships = 6,
  kCredentials = 7,  // that aren't revoked
  kSubgroups = 8,    // groups in groups
  kPolicies = 9,     // without the built-in one
  kRules = 10,
  kPolicyTests = 11,
  kEntities = 12,
  kGrants = 13,  // of templates; those of roles are mappings
  kProjects = 14,
};
base::Result<std::uint64_t> get_count(const store::ReadTxn&, const Owner& tenant, Counted);

// The people in a group; none where there is no such group. Those who are being deleted (pending_deletion.h)
// are not among them: a lookup for each of these in the tenant, up to a thousand; further ones still count.
base::Result<std::uint64_t> count_members(const store::ReadTxn&, const TenantId& tenant,
                                          const GroupId& group);

// The memberships of a group that are stored, also of one that is being deleted.
base::Result<std::uint64_t> count_stored_members(const store::ReadTxn&, const TenantId& tenant,
                                                 const GroupId& group);

// The mappings that give a role, in a tenant, to holders of one kind.
struct MappingCount {
  std::uint64_t all = 0;       // whatever their time
  std::uint64_t in_force = 0;  // now
  std::uint64_t later = 0;     // begin later than now
  bool at_most = false;        // more times have passed than are looked at: `in_force` is `all`, `later` 0
};

// Without those of principals that are being deleted, which are looked at; where they are more than a
// thousand, the further ones still count. So does what is on a group that is being deleted.
base::Result<MappingCount> count_mappings(const store::ReadTxn&, const TenantId& tenant, const RoleId& role,
                                          PrincipalKind, base::Timestamp now);

// Of every kind, whatever their time.
base::Result<std::uint64_t> count_mappings(const store::ReadTxn&, const TenantId& tenant, const RoleId& role);

// The rest is for those files of this folder that write what is counted.

// put() and del() of a record that is counted: whether it was there before is found out.
base::Result<void> put_counted(store::WriteTxn&, Counted, store::Table, const Owner& tenant,
                               std::string_view key, std::string_view value);
base::Result<void> del_counted(store::WriteTxn&, Counted, store::Table, const Owner& tenant,
                               std::string_view key);

// Someone joined (1) or left (-1) the group.
base::Result<void> count_member(store::WriteTxn&, const TenantId& tenant, const GroupId& group, int change);

// A credential that isn't revoked came (1), or was revoked or deleted (-1).
base::Result<void> count_credential(store::WriteTxn&, const Owner& tenant, int change);

// A mapping was made (1) or is gone (-1).
base::Result<void> count_mapping(store::WriteTxn&, const Mapping&, int change);

}  // namespace domain
