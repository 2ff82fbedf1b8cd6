#pragma once
#include "api/context.h"
#include "domain/group.h"
#include "domain/tenant.h"
#include "domain/user.h"

// The record of an id, or kNotFound, which names it.
namespace api {

Outcome<domain::Tenant> existing_tenant(const Read&, const base::Uuid& id);
Outcome<domain::Group> existing_group(const Read&, const base::Uuid& tenant, const base::Uuid& id);
Outcome<domain::User> existing_user(const Read&, const base::Uuid& tenant, const base::Uuid& id);
Outcome<domain::ServiceUser> existing_service_user(const Read&, const base::Uuid& tenant,
                                                   const base::Uuid& id);

}  // namespace api
