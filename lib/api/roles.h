#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "authz/blast_radius.h"
#include "base/json.h"
#include "domain/permission.h"
#include "domain/role.h"

namespace api {

namespace op {
inline constexpr Operation list_roles = {
    .action = "role:list", .kind = kRead, .scope = "organization:get", .resource = "role"};
inline constexpr Operation get_role = {
    .action = "role:get", .kind = kRead, .scope = "organization:get", .resource = "role"};
inline constexpr Operation create_role = {
    .action = "role:create", .kind = kWrite, .scope = "organization:rolemanage", .resource = "role"};
inline constexpr Operation update_role = {
    .action = "role:update", .kind = kWrite, .scope = "organization:rolemanage", .resource = "role"};
inline constexpr Operation delete_role = {
    .action = "role:delete", .kind = kWrite, .scope = "organization:rolemanage", .resource = "role"};
inline constexpr Operation create_platform_role = {
    .action = "platform_role:create", .kind = kWrite, .scope = kPlatformScope, .resource = "role"};
inline constexpr Operation update_platform_role = {
    .action = "platform_role:update", .kind = kWrite, .scope = kPlatformScope, .resource = "role"};
inline constexpr Operation delete_platform_role = {
    .action = "platform_role:delete", .kind = kWrite, .scope = kPlatformScope, .resource = "role"};

inline constexpr Operation kRoles[] = {list_roles,           get_role,
                                       create_role,          update_role,
                                       delete_role,          create_platform_role,
                                       update_platform_role, delete_platform_role};
}  // namespace op

struct RoleView {
  domain::Role role;
  authz::BlastRadius blast_radius;
  authz::Holders holders;
};

enum class RoleSet : std::uint8_t {
  kAll,       // system and platform roles first, then the tenant's own, each in order of slug
  kCustom,    // the tenant's own
  kPlatform,  // system and platform roles
};

// Of what is given, all must hold.
struct RoleFilter {
  std::string typed;                 // a word of the slug or the name begins with it; empty: any
  std::optional<std::string> scope;  // it gives this permission, itself or implied; any spelling
  std::optional<domain::Risk> level;
  std::optional<bool> held;  // by anybody who may act (authz::Holders::is_held)
  std::optional<bool> is_system;
};

// Needs the tenant's role:list. kInvalidInput at "scope" where there is no such permission, with the nearest
// that there is.
Outcome<Page<RoleView>> list_roles(const Read&, const domain::Owner& tenant, RoleSet, const PageRequest&,
                                   const RoleFilter& = {});

// Of all, those that the filter names by what somebody typed, system and platform roles first, each in order
// of the word that was found. kInvalidInput at "q" where nothing was typed, or more than kMaxTyped.
Outcome<Page<RoleView>> search_roles(const Read&, const domain::Owner& tenant, const RoleFilter&,
                                     const PageRequest&);

// Whether a role's people are counted each once however many they are, which takes some microseconds for each
// of them, or as its blast radius does that has a bound.
enum class Counting : std::uint8_t { kBounded, kExact };
Outcome<RoleView> get_role(const Read&, const domain::Owner& tenant, std::string_view slug,
                           Counting = Counting::kBounded);

// As /v1 makes a role. kInvalidInput with all bad fields; kAlreadyExists where the slug is taken (pointer
// "/slug"); kInvalidScopes with a pointer for each unknown scope and the nearest known one.
struct NewRole {
  std::optional<std::string> slug;  // absent: made from the name, a number added where that is taken
  std::string name;
  std::optional<std::string> description;
  std::vector<std::string> scopes;  // any spelling
};
std::optional<Error> check(const NewRole&);
Outcome<RoleView> create_role(Change&, const domain::Owner& tenant, const NewRole&);

// Only what is given is changed. Scopes replace; a description may be given as null.
struct RolePatch {
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> description;
  std::optional<std::vector<std::string>> scopes;
};
std::optional<Error> check(const RolePatch&);
Outcome<RoleView> update_role(Change&, const domain::Owner& tenant, std::string_view slug, const RolePatch&,
                              const IfMatch&);

// Puts a role back as it was, under its id and with who made it and when: makes it where it isn't there, else
// changes it; asks the guard what that asks, and fails as that does. For undo.
Outcome<void> restore_role(Change&, const domain::Role& was);

// kInUse where somebody is mapped to it, saying how many; with `force` these mappings are removed too.
Outcome<void> delete_role(Change&, const domain::Owner& tenant, std::string_view slug, bool force,
                          const IfMatch&);

// As /v1beta1 has roles: the whole record at once, slug ^[A-Za-z0-9_-]{2,64}$, at least one scope, and an
// unknown scope is kInvalidInput. A null tenant (the nil uuid) means a platform role, which needs the
// platform.
struct RoleRecord {
  std::string slug;                           // /v1beta1: name
  std::optional<std::string> name;            // /v1beta1: title; absent: the slug
  std::optional<std::string> description;     // /v1beta1: metadata.description
  std::vector<std::string> scopes;            // /v1beta1: permissions
  base::Json metadata{base::Json::Object{}};  // without description
};
std::optional<Error> check(const RoleRecord&);

// Makes the role, or replaces the one of that slug, which keeps its id. kSystemRole where the slug is a
// system role's, kAlreadyExists where it is a platform role's and the tenant isn't nil; kPreconditionFailed
// where If-Match is given and there is no such role.
Outcome<domain::Role> create_or_replace_role(Change&, const domain::Owner& tenant, const RoleRecord&,
                                             const IfMatch&);

// By id, among the tenant's own and the system and platform roles.
Outcome<domain::Role> get_role_by_id(const Read&, const domain::Owner& tenant, const domain::RoleId& id);

// kAlreadyExists where the slug is another's. A role that isn't stored under `tenant` can't be changed
// through it: kSystemRole where it is a system role, else kNotFound.
Outcome<domain::Role> replace_role_by_id(Change&, const domain::Owner& tenant, const domain::RoleId& id,
                                         const RoleRecord&, const IfMatch&);
Outcome<void> delete_role_by_id(Change&, const domain::Owner& tenant, const domain::RoleId& id,
                                const IfMatch&);

}  // namespace api
