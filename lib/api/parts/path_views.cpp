#include "api/parts/path_views.h"

#include <algorithm>
#include <utility>

#include "api/group_roles.h"
#include "api/parts/authorize.h"
#include "authz/authority.h"
#include "domain/group.h"
#include "domain/shadowed_role.h"

namespace api {

Outcome<const PathViews::GivingRole*> PathViews::giving(const domain::RoleId& id) {
  auto known = roles_.find(id);
  if (known == roles_.end()) {
    auto role = stored(domain::find_role_in_force(read_.txn, tenant_, id));
    if (!role.ok()) return role.error();
    std::optional<GivingRole> giving;
    if (*role && (*role)->state == domain::State::kEnabled) {
      auto permissions = read_.catalogue->effective_set((*role)->scopes);
      giving.emplace(GivingRole{**std::move(role), std::move(permissions)});
    }
    known = roles_.emplace(id, std::move(giving)).first;
  }
  return known->second ? &*known->second : nullptr;
}

Outcome<bool> PathViews::may_list_roles_of(const domain::GroupId& group) {
  return visible_.may_list_roles_of(group);
}

Outcome<std::string> PathViews::name_of(const domain::GroupId& id) {
  const auto known = names_.find(id);
  if (known != names_.end()) return known->second;
  auto group = stored(domain::get_group(read_.txn, tenant_, id));
  if (!group.ok()) return group.error();
  return names_[id] = *group ? std::move((*group)->name) : std::string();
}

Outcome<void> PathViews::keep_visible(std::vector<domain::Mapping>& mappings) {
  std::erase_if(mappings, [&](const domain::Mapping& mapping) { return !mapping.in_force(read_.now); });
  Outcome<void> outcome;
  std::erase_if(mappings, [&](const domain::Mapping& mapping) {
    if (mapping.principal.kind != domain::PrincipalKind::kGroup) return false;
    const auto may = may_list_roles_of(domain::GroupId(mapping.principal.id));
    if (!may.ok()) outcome = may.error();
    if (may.ok() && !*may) ++hidden_;
    return !may.ok() || !*may;
  });
  return outcome;
}

// What is held by several paths ends soon where all of them do.
void PathViews::note_end(const std::optional<base::Timestamp>& expires_at, AccessPaths& by) const {
  const bool soon = authz::ends_soon(expires_at, read_.now);
  by.ends_soon = soon && (by.ends_soon || by.paths.empty());
}

void PathViews::add_path(const AccessPath& path, Same same, AccessPaths& by) {
  for (const AccessPath& other : by.paths) {
    if (by.held_twice) break;
    const bool meets = !path.resource || !other.resource || *path.resource == *other.resource;
    by.held_twice = same == Same::kResource ? meets : path.role == other.role;
  }
  by.paths.push_back(path);
}

Outcome<void> PathViews::add(const authz::GroupWays& ways, const std::vector<domain::Mapping>& mappings,
                             AccessPaths& by, Same same) {
  for (const domain::Mapping& mapping : mappings) {
    note_end(mapping.expires_at, by);
    if (by.paths.size() == kMaxAccessPaths) {
      by.are_all = false;
      continue;  // of the others the ends count
    }
    authz::GroupWays::Found found{{{}}, true};
    if (mapping.principal.kind == domain::PrincipalKind::kGroup)
      found = ways.to(domain::GroupId(mapping.principal.id), kMaxAccessPaths - by.paths.size());
    // What a group holds itself is no way into it.
    if (found.ways.empty()) found.ways.emplace_back();
    by.are_all = by.are_all && found.are_all;
    const auto role = giving(mapping.role);
    if (!role.ok()) return role.error();
    AccessPath path;
    if (*role) path.role = (*role)->role.slug;
    if (!mapping.resource.empty()) path.resource = authz::resource_name(tenant_, mapping.resource);
    path.mapping = mapping.id;
    path.valid_from = mapping.valid_from;
    path.expires_at = mapping.expires_at;
    path.ends_soon = authz::ends_soon(mapping.expires_at, read_.now);
    path.reason = mapping.reason;
    path.created_by = mapping.created_by;
    for (const authz::GroupWay& way : found.ways) {
      path.through.clear();
      for (const domain::GroupId& group : way) {
        auto name = name_of(group);
        if (!name.ok()) return name.error();
        path.through.push_back({group, std::move(name).value()});
      }
      add_path(path, same, by);
    }
    by.held_twice = by.held_twice || !found.are_all;
  }
  return {};
}

void PathViews::add(const domain::Credential& key, AccessPaths& by) const {
  note_end(key.expires_at, by);
  if (by.paths.size() == kMaxAccessPaths) {
    by.are_all = false;
    return;
  }
  AccessPath path;
  path.credential = key.id;
  path.expires_at = key.expires_at;
  path.ends_soon = authz::ends_soon(key.expires_at, read_.now);
  path.created_by = key.created_by;
  add_path(path, Same::kResource, by);
}

}  // namespace api
