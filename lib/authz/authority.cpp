// Who holds what is never stored: it follows from mappings, memberships and roles, read anew from the
// snapshot of each request. So a change of any of them is felt by the next request, and the end of a
// mapping's time at the millisecond, without anything that sweeps.
//
// For a person: the groups from member_of and those that these are in, then the mappings of the person and of
// each group on the whole tenant, then the roles of those in force, then what their scopes imply. Somebody in
// three groups with two roles each costs four short scans and up to six records. What comes out says until
// when time alone leaves it as it is, so that it can be kept (cached_principal.h).
//
// Beside each scope stands until when it is held, where that is known: of several mappings that give it the
// last end, or none where one has none. Whoever makes a credential or a mapping is told by a policy that it
// may not outlast that.
//
// Whether anything is allowed is not said here: policies do.
#include "authz/authority.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "authz/grant_scopes.h"
#include "base/function_ref.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/service_user.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"
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

// What they hold for the whole tenant; and whether any of them holds something on a thing. Roles are gone
// through by leaps, however many things somebody holds one on.
base::Result<bool> each_tenant_wide(const store::ReadTxn& txn, const domain::TenantId& tenant,
                                    const domain::Principal& who, const std::vector<domain::GroupId>& groups,
                                    base::FunctionRef<void(const domain::Holding&)> fn) {
  bool any_on_things = false;
  const auto visit = [&](const domain::Holding& holding) {
    if (holding.resource.empty()) {  // the first of its role
      fn(holding);
      return domain::NextHeld::kNext;
    }
    any_on_things = true;
    return domain::NextHeld::kNextRole;
  };
  auto read = domain::visit_held_roles(txn, tenant, who, visit);
  for (const domain::GroupId& group : groups) {
    if (!read.ok()) break;
    read = domain::visit_held_roles(txn, tenant, group, visit);
  }
  if (!read.ok()) return read.error();
  return any_on_things;
}

// The principal and its groups, sorted.
std::vector<domain::Principal> with_groups(const domain::Principal& who,
                                           const std::vector<domain::GroupId>& groups) {
  std::vector<domain::Principal> all(groups.begin(), groups.end());
  all.push_back(who);
  std::sort(all.begin(), all.end());
  return all;
}

// Adds what the roles give, and drops the roles that give nothing.
base::Result<void> add_scopes(const store::ReadTxn& txn, const domain::Catalogue& catalogue,
                              const domain::TenantId& tenant, bool disabled_too,
                              std::vector<domain::RoleId>& roles, domain::PermissionSet& given) {
  sort_unique(roles);
  std::vector<domain::RoleId> giving;
  for (const domain::RoleId& id : roles) {
    const auto role = domain::find_role_in_force(txn, tenant, id);
    if (!role.ok()) return role.error();
    if (!role.value() || (role.value()->state != domain::State::kEnabled && !disabled_too)) continue;
    giving.push_back(id);
    for (const auto& scope : role.value()->scopes) catalogue.add_effective(given, scope);
  }
  roles = std::move(giving);
  return {};
}

// Of a role that is held, or of the credential's own scopes, until when.
struct Giver {
  domain::RoleId role;
  std::optional<base::Timestamp> until;
};

