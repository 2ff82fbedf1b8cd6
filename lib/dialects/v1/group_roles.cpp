#include "api/group_roles.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/entity_json.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_mapping(base::JsonWriter& w, const api::RoleMappingView& view) {
  const domain::Mapping& mapping = view.mapping;
  w.begin_object().member("role", view.role);
  w.member("created_at", mapping.created_at).member("created_by", id_of(mapping.created_by));
  w.member("valid_from", mapping.valid_from).member("expires_at", mapping.expires_at);
  w.member("reason", mapping.reason);
  if (view.resource) write_resource(w.name("resource"), *view.resource);
  w.end_object();
}

Answer list_group_roles(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant(), group = call.path_id<domain::GroupId>("id")](const api::Read& now,
                                                                            const api::PageRequest& part) {
        return api::list_group_roles(now, tenant, group, part);
      },
      write_mapping);
}

api::Outcome<Work> add_group_role(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewGroupRole mapping;
  mapping.role = fields.text("role");
  mapping.valid_from = fields.optional_time("valid_from");
  mapping.expires_at = fields.optional_time("expires_at");
  mapping.reason = fields.optional_text("reason");
  if (fields.has("resource"))
    mapping.resource = read_resource(*call.body.find("resource"), errors, fields.pointer("resource"));
  if (const auto bad = fields.finish([&] { return api::check(mapping, call.now); })) return *bad;
  return Work([tenant = call.tenant(), group = call.path_id<domain::GroupId>("id"),
               mapping = std::move(mapping)](api::Change& change) -> Answer {
    const auto view = api::add_group_role(change, tenant, group, mapping);
    if (!view.ok()) return view.error();
    base::JsonWriter w;
    write_mapping(w, view.value());
    std::string path = "/v1/groups/" + group.to_string() + "/roles/" + view->role;
    if (view->resource) path += "?resource=" + base::percent_encoded(resource_parameter(*view->resource));
    return created(w.take(), std::move(path), view->mapping.revision);
  });
}

api::Outcome<Work> remove_group_role(const Call& call) {
  Query query(call);
  std::optional<domain::EntityName> resource;
  if (const auto text = query.text("resource"); text && !text->empty()) {
    resource = parse_resource_parameter(*text);
    if (!resource)
      query.wrong("resource", "must be a type and an id with a colon between them, or an object of both");
  }
  if (const auto bad = query.error()) return *bad;
  return Work([tenant = call.tenant(), group = call.path_id<domain::GroupId>("id"), role = call.path("role"),
               if_match = call.if_match, resource = std::move(resource)](api::Change& change) -> Answer {
    const auto done = api::remove_group_role(change, tenant, group, role, if_match, resource);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/groups/{id}/roles",
     .id = "list_group_roles",
     .operation = op::list_mappings,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_group_roles},
    {.method = kPost,
     .path = "/v1/groups/{id}/roles",
     .id = "add_group_role",
     .operation = op::create_mapping,
     .success = 201,
     .takes_dry_run = true,
     .body = "NewRoleMapping",
     .handle = add_group_role},
    {.method = kDelete,
     .path = "/v1/groups/{id}/roles/{role}",
     .id = "remove_group_role",
     .operation = op::delete_mapping,
     .success = 204,
     .parameters = {"resource"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = remove_group_role},
};

}  // namespace

std::span<const Route> group_role_calls() {
  return kCalls;
}

}  // namespace dialects::v1
