#include "api/service_users.h"

#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"
#include "dialects/v1beta1/write.h"

namespace dialects::v1beta1 {
namespace {

using enum http::Method;

Reply reply_of(FieldNames names, const domain::ServiceUser& user) {
  Out out(names);
  out.begin();
  write_service_user(out, "serviceuser", user);
  return ok(out.end().take(), user.revision);
}

}  // namespace

void write_service_user(Out& out, const domain::ServiceUser& user) {
  out.begin()
      .member("id", user.id)
      .member("title", user.title)
      .metadata(user.metadata)
      .member("org_id", user.tenant);
  out.member("state", name_of(user.state))
      .member("created_at", user.created_at)
      .member("updated_at", user.updated_at)
      .end();
}

void write_service_user(Out& out, std::string_view member, const domain::ServiceUser& user) {
  out.writer().name(member);
  write_service_user(out, user);
}

namespace {

Answer list_service_users(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  const auto tenant = find_organization(read, organization_of(call));
  if (!tenant.ok()) return tenant.error();
  return answer_list(
      call, read, "serviceusers", page,
      [id = tenant->id](const api::Read& now, const api::PageRequest& part) {
        return api::list_service_users(now, id, part);
      },
      [](Out& out, const domain::ServiceUser& user) { write_service_user(out, user); });
}

Answer get_service_user(const Call& call, const api::Read& read) {
  const auto id = call.path_id<domain::ServiceUserId>("id");
  const auto tenant = find_organization_of(read, organization_of(call), id);
  if (!tenant.ok()) return tenant.error();
  const auto user = api::get_service_user(read, tenant.value(), id);
  if (!user.ok()) return user.error();
  return reply_of(call.names, user.value());
}

api::Outcome<Work> create_service_user(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  check_organization(call, errors);
  Fields fields(form.object, kDialect, errors, form.pointer);
  api::NewServiceUser made;
  made.title = fields.optional_text("title");
  if (auto metadata = fields.optional_object("metadata")) made.metadata = *std::move(metadata);
  if (const auto bad = fields.finish([&] { return renamed(api::check(made), {}, form.pointer); }))
    return *bad;
  return Work([organization = organization_of(call), made = std::move(made), pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    const auto user = api::create_service_user(change, tenant->id, made);
    if (!user.ok()) return renamed(user.error(), {}, pointer);
    return reply_of(names, user.value());
  });
}

api::Outcome<Work> delete_service_user(const Call& call) {
  Query query(call);
  const bool force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return Work([organization = organization_of(call), id = call.path_id<domain::ServiceUserId>("id"),
               if_match = call.if_match, force](api::Change& change) -> Answer {
    const auto tenant = find_organization_of(change, organization, id);
    if (!tenant.ok()) return tenant.error();
    const auto done = api::delete_service_user(change, tenant.value(), id, if_match, force);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/serviceusers",
     .id = "list_service_users",
     .operation = op::list_service_users,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_service_users},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/serviceusers",
     .id = "create_service_user",
     .operation = op::create_service_user,
     .body = "NewServiceUser",
     .handle = create_service_user},
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/serviceusers/{id}",
     .id = "get_service_user",
     .operation = op::get_service_user,
     .handle = get_service_user},
    {.method = kDelete,
     .path = "/v1beta1/organizations/{org_id}/serviceusers/{id}",
     .id = "delete_service_user",
     .operation = op::delete_service_user,
     .parameters = {"force"},
     .takes_if_match = true,
     .handle = delete_service_user},
    {.method = kGet,
     .path = "/v1beta1/serviceusers",
     .id = "list_service_users_older",
     .operation = op::list_service_users,
     .parameters = {"org_id", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_service_users},
    {.method = kPost,
     .path = "/v1beta1/serviceusers",
     .id = "create_service_user_older",
     .operation = op::create_service_user,
     .parameters = {"org_id"},
     .body = "NewServiceUserOlder",
     .handle = create_service_user},
    {.method = kGet,
     .path = "/v1beta1/serviceusers/{id}",
     .id = "get_service_user_older",
     .operation = op::get_service_user,
     .parameters = {"org_id"},
     .handle = get_service_user},
    {.method = kDelete,
     .path = "/v1beta1/serviceusers/{id}",
     .id = "delete_service_user_older",
     .operation = op::delete_service_user,
     .parameters = {"org_id", "force"},
     .takes_if_match = true,
     .handle = delete_service_user},
};

}  // namespace

std::span<const Route> service_user_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
