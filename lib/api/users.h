#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "domain/user.h"

namespace api {

namespace op {
inline constexpr Operation list_users = {
    .action = "user:list", .kind = kRead, .scope = "organization:get", .resource = "user"};
inline constexpr Operation get_user = {
    .action = "user:get", .kind = kRead, .scope = "organization:get", .resource = "user"};
inline constexpr Operation create_user = {
    .action = "user:create", .kind = kWrite, .scope = "organization:usermanage", .resource = "user"};
inline constexpr Operation update_user = {
    .action = "user:update", .kind = kWrite, .scope = "organization:usermanage", .resource = "user"};
inline constexpr Operation suspend_user = {
    .action = "user:suspend", .kind = kWrite, .scope = "organization:usermanage", .resource = "user"};
inline constexpr Operation delete_user = {
    .action = "user:delete", .kind = kWrite, .scope = "organization:usermanage", .resource = "user"};

inline constexpr Operation kUsers[] = {list_users,  get_user,     create_user,
                                       update_user, suspend_user, delete_user};
}  // namespace op

struct GroupName {
  domain::GroupId id;
  std::string name;
};

struct UserView {
  domain::User user;
  std::vector<std::string>
      roles;  // slugs of the roles mapped to the user directly for the whole tenant, sorted
  std::vector<GroupName> groups;  // sorted by name
};

// In order of id, which is that of creation.
Outcome<Page<UserView>> list_users(const Read&, const domain::TenantId& tenant, const PageRequest&);

// Those of whom a word of the name or the e-mail address begins with what somebody typed, in order of that
// word. kInvalidInput at "q" where nothing was typed, or more than kMaxTyped.
Outcome<Page<UserView>> search_users(const Read&, const domain::TenantId& tenant, std::string_view typed,
                                     const PageRequest&);
Outcome<UserView> get_user(const Read&, const domain::TenantId& tenant, const domain::UserId& id);

struct NewUser {
  std::string email;  // something@something, no blanks; kAlreadyExists where it is taken
  std::string name;
  std::optional<domain::UserId> id;  // for the demo objects of development; dialects leave it out
};
std::optional<Error> check(const NewUser&);
Outcome<UserView> create_user(Change&, const domain::TenantId& tenant, const NewUser&);

// The roles given replace those mapped directly for the whole tenant: what is new is mapped, what is missing
// removed, the rest left as it is. Where that changes anything it also needs what mappings need. An unknown
// role is kInvalidInput at "/roles/<n>".
struct UserPatch {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> roles;
};
std::optional<Error> check(const UserPatch&);
Outcome<UserView> update_user(Change&, const domain::TenantId& tenant, const domain::UserId& id,
                              const UserPatch&, const IfMatch&);

// A suspended user holds nothing and can't authenticate, from the commit on.
Outcome<UserView> suspend_user(Change&, const domain::TenantId& tenant, const domain::UserId& id, bool active,
                               const IfMatch&);

// Puts a user back as it was, under its id: makes it where it isn't there, else gives it its name back and
// suspends it or not; asks the guard what that asks, and fails as that does. For undo.
Outcome<void> restore_user(Change&, const domain::User& was);

// Deletes memberships, mappings and credentials too.
// kInUse where grants name the user, unless `force` takes them along.
Outcome<void> delete_user(Change&, const domain::TenantId& tenant, const domain::UserId& id, const IfMatch&,
                          bool force = false);

}  // namespace api
