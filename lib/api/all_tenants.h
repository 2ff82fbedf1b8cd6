#pragma once
#include <optional>

#include "api/context.h"
#include "api/operation.h"
#include "domain/group.h"
#include "domain/project.h"
#include "domain/service_user.h"
#include "domain/tenant.h"

// What all tenants have: lists for the platform. In order of tenant and, within it, of id. Where a tenant is
// given, its own alone.
namespace api {

namespace op {
inline constexpr Operation list_all_projects = {
    .action = "project:list_all", .kind = kRead, .scope = kPlatformScope, .resource = "project"};
inline constexpr Operation list_all_groups = {
    .action = "group:list_all", .kind = kRead, .scope = kPlatformScope, .resource = "group"};
inline constexpr Operation list_all_service_users = {
    .action = "service_user:list_all", .kind = kRead, .scope = kPlatformScope, .resource = "service_user"};

inline constexpr Operation kAllTenants[] = {list_all_projects, list_all_groups, list_all_service_users};
}  // namespace op

struct AllFilter {
  std::optional<domain::TenantId> tenant;
  std::optional<domain::State> state;
};

Outcome<Page<domain::Project>> list_all_projects(const Read&, const AllFilter&, const PageRequest&);
Outcome<Page<domain::Group>> list_all_groups(const Read&, const AllFilter&, const PageRequest&);
Outcome<Page<domain::ServiceUser>> list_all_service_users(const Read&, const AllFilter&, const PageRequest&);

}  // namespace api
