// Roles as /v1beta1 has them: the whole record at once, found by id.
#include <utility>

#include "api/limits.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/role_changes.h"
#include "api/roles.h"
#include "authz/entities.h"
#include "domain/shadowed_role.h"

namespace api {
namespace {

void apply(const RoleRecord& record, const std::vector<std::string>& scopes, domain::Role& role) {
  role.slug = record.slug;
  role.name = record.name && !record.name->empty() ? *record.name : record.slug;
  role.description = record.description;
  role.scopes = scopes;
  role.metadata = metadata_text(record.metadata);
}

Outcome<std::optional<domain::Role>> find_by_slug(const Read& read, const domain::Owner& tenant,
                                                  const std::string& slug) {
  return stored(domain::find_role(read.txn, tenant, slug));
}

Outcome<std::optional<domain::Role>> find_by_id(const Read& read, const domain::Owner& tenant,
                                                const domain::RoleId& id) {
  return stored(domain::find_role_in_force(read.txn, tenant, id));
}

Error taken(const std::string& slug) {
  return invalid(Code::kAlreadyExists, {{"/slug", in_backticks(slug) + " is taken"}});
}

}  // namespace

std::optional<Error> check(const RoleRecord& record) {
  Checks checks;
  checks.slug("/slug", record.slug, SlugRule::kRoleV1beta1);
  if (record.scopes.empty()) checks.add("/scopes", "must have at least one permission");
  checks.scopes("/scopes", record.scopes, kMaxRoleScopes);
  if (record.name && !record.name->empty()) checks.given_name("/name", *record.name);
  checks.description("/description", record.description);
  checks.metadata("/metadata", record.metadata);
  return checks.error();
}

Outcome<domain::Role> create_or_replace_role(Change& change, const domain::Owner& tenant,
                                             const RoleRecord& record, const IfMatch& match) {
  if (const auto bad = check(record)) return *bad;
  const auto found = find_by_slug(change, tenant, record.slug);
  if (!found.ok()) return found.error();
  const auto& before = found.value();

  const auto known = look_up(*change.catalogue, record.scopes);
  domain::Role role = before.value_or(domain::Role(tenant));
  apply(record, known.scopes, role);
  const auto request =
      before ? updating_role(change, tenant, record.slug, &*before, role) : creating_role(change, role);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (!known.unknown.empty()) return unknown_scopes(change, Code::kInvalidInput, known, record.scopes);

  if (before && before->tenant != tenant && !before->is_system) return taken(record.slug);
  if (before) {
    const auto own = check_own(*before, tenant);
    if (!own.ok()) return own.error();
    const auto matches = check_match(match, before->revision);
    if (!matches.ok()) return matches.error();
  } else if (match.given) {
    return error(Code::kPreconditionFailed, "If-Match: there is no role " + record.slug + " yet");
  } else if (const auto free = check_no_tenant_has(change, tenant, record.slug); !free.ok()) {
    return free.error();
  }
  const auto put = before ? replace_role(change, request, authorized.value(), *before, role)
                          : make_role(change, request, authorized.value(), role);
  if (!put.ok()) return put.error();
  return role;
}

Outcome<domain::Role> get_role_by_id(const Read& read, const domain::Owner& tenant,
                                     const domain::RoleId& id) {
  auto role = find_by_id(read, tenant, id);
  if (!role.ok()) return role.error();
  const auto request =
      role.value() ? on_role(op::get_role, tenant, role.value()->slug) : on_tenant(op::get_role, tenant);
  const auto authorized = authorize(read, request);
  if (!authorized.ok()) return authorized.error();
  if (!role.value()) return not_found("role", id);
  return *std::move(role).value();
}

Outcome<domain::Role> replace_role_by_id(Change& change, const domain::Owner& tenant,
                                         const domain::RoleId& id, const RoleRecord& record,
                                         const IfMatch& match) {
  if (const auto bad = check(record)) return *bad;
  const auto found = find_by_id(change, tenant, id);
  if (!found.ok()) return found.error();
  const auto& before = found.value();

  const auto known = look_up(*change.catalogue, record.scopes);
  domain::Role after = before.value_or(domain::Role(tenant));
  apply(record, known.scopes, after);
  const auto request =
      updating_role(change, tenant, before ? before->slug : record.slug, before ? &*before : nullptr, after);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  if (!before) return not_found("role", id);
  const auto own = check_own(*before, tenant);
  if (!own.ok()) return own.error();
  const auto matches = check_match(match, before->revision);
  if (!matches.ok()) return matches.error();
  if (!known.unknown.empty()) return unknown_scopes(change, Code::kInvalidInput, known, record.scopes);
  if (before->slug != record.slug) {
    const auto other = find_by_slug(change, tenant, record.slug);
    if (!other.ok()) return other.error();
    if (other.value()) return taken(record.slug);
    if (auto free = check_no_tenant_has(change, tenant, record.slug); !free.ok()) return free.error();
  }
  const auto put = replace_role(change, request, authorized.value(), *before, after);
  if (!put.ok()) return put.error();
  return after;
}

Outcome<void> delete_role_by_id(Change& change, const domain::Owner& tenant, const domain::RoleId& id,
                                const IfMatch& match) {
  const auto role = find_by_id(change, tenant, id);
  if (!role.ok()) return role.error();
  const auto operation = tenant.is_platform() ? op::delete_platform_role : op::delete_role;
  const auto request =
      role.value() ? on_role(operation, tenant, role.value()->slug) : on_tenant(operation, tenant);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (!role.value()) return not_found("role", id);
  const auto own = check_own(*role.value(), tenant);
  if (!own.ok()) return own.error();
  const auto matches = check_match(match, role.value()->revision);
  if (!matches.ok()) return matches.error();
  return remove_role(change, request, authorized.value(), *role.value(), false);
}

}  // namespace api
