#include "api/me.h"

#include <algorithm>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/existing.h"
#include "api/parts/group_names.h"
#include "api/parts/user_roles.h"
#include "authz/authority.h"

namespace api {
namespace {

// REQUIRES: the caller is a tenant's
Outcome<void> add_person(const Read& read, MeView& me) {
  const auto& caller = read.caller;
  const domain::TenantId& home = *caller.tenant.tenant();
  if (caller.principal.kind == domain::PrincipalKind::kUser) {
    auto user = existing_user(read, home, domain::UserId(caller.principal.id));
    if (!user.ok()) return user.error();
    me.user = std::move(user).value();
  } else {
    auto user = existing_service_user(read, home, domain::ServiceUserId(caller.principal.id));
    if (!user.ok()) return user.error();
    me.service_user = std::move(user).value();
  }
  auto tenant = existing_tenant(read, home);
  if (!tenant.ok()) return tenant.error();
  me.tenant = std::move(tenant).value();
  auto groups = group_names(read, home, caller.principal);
  if (!groups.ok()) return groups.error();
  me.groups = std::move(groups).value();
  return {};
}

Outcome<void> add_credential(const Read& read, MeView& me) {
  auto found = stored(domain::get_credential(read.txn, read.caller.credential));
  if (!found.ok()) return found.error();
  me.platform = std::move(found).value();
  return {};
}

}  // namespace

Outcome<MeView> get_me(const Read& read) {
  const auto authorized = authorize(read, on_tenant(op::get_me, read.caller.tenant));
  if (!authorized.ok()) return authorized.error();
  MeView me;
  const auto added = read.caller.platform() ? add_credential(read, me) : add_person(read, me);
  if (!added.ok()) return added.error();
  auto held =
      stored(authz::authority_of(read.txn, *read.catalogue, read.caller, read.caller.tenant, read.now));
  if (!held.ok()) return held.error();
  for (const domain::RoleId& id : held.value().roles) {
    auto role = stored(domain::find_role_by_id(read.txn, read.caller.tenant, id));
    if (!role.ok()) return role.error();
    if (role.value()) me.roles.push_back(std::move(role.value()->slug));
  }
  std::sort(me.roles.begin(), me.roles.end());
  me.scopes = std::move(held.value().scopes);
  return me;
}

}  // namespace api
