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
// (`is_left`), and of what else is only passed by on the way, so that it can bound what it has looked at;
// they are to be passed by, and a walk goes on behind one as behind any other.
namespace domain {

using MappingWalk = base::FunctionRef<NextHeld(const Holding&, bool is_left)>;

// What a principal holds, by this role where there is one, in order of role and resource, behind `after`.
base::Result<void> walk_held(const store::ReadTxn&, const TenantId& tenant, const Principal&,
                             const std::optional<RoleId>& role, const MappingKey* after, MappingWalk);

// Who holds this role, or each role of which anything is held, in order of role, principal and resource.
base::Result<void> walk_holders(const store::ReadTxn&, const TenantId& tenant,
                                const std::optional<RoleId>& role, const MappingKey* after, MappingWalk);

// What is held on this very resource, which isn't the whole tenant, by this principal where there is one, in
// order of principal and role. kNextRole is as kNext. Where names of other resources begin with this one and
// go on with a control character, what is held on these lies in between: the visitor is told `is_left` then,
// with a principal and role that need not exist.
base::Result<void> walk_holders_on(const store::ReadTxn&, const TenantId& tenant, std::string_view resource,
                                   const std::optional<Principal>&, const MappingKey* after, MappingWalk);

// All of the tenant, in order of id. Nothing in place of a mapping: it is left of what was deleted.
base::Result<void> walk_mappings(const store::ReadTxn&, const TenantId& tenant, const MappingId* after,
                                 base::FunctionRef<bool(const MappingId&, std::optional<Mapping>&&)> fn);

}  // namespace domain
