// Projects are of an organization, and the calls about one name it by its id or name alone: older paths, on
// which the organization is the caller's own, or stands in org_id. A credential of the platform names one by
// its id.
#include <string>
#include <utility>
#include <vector>

#include "api/projects.h"
#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"
#include "dialects/v1beta1/write.h"

namespace dialects::v1beta1 {

void write_project(Out& out, const domain::Project& project) {
  out.begin()
      .member("id", project.id)
      .member("name", project.slug)
      .member("title", project.name)
      .member("org_id", project.tenant)
      .metadata(project.metadata);
  out.member("state", name_of(project.state))
      .member("created_at", project.created_at)
      .member("updated_at", project.updated_at)
      .end();
}

std::optional<domain::State> state_filter(Query& query) {
  const auto text = query.text("state");
  if (!text || text->empty()) return std::nullopt;
  const auto state = domain::parse_state(*text);
  if (!state) query.wrong("state", "must be enabled or disabled");
  return state;
}

namespace {

using enum http::Method;

constexpr Rename kRenames[] = {{"name", "title"}, {"slug", "name"}};

Reply reply_of(FieldNames names, const domain::Project& project) {
  Out out(names);
  out.begin();
  out.writer().name("project");
  write_project(out, project);
  return ok(out.end().take(), project.revision);
}

// Where a project is looked for, and its id: the nil one where its name is nobody's, which is then not found.
struct Where {
  domain::Owner tenant;
  domain::ProjectId id;
};

// Which project a call means.
struct Named {
  std::string organization, project;

