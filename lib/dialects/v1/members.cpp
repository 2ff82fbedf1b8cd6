#include "api/members.h"

#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_member(base::JsonWriter& w, const api::MemberView& view) {
  const bool is_user = view.member.kind == domain::PrincipalKind::kUser;
  w.begin_object().member("type", is_user ? "user" : "group").member("id", view.member.id);
  if (is_user) w.member("email", view.email);
  w.member("name", view.name);
  if (is_user) w.member("active", view.active);
  w.member("membership_source", name_of(view.source)).member("joined_at", view.joined_at);
  w.member("direct", view.direct).end_object();
}

Answer list_members(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  const bool effective = query.flag("effective");
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant(), group = call.path_id<domain::GroupId>("id"), effective](
          const api::Read& now, const api::PageRequest& part) {
        return effective ? api::list_effective_members(now, tenant, group, part)
                         : api::list_members(now, tenant, group, part);
      },
      write_member);
}

api::Outcome<Work> add_member(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const bool is_group = fields.has("group_id");
  if (is_group && fields.has("user_id"))
    errors.add(fields.pointer("user_id"), "must not stand beside group_id: a member is a user or a group");
  const domain::Principal member = is_group ? domain::Principal(domain::GroupId(fields.uuid("group_id")))
                                            : domain::Principal(domain::UserId(fields.uuid("user_id")));
  if (const auto bad = fields.finish()) return *bad;
  return Work([tenant = call.tenant(), group = call.path_id<domain::GroupId>("id"),
               member](api::Change& change) -> Answer {
    const auto view = api::add_member(change, tenant, group, member);
    if (!view.ok()) return view.error();
    base::JsonWriter w;
    write_member(w, view.value());
    return created(w.take(), "/v1/groups/" + group.to_string() + "/members/" + member.id.to_string(),
                   view->revision);
  });
}

api::Outcome<Work> remove_member(const Call& call) {
  return Work([tenant = call.tenant(), group = call.path_id<domain::GroupId>("id"),
               member = call.path_id<domain::UserId>("user_id").uuid(),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto done = api::remove_member(change, tenant, group, member, if_match);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/groups/{id}/members",
     .id = "list_members",
     .operation = op::list_members,
     .parameters = {"limit", "cursor", "effective"},
     .place = Place::kPool,
     .handle = list_members},
    {.method = kPost,
     .path = "/v1/groups/{id}/members",
     .id = "add_member",
     .operation = op::add_member,
     .success = 201,
     .takes_dry_run = true,
     .body = "NewMember",
     .handle = add_member},
    {.method = kDelete,
     .path = "/v1/groups/{id}/members/{user_id}",
     .id = "remove_member",
     .operation = op::remove_member,
     .success = 204,
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = remove_member},
};

}  // namespace

std::span<const Route> member_calls() {
  return kCalls;
}

}  // namespace dialects::v1
