#include "api/projects.h"

#include <map>
#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/grants_in_use.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "authz/entities.h"
#include "domain/mapping.h"
#include "domain/shadowed_role.h"

namespace api {
namespace {

constexpr std::size_t kMostOnOne = 10'000;  // mappings on one project that are gone through

// A project is named by id or by slug, so none can look like the other.
void check_slug(Checks& checks, const std::string& slug) {
  checks.slug("/slug", slug, SlugRule::kRoleV1beta1);
  if (base::Uuid::parse(slug)) checks.add("/slug", "must not be a uuid");
}

// The platform has no projects: what is asked of it is asked and then not found.
AccessRequest on_project_of(const Operation& operation, const domain::Owner& tenant,
                            const domain::ProjectId& id) {
  if (const domain::TenantId* const home = tenant.tenant()) return on_project(operation, *home, id);
  return {operation, tenant, authz::project_uid(id), id.to_string()};
}

Outcome<domain::Project> existing(const Read& read, const domain::Owner& tenant,
                                  const domain::ProjectId& id) {
  const domain::TenantId* const home = tenant.tenant();
  return home ? existing_project(read, *home, id) : Outcome<domain::Project>(not_found("project", id));
}

Outcome<void> check_slug_is_free(const Read& read, const domain::Project& self) {
  const auto found = stored(domain::find_project_by_slug(read.txn, self.tenant, self.slug));
  if (!found.ok()) return found.error();
  if (!found.value() || found.value()->id == self.id) return {};
  return invalid(Code::kAlreadyExists, {{"/slug", in_backticks(self.slug) + " is taken"}});
}

bool same(const domain::Project& a, const domain::Project& b) {
  return a.slug == b.slug && a.name == b.name && a.metadata == b.metadata && a.state == b.state;
}

// Writes what `after` has become, if it is another.
Outcome<domain::Project> replace(Change& change, const AccessRequest& request,
                                 const Authorization& authorized, const domain::Project& before,
                                 domain::Project after) {
  if (same(before, after)) return after;
  after.updated_at = change.now;
  if (const auto begins = change.begin(after.tenant); !begins.ok()) return begins.error();
  const auto put = stored(domain::put_project(change.write, after));
  if (!put.ok()) return put.error();
  const auto noted = append_audit(change, request, authorized, to_audit(before), to_audit(after));
  if (!noted.ok()) return noted.error();
  return after;
}

using RolesOf = std::map<base::Uuid, std::vector<domain::RoleId>>;

// Who holds what on the project itself, now.
Outcome<RolesOf> roles_on(const Read& read, const domain::Project& project, domain::PrincipalKind kind) {
  RolesOf roles;
  std::size_t seen = 0;
  const auto done = stored(domain::each_mapping_on(
      read.txn, project.tenant, domain::project_resource(project.id), [&](domain::Mapping&& mapping) {
        if (mapping.principal.kind == kind && mapping.in_force(read.now))
          roles[mapping.principal.id].push_back(mapping.role);
        return ++seen <= kMostOnOne;
      }));
  if (!done.ok()) return done.error();
  if (seen > kMostOnOne)
    return invalid("limit", "there are more than " + std::to_string(kMostOnOne) + " roles on the project");
  return roles;
}

template <typename T>
Outcome<std::optional<ProjectHolder>> holder(base::Result<std::optional<T>> found) {
  if (!found.ok()) return from_store(found.error());
  if (!*found) return std::optional<ProjectHolder>();
  return std::optional(ProjectHolder{**std::move(found), {}});
}

Outcome<std::optional<ProjectHolder>> find_holder(const Read& read, const domain::TenantId& tenant,
                                                  const domain::Principal& who) {
  switch (who.kind) {
    case domain::PrincipalKind::kUser:
      return holder(domain::get_user(read.txn, tenant, domain::UserId(who.id)));
    case domain::PrincipalKind::kServiceUser:
      return holder(domain::get_service_user(read.txn, tenant, domain::ServiceUserId(who.id)));
    case domain::PrincipalKind::kGroup:
      return holder(domain::get_group(read.txn, tenant, domain::GroupId(who.id)));
    case domain::PrincipalKind::kPlatform:
      break;
  }
  return std::optional<ProjectHolder>();
}

Outcome<std::optional<ProjectHolder>> view_holder(const Read& read, const domain::TenantId& tenant,
                                                  const domain::Principal& who,
                                                  const std::vector<domain::RoleId>& roles) {
  auto found = find_holder(read, tenant, who);
  if (!found.ok() || !found.value()) return found;
  for (const domain::RoleId& id : roles) {
    auto role = stored(domain::find_role_in_force(read.txn, tenant, id));
    if (!role.ok()) return role.error();
    if (role.value()) found.value()->roles.push_back(*std::move(role).value());
  }
  return found;
}

}  // namespace

Outcome<Page<domain::Project>> list_projects(const Read& read, const domain::TenantId& tenant,
                                             const std::optional<domain::State>& state,
                                             const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_projects, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto after = id_cursor<domain::ProjectId>(page);
  if (!after.ok()) return after.error();
  Pager<domain::Project, domain::ProjectId> pager(read, page);
  const auto done = stored(domain::each_project(
      read.txn, tenant, after.value() ? &*after.value() : nullptr, [&](domain::Project&& project) {
        if (!pager.look()) return false;
        const domain::ProjectId id = project.id;
        if (state && project.state != *state) return pager.pass(id);
        return pager.take(id, [&] { return Outcome<domain::Project>(std::move(project)); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<domain::Project> get_project(const Read& read, const domain::Owner& tenant,
                                     const domain::ProjectId& id) {
  const auto authorized = authorize(read, on_project_of(op::get_project, tenant, id));
  if (!authorized.ok()) return authorized.error();
  return existing(read, tenant, id);
}

Outcome<domain::Owner> tenant_of_project(const Read& read, const domain::ProjectId& id) {
  if (!read.caller.platform()) return read.caller.tenant;
  const auto tenant = stored(domain::find_tenant_of_project(read.txn, id));
  if (!tenant.ok()) return tenant.error();
  if (!tenant.value()) return domain::Owner(domain::Platform{});
  const auto exists = stored(domain::get_tenant(read.txn, *tenant.value()));  // not if it is being deleted
  if (!exists.ok()) return exists.error();
  return exists.value() ? domain::Owner(*tenant.value()) : domain::Owner(domain::Platform{});
}

Outcome<domain::ProjectId> project_named(const Read& read, const domain::TenantId& tenant,
                                         std::string_view slug) {
  const auto found = stored(domain::find_project_by_slug(read.txn, tenant, slug));
  if (!found.ok()) return found.error();
  return found.value() ? found.value()->id : domain::ProjectId();
}

std::optional<Error> check(const NewProject& given) {
  Checks checks;
  check_slug(checks, given.slug);
  if (given.name) checks.name("/name", *given.name);
  checks.metadata("/metadata", given.metadata);
  return checks.error();
}

Outcome<domain::Project> create_project(Change& change, const domain::TenantId& tenant,
                                        const NewProject& given) {
  if (const auto bad = check(given)) return *bad;

  domain::Project project;
  project.tenant = tenant;
  project.slug = given.slug;
  project.name = given.name.value_or(given.slug);
  auto request = on_tenant(op::create_project, tenant);
  request.proposed = Proposal().text("slug", project.slug).text("name", project.name).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  if (const auto free = check_slug_is_free(change, project); !free.ok()) return free.error();
  project.id = domain::ProjectId(change.make_id());
  project.metadata = metadata_text(given.metadata);
  project.created_at = project.updated_at = change.now;
  if (const auto begins = change.begin(tenant, {{domain::Quota::kProjects}}); !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_project(change.write, project));
  if (!put.ok()) return put.error();
  request.resource_id = project.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(project));
  if (!noted.ok()) return noted.error();
  return project;
}

std::optional<Error> check(const ProjectPatch& patch) {
  Checks checks;
  if (patch.slug) check_slug(checks, *patch.slug);
  if (patch.name) checks.name("/name", *patch.name);
  if (patch.metadata) checks.metadata("/metadata", *patch.metadata);
  return checks.error();
}

Outcome<domain::Project> update_project(Change& change, const domain::Owner& tenant,
                                        const domain::ProjectId& id, const ProjectPatch& patch,
                                        const IfMatch& match) {
  if (const auto bad = check(patch)) return *bad;

  const auto before = existing(change, tenant, id);
  if (!before.ok() && before.error().code != Code::kNotFound) return before.error();
  auto request = on_project_of(op::update_project, tenant, id);
  request.proposed = Proposal()
                         .text_if("slug", patch.slug)
                         .text_if("name", patch.name)
                         .flag("changes_metadata", before.ok() && patch.metadata &&
                                                       metadata_text(*patch.metadata) != before->metadata)
                         .take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (!before.ok()) return before.error();
  const auto matches = check_match(match, before->revision);
  if (!matches.ok()) return matches.error();

  domain::Project after = before.value();
  after.slug = patch.slug.value_or(after.slug);
  after.name = patch.name.value_or(after.name);
  if (patch.metadata) after.metadata = metadata_text(*patch.metadata);
  if (const auto free = check_slug_is_free(change, after); !free.ok()) return free.error();
  return replace(change, request, authorized.value(), before.value(), std::move(after));
}

Outcome<domain::Project> set_project_state(Change& change, const domain::Owner& tenant,
                                           const domain::ProjectId& id, domain::State state,
                                           const IfMatch& match) {
  auto request = on_project_of(op::set_project_state, tenant, id);
  request.proposed = Proposal().text("state", name_of(state)).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto before = existing(change, tenant, id);
  if (!before.ok()) return before.error();
  const auto matches = check_match(match, before->revision);
  if (!matches.ok()) return matches.error();
  domain::Project after = before.value();
  after.state = state;
  return replace(change, request, authorized.value(), before.value(), std::move(after));
}

namespace {

Outcome<void> put_project_back(Change& change, const domain::Project& was) {
  auto request = on_tenant(op::create_project, was.tenant);
  request.proposed = Proposal().text("slug", was.slug).text("name", was.name).take();
  request.resource_id = was.id.to_string();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (auto free = check_slug_is_free(change, was); !free.ok()) return free;
  if (auto begins = change.begin(was.tenant, {{domain::Quota::kProjects}}); !begins.ok()) return begins;
  domain::Project project = was;
  project.updated_at = change.now;
  if (auto put = stored(domain::put_project(change.write, project)); !put.ok()) return put;
  return append_audit(change, request, authorized.value(), kNothing, to_audit(project));
}

// Asks what the operation asks, and writes what `change_it` makes of the project.
template <typename ChangeIt>
Outcome<void> change_back(Change& change, AccessRequest request, const domain::ProjectId& id,
                          const ChangeIt& change_it) {
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto before = existing(change, request.tenant, id);
  if (!before.ok()) return before.error();
  domain::Project after = *before;
  change_it(after);
  if (auto free = check_slug_is_free(change, after); !free.ok()) return free;
  const auto replaced = replace(change, request, *authorized, *before, std::move(after));
  if (!replaced.ok()) return replaced.error();
  return {};
}

}  // namespace

Outcome<void> restore_project(Change& change, const domain::Project& was) {
  const auto now = stored(domain::get_project(change.txn, was.tenant, was.id));
  if (!now.ok()) return now.error();
  if (!*now) return put_project_back(change, was);
  domain::Project texts = was;
  texts.state = (*now)->state;
  if (!same(**now, texts)) {
    auto request = on_project(op::update_project, was.tenant, was.id);
    Proposal proposal;
    if (was.slug != (*now)->slug) proposal.text("slug", was.slug);
    if (was.name != (*now)->name) proposal.text("name", was.name);
    request.proposed = proposal.flag("changes_metadata", was.metadata != (*now)->metadata).take();
    const auto changed = change_back(change, std::move(request), was.id, [&](domain::Project& project) {
      project.slug = was.slug;
      project.name = was.name;
      project.metadata = was.metadata;
    });
    if (!changed.ok()) return changed;
  }
  if (was.state == (*now)->state) return {};
  auto request = on_project(op::set_project_state, was.tenant, was.id);
  request.proposed = Proposal().text("state", name_of(was.state)).take();
  return change_back(change, std::move(request), was.id,
                     [&](domain::Project& project) { project.state = was.state; });
}

Outcome<void> delete_project(Change& change, const domain::Owner& tenant, const domain::ProjectId& id,
                             const IfMatch& match, bool force) {
  const auto request = on_project_of(op::delete_project, tenant, id);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto project = existing(change, tenant, id);
  if (!project.ok()) return project.error();
  const auto matches = check_match(match, project->revision);
  if (!matches.ok()) return matches;
  if (!force)
    if (auto unused = check_no_grants(change, {project->tenant, id, {}, {}}, "project " + id.to_string());
        !unused.ok())
      return unused;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_project(
      change.write, project.value(), deleted_by(change, authorized.value()), noting_gone(change)));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized.value(), to_audit(project.value()), kNothing);
}

Outcome<Page<ProjectHolder>> list_project_holders(const Read& read, const domain::Owner& tenant,
                                                  const domain::ProjectId& id, domain::PrincipalKind kind,
                                                  const PageRequest& page) {
  const auto authorized = authorize(read, on_project_of(op::list_project_holders, tenant, id));
  if (!authorized.ok()) return authorized.error();
  const auto project = existing(read, tenant, id);
  if (!project.ok()) return project.error();
  const auto after = id_cursor<base::Uuid>(page);
  if (!after.ok()) return after.error();
  const auto roles = roles_on(read, project.value(), kind);
  if (!roles.ok()) return roles.error();

  Pager<ProjectHolder, base::Uuid> pager(read, page);
  for (auto at = after.value() ? roles->upper_bound(*after.value()) : roles->begin(); at != roles->end();
       ++at) {
    if (!pager.look()) break;
    auto view = view_holder(read, project->tenant, {kind, at->first}, at->second);
    if (!view.ok()) return view.error();
    const bool goes_on =
        view.value() ? pager.take(at->first, [&] { return Outcome<ProjectHolder>(*std::move(view).value()); })
                     : pager.pass(at->first);
    if (!goes_on) break;
  }
  return pager.finish();
}

}  // namespace api
