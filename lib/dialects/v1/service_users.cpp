#include "api/service_users.h"

#include "api/service.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/json.h"
#include "dialects/v1/key_use_json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_secret(base::JsonWriter& w, const domain::Credential& secret, const api::KeyUses* uses) {
  w.begin_object().member("id", secret.id).member("kind", name_of(secret.kind)).member("name", secret.name);
  w.member("scopes", secret.scopes).member("expires_at", secret.expires_at);
  w.member("revoked_at", secret.revoked_at).member("created_by", id_of(secret.created_by));
  w.member("created_at", secret.created_at);
  write_use(w, secret, uses);
  w.end_object();
}

void write_service_user(base::JsonWriter& w, const api::ServiceUserView& view, const api::KeyUses* uses) {
  const domain::ServiceUser& user = view.user;
  w.begin_object().member("id", user.id).member("title", user.title);
  w.member("is_api_key", user.is_api_key).member("state", name_of(user.state));
  w.member("created_at", user.created_at).member("updated_at", user.updated_at).name("secrets");
  if (view.credentials) {
    w.begin_array();
    for (const domain::Credential& secret : *view.credentials) write_secret(w, secret, uses);
    w.end_array();
  } else {
    w.null();
  }
  w.end_object();
}

Answer list_service_users(const Call& call, const api::Read& read, const ServerState& state) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant()](const api::Read& now, const api::PageRequest& part) {
        return api::list_service_users_with_secrets(now, tenant, part);
      },
      [uses = state.service.key_uses()](base::JsonWriter& w, const api::ServiceUserView& view) {
        write_service_user(w, view, uses);
      });
}

Answer get_service_user(const Call& call, const api::Read& read, const ServerState& state) {
  const auto view =
      api::get_service_user_with_secrets(read, call.tenant(), call.path_id<domain::ServiceUserId>("id"));
  if (!view.ok()) return view.error();
  base::JsonWriter w;
  write_service_user(w, *view, state.service.key_uses());
  return ok(w.take(), view->user.revision);
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/service-users",
     .id = "list_tenant_service_users",
     .operation = op::list_service_users,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_service_users},
    {.method = kGet,
     .path = "/v1/service-users/{id}",
     .id = "get_tenant_service_user",
     .operation = op::get_service_user,
     .place = Place::kPool,
     .handle = get_service_user},
};

}  // namespace

std::span<const Route> service_user_calls() {
  return kCalls;
}

}  // namespace dialects::v1
