#include "api/tenant_changes.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "store/key.h"

namespace api {
namespace {

// Nil for what is every tenant's; nothing for what concerns no tenant.
std::optional<domain::TenantId> concerned(store::Table table, std::string_view key) {
  const auto& tables = TenantChanges::tables();
  if (std::find(tables.begin(), tables.end(), table) == tables.end()) return std::nullopt;
  if (table == store::Table::kPermission) return domain::TenantId();
  const domain::TenantId whose(store::KeyReader(key).uuid());
  if (whose == domain::TenantId() && table != store::Table::kRole) return std::nullopt;
  return whose;
}

}  // namespace

const std::vector<store::Table>& TenantChanges::tables() {
  using store::Table;
  static const std::vector<Table> tables = {
      Table::kTenant,  Table::kPermission,   Table::kRole,     Table::kGroup,   Table::kUser,
      Table::kMapping, Table::kServiceUser,  Table::kMemberOf, Table::kGroupIn, Table::kEntity,
      Table::kPolicy,  Table::kEntityParent, Table::kRule,     Table::kSchema,  Table::kDecisions,
      Table::kProject, Table::kGrant};
  return tables;
}

void TenantChanges::note(const store::WriteTxn& change) {
  const std::lock_guard lock(mutex_);
  change.each_written([&](store::Table table, std::string_view key) {
    const auto whose = concerned(table, key);
    if (!whose) return;
    if (changed_.size() >= kMostTenants && !changed_.contains(*whose)) {
      changed_.clear();
      since_ = change.revision();
    }
    changed_[*whose] = change.revision();
  });
}

bool TenantChanges::is_unchanged_since(store::Revision revision, const domain::Owner& tenant) const {
  const std::lock_guard lock(mutex_);
  if (revision < since_) return false;
  const auto is_unchanged = [&](const domain::TenantId& whose) {
    const auto found = changed_.find(whose);
    return found == changed_.end() || found->second <= revision;
  };
  return is_unchanged(domain::TenantId()) && (tenant.is_platform() || is_unchanged(*tenant.tenant()));
}

}  // namespace api
