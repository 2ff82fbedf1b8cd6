#include "api/group_roles.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "api/limits.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/resources.h"
#include "authz/authority.h"
#include "domain/shadowed_role.h"

namespace api {
namespace {

// Where a mapping of the group stands: its role's id and, of one on a resource, that behind a colon.
std::string place_of(const domain::Mapping& mapping) {
  std::string place = mapping.role.to_string();
  if (!mapping.resource.empty()) place.append(":").append(mapping.resource);
  return place;
}

RoleMappingView view_of(domain::Mapping mapping, std::string slug) {
  RoleMappingView view{std::move(mapping), std::move(slug)};
  if (!view.mapping.resource.empty())
    view.resource = authz::resource_name(view.mapping.tenant, view.mapping.resource);
  return view;
}

Outcome<std::optional<domain::MappingKey>> cursor_of(const PageRequest& page, const domain::GroupId& group) {
  if (page.after.empty()) return std::optional<domain::MappingKey>();
  const std::string_view text = page.after;
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto role = domain::RoleId::parse(text.substr(0, colon));
  const std::string_view resource = colon < text.size() ? text.substr(colon + 1) : std::string_view();
  if (!role || resource.size() > domain::kMaxResourceText)
    return invalid("cursor", "is not a cursor that this list has given");
  return std::optional(domain::MappingKey{group, *role, std::string(resource)});
}

}  // namespace

Outcome<Page<RoleMappingView>> list_group_roles(const Read& read, const domain::TenantId& tenant,
                                                const domain::GroupId& group, const PageRequest& page) {
  const auto authorized = authorize(read, on_group(op::list_mappings, tenant, group));
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(read, tenant, group);
  if (!there.ok()) return there.error();
  const auto after = cursor_of(page, group);
  if (!after.ok()) return after.error();

  Pager<RoleMappingView, std::string> pager(read, page);
  const auto done = stored(domain::each_mapping_of(
      read.txn, tenant, group, after.value() ? &*after.value() : nullptr, [&](domain::Mapping&& mapping) {
        if (!pager.look()) return false;
        const std::string place = place_of(mapping);
        auto role = stored(domain::find_role_by_id(read.txn, tenant, mapping.role));
        if (!role.ok()) return pager.fail(role.error());
        if (!*role)
          return pager.fail(from_store({base::ErrorCode::kCorrupt, "a mapping's role is not there"}));
        const auto shadowed = stored(domain::is_shadowed(read.txn, tenant, **role));
        if (!shadowed.ok()) return pager.fail(shadowed.error());
        if (*shadowed) return pager.pass(place);
        return pager.take(place, [&] {
          return Outcome<RoleMappingView>(view_of(std::move(mapping), std::move((*role)->slug)));
        });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

std::optional<Error> check(const NewGroupRole& given, base::Timestamp now) {
  Checks checks;
  checks.period(given.valid_from, given.expires_at, now);
  checks.text("/reason", given.reason, kMaxReason);
  if (given.resource) checks.no_controls("/resource", *given.resource);
  return checks.error();
}

Outcome<RoleMappingView> add_group_role(Change& change, const domain::TenantId& tenant,
                                        const domain::GroupId& group, const NewGroupRole& given) {
  if (const auto bad = check(given, change.now)) return *bad;

  auto resource = named_resource(tenant, given.resource, "/resource");
  if (!resource.ok()) return resource.error();
  const auto role = find_role_of(change, tenant, given.role);
  if (!role.ok()) return role.error();
  const NewMapping mapping{group, std::move(resource).value(), given.valid_from, given.expires_at,
                           given.reason};
  const auto request = creating_mapping(
      tenant, mapping, proposed_role(change, given.role, role.value() ? &*role.value() : nullptr));
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();
  const auto has = has_resource(change, tenant, mapping.resource);
  if (!has.ok()) return has.error();
  if (!*has) return invalid("/resource", "there is no " + in_backticks(mapping.resource));
  if (!role.value()) return unknown_roles(change, tenant, {{"/role", given.role}});
  auto made =
      make_mapping(change, request, authorized.value(), mapping, {role.value()->id, role.value()->slug});
  if (!made.ok()) return made.error();
  return view_of(std::move(made).value(), role.value()->slug);
}

Outcome<void> remove_group_role(Change& change, const domain::TenantId& tenant, const domain::GroupId& group,
                                std::string_view slug, const IfMatch& match,
                                const std::optional<domain::EntityName>& resource) {
  const auto on = named_resource(tenant, resource, "resource");
  if (!on.ok()) return on.error();
  const auto role = find_role_of(change, tenant, slug);
  if (!role.ok()) return role.error();
  const auto request = deleting_mapping(tenant, {group, {}, on.value()},
                                        proposed_role(change, slug, role.value() ? &*role.value() : nullptr));
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();
  if (!role.value()) return not_found("role", slug);
  return remove_mapping(change, request, authorized.value(), {group, role.value()->id, on.value()},
                        role.value()->slug, match);
}

}  // namespace api
