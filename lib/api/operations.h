#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace api {

// Everything that can be asked of Reeve's own API. One table (operations.cpp) says for each which Cedar
// action it is and what it needs; the guard, the audit log, the routes and the documents take it from there.
enum class Operation : std::uint8_t {
  kListRoles,
  kGetRole,
  kCreateRole,
  kUpdateRole,
  kDeleteRole,
  kCreatePlatformRole,
  kUpdatePlatformRole,
  kDeletePlatformRole,
  kListPermissions,
  kGetPermission,
  kCreatePermission,
  kListGroups,
  kGetGroup,
  kCreateGroup,
  kUpdateGroup,
  kDeleteGroup,
  kListMembers,
  kAddMember,
  kRemoveMember,
  kListMappings,
  kCreateMapping,
  kDeleteMapping,
  kListTenants,
  kGetTenant,
  kCreateTenant,
  kUpdateTenant,
  kDeleteTenant,
  kListUsers,
  kGetUser,
  kCreateUser,
  kUpdateUser,
  kSuspendUser,
  kDeleteUser,
  kListServiceUsers,
  kGetServiceUser,
  kCreateServiceUser,
  kDeleteServiceUser,
  kListSecrets,
  kCreateSecret,
  kDeleteSecret,
  kListApiKeys,
  kCreateApiKey,
  kRevokeApiKey,
  kCreatePlatformCredential,
  kListAudit,
  kGetMe,
};

// In place of a scope: nobody in a tenant can hold it, since it is no permission's spelling.
inline constexpr std::string_view kPlatformScope = "platform";

struct OperationInfo {
  Operation operation;
  std::string_view action;  // Action::"role:update"; also the audit entry's action
  bool changes;             // in Action::"write", else in Action::"read"
  std::string_view scope;   // the permission it needs, kPlatformScope, or "" where a credential is enough
  std::string_view resource_type;  // of the audit entry: "role"
};

const OperationInfo& info(Operation);
std::span<const OperationInfo> all_operations();

}  // namespace api
