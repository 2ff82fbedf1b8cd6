#include "api/roles.h"

#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/holder_counts.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_role(base::JsonWriter& w, const api::RoleView& view) {
  const domain::Role& role = view.role;
  const authz::BlastRadius& radius = view.blast_radius;
  w.begin_object().member("id", role.id).member("slug", role.slug).member("name", role.name);
  w.member("description", role.description).member("scopes", role.scopes);
  w.member("is_system", role.is_system).name("blast_radius").begin_object();
  w.member("level", name_of(radius.level)).member("summary", radius.summary);
  w.member("warnings", radius.warnings).end_object();
  write_holder_counts(w, view.holders);
  w.member("created_by", id_of(role.created_by)).member("updated_by", id_of(role.updated_by));
  w.member("created_at", role.created_at).member("updated_at", role.updated_at).end_object();
}

std::string body_of(const api::RoleView& view) {
  base::JsonWriter w;
  write_role(w, view);
  return w.take();
}

// A parameter that is one of two words; nothing where it isn't given, or is noted as wrong.
struct TwoWords {
  std::string_view is, is_not;
};
std::optional<bool> either(Query& query, std::string_view name, const TwoWords& words) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  if (*text != words.is && *text != words.is_not)
    query.wrong(name, "must be " + std::string(words.is) + " or " + std::string(words.is_not));
  return *text == words.is;
}

Answer list_roles(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  const auto typed = query.text("q");
  api::RoleFilter filter;
  filter.typed = typed.value_or("");
  filter.scope = query.text("scope");
  if (const auto level = query.text("level")) {
    filter.level = domain::parse_risk(*level);
    if (!filter.level) query.wrong("level", "must be low, medium, high or admin");
  }
  filter.held = either(query, "held", {"true", "false"});
  filter.is_system = either(query, "kind", {"system", "custom"});
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant(), filter, is_search = typed.has_value()](const api::Read& now,
                                                                      const api::PageRequest& part) {
        if (is_search) return api::search_roles(now, tenant, filter, part);
        return api::list_roles(now, tenant, api::RoleSet::kAll, part, filter);
      },
      write_role);
}

Answer get_role(const Call& call, const api::Read& read) {
  Query query(call);
  const bool exact = query.flag("exact");
  if (const auto bad = query.error()) return *bad;
  if (exact && call.until) return continued_in_pool();
  const auto view = api::get_role(read, call.tenant(), call.path("slug"),
                                  exact ? api::Counting::kExact : api::Counting::kBounded);
  if (!view.ok()) return view.error();
  return ok(body_of(view.value()), view->role.revision);
}

api::Outcome<Work> create_role(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewRole role;
  role.slug = fields.optional_text("slug");
  role.name = fields.text("name");
  role.description = fields.optional_text("description");
  role.scopes = fields.texts("scopes");
  if (const auto bad = fields.finish([&] { return api::check(role); })) return *bad;
  return Work([tenant = call.tenant(), role = std::move(role)](api::Change& change) -> Answer {
    const auto view = api::create_role(change, tenant, role);
    if (!view.ok()) return view.error();
    return created(body_of(view.value()), "/v1/roles/" + view->role.slug, view->role.revision);
  });
}

api::Outcome<Work> update_role(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::RolePatch patch;
  patch.name = fields.patched_text("name");
  patch.description = fields.nullable_text("description");
  patch.scopes = fields.patched_texts("scopes");
  if (const auto bad = fields.finish([&] { return api::check(patch); })) return *bad;
  return Work([tenant = call.tenant(), slug = call.path("slug"), patch = std::move(patch),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto view = api::update_role(change, tenant, slug, patch, if_match);
    if (!view.ok()) return view.error();
    return ok(body_of(view.value()), view->role.revision);
  });
}

api::Outcome<Work> delete_role(const Call& call) {
  Query query(call);
  const bool force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return Work([tenant = call.tenant(), slug = call.path("slug"), force,
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto done = api::delete_role(change, tenant, slug, force, if_match);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/roles",
     .id = "list_roles",
     .operation = op::list_roles,
     .parameters = {"limit", "cursor", "q", "scope", "level", "held", "kind"},
     .place = Place::kPool,
     .handle = list_roles},
    {.method = kPost,
     .path = "/v1/roles",
     .id = "create_role",
     .operation = op::create_role,
     .success = 201,
     .takes_dry_run = true,
     .body = "NewRole",
     .handle = create_role},
    {.method = kGet,
     .path = "/v1/roles/{slug}",
     .id = "get_role",
     .operation = op::get_role,
     .parameters = {"exact"},
     .place = Place::kReactorThenPool,
     .handle = get_role},
    {.method = kPatch,
     .path = "/v1/roles/{slug}",
     .id = "update_role",
     .operation = op::update_role,
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "RolePatch",
     .handle = update_role},
    {.method = kDelete,
     .path = "/v1/roles/{slug}",
     .id = "delete_role",
     .operation = op::delete_role,
     .success = 204,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = delete_role},
};

}  // namespace

std::span<const Route> role_calls() {
  return kCalls;
}

}  // namespace dialects::v1