  api::Outcome<Where> in(const api::Read& read) const {
    const auto id = domain::ProjectId::parse(project);
    if (organization.empty() && id) {
      const auto owner = api::tenant_of_project(read, *id);
      if (!owner.ok()) return owner.error();
      return Where{owner.value(), *id};
    }
    const auto tenant = find_organization(read, organization);
    if (!tenant.ok()) return tenant.error();
    if (id) return Where{tenant->id, *id};
    const auto named = api::project_named(read, tenant->id, project);
    if (!named.ok()) return named.error();
    return Where{tenant->id, named.value()};
  }
};

Named named_project(const Call& call) {
  return {organization_of(call), call.path("id")};
}

Answer list_organization_projects(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  const auto state = state_filter(query);
  if (const auto bad = query.error()) return *bad;
  const auto tenant = find_organization(read, call.path("org_id"));
  if (!tenant.ok()) return tenant.error();
  return answer_list(
      call, read, "projects", page,
      [id = tenant->id, state](const api::Read& now, const api::PageRequest& part) {
        return api::list_projects(now, id, state, part);
      },
      write_project);
}

Answer get_project(const Call& call, const api::Read& read) {
  const Named named = named_project(call);
  const auto place = named.in(read);
  if (!place.ok()) return place.error();
  const auto project = api::get_project(read, place->tenant, place->id);
  if (!project.ok()) return project.error();
  return reply_of(call.names, project.value());
}

api::Outcome<Work> create_project(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  if (!form.pointer.empty()) check_organization(call, errors);
  Fields fields(form.object, kDialect, errors, form.pointer);
  fields.optional_text("org_id");
  api::NewProject made;
  made.slug = fields.text("name");
  made.name = fields.optional_text("title");
  if (auto metadata = fields.optional_object("metadata")) made.metadata = *std::move(metadata);
  if (const auto bad = fields.finish([&] { return renamed(api::check(made), kRenames, form.pointer); }))
    return *bad;
  return Work([organization = organization_of(call), made = std::move(made), pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto tenant = find_organization(change, organization);
    if (!tenant.ok()) return tenant.error();
    const auto project = api::create_project(change, tenant->id, made);
    if (!project.ok()) return renamed(project.error(), kRenames, pointer);
    return reply_of(names, project.value());
  });
}

// What a body has and the path has not, such as the organization it is in, stays as it is.
api::Outcome<Work> update_project(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  api::ProjectPatch patch;
  patch.slug = fields.optional_text("name");
  patch.name = fields.optional_text("title");
  patch.metadata = fields.optional_object("metadata");
  if (const auto bad = fields.finish([&] { return renamed(api::check(patch), kRenames, form.pointer); }))
    return *bad;
  return Work([named = Named{Query(call).text("org_id").value_or(""), call.path("id")},
               patch = std::move(patch), if_match = call.if_match, pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto place = named.in(change);
    if (!place.ok()) return place.error();
    const auto project = api::update_project(change, place->tenant, place->id, patch, if_match);
    if (!project.ok()) return renamed(project.error(), kRenames, pointer);
    return reply_of(names, project.value());
  });
}

api::Outcome<Work> set_state(const Call& call, domain::State state) {
  return Work([named = named_project(call), state, if_match = call.if_match](api::Change& change) -> Answer {
    const auto place = named.in(change);
    if (!place.ok()) return place.error();
    const auto done = api::set_project_state(change, place->tenant, place->id, state, if_match);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

api::Outcome<Work> enable_project(const Call& call) {
  return set_state(call, domain::State::kEnabled);
}
api::Outcome<Work> disable_project(const Call& call) {
  return set_state(call, domain::State::kDisabled);
}

api::Outcome<Work> delete_project(const Call& call) {
  Query query(call);
  const bool force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return Work([named = named_project(call), if_match = call.if_match, force](api::Change& change) -> Answer {
    const auto place = named.in(change);
    if (!place.ok()) return place.error();
    const auto done = api::delete_project(change, place->tenant, place->id, if_match, force);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

void write_holder(Out& out, const api::ProjectHolder& holder) {
  if (const auto* user = std::get_if<domain::User>(&holder.who)) write_user(out, *user);
  if (const auto* service_user = std::get_if<domain::ServiceUser>(&holder.who))
    write_service_user(out, *service_user);
  if (const auto* group = std::get_if<domain::Group>(&holder.who)) write_group(out, *group);
}

// Of one kind of holders: their list's name, the member that has the id where their roles are told, and which
// id that is.
struct Kind {
  domain::PrincipalKind kind;
  std::string_view list, id;
};

base::Uuid id_of(const api::ProjectHolder& holder) {
  return std::visit([](const auto& who) { return who.id.uuid(); }, holder.who);
}

void write_roles(Out& out, const Kind& kind, const api::ProjectHolder& holder) {
  out.begin().member(kind.id, id_of(holder)).begin_array("roles");
  for (const domain::Role& role : holder.roles) write_role(out, role);
  out.end_array().end();
}

// Whole, or a page; with `with_roles` also who holds which roles. As long as roles on one project are
// bounded, so is this, and it isn't sent in pieces.
Answer list_holders(const Call& call, const api::Read& read, const Kind& kind) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  const bool with_roles = query.flag("with_roles");
  if (const auto bad = query.error()) return *bad;
  const Named named = named_project(call);
  const auto place = named.in(read);
  if (!place.ok()) return place.error();
  const auto holders = api::list_project_holders(read, place->tenant, place->id, kind.kind, page);
  if (!holders.ok()) return holders.error();
  Out out(call.names);
  out.begin().begin_array(kind.list);
  for (const api::ProjectHolder& holder : holders->data) write_holder(out, holder);
  out.end_array().begin_array("role_pairs");
  if (with_roles)
    for (const api::ProjectHolder& holder : holders->data) write_roles(out, kind, holder);
  out.end_array();
  if (page.limit > 0) {
    out.member("next_cursor", holders->next.empty() ? "" : make_cursor(call.route.id, holders->next));
    out.member("has_more", !holders->next.empty());
  }
  return ok(out.end().take());
}

Answer list_project_users(const Call& call, const api::Read& read) {
  return list_holders(call, read, {domain::PrincipalKind::kUser, "users", "user_id"});
}
Answer list_project_service_users(const Call& call, const api::Read& read) {
  return list_holders(call, read, {domain::PrincipalKind::kServiceUser, "serviceusers", "serviceuser_id"});
}
Answer list_project_groups(const Call& call, const api::Read& read) {
  return list_holders(call, read, {domain::PrincipalKind::kGroup, "groups", "group_id"});
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/projects",
     .id = "list_organization_projects",
     .operation = op::list_projects,
     .parameters = {"state", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_organization_projects},
    {.method = kPost,
     .path = "/v1beta1/projects",
     .id = "create_project",
     .operation = op::create_project,
     .parameters = {"org_id"},
     .body = "NewProject",
     .handle = create_project},
    {.method = kGet,
     .path = "/v1beta1/projects/{id}",
     .id = "get_project",
     .operation = op::get_project,
     .parameters = {"org_id"},
     .handle = get_project},
    {.method = kPut,
     .path = "/v1beta1/projects/{id}",
     .id = "update_project",
     .operation = op::update_project,
     .parameters = {"org_id"},
     .takes_if_match = true,
     .body = "ProjectPatch",
     .handle = update_project},
    {.method = kDelete,
     .path = "/v1beta1/projects/{id}",
     .id = "delete_project",
     .operation = op::delete_project,
     .parameters = {"org_id", "force"},
     .takes_if_match = true,
     .handle = delete_project},
    {.method = kPost,
     .path = "/v1beta1/projects/{id}/enable",
     .id = "enable_project",
     .operation = op::set_project_state,
     .parameters = {"org_id"},
     .takes_if_match = true,
     .handle = enable_project},
    {.method = kPost,
     .path = "/v1beta1/projects/{id}/disable",
     .id = "disable_project",
     .operation = op::set_project_state,
     .parameters = {"org_id"},
     .takes_if_match = true,
     .handle = disable_project},
    {.method = kGet,
     .path = "/v1beta1/projects/{id}/users",
     .id = "list_project_users",
     .operation = op::list_project_holders,
     .parameters = {"org_id", "with_roles", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_project_users},
    {.method = kGet,
     .path = "/v1beta1/projects/{id}/serviceusers",
     .id = "list_project_service_users",
     .operation = op::list_project_holders,
     .parameters = {"org_id", "with_roles", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_project_service_users},
    {.method = kGet,
     .path = "/v1beta1/projects/{id}/groups",
     .id = "list_project_groups",
     .operation = op::list_project_holders,
     .parameters = {"org_id", "with_roles", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_project_groups},
};

}  // namespace

std::span<const Route> project_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
