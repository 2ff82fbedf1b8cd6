#pragma once
#include <optional>

#include "api/parts/authorize.h"
#include "api/parts/propose.h"
#include "domain/ids.h"
#include "domain/principal.h"

// What adding to a group is, of one and of many. For this folder alone.
namespace api {

// What whoever joins a group is given: what it holds, and what the groups above it hold, now and later.
Outcome<Gift> gift_of_joining(const Read&, const domain::TenantId& tenant, const domain::GroupId& group);

// The guard sees that. Without a member it is asked about those who are in the group already. REQUIRES:
// `gift` is gift_of_joining(group)
AccessRequest adding_member(const domain::TenantId& tenant, const domain::GroupId& group,
                            const std::optional<domain::Principal>& member, const Gift& gift);

}  // namespace api