// The ends of what all the roles, and the credential's own scopes, give. Reads the roles anew, for the few
// who hold anything for a time.
base::Result<std::vector<ScopeEnd>> ends_of(const store::ReadTxn& txn, const domain::Catalogue& catalogue,
                                            const Subject& subject, const std::vector<Giver>& givers) {
  domain::PermissionSet lasting;
  std::map<std::string, base::Timestamp> last;
  const auto give = [&](const domain::PermissionSet& given, std::optional<base::Timestamp> until) {
    if (!until) return lasting.add(given);
    for (std::string& scope : catalogue.scopes_of(given)) {
      const auto [place, made] = last.emplace(std::move(scope), *until);
      if (!made) place->second = std::max(place->second, *until);
    }
  };
  const bool timed = std::any_of(givers.begin(), givers.end(), [](const Giver& g) { return g.until; });
  if (!timed && (!subject.expires_at || subject.credential_scopes.empty())) return std::vector<ScopeEnd>();

  domain::PermissionSet own;
  for (const auto& scope : subject.credential_scopes) catalogue.add_effective(own, scope);
  give(own, subject.expires_at);
  for (const Giver& giver : givers) {
    const auto role = domain::find_role_in_force(txn, subject.tenant, giver.role);
    if (!role.ok()) return role.error();
    if (!role.value() || role.value()->state != domain::State::kEnabled) continue;
    domain::PermissionSet given;
    for (const auto& scope : role.value()->scopes) catalogue.add_effective(given, scope);
    give(given, giver.until);
  }
  for (const std::string& scope : catalogue.scopes_of(lasting)) last.erase(scope);
  std::vector<ScopeEnd> ends;
  for (const auto& [scope, at] : last) ends.push_back({scope, at});
  return ends;
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

  auto groups = domain::effective_groups(txn, home, subject.principal);
  if (!groups.ok()) return groups.error();
  held.groups = std::move(groups).value();

  std::vector<Giver> givers;
  const auto any_on_things =
      each_tenant_wide(txn, home, subject.principal, held.groups, [&](const domain::Holding& holding) {
        if (holding.in_force(now)) {
          held.roles.push_back(holding.role);
          givers.push_back({holding.role, holding.expires_at});
        }
        for (const auto& boundary : {holding.valid_from, holding.expires_at})
          if (boundary && *boundary > now) held.until = std::min(held.until, *boundary);
      });
  if (!any_on_things.ok()) return any_on_things.error();
  held.has_roles_on_things = *any_on_things;

  domain::PermissionSet given;
  for (const auto& scope : subject.credential_scopes) catalogue.add_effective(given, scope);
  const auto added = add_scopes(txn, catalogue, home, false, held.roles, given);
  if (!added.ok()) return added.error();
  held.scopes = catalogue.scopes_of(given);
  auto ends = ends_of(txn, catalogue, subject, givers);
  if (!ends.ok()) return ends.error();
  held.ends = std::move(ends).value();
  return held;
}

base::Result<std::optional<base::Timestamp>> end_on(const store::ReadTxn& txn,
                                                    const domain::Catalogue& catalogue,
                                                    const Subject& subject, const domain::Owner& tenant,
                                                    const domain::ResourceText& resource,
                                                    std::string_view scope, base::Timestamp now) {
  if (tenant.is_platform()) return std::optional<base::Timestamp>();
  const domain::TenantId& home = *tenant.tenant();
  const auto groups = domain::effective_groups(txn, home, subject.principal);
  if (!groups.ok()) return groups.error();
  std::vector<Giver> givers;
  const auto read = domain::each_held_on(txn, home, with_groups(subject.principal, groups.value()), resource,
                                         [&](const domain::Holding& holding) {
                                           if (holding.in_force(now))
                                             givers.push_back({holding.role, holding.expires_at});
                                         });
  if (!read.ok()) return read.error();
  const auto ends = ends_of(txn, catalogue, {subject.principal, tenant, {}}, givers);
  if (!ends.ok()) return ends.error();
  return end_of(*ends, scope);
}

std::optional<base::Timestamp> end_of(const std::vector<ScopeEnd>& ends, std::string_view scope) {
  const auto found = std::lower_bound(ends.begin(), ends.end(), scope,
                                      [](const ScopeEnd& end, std::string_view s) { return end.scope < s; });
  if (found == ends.end() || found->scope != scope) return std::nullopt;
  return found->at;
}

std::optional<base::Timestamp> acts_until(const Subject& subject, const std::vector<ScopeEnd>& ends,
                                          std::string_view scope) {
  const std::optional<base::Timestamp> until = subject.expires_at, end = end_of(ends, scope);
  return until && end ? std::min(*until, *end) : until ? until : end;
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

  const auto groups = domain::effective_groups(txn, home, subject.principal);
  if (!groups.ok()) return groups.error();
  const auto given = permissions_on(txn, catalogue, home, subject.principal, groups.value(), {resource}, now);
  if (!given.ok()) return given.error();
  return catalogue.scopes_of(*given);
}

base::Result<domain::PermissionSet> permissions_on(
    const store::ReadTxn& txn, const domain::Catalogue& catalogue, const domain::TenantId& tenant,
    const domain::Principal& who, const std::vector<domain::GroupId>& groups,
    const std::vector<domain::ResourceText>& resources, base::Timestamp now) {
  const std::vector<domain::Principal> holders = with_groups(who, groups);
  std::vector<domain::RoleId> roles;
  const auto take = [&](const domain::Holding& holding) {
    if (holding.in_force(now)) roles.push_back(holding.role);
  };
  for (const domain::ResourceText& resource : resources) {
    if (resource.empty()) continue;
    if (auto read = domain::each_held_on(txn, tenant, holders, resource, take); !read.ok())
      return read.error();
  }
  domain::PermissionSet given;
  if (auto added = add_scopes(txn, catalogue, tenant, false, roles, given); !added.ok()) return added.error();
  return given;
}

