#pragma once
#include "api/context.h"
#include "api/explained_question.h"
#include "base/function_ref.h"
#include "domain/ids.h"
#include "domain/principal.h"

namespace api {

// Calls fn with a read of the tenant as it would be if `who` had those roles, for the whole tenant, and were
// in those groups from now on. Rights are looked at without it. Fails with kInvalidInput where a role or a
// group isn't there, or what is no user is to be in a group; kForbidden where the caller may not read what a
// role or a group gives.
Outcome<void> suppose(const Read&, const domain::TenantId&, const domain::Principal& who, const Supposition&,
                      base::FunctionRef<void(const Read&)> fn);

}  // namespace api
