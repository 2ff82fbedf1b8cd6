// What somebody holds is a row for each role on each resource, merged from the mappings of the principal and
// of each group that it is in; by permission it is the same rows, gathered, and asked which of them give it.
#include "api/effective.h"

#include <algorithm>
#include <utility>

#include "api/group_roles.h"
#include "api/parts/authorize.h"
#include "api/parts/existing.h"
#include "api/parts/own_keys.h"
#include "api/parts/paging.h"
#include "api/parts/path_views.h"
#include "authz/access_paths.h"
#include "authz/authority.h"
#include "domain/mapping.h"

namespace api {
namespace {

using authz::HeldRoles;

// Whether it is there and may act; what a group holds, its members hold.
Outcome<bool> is_active(const Read& read, const domain::TenantId& tenant, const domain::Principal& who) {
  switch (who.kind) {
    case domain::PrincipalKind::kUser: {
      const auto user = existing_user(read, tenant, domain::UserId(who.id));
      if (!user.ok()) return user.error();
      return user->active;
    }
    case domain::PrincipalKind::kServiceUser: {
      const auto user = existing_service_user(read, tenant, domain::ServiceUserId(who.id));
      if (!user.ok()) return user.error();
      return user->state == domain::State::kEnabled;
    }
    case domain::PrincipalKind::kGroup: {
      const auto group = existing_group(read, tenant, domain::GroupId(who.id));
      if (!group.ok()) return group.error();
      return group->state == domain::State::kEnabled;
    }
    case domain::PrincipalKind::kPlatform:
      break;
  }
  return not_found("principal", who.id);
}

Outcome<bool> begin(const Read& read, const domain::TenantId& tenant, const domain::Principal& who) {
  const auto authorized = authorize(read, on_tenant(op::get_effective, tenant));
  if (!authorized.ok()) return authorized.error();
  if (who.kind == domain::PrincipalKind::kGroup) {
    const auto of_group = authorize(read, on_group(op::list_mappings, tenant, domain::GroupId(who.id)));
    if (!of_group.ok()) return of_group.error();
  }
  return is_active(read, tenant, who);
}

std::vector<domain::Principal> holders_of(const domain::Principal& who, const authz::GroupWays& ways) {
  std::vector<domain::Principal> holders(ways.groups().begin(), ways.groups().end());
  holders.push_back(who);
  return holders;
}

// Where a row stands: the role's id and, of one on a resource, that behind a colon.
std::string place_text(const domain::RoleId& role, const domain::ResourceText& resource) {
  return resource.empty() ? role.to_string() : role.to_string() + ":" + resource;
}

Outcome<std::optional<HeldRoles::Place>> parse_place(const PageRequest& page) {
  if (page.after.empty()) return std::optional<HeldRoles::Place>();
  const std::size_t colon = std::min(page.after.find(':'), page.after.size());
  const auto role = domain::RoleId::parse(page.after.substr(0, colon));
  std::string resource = colon < page.after.size() ? page.after.substr(colon + 1) : std::string();
  if (!role || resource.size() > domain::kMaxResourceText)
    return invalid("cursor", "is not a cursor that this list has given");
  return std::optional(HeldRoles::Place{*role, std::move(resource)});
}

// Whether somebody holds a role for the whole tenant, asked of one role after the other.
class TenantWide {
 public:
  TenantWide(const Read& read, const domain::TenantId& tenant, const std::vector<domain::Principal>& holders)
      : read_(read), tenant_(tenant), holders_(holders) {}

  Outcome<bool> has(const domain::RoleId& role) {
    if (role_ == role) return has_;
    role_ = role;
    has_ = false;
    for (const domain::Principal& holder : holders_) {
      const auto mapping = stored(domain::get_mapping(read_.txn, tenant_, {holder, role, {}}));
      if (!mapping.ok()) return mapping.error();
      has_ = has_ || (*mapping && (*mapping)->in_force(read_.now));
    }
    return has_;
  }

