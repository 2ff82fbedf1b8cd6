#pragma once
#include <vector>

#include "api/context.h"
#include "api/users.h"

namespace api {

// The groups that the principal is a member of, sorted by name.
Outcome<std::vector<GroupName>> group_names(const Read&, const domain::TenantId& tenant,
                                            const domain::Principal& who);

}  // namespace api
