#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/effective.h"
#include "api/operation.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "domain/principal.h"

// Who holds a role, a permission, or something on a thing, directly and through groups, and by which paths.
namespace api {

namespace op {
inline constexpr Operation list_role_holders = {
    .action = "access:role_holders", .kind = kRead, .scope = "organization:get", .resource = "role"};
inline constexpr Operation list_permission_holders = {.action = "access:permission_holders",
                                                      .kind = kRead,
                                                      .scope = "organization:get",
                                                      .resource = "permission"};
inline constexpr Operation list_entity_access = {
    .action = "access:entity", .kind = kRead, .scope = "organization:get", .resource = "entity"};

inline constexpr Operation kHolders[] = {list_role_holders, list_permission_holders, list_entity_access};
}  // namespace op

struct HolderView {
  domain::Principal who;            // a user or a service user
  std::string name, email;          // of a service user its title, and no e-mail
  std::vector<std::string> scopes;  // what the roles of these paths give together
  AccessPaths by;
};

// A page. What somebody holds through a group whose roles the caller may not list is left out, and counted.
struct Holders {
  Page<HolderView> page;
  std::size_t hidden = 0;
};

// Lists that are walked side by side for a page; where there would be more of them everybody is looked at.
inline constexpr std::size_t kMostHolderLists = 1'000;

// Users first, then service users, in order of their ids; those who are active, and hold it now. A page may
// be short, or empty, and go on. kNotFound: the role, the permission.
Outcome<Holders> list_role_holders(const Read&, const domain::TenantId& tenant, std::string_view slug,
                                   const PageRequest&, std::size_t most_lists = kMostHolderLists);

// Of whatever role gives it, for the whole tenant or on something; API keys that have it themselves too.
Outcome<Holders> list_permission_holders(const Read&, const domain::TenantId& tenant, std::string_view scope,
                                         const PageRequest&, std::size_t most_lists = kMostHolderLists);

// Of any of these roles, which are sorted. Asks the guard what list_permission_holders() asks.
Outcome<Holders> list_holders_of_roles(const Read&, const domain::TenantId& tenant,
                                       std::vector<domain::RoleId> roles, const PageRequest&);

// Who has any role on this very thing or on what it is in, or for the whole tenant one with a permission of
// its type. What rules and their grants allow is found by asking (searches.h). The thing need not be stored.
Outcome<Holders> list_entity_access(const Read&, const domain::TenantId& tenant, const domain::EntityName&,
                                    const PageRequest&, std::size_t most_lists = kMostHolderLists);

}  // namespace api
