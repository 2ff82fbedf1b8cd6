#include "api/users.h"

#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_user(base::JsonWriter& w, const api::UserView& view) {
  const domain::User& user = view.user;
  w.begin_object().member("id", user.id).member("email", user.email).member("name", user.name);
  w.member("roles", view.roles);
  write_groups(w, view.groups);
  w.member("auth_provider", user.auth_provider).member("active", user.active);
  w.member("email_verified", user.email_verified).member("is_owner", user.is_owner);
  w.member("created_at", user.created_at).member("updated_at", user.updated_at).end_object();
}

std::string body_of(const api::UserView& view) {
  base::JsonWriter w;
  write_user(w, view);
  return w.take();
}

Answer list_users(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  const auto typed = query.text("q");
  if (const auto bad = query.error()) return *bad;
  const auto users = typed ? api::search_users(read, call.tenant(), *typed, page)
                           : api::list_users(read, call.tenant(), page);
  if (!users.ok()) return users.error();
  return ok(list_body(call.route.id, users.value(), page.limit, write_user));
}

Answer get_user(const Call& call, const api::Read& read) {
  const auto view = api::get_user(read, call.tenant(), call.path_id<domain::UserId>("id"));
  if (!view.ok()) return view.error();
  return ok(body_of(view.value()), view->user.revision);
}

api::Outcome<Work> create_user(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewUser user;
  user.email = fields.text("email");
  user.name = fields.text("name");
  if (const auto bad = fields.finish([&] { return api::check(user); })) return *bad;
  return Work([tenant = call.tenant(), user = std::move(user)](api::Change& change) -> Answer {
    const auto view = api::create_user(change, tenant, user);
    if (!view.ok()) return view.error();
    return created(body_of(view.value()), "/v1/users/" + view->user.id.to_string(), view->user.revision);
  });
}

api::Outcome<Work> update_user(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::UserPatch patch;
  patch.name = fields.patched_text("name");
  patch.roles = fields.patched_texts("roles");
  if (const auto bad = fields.finish([&] { return api::check(patch); })) return *bad;
  return Work([tenant = call.tenant(), id = call.path_id<domain::UserId>("id"), patch = std::move(patch),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto view = api::update_user(change, tenant, id, patch, if_match);
    if (!view.ok()) return view.error();
    return ok(body_of(view.value()), view->user.revision);
  });
}

api::Outcome<Work> delete_user(const Call& call) {
  Query query(call);
  const bool force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return Work([tenant = call.tenant(), id = call.path_id<domain::UserId>("id"), if_match = call.if_match,
               force](api::Change& change) -> Answer {
    const auto done = api::delete_user(change, tenant, id, if_match, force);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

api::Outcome<Work> suspend_user(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const bool active = fields.boolean("active");
  if (const auto bad = fields.finish()) return *bad;
  return Work([tenant = call.tenant(), id = call.path_id<domain::UserId>("id"), active,
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto view = api::suspend_user(change, tenant, id, active, if_match);
    if (!view.ok()) return view.error();
    return ok(body_of(view.value()), view->user.revision);
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/users",
     .id = "list_users",
     .operation = op::list_users,
     .parameters = {"limit", "cursor", "q"},
     .place = Place::kPool,
     .handle = list_users},
    {.method = kPost,
     .path = "/v1/users",
     .id = "create_user",
     .operation = op::create_user,
     .success = 201,
     .takes_dry_run = true,
     .body = "NewUser",
     .handle = create_user},
    {.method = kGet,
     .path = "/v1/users/{id}",
     .id = "get_user",
     .operation = op::get_user,
     .handle = get_user},
    {.method = kPut,
     .path = "/v1/users/{id}",
     .id = "update_user",
     .operation = op::update_user,
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "UserPatch",
     .handle = update_user},
    {.method = kDelete,
     .path = "/v1/users/{id}",
     .id = "delete_user",
     .operation = op::delete_user,
     .success = 204,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = delete_user},
    {.method = kPost,
     .path = "/v1/users/{id}/suspend",
     .id = "suspend_user",
     .operation = op::suspend_user,
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "Suspension",
     .handle = suspend_user},
};

}  // namespace

std::span<const Route> user_calls() {
  return kCalls;
}

}  // namespace dialects::v1
