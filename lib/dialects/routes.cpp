#include "dialects/routes.h"

#include <array>

#include "dialects/system.h"
#include "dialects/v1/handlers.h"
#include "dialects/v1beta1/handlers.h"

namespace dialects {
namespace {

using enum http::Method;
using Op = api::Operation;
constexpr auto kSystem = Dialect::kSystem;
constexpr auto kV1 = Dialect::kV1;
constexpr auto kV1beta1 = Dialect::kV1beta1;
constexpr auto kPublic = Access::kPublic;
constexpr auto kCredential = Access::kCredential;
constexpr auto kTenant = Access::kTenant;
constexpr auto kTenantOrPlatform = Access::kTenantOrPlatform;

// A call that needs several permissions, such as one that changes a user and its roles, stands with the one
// that it always needs.
const Route kRoutes[] = {
    {kGet, "/", "get_start", {}, kSystem, kPublic, 200, "", "", get_start},
    {kGet, "/livez", "get_live", {}, kSystem, kPublic, 200, "", "", get_live},
    {kGet, "/readyz", "get_ready", {}, kSystem, kPublic, 200, "", "", get_ready},
    {kGet, "/healthz", "get_health", {}, kSystem, kPublic, 200, "", "", get_ready},
    {kGet, "/openapi.json", "get_openapi_json", {}, kSystem, kPublic, 200, "", "", get_openapi_json},
    {kGet, "/openapi.yaml", "get_openapi_yaml", {}, kSystem, kPublic, 200, "", "", get_openapi_yaml},

    {kGet, "/v1/roles", "list_roles", Op::kListRoles, kV1, kTenant, 200, "limit cursor", "", v1::list_roles},
    {kPost, "/v1/roles", "create_role", Op::kCreateRole, kV1, kTenant, 201, "", "NewRole", v1::create_role},
    {kGet, "/v1/roles/{slug}", "get_role", Op::kGetRole, kV1, kTenant, 200, "", "", v1::get_role},
    {kPatch, "/v1/roles/{slug}", "update_role", Op::kUpdateRole, kV1, kTenant, 200, "", "RolePatch",
     v1::update_role},
    {kDelete, "/v1/roles/{slug}", "delete_role", Op::kDeleteRole, kV1, kTenant, 204, "force", "",
     v1::delete_role},
    {kGet, "/v1/permissions", "list_permissions", Op::kListPermissions, kV1, kTenant, 200, "", "",
     v1::list_permissions},

    {kGet, "/v1/groups", "list_groups", Op::kListGroups, kV1, kTenant, 200, "limit cursor source name", "",
     v1::list_groups},
    {kPost, "/v1/groups", "create_group", Op::kCreateGroup, kV1, kTenant, 201, "", "NewGroup",
     v1::create_group},
    {kGet, "/v1/groups/{id}", "get_group", Op::kGetGroup, kV1, kTenant, 200, "", "", v1::get_group},
    {kPatch, "/v1/groups/{id}", "update_group", Op::kUpdateGroup, kV1, kTenant, 200, "", "GroupPatch",
     v1::update_group},
    {kDelete, "/v1/groups/{id}", "delete_group", Op::kDeleteGroup, kV1, kTenant, 204, "", "",
     v1::delete_group},
    {kGet, "/v1/groups/{id}/members", "list_members", Op::kListMembers, kV1, kTenant, 200, "limit cursor", "",
     v1::list_members},
    {kPost, "/v1/groups/{id}/members", "add_member", Op::kAddMember, kV1, kTenant, 201, "", "NewMember",
     v1::add_member},
    {kDelete, "/v1/groups/{id}/members/{user_id}", "remove_member", Op::kRemoveMember, kV1, kTenant, 204, "",
     "", v1::remove_member},
    {kGet, "/v1/groups/{id}/roles", "list_group_roles", Op::kListMappings, kV1, kTenant, 200, "limit cursor",
     "", v1::list_group_roles},
    {kPost, "/v1/groups/{id}/roles", "add_group_role", Op::kCreateMapping, kV1, kTenant, 201, "",
     "NewRoleMapping", v1::add_group_role},
    {kDelete, "/v1/groups/{id}/roles/{role}", "remove_group_role", Op::kDeleteMapping, kV1, kTenant, 204, "",
     "", v1::remove_group_role},

    {kGet, "/v1/tenants", "list_tenants", Op::kListTenants, kV1, kCredential, 200, "limit cursor", "",
     v1::list_tenants},
    {kPost, "/v1/tenants", "create_tenant", Op::kCreateTenant, kV1, kCredential, 201, "", "NewTenant",
     v1::create_tenant},
    {kGet, "/v1/tenants/{id}", "get_tenant", Op::kGetTenant, kV1, kCredential, 200, "", "", v1::get_tenant},
    {kPut, "/v1/tenants/{id}", "update_tenant", Op::kUpdateTenant, kV1, kCredential, 200, "", "TenantPatch",
     v1::update_tenant},

    {kGet, "/v1/users", "list_users", Op::kListUsers, kV1, kTenant, 200, "limit cursor", "", v1::list_users},
    {kPost, "/v1/users", "create_user", Op::kCreateUser, kV1, kTenant, 201, "", "NewUser", v1::create_user},
    {kGet, "/v1/users/{id}", "get_user", Op::kGetUser, kV1, kTenant, 200, "", "", v1::get_user},
    {kPut, "/v1/users/{id}", "update_user", Op::kUpdateUser, kV1, kTenant, 200, "", "UserPatch",
     v1::update_user},
    {kDelete, "/v1/users/{id}", "delete_user", Op::kDeleteUser, kV1, kTenant, 204, "", "", v1::delete_user},
    {kPost, "/v1/users/{id}/suspend", "suspend_user", Op::kSuspendUser, kV1, kTenant, 200, "", "Suspension",
     v1::suspend_user},

    {kGet, "/v1/api-keys", "list_api_keys", Op::kListApiKeys, kV1, kTenant, 200, "limit cursor", "",
     v1::list_api_keys},
    {kPost, "/v1/api-keys", "create_api_key", Op::kCreateApiKey, kV1, kTenant, 201, "", "NewApiKey",
     v1::create_api_key},
    {kDelete, "/v1/api-keys/{id}", "revoke_api_key", Op::kRevokeApiKey, kV1, kTenant, 204, "", "",
     v1::revoke_api_key},
    {kGet, "/v1/audit-log", "list_audit_log", Op::kListAudit, kV1, kTenantOrPlatform, 200,
     "actor_id resource_type resource_id action from to limit cursor", "", v1::list_audit},
    {kGet, "/v1/me", "get_me", Op::kGetMe, kV1, kTenantOrPlatform, 200, "", "", v1::get_me},

    {kGet, "/ping", "ping", {}, kV1beta1, kPublic, 200, "", "", v1beta1::ping},
    {kGet, "/v1beta1/users/self", "get_self", Op::kGetMe, kV1beta1, kCredential, 200, "", "",
     v1beta1::get_self},
    {kGet, "/v1beta1/organizations", "list_organizations", Op::kListTenants, kV1beta1, kCredential, 200,
     "limit cursor", "", v1beta1::list_organizations},
    {kPost, "/v1beta1/organizations", "create_organization", Op::kCreateTenant, kV1beta1, kCredential, 200,
     "", "NewOrganization", v1beta1::create_organization},
    {kGet, "/v1beta1/organizations/{org_id}", "get_organization", Op::kGetTenant, kV1beta1, kCredential, 200,
     "", "", v1beta1::get_organization},
    {kPut, "/v1beta1/organizations/{org_id}", "update_organization", Op::kUpdateTenant, kV1beta1, kCredential,
     200, "", "OrganizationPatch", v1beta1::update_organization},
    {kDelete, "/v1beta1/organizations/{org_id}", "delete_organization", Op::kDeleteTenant, kV1beta1,
     kCredential, 200, "", "", v1beta1::delete_organization},

    {kGet, "/v1beta1/organizations/{org_id}/roles", "list_organization_roles", Op::kListRoles, kV1beta1,
     kCredential, 200, "limit cursor", "", v1beta1::list_organization_roles},
    {kPost, "/v1beta1/organizations/{org_id}/roles", "create_organization_role", Op::kCreateRole, kV1beta1,
     kCredential, 200, "", "RoleRecord", v1beta1::create_organization_role},
    {kGet, "/v1beta1/organizations/{org_id}/roles/{id}", "get_organization_role", Op::kGetRole, kV1beta1,
     kCredential, 200, "", "", v1beta1::get_organization_role},
    {kPut, "/v1beta1/organizations/{org_id}/roles/{id}", "update_organization_role", Op::kUpdateRole,
     kV1beta1, kCredential, 200, "", "RoleRecord", v1beta1::update_organization_role},
    {kDelete, "/v1beta1/organizations/{org_id}/roles/{id}", "delete_organization_role", Op::kDeleteRole,
     kV1beta1, kCredential, 200, "", "", v1beta1::delete_organization_role},
    {kGet, "/v1beta1/roles", "list_platform_roles", Op::kListRoles, kV1beta1, kCredential, 200,
     "limit cursor", "", v1beta1::list_platform_roles},
    {kPost, "/v1beta1/roles", "create_platform_role", Op::kCreatePlatformRole, kV1beta1, kCredential, 200, "",
     "RoleRecord", v1beta1::create_platform_role},
    {kPut, "/v1beta1/roles/{id}", "update_platform_role", Op::kUpdatePlatformRole, kV1beta1, kCredential, 200,
     "", "RoleRecord", v1beta1::update_platform_role},
    {kDelete, "/v1beta1/roles/{id}", "delete_platform_role", Op::kDeletePlatformRole, kV1beta1, kCredential,
     200, "", "", v1beta1::delete_platform_role},

    {kGet, "/v1beta1/permissions", "list_catalogue", Op::kListPermissions, kV1beta1, kCredential, 200, "", "",
     v1beta1::list_permissions},
    {kPost, "/v1beta1/permissions", "create_permissions", Op::kCreatePermission, kV1beta1, kCredential, 200,
     "", "NewPermissions", v1beta1::create_permissions},
    {kGet, "/v1beta1/permissions/{id}", "get_permission", Op::kGetPermission, kV1beta1, kCredential, 200, "",
     "", v1beta1::get_permission},

    {kGet, "/v1beta1/organizations/{org_id}/serviceusers", "list_service_users", Op::kListServiceUsers,
     kV1beta1, kCredential, 200, "limit cursor", "", v1beta1::list_service_users},
    {kPost, "/v1beta1/organizations/{org_id}/serviceusers", "create_service_user", Op::kCreateServiceUser,
     kV1beta1, kCredential, 200, "", "NewServiceUser", v1beta1::create_service_user},
    {kGet, "/v1beta1/organizations/{org_id}/serviceusers/{id}", "get_service_user", Op::kGetServiceUser,
     kV1beta1, kCredential, 200, "", "", v1beta1::get_service_user},
    {kDelete, "/v1beta1/organizations/{org_id}/serviceusers/{id}", "delete_service_user",
     Op::kDeleteServiceUser, kV1beta1, kCredential, 200, "", "", v1beta1::delete_service_user},
    {kGet, "/v1beta1/organizations/{org_id}/serviceusers/{id}/secrets", "list_secrets", Op::kListSecrets,
     kV1beta1, kCredential, 200, "", "", v1beta1::list_secrets},
    {kPost, "/v1beta1/organizations/{org_id}/serviceusers/{id}/secrets", "create_secret", Op::kCreateSecret,
     kV1beta1, kCredential, 200, "", "NewSecret", v1beta1::create_secret},
    {kDelete, "/v1beta1/organizations/{org_id}/serviceusers/{id}/secrets/{secret_id}", "delete_secret",
     Op::kDeleteSecret, kV1beta1, kCredential, 200, "", "", v1beta1::delete_secret},

    // The older paths of the same calls, which name the organization in the body or the query, or not at all.
    {kGet, "/v1beta1/serviceusers", "list_service_users_older", Op::kListServiceUsers, kV1beta1, kCredential,
     200, "org_id limit cursor", "", v1beta1::list_service_users},
    {kPost, "/v1beta1/serviceusers", "create_service_user_older", Op::kCreateServiceUser, kV1beta1,
     kCredential, 200, "org_id", "NewServiceUserOlder", v1beta1::create_service_user},
    {kGet, "/v1beta1/serviceusers/{id}", "get_service_user_older", Op::kGetServiceUser, kV1beta1, kCredential,
     200, "org_id", "", v1beta1::get_service_user},
    {kDelete, "/v1beta1/serviceusers/{id}", "delete_service_user_older", Op::kDeleteServiceUser, kV1beta1,
     kCredential, 200, "org_id", "", v1beta1::delete_service_user},
    {kGet, "/v1beta1/serviceusers/{id}/secrets", "list_secrets_older", Op::kListSecrets, kV1beta1,
     kCredential, 200, "org_id", "", v1beta1::list_secrets},
    {kPost, "/v1beta1/serviceusers/{id}/secrets", "create_secret_older", Op::kCreateSecret, kV1beta1,
     kCredential, 200, "org_id", "NewSecret", v1beta1::create_secret},
    {kDelete, "/v1beta1/serviceusers/{id}/secrets/{secret_id}", "delete_secret_older", Op::kDeleteSecret,
     kV1beta1, kCredential, 200, "org_id", "", v1beta1::delete_secret},
};

}  // namespace

std::span<const Route> all_routes() {
  return kRoutes;
}

}  // namespace dialects
