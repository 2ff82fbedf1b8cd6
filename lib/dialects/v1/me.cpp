#include "api/me.h"

#include "dialects/v1/calls.h"
#include "dialects/v1/json.h"
#include "dialects/v1/me.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_tenant(base::JsonWriter& w, const domain::Tenant& tenant) {
  w.begin_object().member("id", tenant.id);
  w.member("slug", tenant.slug).member("name", tenant.name).end_object();
}

}  // namespace

api::Outcome<std::string> me_body(const api::Read& read) {
  const auto me = api::get_me(read);
  if (!me.ok()) return me.error();
  base::JsonWriter w;
  w.begin_object().member("id", read.caller.principal.id);
  w.member("type", name_of(read.caller.principal.kind)).member("name", read.caller.name);
  w.member("email", me->user ? std::optional(me->user->email) : std::nullopt);
  w.member("platform", read.caller.platform()).name("tenant");
  me->tenant ? write_tenant(w, *me->tenant) : void(w.null());
  w.member("roles", me->roles);
  write_groups(w, me->groups);
  w.member("scopes", me->scopes);
  return w.end_object().take();
}

namespace {

Answer get_me(const Call&, const api::Read& read) {
  auto body = me_body(read);
  if (!body.ok()) return body.error();
  return ok(std::move(body).value());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/me",
     .id = "get_me",
     .operation = op::get_me,
     .access = Access::kTenantOrPlatform,
     .handle = get_me},
};

}  // namespace

std::span<const Route> me_calls() {
  return kCalls;
}

}  // namespace dialects::v1
