#include "api/parts/group_reach.h"

#include <algorithm>
#include <set>
#include <utility>

#include "api/grants.h"
#include "api/parts/authorize.h"
#include "authz/grant_scopes.h"
#include "domain/catalogue.h"
#include "domain/counts.h"
#include "domain/mapping.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"

namespace api {
namespace {

using domain::Disabled;
using domain::GroupId;

// Those above it of which the caller may be told.
Outcome<std::vector<GroupId>> visible_above(const ExplainedCase& of, const GroupId& group) {
  auto next = stored(domain::direct_groups(of.read.txn, of.tenant, group, Disabled::kCounted));
  if (!next.ok()) return next.error();
  auto above =
      stored(domain::with_groups_above(of.read.txn, of.tenant, std::move(next).value(), Disabled::kLeftOut));
  if (!above.ok()) return above.error();
  if (above->size() > kMostLookedAt) above->resize(kMostLookedAt);
  std::erase_if(*above, [&](const GroupId& one) { return !of.may_list_roles_of(one); });
  return above;
}

// The roles that a group has, now or later, on whatever.
Outcome<void> add_roles(const ExplainedCase& of, const GroupId& group, std::size_t& looked_at,
                        std::set<domain::RoleId>& roles) {
  return stored(domain::visit_held_roles(of.read.txn, of.tenant, group, [&](const domain::Holding& holding) {
    if (++looked_at > kMostLookedAt) return domain::NextHeld::kEnd;
    if (holding.expires_at && *holding.expires_at <= of.read.now) return domain::NextHeld::kNext;
    roles.insert(holding.role);
    return domain::NextHeld::kNextRole;
  }));
}

}  // namespace

Outcome<std::optional<std::uint64_t>> people_in(const ExplainedCase& of, const GroupId& group) {
  std::vector<GroupId> next;
  const auto read =
      stored(domain::each_subgroup(of.read.txn, of.tenant, group, nullptr, [&](domain::Subgroup&& subgroup) {
        next.push_back(subgroup.member);
        return true;
      }));
  if (!read.ok()) return read.error();
  auto all = stored(domain::with_groups_below(of.read.txn, of.tenant, std::move(next), kMostLookedAt));
  if (!all.ok()) return all.error();
  if (all->size() > kMostLookedAt) return std::optional<std::uint64_t>();
  all->push_back(group);
  std::uint64_t people = 0;
  for (const GroupId& one : *all) {
    if (!of.may_list_roles_of(one)) return std::optional<std::uint64_t>();
    const auto members = stored(domain::count_members(of.read.txn, of.tenant, one));
    if (!members.ok()) return members.error();
    people += *members;
  }
  return std::optional(people);
}

Outcome<std::vector<std::string>> scopes_by(const ExplainedCase& of, const GroupId& group) {
  const auto above = visible_above(of, group);
  if (!above.ok()) return above.error();
  std::size_t looked_at = 0;
  std::set<domain::RoleId> roles;
  auto done = add_roles(of, group, looked_at, roles);
  for (const GroupId& one : *above)
    if (done.ok()) done = add_roles(of, one, looked_at, roles);
  if (!done.ok()) return done.error();
  domain::PermissionSet given;
  for (const domain::RoleId& id : roles) {
    const auto role = stored(domain::find_role_in_force(of.read.txn, of.tenant, id));
    if (!role.ok()) return role.error();
    if (*role && (*role)->state == domain::State::kEnabled)
      given.add(of.read.catalogue->effective_set((*role)->scopes));
  }
  if (authorize(of.read, on_tenant(op::list_grants, of.tenant)).ok()) {
    const auto granted = stored(authz::permissions_granted_to(of.read.txn, *of.read.catalogue, of.tenant,
                                                              group, *above, of.read.now));
    if (!granted.ok()) return granted.error();
    given.add(*granted);
  }
  return of.read.catalogue->scopes_of(given);
}

}  // namespace api
