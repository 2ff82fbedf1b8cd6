#pragma once
#include "dialects/route.h"

// What answers each call of /v1: reads JSON into the structs of lib/api, and writes its answers as JSON.
// Each is a ReadHandler or a ChangeHandler of route.h; the routes table names them all.
namespace dialects::v1 {

Answer list_roles(const Call&, const api::Read&);
api::Outcome<Work> create_role(const Call&);
Answer get_role(const Call&, const api::Read&);
api::Outcome<Work> update_role(const Call&);
api::Outcome<Work> delete_role(const Call&);

Answer list_permissions(const Call&, const api::Read&);

Answer list_groups(const Call&, const api::Read&);
api::Outcome<Work> create_group(const Call&);
Answer get_group(const Call&, const api::Read&);
api::Outcome<Work> update_group(const Call&);
api::Outcome<Work> delete_group(const Call&);

Answer list_members(const Call&, const api::Read&);
api::Outcome<Work> add_member(const Call&);
api::Outcome<Work> remove_member(const Call&);

Answer list_group_roles(const Call&, const api::Read&);
api::Outcome<Work> add_group_role(const Call&);
api::Outcome<Work> remove_group_role(const Call&);

Answer list_tenants(const Call&, const api::Read&);
api::Outcome<Work> create_tenant(const Call&);
Answer get_tenant(const Call&, const api::Read&);
api::Outcome<Work> update_tenant(const Call&);

Answer list_users(const Call&, const api::Read&);
api::Outcome<Work> create_user(const Call&);
Answer get_user(const Call&, const api::Read&);
api::Outcome<Work> update_user(const Call&);
api::Outcome<Work> delete_user(const Call&);
api::Outcome<Work> suspend_user(const Call&);

Answer list_api_keys(const Call&, const api::Read&);
api::Outcome<Work> create_api_key(const Call&);
api::Outcome<Work> revoke_api_key(const Call&);

Answer list_audit(const Call&, const api::Read&);
Answer get_me(const Call&, const api::Read&);

}  // namespace dialects::v1
