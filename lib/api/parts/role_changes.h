#pragma once
#include <string>
#include <string_view>

#include "api/parts/authorize.h"
#include "api/roles.h"
#include "domain/role.h"

// What changing a role is in every dialect.
namespace api {

Outcome<RoleView> view_role(const Read&, const domain::Owner& tenant, domain::Role,
                            Counting = Counting::kBounded);

AccessRequest on_role(const Operation&, const domain::Owner& tenant, std::string_view slug);

// What the guard is asked. Where the tenant is nil, it is an operation on the platform's roles. `before` is
// null where there is no such role.
AccessRequest creating_role(const Read&, const domain::Role&);
AccessRequest updating_role(const Read&, const domain::Owner& tenant, std::string_view slug,
                            const domain::Role* before, const domain::Role& after);

// A tenant can't change a role that isn't stored as its own, whatever policies say: it is every tenant's.
// kSystemRole.
Outcome<void> check_own(const domain::Role&, const domain::Owner& tenant);

// A role of the platform is every tenant's, so that none may have one of its own with that slug:
// kAlreadyExists, which says how many do. Of a tenant's own role nothing is asked.
Outcome<void> check_no_tenant_has(const Read&, const domain::Owner& owner, const std::string& slug);

// Stores a new role, with times and author, and an id where it has none; or one that differs from `before`;
// or removes it, with its mappings if `force`. The audit entry is written too.
Outcome<void> make_role(Change&, const AccessRequest&, const Authorization&, domain::Role&);
Outcome<void> replace_role(Change&, const AccessRequest&, const Authorization&, const domain::Role& before,
                           domain::Role& after);
Outcome<void> remove_role(Change&, const AccessRequest&, const Authorization&, const domain::Role&,
                          bool force);

}  // namespace api
