#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/role.h"
#include "store/txn.h"

// A name means one thing in a tenant. A role of the platform may come to have the slug of a tenant's own
// role, since the roles file doesn't ask: it is then shadowed in that tenant, where the tenant's role keeps
// its slug, id and holders, and the other is not in force until one of them is renamed.
namespace domain {

// Whether the role is the platform's and the tenant has one of its own with the same slug.
base::Result<bool> is_shadowed(const store::ReadTxn&, const Owner& tenant, const Role&);

// As find_role_by_id, but nothing where the role is shadowed in the tenant.
base::Result<std::optional<Role>> find_role_in_force(const store::ReadTxn&, const Owner& tenant,
                                                     const RoleId& id);

// How many tenants have a role of their own with this slug. One look for each tenant that there is.
base::Result<std::uint64_t> count_tenants_with_role(const store::ReadTxn&, std::string_view slug);

// The slugs of the platform's roles that are shadowed, with the number of tenants in which each is. Goes
// through the slugs of all tenants' roles.
base::Result<std::map<std::string, std::uint64_t>> shadowed_roles(const store::ReadTxn&);

}  // namespace domain
