#pragma once
#include <string>
#include <vector>

#include "api/parts/authorize.h"
#include "domain/ids.h"
#include "domain/principal.h"

// What adding to a group is, of one and of many. For this folder alone.
namespace api {

// What whoever joins a group is given: what it holds, and what the groups above it hold, now and later.
Outcome<std::vector<std::string>> scopes_of_joining(const Read&, const domain::TenantId& tenant,
                                                    const domain::GroupId& group);

// The guard sees that. REQUIRES: `scopes` are scopes_of_joining(group)
AccessRequest adding_member(const Read&, const domain::TenantId& tenant, const domain::GroupId& group,
                            const domain::Principal& member, const std::vector<std::string>& scopes);

}  // namespace api