base::Result<std::vector<std::string>> scopes_over(const store::ReadTxn& txn,
                                                   const domain::Catalogue& catalogue,
                                                   const domain::TenantId& tenant,
                                                   const domain::Principal& who,
                                                   const std::vector<domain::GroupId>& groups,
                                                   const domain::EntityName& resource, base::Timestamp now) {
  auto names = domain::ancestors_of(txn, tenant, resource);
  if (!names.ok()) return names.error();
  names->push_back(resource);
  std::vector<domain::ResourceText> texts;
  for (const domain::EntityName& name : *names)
    if (auto text = resource_text(tenant, name)) texts.push_back(*std::move(text));
  const auto given = permissions_on(txn, catalogue, tenant, who, groups, texts, now);
  if (!given.ok()) return given.error();
  return catalogue.scopes_of(*given);
}

std::optional<domain::ResourceText> resource_text(const domain::TenantId& tenant,
                                                  const domain::EntityName& name) {
  if (!domain::is_valid(name)) return std::nullopt;
  // Whatever the case that a caller writes them in.
  const bool has_uuid = domain::is_reeves_type(name.type) && name.type != domain::kRoleType;
  const auto id = has_uuid ? base::Uuid::parse(name.id) : std::nullopt;
  if (!id) return to_string(name);
  if (name.type == domain::kTenantType && *id == tenant.uuid()) return domain::ResourceText();
  if (name.type == domain::kGroupType) return domain::group_resource(domain::GroupId(*id));
  if (name.type == domain::kProjectType) return domain::project_resource(domain::ProjectId(*id));
  return to_string(domain::EntityName{name.type, id->to_string()});
}

domain::EntityName resource_name(const domain::TenantId& tenant, const domain::ResourceText& text) {
  if (text.empty()) return {std::string(domain::kTenantType), tenant.to_string()};
  auto name = domain::parse_entity_name(text).value_or(domain::EntityName{});
  const auto group = domain::GroupId::parse(name.id);
  if (group && domain::group_resource(*group) == text)
    return {std::string(domain::kGroupType), group->to_string()};
  return name;
}

base::Result<std::vector<std::string>> scopes_held_on(const store::ReadTxn& txn,
                                                      const domain::Catalogue& catalogue,
                                                      const domain::TenantId& tenant,
                                                      const std::vector<domain::ResourceText>& resources,
                                                      base::Timestamp now) {
  std::vector<domain::RoleId> roles;
  std::size_t looked_at = 0;
  const auto look = [&](const domain::Holding& holding) {
    if (!holding.expires_at || now < *holding.expires_at) roles.push_back(holding.role);
    return ++looked_at <= kMostLookedAt;
  };
  for (const domain::ResourceText& resource : resources) {
    if (resource.empty()) continue;
    if (auto read = domain::each_holder_on(txn, tenant, resource, look); !read.ok()) return read.error();
    if (looked_at > kMostLookedAt) return all_scopes(catalogue);
  }
  auto given = permissions_granted_below(txn, catalogue, tenant, resources, now);
  if (!given.ok()) return given.error();
  if (auto added = add_scopes(txn, catalogue, tenant, true, roles, *given); !added.ok()) return added.error();
  return catalogue.scopes_of(*given);
}

base::Result<std::vector<std::string>> scopes_conferred(const store::ReadTxn& txn,
                                                        const domain::Catalogue& catalogue,
                                                        const domain::TenantId& tenant,
                                                        const domain::Principal& who, base::Timestamp now) {
  // A group that is disabled may be enabled again.
  const auto groups = domain::effective_groups(txn, tenant, who, domain::Disabled::kCounted);
  if (!groups.ok()) return groups.error();
  std::vector<domain::RoleId> roles;
  const auto visit = [&](const domain::Holding& holding) {
    if (holding.expires_at && *holding.expires_at <= now) return domain::NextHeld::kNext;
    roles.push_back(holding.role);
    return domain::NextHeld::kNextRole;
  };
  auto read = domain::visit_held_roles(txn, tenant, who, visit);
  for (const domain::GroupId& group : groups.value())
    if (read.ok()) read = domain::visit_held_roles(txn, tenant, group, visit);
  if (!read.ok()) return read.error();
  auto given = permissions_granted_to(txn, catalogue, tenant, who, groups.value(), now);
  if (!given.ok()) return given.error();
  const auto added = add_scopes(txn, catalogue, tenant, true, roles, *given);
  if (!added.ok()) return added.error();
  return catalogue.scopes_of(*given);
}

}  // namespace authz
