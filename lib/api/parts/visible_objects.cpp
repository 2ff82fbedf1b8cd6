#include "api/parts/visible_objects.h"

#include "api/audit.h"
#include "api/decision_settings.h"
#include "api/entities.h"
#include "api/grants.h"
#include "api/groups.h"
#include "api/mappings.h"
#include "api/members.h"
#include "api/parts/authorize.h"
#include "api/permissions.h"
#include "api/policies.h"
#include "api/policy_tests.h"
#include "api/projects.h"
#include "api/roles.h"
#include "api/rules.h"
#include "api/schemas.h"
#include "api/service_users.h"
#include "api/tenants.h"
#include "api/users.h"

namespace api {
namespace {

using store::Table;

// What lists an object's kind.
Operation lister_of(Table table) {
  switch (table) {
    case Table::kPermission:
      return op::list_permissions;
    case Table::kRole:
      return op::list_roles;
    case Table::kGroup:
      return op::list_groups;
    case Table::kUser:
      return op::list_users;
    case Table::kServiceUser:
      return op::list_service_users;
    case Table::kMemberOf:
    case Table::kGroupIn:
      return op::list_members;
    case Table::kMapping:
      return op::list_all_mappings;
    case Table::kEntity:
      return op::list_entities;
    case Table::kPolicy:
      return op::list_policies;
    case Table::kRule:
      return op::list_rules;
    case Table::kDecisions:
      return op::get_decision_settings;
    case Table::kProject:
      return op::list_projects;
    case Table::kSchema:
      return op::get_schema;
    case Table::kPolicyTest:
      return op::list_policy_tests;
    case Table::kGrant:
      return op::list_grants;
    default:
      return op::get_tenant;
  }
}

}  // namespace

bool VisibleObjects::operator()(const domain::ChangedObject& object) {
  const bool is_membership = object.table == Table::kMemberOf || object.table == Table::kGroupIn;
  const std::string group = is_membership ? object.within : "";
  const auto [known, is_new] = answers_.try_emplace({object.table, group}, false);
  if (is_new) known->second = ask(object, is_membership);
  return known->second;
}

bool VisibleObjects::authors() {
  if (!authors_) authors_ = authorize(read_, on_tenant(op::list_audit, tenant_)).ok();
  return *authors_;
}

bool VisibleObjects::ask(const domain::ChangedObject& object, bool is_membership) const {
  const Operation lister = lister_of(object.table);
  if (!is_membership) return authorize(read_, on_tenant(lister, tenant_)).ok();
  const auto group = domain::GroupId::parse(object.within);
  const domain::TenantId* const tenant = tenant_.tenant();
  return group && tenant && authorize(read_, on_group(lister, *tenant, *group)).ok();
}

}  // namespace api
