#include "api/operations.h"

#include <array>
#include <cstddef>

#include "api/access_map.h"
#include "api/all_tenants.h"
#include "api/api_keys.h"
#include "api/audit.h"
#include "api/backups.h"
#include "api/change_records.h"
#include "api/changes.h"
#include "api/config_values.h"
#include "api/decision_log.h"
#include "api/decision_settings.h"
#include "api/decisions.h"
#include "api/effective.h"
#include "api/entities.h"
#include "api/grants.h"
#include "api/group_roles.h"
#include "api/groups.h"
#include "api/history.h"
#include "api/holders.h"
#include "api/mappings.h"
#include "api/me.h"
#include "api/members.h"
#include "api/name_search.h"
#include "api/overview.h"
#include "api/permission_checks.h"
#include "api/permissions.h"
#include "api/platform_credentials.h"
#include "api/policies.h"
#include "api/policy_tests.h"
#include "api/projects.h"
#include "api/reports.h"
#include "api/roles.h"
#include "api/rules.h"
#include "api/schemas.h"
#include "api/service_users.h"
#include "api/sessions.h"
#include "api/status.h"
#include "api/tenants.h"
#include "api/undo.h"
#include "api/users.h"

namespace api {
namespace {

constexpr std::span<const Operation> kByNoun[] = {op::kRoles,
                                                  op::kPermissions,
                                                  op::kGroups,
                                                  op::kMembers,
                                                  op::kMappings,
                                                  op::kAllMappings,
                                                  op::kGrants,
                                                  op::kProjects,
                                                  op::kTenants,
                                                  op::kUsers,
                                                  op::kServiceUsers,
                                                  op::kApiKeys,
                                                  op::kPlatformCredentials,
                                                  op::kPolicies,
                                                  op::kRules,
                                                  op::kDecisionSettings,
                                                  op::kSchemas,
                                                  op::kPolicyTests,
                                                  op::kPermissionChecks,
                                                  op::kAllTenants,
                                                  op::kAudit,
                                                  op::kBackups,
                                                  op::kEntities,
                                                  op::kDecisions,
                                                  op::kEffective,
                                                  op::kChanges,
                                                  op::kChangeRecords,
                                                  op::kDecisionLog,
                                                  op::kReports,
                                                  op::kHolders,
                                                  op::kHistory,
                                                  op::kUndo,
                                                  op::kNameSearch,
                                                  op::kSessions,
                                                  op::kOverview,
                                                  op::kAccessMap,
                                                  op::kServer,
                                                  op::kConfigValues,
                                                  op::kMe};

constexpr std::size_t count() {
  std::size_t n = 0;
  for (const auto& operations : kByNoun) n += operations.size();
  return n;
}

constexpr std::array<Operation, count()> gather() {
  std::array<Operation, count()> all{};
  std::size_t n = 0;
  for (const auto& operations : kByNoun)
    for (const Operation& operation : operations) all[n++] = operation;
  return all;
}

constexpr std::array<Operation, count()> kAll = gather();

constexpr bool each_once() {
  for (std::size_t i = 0; i < kAll.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (kAll[i].action == kAll[j].action) return false;
  return true;
}
static_assert(each_once(), "two operations have the same action");

}  // namespace

std::span<const Operation> all_operations() {
  return kAll;
}

}  // namespace api
