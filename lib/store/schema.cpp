#include "store/schema.h"

#include <array>

#include "base/enum_table.h"

namespace store {
namespace {

struct Row {
  Table table;
  std::string_view name;
};

constexpr std::array<Row, kTableCount> kRows = {{
    {Table::kMeta, "meta"},
    {Table::kTenant, "tenant"},
    {Table::kTenantSlug, "tenant_slug"},
    {Table::kPermission, "permission"},
    {Table::kRole, "role"},
    {Table::kRoleSlug, "role_slug"},
    {Table::kGroup, "group"},
    {Table::kGroupName, "group_name"},
    {Table::kUser, "user"},
    {Table::kUserEmail, "user_email"},
    {Table::kServiceUser, "service_user"},
    {Table::kCredential, "credential"},
    {Table::kCredentialHash, "credential_hash"},
    {Table::kCredentialByTenant, "credential_by_tenant"},
    {Table::kCredentialByOwner, "credential_by_owner"},
    {Table::kMemberOf, "member_of"},
    {Table::kMembers, "members"},
    {Table::kMapping, "mapping"},
    {Table::kMappingByRole, "mapping_by_role"},
    {Table::kMappingById, "mapping_by_id"},
    {Table::kAudit, "audit"},
    {Table::kAuditHead, "audit_head"},
    {Table::kChange, "change"},
    {Table::kIdempotency, "idempotency"},
    {Table::kIdempotencyByTime, "idempotency_by_time"},
    {Table::kMappingOn, "mapping_on"},
    {Table::kServiceUserById, "service_user_by_id"},
    {Table::kCount, "count"},
    {Table::kRoleCount, "role_count"},
    {Table::kRoleTime, "role_time"},
    {Table::kAuditByActor, "audit_by_actor"},
    {Table::kAuditByResource, "audit_by_resource"},
    {Table::kAuditHour, "audit_hour"},
    {Table::kHeldSlug, "held_slug"},
    {Table::kHeldSlugByTime, "held_slug_by_time"},
    {Table::kDeletion, "deletion"},
    {Table::kNameLook, "name_look"},
    {Table::kNameClash, "name_clash"},
    {Table::kGroupIn, "group_in"},
    {Table::kSubgroups, "subgroups"},
    {Table::kEntityNumber, "entity_number"},
    {Table::kEntityName, "entity_name"},
    {Table::kEntity, "entity"},
    {Table::kEntityParent, "entity_parent"},
    {Table::kEntityChild, "entity_child"},
    {Table::kPolicy, "policy"},
    {Table::kRule, "rule"},
    {Table::kDecisions, "decisions"},
    {Table::kProject, "project"},
    {Table::kProjectSlug, "project_slug"},
    {Table::kProjectById, "project_by_id"},
    {Table::kSchema, "schema"},
    {Table::kPolicyTest, "policy_test"},
    {Table::kGrant, "grant"},
    {Table::kGrantOf, "grant_of"},
    {Table::kGrantOn, "grant_on"},
    {Table::kGrantByRule, "grant_by_rule"},
    {Table::kNameWord, "name_word"},
    {Table::kMappingByExpiry, "mapping_by_expiry"},
    {Table::kSession, "session"},
    {Table::kSessionHash, "session_hash"},
    {Table::kSessionByCredential, "session_by_credential"},
    {Table::kDisabledGroup, "disabled_group"},
}};
static_assert(base::has_row_for_each(kRows, &Row::table, Table::kDisabledGroup));

}  // namespace

std::string_view name_of(Table table) {
  return kRows[static_cast<std::size_t>(table)].name;
}

std::optional<Table> table_of(std::uint8_t number) {
  if (number >= kTableCount) return std::nullopt;
  return static_cast<Table>(number);
}

}  // namespace store
