#include "api/parts/existing.h"

#include <utility>

#include "api/parts/authorize.h"
#include "domain/service_user.h"

namespace api {
namespace {

template <typename T>
Outcome<T> require(base::Result<std::optional<T>> result, std::string_view noun, const base::Uuid& id) {
  auto found = stored(std::move(result));
  if (!found.ok()) return found.error();
  if (!found.value()) return not_found(noun, id);
  return *std::move(found).value();
}

}  // namespace

Outcome<domain::Tenant> existing_tenant(const Read& read, const domain::TenantId& id) {
  return require(domain::get_tenant(read.txn, id), "tenant", id);
}

Outcome<domain::Group> existing_group(const Read& read, const domain::TenantId& tenant,
                                      const domain::GroupId& id) {
  return require(domain::get_group(read.txn, tenant, id), "group", id);
}

Outcome<domain::Project> existing_project(const Read& read, const domain::TenantId& tenant,
                                          const domain::ProjectId& id) {
  return require(domain::get_project(read.txn, tenant, id), "project", id);
}

Outcome<domain::User> existing_user(const Read& read, const domain::TenantId& tenant,
                                    const domain::UserId& id) {
  return require(domain::get_user(read.txn, tenant, id), "user", id);
}

Outcome<void> existing_principal(const Read& read, const domain::TenantId& tenant,
                                 const domain::Principal& who) {
  const auto outcome = [](const auto& found) { return found.ok() ? Outcome<void>() : found.error(); };
  switch (who.kind) {
    case domain::PrincipalKind::kUser:
      return outcome(existing_user(read, tenant, domain::UserId(who.id)));
    case domain::PrincipalKind::kServiceUser:
      return outcome(existing_service_user(read, tenant, domain::ServiceUserId(who.id)));
    case domain::PrincipalKind::kGroup:
      return outcome(existing_group(read, tenant, domain::GroupId(who.id)));
    case domain::PrincipalKind::kPlatform:
      return not_found("credential", who.id);
  }
  return {};
}

Outcome<domain::ServiceUser> existing_service_user(const Read& read, const domain::Owner& tenant,
                                                   const domain::ServiceUserId& id) {
  if (tenant.is_platform()) return not_found("service user", id);
  return require(domain::get_service_user(read.txn, *tenant.tenant(), id), "service user", id);
}

}  // namespace api