 private:
  const Read& read_;
  const domain::TenantId& tenant_;
  const std::vector<domain::Principal>& holders_;
  std::optional<domain::RoleId> role_;
  bool has_ = false;
};

Outcome<EffectiveRole> view_of(const Read& read, const domain::TenantId& tenant, PathViews& views,
                               const authz::GroupWays& ways, const authz::HeldRole& held) {
  const auto role = views.giving(held.role);
  if (!role.ok()) return role.error();
  EffectiveRole row{
      (*role)->role.slug, (*role)->role.name, {}, read.catalogue->scopes_of((*role)->permissions), {}};
  if (!held.resource.empty()) row.resource = authz::resource_name(tenant, held.resource);
  if (const auto added = views.add(ways, held.mappings, row.by); !added.ok()) return added.error();
  return row;
}

// The valid keys of whoever is an API key.
Outcome<std::vector<domain::Credential>> keys_of(const Read& read, const domain::TenantId& tenant,
                                                 const domain::Principal& who) {
  if (who.kind != domain::PrincipalKind::kServiceUser) return std::vector<domain::Credential>();
  const auto user = existing_service_user(read, tenant, domain::ServiceUserId(who.id));
  if (!user.ok()) return user.error();
  return own_keys(read, *user);
}

// All that is held, role by role.
Outcome<std::vector<authz::HeldRole>> gather(const Read& read, const domain::TenantId& tenant,
                                             const std::vector<domain::Principal>& holders,
                                             PathViews& views) {
  std::vector<authz::HeldRole> all;
  std::size_t looked_at = 0;
  HeldRoles held(read.txn, tenant, holders, {});
  for (;;) {
    auto next = stored(held.next());
    if (!next.ok()) return next.error();
    if (!*next) return all;
    looked_at += (*next)->mappings.size();
    if (looked_at > kMaxGatheredMappings)
      return invalid("by", "can't be `scope` of whoever has more than " +
                               std::to_string(kMaxGatheredMappings) + " mappings, with its groups");
    const auto role = views.giving((*next)->role);
    if (!role.ok()) return role.error();
    if (const auto kept = views.keep_visible((*next)->mappings); !kept.ok()) return kept.error();
    if (*role && !(*next)->mappings.empty()) all.push_back(**std::move(next));
  }
}

}  // namespace

Outcome<Effective<EffectiveRole>> list_effective_roles(const Read& read, const domain::TenantId& tenant,
                                                       const domain::Principal& who,
                                                       const PageRequest& page) {
  const auto active = begin(read, tenant, who);
  if (!active.ok()) return active.error();
  const auto after = parse_place(page);
  if (!after.ok()) return after.error();
  Effective<EffectiveRole> effective{*active, {}, 0};
  if (!*active) return effective;
  const auto ways = stored(authz::GroupWays::of(read.txn, tenant, who));
  if (!ways.ok()) return ways.error();

  const auto holders = holders_of(who, *ways);
  PathViews views(read, tenant);
  TenantWide tenant_wide(read, tenant, holders);
  Pager<EffectiveRole, std::string> pager(read, page);
  HeldRoles all(read.txn, tenant, holders, *after);
  bool goes_on = true;
  while (goes_on && pager.look()) {
    auto next = stored(all.next());
    if (!next.ok()) return next.error();
    if (!*next) break;
    authz::HeldRole& held = **next;
    const std::string place = place_text(held.role, held.resource);
    const auto role = views.giving(held.role);
    if (!role.ok()) return role.error();
    if (*role)
      if (const auto kept = views.keep_visible(held.mappings); !kept.ok()) return kept.error();
    if (!*role || held.mappings.empty()) {
      goes_on = pager.pass(place);
      continue;
    }
    goes_on = pager.take(place, [&]() -> Outcome<EffectiveRole> {
      auto row = view_of(read, tenant, views, *ways, held);
      if (!row.ok() || !row->resource) return row;
      const auto twice = tenant_wide.has(held.role);
      if (!twice.ok()) return twice.error();
      row->by.held_twice = row->by.held_twice || *twice;
      return row;
    });
  }
  auto rows = pager.finish();
  if (!rows.ok()) return rows.error();
  effective.page = std::move(rows).value();
  effective.hidden = views.hidden();
  return effective;
}

Outcome<Effective<EffectiveScope>> list_effective_scopes(const Read& read, const domain::TenantId& tenant,
                                                         const domain::Principal& who,
                                                         const PageRequest& page) {
  const auto active = begin(read, tenant, who);
  if (!active.ok()) return active.error();
  Effective<EffectiveScope> effective{*active, {}, 0};
  if (!*active) return effective;
  const auto ways = stored(authz::GroupWays::of(read.txn, tenant, who));
  if (!ways.ok()) return ways.error();
  PathViews views(read, tenant);
  const auto held = gather(read, tenant, holders_of(who, *ways), views);
  if (!held.ok()) return held.error();
  const auto keys = keys_of(read, tenant, who);
  if (!keys.ok()) return keys.error();

  const domain::Catalogue& catalogue = *read.catalogue;
  Pager<EffectiveScope, std::string> pager(read, page);
  for (std::size_t place = 0; place < catalogue.all().size(); ++place) {
    const domain::Permission& permission = catalogue.all()[place];
    if (permission.scope <= page.after) continue;
    if (!pager.look()) break;
    std::vector<domain::Mapping> giving;
    for (const authz::HeldRole& one : *held) {
      const auto role = views.giving(one.role);
      if (!role.ok()) return role.error();
      if ((*role)->permissions.has(place))
        giving.insert(giving.end(), one.mappings.begin(), one.mappings.end());
    }
    EffectiveScope row{permission.scope, permission.risk, {}};
    if (const auto added = views.add(*ways, giving, row.by); !added.ok()) return added.error();
    for (const domain::Credential& key : *keys)
      if (catalogue.effective_set(key.scopes).has(place)) views.add(key, row.by);
    if (row.by.paths.empty() ? !pager.pass(permission.scope) : !pager.take(permission.scope, [&] {
          return Outcome<EffectiveScope>(std::move(row));
        }))
      break;
  }
  auto rows = pager.finish();
  if (!rows.ok()) return rows.error();
  effective.page = std::move(rows).value();
  effective.hidden = views.hidden();
  return effective;
}

}  // namespace api
