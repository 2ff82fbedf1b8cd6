#pragma once
#include <optional>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/ids.h"
#include "domain/mapping.h"
#include "domain/principal.h"
#include "store/txn.h"

// Ways through a tenant's mappings, for lists: from a place on, and as far as the visitor goes. Only what
// decides who is shown is read. The visitor is told of those as well that are left of what was deleted
// (`is_left`), so that it can bound what it has looked at; they are to be passed by.
namespace domain {

using MappingWalk = base::FunctionRef<NextHeld(const Holding&, bool is_left)>;

// What a principal holds, by this role where there is one, in order of role and resource, behind `after`.
base::Result<void> walk_held(const store::ReadTxn&, const TenantId& tenant, const Principal&,
                             const std::optional<RoleId>& role, const MappingKey* after, MappingWalk);

// Who holds this role, or each role of which anything is held, in order of role, principal and resource.
base::Result<void> walk_holders(const store::ReadTxn&, const TenantId& tenant,
                                const std::optional<RoleId>& role, const MappingKey* after, MappingWalk);

// What is held on this very resource, which isn't the whole tenant, by this principal where there is one, in
// order of principal and role. kNextRole is as kNext.
base::Result<void> walk_holders_on(const store::ReadTxn&, const TenantId& tenant, std::string_view resource,
                                   const std::optional<Principal>&, const MappingKey* after, MappingWalk);

// All of the tenant, in order of id. Nothing in place of a mapping: it is left of what was deleted.
base::Result<void> walk_mappings(const store::ReadTxn&, const TenantId& tenant, const MappingId* after,
                                 base::FunctionRef<bool(const MappingId&, std::optional<Mapping>&&)> fn);

}  // namespace domain
