#pragma once
#include "api/context.h"
#include "domain/group.h"
#include "domain/project.h"
#include "domain/service_user.h"
#include "domain/tenant.h"
#include "domain/user.h"

// The record of an id, or kNotFound, which names it.
namespace api {

Outcome<domain::Tenant> existing_tenant(const Read&, const domain::TenantId& id);
Outcome<domain::Group> existing_group(const Read&, const domain::TenantId& tenant, const domain::GroupId& id);
Outcome<domain::Project> existing_project(const Read&, const domain::TenantId& tenant,
                                          const domain::ProjectId& id);
Outcome<domain::User> existing_user(const Read&, const domain::TenantId& tenant, const domain::UserId& id);

// Whether there is such a user, service user or group in the tenant: kNotFound, which names it.
Outcome<void> existing_principal(const Read&, const domain::TenantId& tenant, const domain::Principal&);

// The platform has none.
Outcome<domain::ServiceUser> existing_service_user(const Read&, const domain::Owner& tenant,
                                                   const domain::ServiceUserId& id);

}  // namespace api
