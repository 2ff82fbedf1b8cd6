// What all organizations have, for the platform.
#include <string>
#include <utility>

#include "api/all_tenants.h"
#include "api/tenants.h"
#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"
#include "dialects/v1beta1/write.h"

namespace dialects::v1beta1 {
namespace {

using enum http::Method;

// One of the lists: `list(read, filter, page)` gives it.
template <typename List, typename Write>
Answer list_all(const Call& call, const api::Read& read, std::string_view name, List list, Write write) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  api::AllFilter filter;
  filter.state = state_filter(query);
  if (const auto bad = query.error()) return *bad;
  if (const std::string organization = query.text("org_id").value_or(""); !organization.empty()) {
    const auto tenant = find_organization(read, organization);
    if (!tenant.ok()) return tenant.error();
    filter.tenant = tenant->id;
  }
  return answer_list(
      call, read, name, page,
      [list, filter](const api::Read& now, const api::PageRequest& part) { return list(now, filter, part); },
      write);
}

Answer list_all_organizations(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  const auto state = state_filter(query);
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, "organizations", page,
      [state](const api::Read& now, const api::PageRequest& part) {
        return api::list_tenants_in(now, state, part);
      },
      write_organization);
}

Answer list_all_projects(const Call& call, const api::Read& read) {
  return list_all(call, read, "projects", api::list_all_projects, write_project);
}
Answer list_all_groups(const Call& call, const api::Read& read) {
  return list_all(call, read, "groups", api::list_all_groups, write_group);
}
Answer list_all_service_users(const Call& call, const api::Read& read) {
  return list_all(call, read, "serviceusers", api::list_all_service_users,
                  [](Out& out, const domain::ServiceUser& user) { write_service_user(out, user); });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/admin/organizations",
     .id = "list_all_organizations",
     .operation = op::list_tenants,
     .parameters = {"state", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_all_organizations},
    {.method = kGet,
     .path = "/v1beta1/admin/projects",
     .id = "list_all_projects",
     .operation = op::list_all_projects,
     .parameters = {"org_id", "state", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_all_projects},
    {.method = kGet,
     .path = "/v1beta1/admin/groups",
     .id = "list_all_groups",
     .operation = op::list_all_groups,
     .parameters = {"org_id", "state", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_all_groups},
    {.method = kGet,
     .path = "/v1beta1/admin/serviceusers",
     .id = "list_all_service_users",
     .operation = op::list_all_service_users,
     .parameters = {"org_id", "state", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_all_service_users},
};

}  // namespace

std::span<const Route> admin_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
