#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

enum class Source { kLocal, kScim };
std::string_view name_of(Source);  // "local", "scim"
std::optional<Source> parse_source(std::string_view name);

struct Group {
  GroupId id;
  TenantId tenant;
  std::string name;  // unique in the tenant, case ignored (ASCII)
  Source source = Source::kLocal;
  std::optional<std::string> description;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const Group&) const = default;
};

base::Result<std::optional<Group>> get_group(const store::ReadTxn&, const TenantId& tenant,
                                             const GroupId& id);
base::Result<std::optional<Group>> find_group_by_name(const store::ReadTxn&, const TenantId& tenant,
                                                      std::string_view name);
base::Result<void> put_group(store::WriteTxn&,
                             Group&);  // adds or replaces; kConflict where the name is another's

// Deletes its memberships and its mappings too, and the mappings on it.
base::Result<void> delete_group(store::WriteTxn&, const Group&);

base::Result<void> each_group(const store::ReadTxn&, const TenantId& tenant, const GroupId* after,
                              base::FunctionRef<bool(Group&&)> fn);

// A person in a group.
struct Membership {
  TenantId tenant;
  GroupId group;
  UserId user;
  Source source = Source::kLocal;
  base::Timestamp joined_at;

  bool operator==(const Membership&) const = default;
};

base::Result<std::optional<Membership>> get_membership(const store::ReadTxn&, const TenantId& tenant,
                                                       const GroupId& group, const UserId& user);

// Adds or replaces. REQUIRES: the group and the user exist
base::Result<void> put_membership(store::WriteTxn&, const Membership&);
base::Result<void> delete_membership(store::WriteTxn&, const TenantId& tenant, const GroupId& group,
                                     const UserId& user);

// Keys alone are read: no record is decoded.
base::Result<void> each_group_of(const store::ReadTxn&, const TenantId& tenant, const UserId& user,
                                 base::FunctionRef<bool(const GroupId& group)> fn);
base::Result<void> each_user_in(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                base::FunctionRef<bool(const UserId& user)> fn);
base::Result<void> each_membership(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                   const UserId* after, base::FunctionRef<bool(Membership&&)> fn);

}  // namespace domain
