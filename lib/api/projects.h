#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "domain/group.h"
#include "domain/project.h"
#include "domain/role.h"
#include "domain/service_user.h"
#include "domain/user.h"

namespace api {

namespace op {
inline constexpr Operation list_projects = {
    .action = "project:list", .kind = kRead, .scope = "organization:projectlist", .resource = "project"};
inline constexpr Operation get_project = {
    .action = "project:get", .kind = kRead, .scope = "project:get", .resource = "project"};
inline constexpr Operation list_project_holders = {
    .action = "project:list_holders", .kind = kRead, .scope = "project:get", .resource = "project"};
inline constexpr Operation create_project = {
    .action = "project:create", .kind = kWrite, .scope = "organization:projectcreate", .resource = "project"};
inline constexpr Operation update_project = {
    .action = "project:update", .kind = kWrite, .scope = "project:update", .resource = "project"};
inline constexpr Operation set_project_state = {
    .action = "project:set_state", .kind = kWrite, .scope = "project:delete", .resource = "project"};
inline constexpr Operation delete_project = {
    .action = "project:delete", .kind = kWrite, .scope = "project:delete", .resource = "project"};

inline constexpr Operation kProjects[] = {list_projects,  get_project,    list_project_holders,
                                          create_project, update_project, set_project_state,
                                          delete_project};
}  // namespace op

// In order of id, which is that of creation; of this state alone, where one is given.
Outcome<Page<domain::Project>> list_projects(const Read&, const domain::TenantId& tenant,
                                             const std::optional<domain::State>&, const PageRequest&);
Outcome<domain::Project> get_project(const Read&, const domain::Owner& tenant, const domain::ProjectId& id);

// The tenant in which to look for this project: for the platform the one that has it, or, where none has, the
// platform, which has none. For everybody else their own.
Outcome<domain::Owner> tenant_of_project(const Read&, const domain::ProjectId& id);

// The id of the tenant's project with this slug; the nil one where there is none.
Outcome<domain::ProjectId> project_named(const Read&, const domain::TenantId& tenant, std::string_view slug);

struct NewProject {
  std::string slug;                 // ^[A-Za-z0-9_-]{2,64}$ and no uuid; kAlreadyExists where it is taken
  std::optional<std::string> name;  // 1-200 characters; absent: the slug
  base::Json metadata{base::Json::Object{}};
};
std::optional<Error> check(const NewProject&);
Outcome<domain::Project> create_project(Change&, const domain::TenantId& tenant, const NewProject&);

// Only what is given is changed.
struct ProjectPatch {
  std::optional<std::string> slug, name;
  std::optional<base::Json> metadata;
};
std::optional<Error> check(const ProjectPatch&);
Outcome<domain::Project> update_project(Change&, const domain::Owner& tenant, const domain::ProjectId& id,
                                        const ProjectPatch&, const IfMatch&);

// On a disabled project nobody has any permission, when checks are asked; it can be read, changed and
// enabled.
Outcome<domain::Project> set_project_state(Change&, const domain::Owner& tenant, const domain::ProjectId& id,
                                           domain::State, const IfMatch&);

// Puts a project back as it was, under its id: makes it where it isn't there, else changes it; asks the guard
// what that asks, and fails as that does. For undo.
Outcome<void> restore_project(Change&, const domain::Project& was);

// Removes the roles on it too.
// kInUse where grants name the project, unless `force` takes them along.
Outcome<void> delete_project(Change&, const domain::Owner& tenant, const domain::ProjectId& id,
                             const IfMatch&, bool force = false);

// Somebody who holds roles on a project itself, now.
struct ProjectHolder {
  std::variant<domain::User, domain::ServiceUser, domain::Group> who;
  std::vector<domain::Role> roles;
};

// Those of one kind, in order of id; not those who hold a role by a group, or on the tenant. kInvalidInput at
// "limit" where there are more than 10,000 mappings on the project.
Outcome<Page<ProjectHolder>> list_project_holders(const Read&, const domain::Owner& tenant,
                                                  const domain::ProjectId& id, domain::PrincipalKind,
                                                  const PageRequest&);

}  // namespace api
