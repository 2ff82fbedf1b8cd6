#include "api/operations.h"

#include <array>
#include <cassert>
#include <cstddef>

namespace api {
namespace {

using Op = Operation;
constexpr std::string_view kGet = "organization:get";
constexpr std::string_view kRoleManage = "organization:rolemanage";
constexpr std::string_view kUserManage = "organization:usermanage";
constexpr std::string_view kPolicyManage = "organization:policymanage";
constexpr std::string_view kServiceUserManage = "organization:serviceusermanage";

// In the order of the enumerators.
constexpr std::array<OperationInfo, 46> kOperations = {{
    {Op::kListRoles, "role:list", false, kGet, "role"},
    {Op::kGetRole, "role:get", false, kGet, "role"},
    {Op::kCreateRole, "role:create", true, kRoleManage, "role"},
    {Op::kUpdateRole, "role:update", true, kRoleManage, "role"},
    {Op::kDeleteRole, "role:delete", true, kRoleManage, "role"},
    {Op::kCreatePlatformRole, "platform_role:create", true, kPlatformScope, "role"},
    {Op::kUpdatePlatformRole, "platform_role:update", true, kPlatformScope, "role"},
    {Op::kDeletePlatformRole, "platform_role:delete", true, kPlatformScope, "role"},
    {Op::kListPermissions, "permission:list", false, kGet, "permission"},
    {Op::kGetPermission, "permission:get", false, kGet, "permission"},
    {Op::kCreatePermission, "permission:create", true, kPlatformScope, "permission"},
    {Op::kListGroups, "group:list", false, "organization:grouplist", "group"},
    {Op::kGetGroup, "group:get", false, "group:get", "group"},
    {Op::kCreateGroup, "group:create", true, "organization:groupcreate", "group"},
    {Op::kUpdateGroup, "group:update", true, "group:update", "group"},
    {Op::kDeleteGroup, "group:delete", true, "group:delete", "group"},
    {Op::kListMembers, "member:list", false, "group:get", "member"},
    {Op::kAddMember, "member:add", true, "group:update", "member"},
    {Op::kRemoveMember, "member:remove", true, "group:update", "member"},
    {Op::kListMappings, "mapping:list", false, "group:get", "mapping"},
    {Op::kCreateMapping, "mapping:create", true, kPolicyManage, "mapping"},
    {Op::kDeleteMapping, "mapping:delete", true, kPolicyManage, "mapping"},
    {Op::kListTenants, "tenant:list", false, kPlatformScope, "tenant"},
    {Op::kGetTenant, "tenant:get", false, kGet, "tenant"},
    {Op::kCreateTenant, "tenant:create", true, kPlatformScope, "tenant"},
    {Op::kUpdateTenant, "tenant:update", true, "organization:update", "tenant"},
    {Op::kDeleteTenant, "tenant:delete", true, "organization:delete", "tenant"},
    {Op::kListUsers, "user:list", false, kGet, "user"},
    {Op::kGetUser, "user:get", false, kGet, "user"},
    {Op::kCreateUser, "user:create", true, kUserManage, "user"},
    {Op::kUpdateUser, "user:update", true, kUserManage, "user"},
    {Op::kSuspendUser, "user:suspend", true, kUserManage, "user"},
    {Op::kDeleteUser, "user:delete", true, kUserManage, "user"},
    {Op::kListServiceUsers, "service_user:list", false, kGet, "service_user"},
    {Op::kGetServiceUser, "service_user:get", false, kGet, "service_user"},
    {Op::kCreateServiceUser, "service_user:create", true, kServiceUserManage, "service_user"},
    {Op::kDeleteServiceUser, "service_user:delete", true, kServiceUserManage, "service_user"},
    {Op::kListSecrets, "secret:list", false, kServiceUserManage, "secret"},
    {Op::kCreateSecret, "secret:create", true, kServiceUserManage, "secret"},
    {Op::kDeleteSecret, "secret:delete", true, kServiceUserManage, "secret"},
    {Op::kListApiKeys, "api_key:list", false, kServiceUserManage, "api_key"},
    {Op::kCreateApiKey, "api_key:create", true, kServiceUserManage, "api_key"},
    {Op::kRevokeApiKey, "api_key:revoke", true, kServiceUserManage, "api_key"},
    {Op::kCreatePlatformCredential, "platform_credential:create", true, kPlatformScope,
     "platform_credential"},
    {Op::kListAudit, "audit:list", false, "organization:auditview", "audit"},
    {Op::kGetMe, "me:get", false, "", "me"},
}};

}  // namespace

const OperationInfo& info(Operation operation) {
  const auto& found = kOperations[static_cast<std::size_t>(operation)];
  assert(found.operation == operation);
  return found;
}

std::span<const OperationInfo> all_operations() {
  return kOperations;
}

}  // namespace api
