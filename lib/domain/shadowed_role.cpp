#include "domain/shadowed_role.h"

#include <utility>

#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

}  // namespace

base::Result<bool> is_shadowed(const store::ReadTxn& txn, const Owner& tenant, const Role& role) {
  if (tenant.is_platform() || !role.tenant.is_platform()) return false;
  const auto own = txn.get(Table::kRoleSlug, Key().uuid(to_stored(tenant)).text(role.slug));
  if (!own.ok()) return own.error();
  return own->has_value();
}

base::Result<std::optional<Role>> find_role_in_force(const store::ReadTxn& txn, const Owner& tenant,
                                                     const RoleId& id) {
  auto role = find_role_by_id(txn, tenant, id);
  if (!role.ok() || !*role) return role;
  const auto shadowed = is_shadowed(txn, tenant, **role);
  if (!shadowed.ok()) return shadowed.error();
  if (*shadowed) return {std::nullopt};
  return role;
}

base::Result<std::uint64_t> count_tenants_with_role(const store::ReadTxn& txn, std::string_view slug) {
  std::uint64_t tenants = 0;
  base::Result<void> looked;
  const auto scanned = txn.scan(Table::kTenant, {}, [&](std::string_view key, std::string_view) {
    const auto there = txn.get(Table::kRoleSlug, Key().bytes(key).text(slug));
    if (!there.ok())
      looked = there.error();
    else if (*there)
      ++tenants;
    return looked.ok();
  });
  if (!scanned.ok()) return scanned.error();
  if (!looked.ok()) return looked.error();
  return tenants;
}

base::Result<std::map<std::string, std::uint64_t>> shadowed_roles(const store::ReadTxn& txn) {
  const std::string platform(to_stored(Platform{}).raw());
  std::map<std::string, std::uint64_t, std::less<>> tenants;
  auto scanned = txn.scan(Table::kRoleSlug, platform, [&](std::string_view key, std::string_view) {
    tenants.emplace(key.substr(platform.size()), 0);
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  scanned = txn.scan(Table::kRoleSlug, {}, [&](std::string_view key, std::string_view) {
    if (key.starts_with(platform)) return true;
    const auto found = tenants.find(key.substr(platform.size()));
    if (found != tenants.end()) ++found->second;
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  std::map<std::string, std::uint64_t> shadowed;
  for (const auto& [slug, number] : tenants)
    if (number > 0) shadowed.emplace(slug, number);
  return shadowed;
}

}  // namespace domain
