#pragma once
#include "dialects/route.h"

// What answers each call of /v1beta1. Each is a SystemHandler, a ReadHandler or a ChangeHandler of route.h;
// the routes table names them all. Calls that have an older path without the organization in it share
// their handler with it.
namespace dialects::v1beta1 {

Answer ping(const Call&, const System&);
Answer get_self(const Call&, const api::Read&);

Answer list_organizations(const Call&, const api::Read&);
api::Outcome<Work> create_organization(const Call&);
Answer get_organization(const Call&, const api::Read&);
api::Outcome<Work> update_organization(const Call&);
api::Outcome<Work> delete_organization(const Call&);

Answer list_organization_roles(const Call&, const api::Read&);
api::Outcome<Work> create_organization_role(const Call&);
Answer get_organization_role(const Call&, const api::Read&);
api::Outcome<Work> update_organization_role(const Call&);
api::Outcome<Work> delete_organization_role(const Call&);

Answer list_platform_roles(const Call&, const api::Read&);
api::Outcome<Work> create_platform_role(const Call&);
api::Outcome<Work> update_platform_role(const Call&);
api::Outcome<Work> delete_platform_role(const Call&);

Answer list_permissions(const Call&, const api::Read&);
Answer get_permission(const Call&, const api::Read&);
api::Outcome<Work> create_permissions(const Call&);

Answer list_service_users(const Call&, const api::Read&);
api::Outcome<Work> create_service_user(const Call&);
Answer get_service_user(const Call&, const api::Read&);
api::Outcome<Work> delete_service_user(const Call&);

Answer list_secrets(const Call&, const api::Read&);
api::Outcome<Work> create_secret(const Call&);
api::Outcome<Work> delete_secret(const Call&);

}  // namespace dialects::v1beta1
