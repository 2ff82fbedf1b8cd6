#include "store/schema.h"

#include <array>

namespace store {
namespace {

constexpr std::array<std::string_view, kTableCount> kNames = {
    "meta",
    "tenant",
    "tenant_slug",
    "permission",
    "role",
    "role_slug",
    "group",
    "group_name",
    "user",
    "user_email",
    "service_user",
    "credential",
    "credential_hash",
    "credential_by_tenant",
    "credential_by_owner",
    "member_of",
    "members",
    "mapping",
    "mapping_by_role",
    "mapping_by_id",
    "audit",
    "audit_head",
    "change",
    "idempotency",
    "idempotency_by_time",
    "mapping_on",
    "service_user_by_id",
    "count",
    "role_count",
    "role_time",
};
static_assert(static_cast<std::size_t>(Table::kRoleTime) + 1 == kTableCount);

}  // namespace

std::string_view name_of(Table table) {
  return kNames[static_cast<std::size_t>(table)];
}

std::optional<Table> table_of(std::uint8_t number) {
  if (number >= kTableCount) return std::nullopt;
  return static_cast<Table>(number);
}

}  // namespace store
