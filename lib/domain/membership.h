#pragma once
#include <cstdint>
#include <optional>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/group.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// A person in a group.
struct Membership {
  TenantId tenant;
  GroupId group;
  UserId user;
  Source source = Source::kLocal;
  base::Timestamp joined_at;
  std::uint64_t revision = 0;  // of the change that wrote it; 0 of those that an earlier version wrote

  bool operator==(const Membership&) const = default;
};

base::Result<std::optional<Membership>> get_membership(const store::ReadTxn&, const TenantId& tenant,
                                                       const GroupId& group, const UserId& user);

// Adds or replaces, with the transaction's revision. REQUIRES: the group and the user exist
base::Result<void> put_membership(store::WriteTxn&, Membership);
base::Result<void> delete_membership(store::WriteTxn&, const TenantId& tenant, const GroupId& group,
                                     const UserId& user);

// Whatever reads memberships passes by those that are left of a group or a user that was deleted
// (pending_deletion.h). Keys alone are read: no record is decoded.
base::Result<void> each_group_of(const store::ReadTxn&, const TenantId& tenant, const UserId& user,
                                 base::FunctionRef<bool(const GroupId& group)> fn);
base::Result<bool> is_member(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                             const base::Uuid& who);
base::Result<void> each_user_in(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                base::FunctionRef<bool(const UserId& user)> fn);
base::Result<void> each_user_in(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                const UserId* after, base::FunctionRef<bool(const UserId& user)> fn);
base::Result<void> each_membership(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                   const UserId* after, base::FunctionRef<bool(Membership&&)> fn);

}  // namespace domain
