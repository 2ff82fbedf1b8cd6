#include "api/me.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/json.h"
#include "dialects/v1beta1/write.h"

namespace dialects::v1beta1 {

void write_user(Out& out, const domain::User& user) {
  out.begin()
      .member("id", user.id)
      .member("name", user.name)
      .member("title", user.name)
      .member("email", user.email)
      .member("avatar", "");
  out.metadata("{}").member("org_id", user.tenant).member("state", user.active ? "enabled" : "disabled");
  out.member("created_at", user.created_at).member("updated_at", user.updated_at).end();
}

namespace {

using enum http::Method;

// A credential of the platform has no service user behind it, and looks like one of its id and name.
domain::ServiceUser as_service_user(const domain::Credential& credential) {
  domain::ServiceUser user;
  user.id = domain::ServiceUserId(credential.id.uuid());
  user.title = credential.name;
  user.created_at = user.updated_at = credential.created_at;
  return user;
}

Answer ping(const Call&, const ServerState&) {
  return ok(R"({"status":"SERVING"})");
}

Answer get_self(const Call& call, const api::Read& read) {
  const auto me = api::get_me(read);
  if (!me.ok()) return me.error();
  Out out(call.names);
  out.begin();
  if (me->user) {
    out.writer().name("user");
    write_user(out, *me->user);
  } else {
    out.member("user", std::nullopt);
  }
  if (me->service_user) {
    write_service_user(out, "serviceuser", *me->service_user);
  } else if (me->platform) {
    write_service_user(out, "serviceuser", as_service_user(*me->platform));
  } else {
    out.member("serviceuser", std::nullopt);
  }
  return ok(out.end().take());
}

constexpr Route kCalls[] = {
    {.method = kGet, .path = "/ping", .id = "ping", .access = Access::kPublic, .handle = ping},
    {.method = kGet,
     .path = "/v1beta1/users/self",
     .id = "get_self",
     .operation = op::get_me,
     .handle = get_self},
};

}  // namespace

std::span<const Route> self_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
