#include "api/group_roles.h"

#include <utility>

#include "api/limits.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "domain/shadowed_role.h"

namespace api {
Outcome<Page<RoleMappingView>> list_group_roles(const Read& read, const domain::TenantId& tenant,
                                                const domain::GroupId& group, const PageRequest& page) {
  const auto authorized = authorize(read, on_group(op::list_mappings, tenant, group));
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(read, tenant, group);
  if (!there.ok()) return there.error();
  const auto after = id_cursor<domain::RoleId>(page);
  if (!after.ok()) return after.error();

  Pager<domain::Mapping> pager(page);
  base::Result<void> looked;
  const auto done = stored(domain::each_mapping_of(read.txn, tenant, group, [&](domain::Mapping&& mapping) {
    if (!mapping.resource.empty() || (after.value() && mapping.role <= *after.value())) return true;
    const auto role = domain::find_role_by_id(read.txn, tenant, mapping.role);
    const auto shadowed = role.ok() && *role ? domain::is_shadowed(read.txn, tenant, **role) : false;
    if (!shadowed.ok()) looked = shadowed.error();
    if (!looked.ok()) return false;
    return *shadowed || pager.add(std::move(mapping));
  }));
  if (!done.ok()) return done.error();
  if (!looked.ok()) return from_store(looked.error());
  const auto view = [&](domain::Mapping&& mapping) -> Outcome<RoleMappingView> {
    auto role = stored(domain::find_role_by_id(read.txn, tenant, mapping.role));
    if (!role.ok()) return role.error();
    if (!role.value()) return from_store({base::ErrorCode::kCorrupt, "a mapping's role is not there"});
    return RoleMappingView{std::move(mapping), std::move(role.value()->slug)};
  };
  return pager.take<RoleMappingView>(view, [](const domain::Mapping& mapping) { return mapping.role; });
}

std::optional<Error> check(const NewGroupRole& given, base::Timestamp now) {
  Checks checks;
  checks.period(given.valid_from, given.expires_at, now);
  checks.text("/reason", given.reason, kMaxReason);
  return checks.error();
}

Outcome<RoleMappingView> add_group_role(Change& change, const domain::TenantId& tenant,
                                        const domain::GroupId& group, const NewGroupRole& given) {
  if (const auto bad = check(given, change.now)) return *bad;

  const auto role = find_role_of(change, tenant, given.role);
  if (!role.ok()) return role.error();
  const NewMapping mapping{group, {}, given.valid_from, given.expires_at, given.reason};
  const auto request =
      creating_mapping(change, tenant, mapping, given.role, role.value() ? &*role.value() : nullptr);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();
  if (!role.value()) return unknown_roles(change, tenant, {{"/role", given.role}});
  auto made = make_mapping(change, request, authorized.value(), mapping, *role.value());
  if (!made.ok()) return made.error();
  return RoleMappingView{std::move(made).value(), role.value()->slug};
}

Outcome<void> remove_group_role(Change& change, const domain::TenantId& tenant, const domain::GroupId& group,
                                std::string_view slug, const IfMatch& match) {
  const auto role = find_role_of(change, tenant, slug);
  if (!role.ok()) return role.error();
  const auto request = deleting_mapping(change, tenant, group, slug, role.value() ? &*role.value() : nullptr);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();
  if (!role.value()) return not_found("role", slug);
  return remove_mapping(change, request, authorized.value(), {group, role.value()->id, {}},
                        role.value()->slug, match);
}

}  // namespace api
