#include "api/groups.h"

#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_group(base::JsonWriter& w, const api::GroupView& view) {
  const domain::Group& group = view.group;
  w.begin_object().member("id", group.id).member("name", group.name);
  w.member("source", name_of(group.source)).member("state", name_of(group.state));
  w.member("description", group.description);
  w.member("member_count", view.member_count).member("role_mappings", view.role_mappings);
  w.member("created_at", group.created_at).member("updated_at", group.updated_at).end_object();
}

std::string body_of(const api::GroupView& view) {
  base::JsonWriter w;
  write_group(w, view);
  return w.take();
}

Answer list_groups(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  api::GroupFilter filter;
  filter.name = query.text("name");
  filter.typed = query.text("q");
  if (const auto source = query.text("source")) {
    filter.source = domain::parse_source(*source);
    if (!filter.source) query.wrong("source", "must be local or scim");
  }
  if (const auto state = query.text("state")) {
    filter.state = domain::parse_state(*state);
    if (!filter.state) query.wrong("state", "must be enabled or disabled");
  }
  if (const auto bad = query.error()) return *bad;
  const auto groups = api::list_groups(read, call.tenant(), filter, page);
  if (!groups.ok()) return groups.error();
  return ok(list_body(call.route.id, groups.value(), page.limit, write_group));
}

Answer get_group(const Call& call, const api::Read& read) {
  const auto view = api::get_group(read, call.tenant(), call.path_id<domain::GroupId>("id"));
  if (!view.ok()) return view.error();
  return ok(body_of(view.value()), view->group.revision);
}

api::Outcome<Work> create_group(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewGroup group;
  group.name = fields.text("name");
  group.description = fields.optional_text("description");
  if (const auto bad = fields.finish([&] { return api::check(group); })) return *bad;
  return Work([tenant = call.tenant(), group = std::move(group)](api::Change& change) -> Answer {
    const auto view = api::create_group(change, tenant, group);
    if (!view.ok()) return view.error();
    return created(body_of(view.value()), "/v1/groups/" + view->group.id.to_string(), view->group.revision);
  });
}

api::Outcome<Work> update_group(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::GroupPatch patch;
  patch.name = fields.patched_text("name");
  patch.description = fields.nullable_text("description");
  if (const auto state = fields.patched_text("state")) {
    patch.state = domain::parse_state(*state);
    if (!patch.state) errors.add(fields.pointer("state"), "must be enabled or disabled");
  }
  if (const auto bad = fields.finish([&] { return api::check(patch); })) return *bad;
  return Work([tenant = call.tenant(), id = call.path_id<domain::GroupId>("id"), patch = std::move(patch),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto view = api::update_group(change, tenant, id, patch, if_match);
    if (!view.ok()) return view.error();
    return ok(body_of(view.value()), view->group.revision);
  });
}

api::Outcome<Work> delete_group(const Call& call) {
  Query query(call);
  const bool force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return Work([tenant = call.tenant(), id = call.path_id<domain::GroupId>("id"), if_match = call.if_match,
               force](api::Change& change) -> Answer {
    const auto done = api::delete_group(change, tenant, id, if_match, force);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/groups",
     .id = "list_groups",
     .operation = op::list_groups,
     .parameters = {"limit", "cursor", "source", "name", "q", "state"},
     .place = Place::kPool,
     .handle = list_groups},
    {.method = kPost,
     .path = "/v1/groups",
     .id = "create_group",
     .operation = op::create_group,
     .success = 201,
     .takes_dry_run = true,
     .body = "NewGroup",
     .handle = create_group},
    {.method = kGet,
     .path = "/v1/groups/{id}",
     .id = "get_group",
     .operation = op::get_group,
     .handle = get_group},
    {.method = kPatch,
     .path = "/v1/groups/{id}",
     .id = "update_group",
     .operation = op::update_group,
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "GroupPatch",
     .handle = update_group},
    {.method = kDelete,
     .path = "/v1/groups/{id}",
     .id = "delete_group",
     .operation = op::delete_group,
     .success = 204,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = delete_group},
};

}  // namespace

std::span<const Route> group_calls() {
  return kCalls;
}

}  // namespace dialects::v1
