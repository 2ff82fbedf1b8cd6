// What a subject's roles give for the whole tenant is looked up once for all checks of a call; what they give
// on one resource, where it has any such role, once for each:
//
//   get on app/group:0197…       `group:get` in the scopes of the tenant, or in those on that group
//   get on app/project:web       `project:get` likewise, unless the project is disabled
//   get on compute/instance:7    `compute/instance:get` likewise
//
// The tenant is above everything in it, and nothing else is above anything here. Roles alone decide.
#include "api/permission_checks.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "authz/authority.h"
#include "names/permission_name.h"

namespace api {
namespace {

bool has(const std::vector<std::string>& scopes, const std::string& scope) {
  return std::binary_search(scopes.begin(), scopes.end(), scope);
}

const domain::Permission* find_permission(const domain::Catalogue& catalogue, const PermissionCheck& check) {
  if (check.permission.size() > names::kMaxPermissionName) return nullptr;
  if (const domain::Permission* known = catalogue.find(check.permission)) return known;
  if (!names::is_permission_verb(check.permission)) return nullptr;
  return catalogue.find(check.resource.space + ":" + check.permission);
}

class HeldByRoles {
 public:
  static Outcome<HeldByRoles> of(const Read& read, const authz::Subject& subject,
                                 const domain::TenantId& tenant) {
    auto held = stored(authz::authority_of(read.txn, *read.catalogue, subject, tenant, read.now));
    if (!held.ok()) return held.error();
    return HeldByRoles(read, subject, tenant, std::move(held).value());
  }

  Outcome<bool> on(const domain::ResourceText& resource, const domain::Permission& permission) const {
    if (has(held_.scopes, permission.scope)) return true;
    if (resource.empty() || !held_.has_roles_on_things) return false;
    const auto here =
        stored(authz::scopes_on(read_.txn, *read_.catalogue, subject_, tenant_, resource, read_.now));
    if (!here.ok()) return here.error();
    return has(here.value(), permission.scope);
  }

 private:
  HeldByRoles(const Read& read, const authz::Subject& subject, const domain::TenantId& tenant,
              authz::Authority held)
      : read_(read), subject_(subject), tenant_(tenant), held_(std::move(held)) {}

  const Read& read_;
  const authz::Subject& subject_;
  const domain::TenantId tenant_;
  const authz::Authority held_;
};

Outcome<std::vector<bool>> answer(const Read& read, const domain::Tenant& tenant,
                                  const authz::Subject& subject, const std::vector<PermissionCheck>& checks) {
  assert(checks.size() <= kMaxPermissionChecks);
  std::vector<const domain::Permission*> permissions;
  for (const PermissionCheck& check : checks) {
    const domain::Permission* const known = find_permission(*read.catalogue, check);
    if (!known) return not_found("permission", in_backticks(check.permission));
    permissions.push_back(known);
  }
  const auto held = HeldByRoles::of(read, subject, tenant.id);
  if (!held.ok()) return held.error();
  std::vector<bool> answers;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const auto resource = resource_text(read, tenant, checks[i].resource);
    if (!resource.ok()) return resource.error();
    const auto open = is_open(read, tenant.id, resource.value());
    if (!open.ok()) return open.error();
    const auto allowed = open.value() ? held->on(resource.value(), *permissions[i]) : Outcome<bool>(false);
    if (!allowed.ok()) return allowed.error();
    answers.push_back(allowed.value());
  }
  return answers;
}

}  // namespace

Outcome<std::vector<bool>> check_own(const Read& read, const domain::Tenant& tenant,
                                     const std::vector<PermissionCheck>& checks) {
  const auto authorized = authorize(read, on_tenant(op::check_own, tenant.id));
  if (!authorized.ok()) return authorized.error();
  return answer(read, tenant, read.caller, checks);
}

Outcome<std::vector<bool>> check_others(const Read& read, const domain::Tenant& tenant,
                                        const domain::Principal& subject,
                                        const std::vector<PermissionCheck>& checks) {
  const auto authorized = authorize(read, on_tenant(op::check_others, tenant.id));
  if (!authorized.ok()) return authorized.error();
  return answer(read, tenant, {subject, tenant.id, {}, {}}, checks);
}

}  // namespace api
