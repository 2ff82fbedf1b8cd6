#include "api/me.h"

#include "dialects/v1/calls.h"
#include "dialects/v1/json.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_tenant(base::JsonWriter& w, const domain::Tenant& tenant) {
  w.begin_object().name("id");
  write(w, tenant.id);
  w.name("slug").string(tenant.slug).name("name").string(tenant.name).end_object();
}

Answer get_me(const Call&, const api::Read& read) {
  const auto me = api::get_me(read);
  if (!me.ok()) return me.error();
  base::JsonWriter w;
  w.begin_object().name("id");
  write(w, read.caller.principal.id);
  w.name("type")
      .string(name_of(read.caller.principal.kind))
      .name("name")
      .string(read.caller.name)
      .name("email");
  me->user ? w.string(me->user->email) : w.null();
  w.name("platform").boolean(read.caller.platform()).name("tenant");
  me->tenant ? write_tenant(w, *me->tenant) : void(w.null());
  w.name("roles");
  write(w, me->roles);
  w.name("groups").begin_array();
  for (const api::GroupName& group : me->groups) {
    w.begin_object().name("id");
    write(w, group.id);
    w.name("name").string(group.name).end_object();
  }
  w.end_array().name("scopes");
  write(w, me->scopes);
  return ok(w.end_object().take());
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
