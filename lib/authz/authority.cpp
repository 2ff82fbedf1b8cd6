// Who holds what is never stored: it follows from mappings, memberships and roles, read anew from the
// snapshot of each request. So a change of any of them is felt by the next request, and the end of a
// mapping's time at the millisecond, without anything that sweeps.
//
// For a person: the groups from member_of, then the mappings of the person and of each group, then the roles
// of those in force, then what their scopes imply. Somebody in three groups with two roles each costs four
// short scans and up to six records. What comes out says until when time alone leaves it as it is, so that it
// can be kept (cached_principal.h).
//
// Whether anything is allowed is not said here: policies do.
#include "authz/authority.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/function_ref.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/role.h"
#include "domain/user.h"

namespace authz {
namespace {

constexpr base::Timestamp kNever{std::numeric_limits<std::int64_t>::max()};

template <typename T>
void sort_unique(std::vector<T>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

// Whether the principal exists in the tenant and may act.
base::Result<bool> is_active(const store::ReadTxn& txn, const domain::TenantId& tenant,
                             const domain::Principal& who) {
  switch (who.kind) {
    case domain::PrincipalKind::kUser: {
      const auto user = domain::get_user(txn, tenant, domain::UserId(who.id));
      if (!user.ok()) return user.error();
      return user.value() && user.value()->active;
    }
    case domain::PrincipalKind::kServiceUser: {
      const auto user = domain::get_service_user(txn, tenant, domain::ServiceUserId(who.id));
      if (!user.ok()) return user.error();
      return user.value() && user.value()->state == domain::State::kEnabled;
    }
    case domain::PrincipalKind::kGroup:
    case domain::PrincipalKind::kPlatform:
      return false;
  }
  return false;
}

base::Result<std::vector<domain::GroupId>> groups_of(const store::ReadTxn& txn,
                                                     const domain::TenantId& tenant,
                                                     const domain::Principal& who) {
  std::vector<domain::GroupId> groups;
  if (who.kind == domain::PrincipalKind::kGroup) return groups;
  // Of a service user there are none, but the same is asked.
  const auto read =
      domain::each_group_of(txn, tenant, domain::UserId(who.id), [&](const domain::GroupId& group) {
        groups.push_back(group);
        return true;
      });
  if (!read.ok()) return read.error();
  return groups;
}

// Whatever the principal itself and the groups hold.
base::Result<void> each_holding(const store::ReadTxn& txn, const domain::TenantId& tenant,
                                const domain::Principal& who, const std::vector<domain::GroupId>& groups,
                                base::FunctionRef<void(const domain::Holding&)> fn) {
  const auto visit = [&](const domain::Holding& holding) {
    fn(holding);
    return true;
  };
  auto read = domain::each_held_role(txn, tenant, who, visit);
  for (const domain::GroupId& group : groups) {
    if (!read.ok()) break;
    read = domain::each_held_role(txn, tenant, group, visit);
  }
  return read;
}

// Adds what the roles give, and drops the roles that give nothing.
base::Result<void> add_scopes(const store::ReadTxn& txn, const domain::Catalogue& catalogue,
                              const domain::TenantId& tenant, bool disabled_too,
                              std::vector<domain::RoleId>& roles, domain::PermissionSet& given) {
  sort_unique(roles);
  std::vector<domain::RoleId> giving;
  for (const domain::RoleId& id : roles) {
    const auto role = domain::find_role_by_id(txn, tenant, id);
    if (!role.ok()) return role.error();
    if (!role.value() || (role.value()->state != domain::State::kEnabled && !disabled_too)) continue;
    giving.push_back(id);
    for (const auto& scope : role.value()->scopes) catalogue.add_effective(given, scope);
  }
  roles = std::move(giving);
  return {};
}

std::vector<std::string> all_scopes(const domain::Catalogue& catalogue) {
  std::vector<std::string> scopes;
  for (const auto& permission : catalogue.all()) scopes.push_back(permission.scope);
  return scopes;
}

}  // namespace

base::Result<Authority> authority_of(const store::ReadTxn& txn, const domain::Catalogue& catalogue,
                                     const Subject& subject, const domain::Owner& tenant,
                                     base::Timestamp now) {
  Authority held;
  held.until = kNever;
  if (subject.platform()) {
    held.scopes = all_scopes(catalogue);
    return held;
  }
  if (subject.tenant != tenant) return held;

  const domain::TenantId& home = *tenant.tenant();
  const auto active = is_active(txn, home, subject.principal);
  if (!active.ok()) return active.error();
  if (!active.value()) return held;

  auto groups = groups_of(txn, home, subject.principal);
  if (!groups.ok()) return groups.error();
  held.groups = std::move(groups).value();
  std::sort(held.groups.begin(), held.groups.end());

  const auto read =
      each_holding(txn, home, subject.principal, held.groups, [&](const domain::Holding& holding) {
        if (!holding.resource.empty()) {
          held.has_roles_on_things = true;
          return;
        }
        if (holding.in_force(now)) held.roles.push_back(holding.role);
        for (const auto& boundary : {holding.valid_from, holding.expires_at})
          if (boundary && *boundary > now) held.until = std::min(held.until, *boundary);
      });
  if (!read.ok()) return read.error();

  domain::PermissionSet given;
  for (const auto& scope : subject.credential_scopes) catalogue.add_effective(given, scope);
  const auto added = add_scopes(txn, catalogue, home, false, held.roles, given);
  if (!added.ok()) return added.error();
  held.scopes = catalogue.scopes_of(given);
  return held;
}

base::Result<std::vector<std::string>> scopes_on(const store::ReadTxn& txn,
                                                 const domain::Catalogue& catalogue, const Subject& subject,
                                                 const domain::Owner& tenant,
                                                 const domain::ResourceText& resource, base::Timestamp now) {
  std::vector<std::string> scopes;
  if (subject.platform() || subject.tenant != tenant) return scopes;
  const domain::TenantId& home = *tenant.tenant();
  const auto active = is_active(txn, home, subject.principal);
  if (!active.ok()) return active.error();
  if (!active.value()) return scopes;

  const auto groups = groups_of(txn, home, subject.principal);
  if (!groups.ok()) return groups.error();
  std::vector<domain::RoleId> roles;
  const auto read =
      each_holding(txn, home, subject.principal, groups.value(), [&](const domain::Holding& holding) {
        if (holding.resource == resource && holding.in_force(now)) roles.push_back(holding.role);
      });
  if (!read.ok()) return read.error();
  domain::PermissionSet given;
  const auto added = add_scopes(txn, catalogue, home, false, roles, given);
  if (!added.ok()) return added.error();
  return catalogue.scopes_of(given);
}

base::Result<std::vector<std::string>> scopes_conferred(const store::ReadTxn& txn,
                                                        const domain::Catalogue& catalogue,
                                                        const domain::TenantId& tenant,
                                                        const domain::Principal& who, base::Timestamp now) {
  const auto groups = groups_of(txn, tenant, who);
  if (!groups.ok()) return groups.error();
  std::vector<domain::RoleId> roles;
  const auto read = each_holding(txn, tenant, who, groups.value(), [&](const domain::Holding& holding) {
    if (!holding.expires_at || now < *holding.expires_at) roles.push_back(holding.role);
  });
  if (!read.ok()) return read.error();
  domain::PermissionSet given;
  const auto added = add_scopes(txn, catalogue, tenant, true, roles, given);
  if (!added.ok()) return added.error();
  return catalogue.scopes_of(given);
}

}  // namespace authz
