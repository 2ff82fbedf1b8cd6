#pragma once
#include "api/context.h"
#include "dialects/call.h"

namespace dialects::access {

// Whose question it is: the tenant that the path names by slug or uuid, else the credential's. kNotFound
// where there is none, or it is another's; kInvalidInput where a credential of the platform names none.
api::Outcome<domain::TenantId> tenant_of(const Call&, const api::Read&);

}  // namespace dialects::access
