// Who holds which role, on what, and until when, whoever it is: `/v1/groups/{id}/roles` has the same mappings
// of one group.
#include "api/mappings.h"

#include <string>
#include <utility>

#include "api/group_roles.h"
#include "api/mapping_list.h"
#include "api/resources.h"
#include "api/service.h"
#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/entity_json.h"
#include "dialects/v1/list.h"
#include "dialects/v1/mapping_json.h"
#include "dialects/v1/principal_json.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

std::string body_of(const api::MappingView& view) {
  base::JsonWriter w;
  write_mapping(w, view);
  return w.take();
}

// The filters, each of which is noted where it is wrong.
api::MappingQuery read_query(const domain::TenantId& tenant, Query& query) {
  api::MappingQuery wanted;
  if (const auto text = query.text("principal")) {
    const auto name = domain::parse_entity_name(*text);
    wanted.principal = name ? api::principal_of(*name) : std::nullopt;
    if (!wanted.principal) query.wrong("principal", std::string(kNoPrincipal) + " behind a colon");
  }
  wanted.role = query.text("role");
  if (const auto text = query.text("resource")) {
    const auto name = text->empty() ? std::nullopt : parse_resource_parameter(*text);
    if (!name && !text->empty())
      query.wrong("resource", "must be a type and an id with a colon between them, or an object of both");
    const auto resource = api::named_resource(tenant, name, "resource");
    if (resource.ok())
      wanted.resource = *resource;
    else
      query.wrong("resource", resource.error().fields.front().message);
  }
  if (const auto text = query.text("level")) {
    wanted.level = names::parse_risk(*text);
    if (!wanted.level) query.wrong("level", "must be low, medium, high or admin");
  }
  if (const auto text = query.text("state")) {
    wanted.state = api::parse_mapping_state(*text);
    if (!wanted.state) query.wrong("state", "must be active, future or expired");
  }
  wanted.expires_before = query.time("expires_before");
  wanted.permanent = query.flag("permanent");
  return wanted;
}

// A page may end at a mapping that isn't shown to the caller: so nobody reads where, nor has a place of their
// own.
Answer list_mappings(const Call& call, const api::Read& read, const ServerState& state) {
  const crypto::Sealer& sealer = state.service.sealer();
  const std::string about = std::string(call.route.id) + " " + call.tenant().to_string();
  Query query(call);
  api::PageRequest page = query.page(api::PageRequest().limit);
  if (!page.after.empty()) {
    const auto place = sealer.open(page.after, about);
    if (!place) query.wrong("cursor", std::string(kNoCursor));
    page.after = place.value_or("");
  }
  const api::MappingQuery wanted = read_query(call.tenant(), query);
  if (const auto bad = query.error()) return *bad;
  auto mappings = api::list_mapping_views(read, call.tenant(), wanted, page);
  if (!mappings.ok()) return mappings.error();
  if (!mappings->next.empty()) mappings->next = sealer.seal(mappings->next, about);
  return ok(list_body(call.route.id, *mappings, page.limit, write_mapping));
}

Answer get_mapping(const Call& call, const api::Read& read) {
  const auto view = api::get_mapping_view(read, call.tenant(), call.path_id<domain::MappingId>("id"));
  if (!view.ok()) return view.error();
  return ok(body_of(*view), view->mapping.revision);
}

api::Outcome<Work> create_mapping(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const api::NewRoleMapping given = read_new_mapping(call.tenant(), fields, errors);
  if (const auto bad = fields.finish([&] { return api::check(given, call.now); })) return *bad;
  return Work([tenant = call.tenant(), given](api::Change& change) -> Answer {
    auto mapping = api::create_mapping(change, tenant, given, api::IfThere::kRefuse);
    if (!mapping.ok()) return mapping.error();
    const auto view = api::view_mapping(change, std::move(mapping).value());
    if (!view.ok()) return view.error();
    return created(body_of(*view), "/v1/mappings/" + view->mapping.id.to_string(), view->mapping.revision);
  });
}

api::Outcome<Work> update_mapping(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const api::MappingPatch patch = read_mapping_patch(fields);
  if (const auto bad = fields.finish([&] { return api::check(patch, call.now); })) return *bad;
  return Work([tenant = call.tenant(), id = call.path_id<domain::MappingId>("id"), patch,
               if_match = call.if_match](api::Change& change) -> Answer {
    auto mapping = api::update_mapping(change, tenant, id, patch, if_match);
    if (!mapping.ok()) return mapping.error();
    const auto view = api::view_mapping(change, std::move(mapping).value());
    if (!view.ok()) return view.error();
    return ok(body_of(*view), view->mapping.revision);
  });
}

api::Outcome<Work> delete_mapping(const Call& call) {
  return Work([tenant = call.tenant(), id = call.path_id<domain::MappingId>("id"),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto done = api::delete_mapping(change, tenant, id, if_match);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/mappings",
     .id = "list_mappings",
     .operation = op::list_all_mappings,
     .parameters = {"limit", "cursor", "principal", "role", "resource", "level", "state", "expires_before",
                    "permanent"},
     .place = Place::kPool,
     .handle = list_mappings},
    {.method = kPost,
     .path = "/v1/mappings",
     .id = "create_mapping",
     .operation = op::create_mapping,
     .success = 201,
     .takes_dry_run = true,
     .body = "NewMapping",
     .handle = create_mapping},
    {.method = kGet,
     .path = "/v1/mappings/{id}",
     .id = "get_mapping",
     .operation = op::get_mapping,
     .handle = get_mapping},
    {.method = kPatch,
     .path = "/v1/mappings/{id}",
     .id = "update_mapping",
     .operation = op::update_mapping,
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "MappingPatch",
     .handle = update_mapping},
    {.method = kDelete,
     .path = "/v1/mappings/{id}",
     .id = "delete_mapping",
     .operation = op::delete_mapping,
     .success = 204,
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = delete_mapping},
};

}  // namespace

std::span<const Route> mapping_calls() {
  return kCalls;
}

}  // namespace dialects::v1
