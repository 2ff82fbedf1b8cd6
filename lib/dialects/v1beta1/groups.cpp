#include "api/groups.h"

#include <string>
#include <utility>
#include <vector>

#include "api/limits.h"
#include "api/members.h"
#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"
#include "dialects/v1beta1/write.h"

namespace dialects::v1beta1 {

void write_group(Out& out, const domain::Group& group) {
  out.begin()
      .member("id", group.id)
      .member("name", group.name)
      .member("title", group.title.empty() ? group.name : group.title)
      .member("org_id", group.tenant)
      .metadata(group.metadata, group.description);
  out.member("state", name_of(group.state))
      .member("created_at", group.created_at)
      .member("updated_at", group.updated_at)
      .end();
}

namespace {

using enum http::Method;

constexpr Rename kRenames[] = {{"description", "metadata/description"}};

Reply reply_of(FieldNames names, const domain::Group& group) {
  Out out(names);
  out.begin();
  out.writer().name("group");
  write_group(out, group);
  return ok(out.end().take(), group.revision);
}

Answer list_groups(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  api::GroupFilter filter;
  filter.state = state_filter(query);
  if (const auto bad = query.error()) return *bad;
  const auto tenant = find_organization(read, call.path("org_id"));
  if (!tenant.ok()) return tenant.error();
  return answer_list(
      call, read, "groups", page,
      [id = tenant->id, filter](const api::Read& now, const api::PageRequest& part) {
        return api::list_groups(now, id, filter, part);
      },
      [](Out& out, const api::GroupView& view) { write_group(out, view.group); });
}

Answer get_group(const Call& call, const api::Read& read) {
  const auto tenant = find_organization(read, call.path("org_id"));
  if (!tenant.ok()) return tenant.error();
  const auto view = api::get_group(read, tenant->id, call.path_id<domain::GroupId>("id"));
  if (!view.ok()) return view.error();
  return reply_of(call.names, view->group);
}

api::Outcome<Work> create_group(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  api::NewGroup made;
  made.name = fields.text("name");
  made.title = fields.optional_text("title");
  Metadata metadata = read_metadata(fields, errors);
  made.description = std::move(metadata.description);
  made.metadata = std::move(metadata.rest);
  if (const auto bad = fields.finish([&] { return renamed(api::check(made), kRenames, form.pointer); }))
    return *bad;
  return Work([organization = call.path("org_id"), made = std::move(made), pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    const auto view = api::create_group(change, tenant->id, made);
    if (!view.ok()) return renamed(view.error(), kRenames, pointer);
    return reply_of(names, view->group);
  });
}

// What is absent stays as it is; metadata that is there replaces all of it, the description too.
api::Outcome<Work> update_group(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  api::GroupPatch patch;
  patch.name = fields.optional_text("name");
  patch.title = fields.optional_text("title");
  if (fields.has("metadata")) {
    Metadata metadata = read_metadata(fields, errors);
    patch.description = std::move(metadata.description);
    patch.metadata = std::move(metadata.rest);
  }
  if (const auto bad = fields.finish([&] { return renamed(api::check(patch), kRenames, form.pointer); }))
    return *bad;
  return Work([organization = call.path("org_id"), id = call.path_id<domain::GroupId>("id"),
               patch = std::move(patch), if_match = call.if_match, pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    const auto view = api::update_group(change, tenant->id, id, patch, if_match);
    if (!view.ok()) return renamed(view.error(), kRenames, pointer);
    return reply_of(names, view->group);
  });
}

api::Outcome<Work> set_state(const Call& call, domain::State state) {
  return Work([organization = call.path("org_id"), id = call.path_id<domain::GroupId>("id"), state,
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    const auto done = api::set_group_state(change, tenant->id, id, state, if_match);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

api::Outcome<Work> enable_group(const Call& call) {
  return set_state(call, domain::State::kEnabled);
}
api::Outcome<Work> disable_group(const Call& call) {
  return set_state(call, domain::State::kDisabled);
}

api::Outcome<Work> delete_group(const Call& call) {
  Query query(call);
  const bool force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return Work([organization = call.path("org_id"), id = call.path_id<domain::GroupId>("id"),
               if_match = call.if_match, force](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    const auto done = api::delete_group(change, tenant->id, id, if_match, force);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

Answer list_group_users(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  const auto tenant = find_organization(read, call.path("org_id"));
  if (!tenant.ok()) return tenant.error();
  return answer_list(
      call, read, "users", page,
      [id = tenant->id, group = call.path_id<domain::GroupId>("id")](const api::Read& now,
                                                                     const api::PageRequest& part) {
        return api::list_member_users(now, id, group, part);
      },
      write_user);
}

// The members' ids, each a uuid.
std::vector<domain::UserId> read_users(Fields& fields, FieldErrors& errors) {
  const std::vector<std::string> given = fields.texts("user_ids");
  if (given.size() > api::kMaxNewMembers) {
    errors.add(fields.pointer("user_ids"),
               "must be at most " + std::to_string(api::kMaxNewMembers) + " users");
    return {};
  }
  if (given.empty() && errors.empty()) errors.add(fields.pointer("user_ids"), "must have a user");
  std::vector<domain::UserId> users;
  for (std::size_t i = 0; i < given.size() && errors.empty(); ++i) {
    const auto id = domain::UserId::parse(given[i]);
    if (!id) errors.add(fields.pointer("user_ids") + "/" + std::to_string(i), "must be a uuid");
    users.push_back(id.value_or(domain::UserId()));
  }
  return users;
}

// All are added or none, and who is a member already stays one.
api::Outcome<Work> add_group_users(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  const std::string field = fields.pointer("user_ids");
  auto users = read_users(fields, errors);
  if (const auto bad = fields.finish()) return *bad;
  return Work([organization = call.path("org_id"), id = call.path_id<domain::GroupId>("id"), field,
               users = std::move(users)](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    for (std::size_t i = 0; i < users.size(); ++i) {
      const auto added = api::add_member(change, tenant->id, id, users[i]);
      if (added.ok() || added.error().code == api::Code::kAlreadyExists) continue;
      if (added.error().code != api::Code::kInvalidInput || added.error().fields.empty())
        return added.error();
      return api::invalid(field + "/" + std::to_string(i), added.error().fields.front().message);
    }
    return ok("{}");
  });
}

api::Outcome<Work> remove_group_user(const Call& call) {
  return Work([organization = call.path("org_id"), id = call.path_id<domain::GroupId>("id"),
               user = call.path_id<domain::UserId>("user_id"),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    const auto done = api::remove_member(change, tenant->id, id, user, if_match);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/groups",
     .id = "list_organization_groups",
     .operation = op::list_groups,
     .parameters = {"state", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_groups},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/groups",
     .id = "create_organization_group",
     .operation = op::create_group,
     .body = "NewOrganizationGroup",
     .handle = create_group},
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}",
     .id = "get_organization_group",
     .operation = op::get_group,
     .handle = get_group},
    {.method = kPut,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}",
     .id = "update_organization_group",
     .operation = op::update_group,
     .takes_if_match = true,
     .body = "OrganizationGroupPatch",
     .handle = update_group},
    {.method = kDelete,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}",
     .id = "delete_organization_group",
     .operation = op::delete_group,
     .parameters = {"force"},
     .takes_if_match = true,
     .handle = delete_group},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}/enable",
     .id = "enable_organization_group",
     .operation = op::set_group_state,
     .takes_if_match = true,
     .handle = enable_group},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}/disable",
     .id = "disable_organization_group",
     .operation = op::set_group_state,
     .takes_if_match = true,
     .handle = disable_group},
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}/users",
     .id = "list_group_users",
     .operation = op::list_members,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_group_users},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}/users",
     .id = "add_group_users",
     .operation = op::add_member,
     .body = "NewGroupUsers",
     .handle = add_group_users},
    {.method = kDelete,
     .path = "/v1beta1/organizations/{org_id}/groups/{id}/users/{user_id}",
     .id = "remove_group_user",
     .operation = op::remove_member,
     .takes_if_match = true,
     .handle = remove_group_user},
};

}  // namespace

std::span<const Route> group_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
