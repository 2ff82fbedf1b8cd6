#include "api/service_users.h"
#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"

namespace dialects::v1beta1 {
namespace {

using enum http::Method;

void write_secret(Out& out, const api::SecretView& view, std::string_view secret) {
  out.begin().member("id", view.credential.id).member("title", view.credential.name).member("secret", secret);
  out.member("created_at", view.credential.created_at).end();
}

std::string body_of(FieldNames names, const api::SecretView& view, std::string_view secret) {
  Out out(names);
  out.begin();
  out.writer().name("secret");
  write_secret(out, view, secret);
  return out.end().take();
}

Answer list_secrets(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  const auto user = call.path_id<domain::ServiceUserId>("id");
  const auto tenant = find_organization_of(read, organization_of(call), user);
  if (!tenant.ok()) return tenant.error();
  const auto secrets = api::list_secrets(read, tenant.value(), user, page);
  if (!secrets.ok()) return secrets.error();
  return ok(list_body(call.names, call.route.id, "secrets", secrets.value(), page.limit,
                      [](Out& out, const api::SecretView& view) { write_secret(out, view, ""); }));
}

api::Outcome<Work> create_secret(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  check_organization(call, errors);
  Fields fields(form.object, kDialect, errors, form.pointer);
  const auto title = fields.optional_text("title");
  if (const auto bad = fields.finish()) return *bad;
  return Work([organization = organization_of(call), user = call.path_id<domain::ServiceUserId>("id"), title,
               pointer = form.pointer, names = call.names](api::Change& change) -> Answer {
    const auto tenant = find_organization_of(change, organization, user);
    if (!tenant.ok()) return tenant.error();
    const auto view = api::create_secret(change, tenant.value(), user, title);
    if (!view.ok()) return renamed(view.error(), {}, pointer);
    Reply reply = ok(body_of(names, view.value(), view->secret), view->credential.revision);
    reply.repeated_body = body_of(names, view.value(), "");
    return reply;
  });
}

api::Outcome<Work> delete_secret(const Call& call) {
  return Work([organization = organization_of(call), user = call.path_id<domain::ServiceUserId>("id"),
               secret = call.path_id<domain::CredentialId>("secret_id"),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto tenant = find_organization_of(change, organization, user);
    if (!tenant.ok()) return tenant.error();
    const auto done = api::delete_secret(change, tenant.value(), user, secret, if_match);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/serviceusers/{id}/secrets",
     .id = "list_secrets",
     .operation = op::list_secrets,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_secrets},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/serviceusers/{id}/secrets",
     .id = "create_secret",
     .operation = op::create_secret,
     .body = "NewSecret",
     .handle = create_secret},
    {.method = kDelete,
     .path = "/v1beta1/organizations/{org_id}/serviceusers/{id}/secrets/{secret_id}",
     .id = "delete_secret",
     .operation = op::delete_secret,
     .takes_if_match = true,
     .handle = delete_secret},
    {.method = kGet,
     .path = "/v1beta1/serviceusers/{id}/secrets",
     .id = "list_secrets_older",
     .operation = op::list_secrets,
     .parameters = {"org_id", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_secrets},
    {.method = kPost,
     .path = "/v1beta1/serviceusers/{id}/secrets",
     .id = "create_secret_older",
     .operation = op::create_secret,
     .parameters = {"org_id"},
     .body = "NewSecret",
     .handle = create_secret},
    {.method = kDelete,
     .path = "/v1beta1/serviceusers/{id}/secrets/{secret_id}",
     .id = "delete_secret_older",
     .operation = op::delete_secret,
     .parameters = {"org_id"},
     .takes_if_match = true,
     .handle = delete_secret},
};

}  // namespace

std::span<const Route> secret_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
