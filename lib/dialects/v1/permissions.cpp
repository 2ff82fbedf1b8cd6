#include "api/permissions.h"

#include "base/json.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_permission(base::JsonWriter& w, const domain::Permission& permission) {
  w.begin_object().member("scope", permission.scope).member("resource", permission.resource);
  w.member("action", permission.verb).member("name", permission.title);
  w.member("description", permission.description).member("risk", name_of(permission.risk));
  w.member("implies", permission.implies).end_object();
}

// What stands before the verb: "organization", "billing/invoice".
std::string_view resource_of(const domain::Permission& permission) {
  return std::string_view(permission.scope).substr(0, permission.scope.find(':'));
}

Answer list_permissions(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  const auto permissions = api::list_permissions(read, page);
  if (!permissions.ok()) return permissions.error();
  // They come sorted by scope, so those of one resource stand together; a page may end between them.
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  std::string_view open;
  for (const domain::Permission* permission : permissions->data) {
    const std::string_view resource = resource_of(*permission);
    if (resource != open) {
      if (!open.empty()) w.end_array().end_object();
      w.begin_object().member("resource", resource).name("scopes").begin_array();
      open = resource;
    }
    write_permission(w, *permission);
  }
  if (!open.empty()) w.end_array().end_object();
  w.end_array();
  write_page_end(w, call.route.id, permissions->next, page.limit);
  return ok(w.end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/permissions",
     .id = "list_permissions",
     .operation = op::list_permissions,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_permissions},
};

}  // namespace

std::span<const Route> permission_calls() {
  return kCalls;
}

}  // namespace dialects::v1
