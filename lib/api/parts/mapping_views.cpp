#include "api/parts/mapping_views.h"

#include <utility>

#include "api/parts/existing.h"
#include "authz/authority.h"
#include "domain/service_user.h"
#include "domain/shadowed_role.h"
#include "domain/user.h"

namespace api {
namespace {

// Whose it is.
Outcome<void> add_name(const Read& read, MappingView& view) {
  const domain::TenantId& tenant = view.mapping.tenant;
  const domain::Principal& who = view.mapping.principal;
  switch (who.kind) {
    case domain::PrincipalKind::kUser: {
      auto user = existing_user(read, tenant, domain::UserId(who.id));
      if (!user.ok()) return user.error();
      view.name = std::move(user->name);
      view.email = std::move(user->email);
      return {};
    }
    case domain::PrincipalKind::kServiceUser: {
      auto user = existing_service_user(read, tenant, domain::ServiceUserId(who.id));
      if (!user.ok()) return user.error();
      view.name = std::move(user->title);
      return {};
    }
    case domain::PrincipalKind::kGroup: {
      auto group = existing_group(read, tenant, domain::GroupId(who.id));
      if (!group.ok()) return group.error();
      view.name = std::move(group->name);
      return {};
    }
    case domain::PrincipalKind::kPlatform:
      break;
  }
  return {};
}

}  // namespace

Outcome<const MappingViews::SeenRole*> MappingViews::role(const domain::RoleId& id) {
  if (const auto known = roles_.find(id); known != roles_.end()) return &known->second;
  const auto role = stored(domain::find_role_by_id(read_.txn, tenant_, id));
  if (!role.ok()) return role.error();
  if (!*role) return from_store({base::ErrorCode::kCorrupt, "a mapping's role is not there"});
  const auto shadowed = stored(domain::is_shadowed(read_.txn, tenant_, **role));
  if (!shadowed.ok()) return shadowed.error();
  SeenRole& seen = roles_[id];
  seen = {(*role)->slug, read_.catalogue->risk((*role)->scopes), !*shadowed};
  return &seen;
}

Outcome<MappingView> MappingViews::view(domain::Mapping mapping) {
  const auto seen = role(mapping.role);
  if (!seen.ok()) return seen.error();
  MappingView view;
  view.state = state_of(mapping.valid_from, mapping.expires_at, read_.now);
  if (!mapping.resource.empty()) view.resource = authz::resource_name(mapping.tenant, mapping.resource);
  view.mapping = std::move(mapping);
  view.role = (*seen)->slug;
  view.level = (*seen)->level;
  if (auto named = add_name(read_, view); !named.ok()) {
    if (named.error().code != Code::kNotFound) return named.error();
    return from_store({base::ErrorCode::kCorrupt, "a mapping's principal is not there"});
  }
  return view;
}

MappingState state_of(const std::optional<base::Timestamp>& valid_from,
                      const std::optional<base::Timestamp>& expires_at, base::Timestamp now) {
  if (expires_at && *expires_at <= now) return MappingState::kExpired;
  return valid_from && *valid_from > now ? MappingState::kFuture : MappingState::kActive;
}

}  // namespace api
