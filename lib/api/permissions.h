#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "domain/permission.h"

namespace api {

namespace op {
inline constexpr Operation list_permissions = {
    .action = "permission:list", .kind = kRead, .scope = "organization:get", .resource = "permission"};
inline constexpr Operation get_permission = {
    .action = "permission:get", .kind = kRead, .scope = "organization:get", .resource = "permission"};
inline constexpr Operation create_permission = {
    .action = "permission:create", .kind = kWrite, .scope = kPlatformScope, .resource = "permission"};
inline constexpr Operation update_permission = {
    .action = "permission:update", .kind = kWrite, .scope = kPlatformScope, .resource = "permission"};
inline constexpr Operation delete_permission = {
    .action = "permission:delete", .kind = kWrite, .scope = kPlatformScope, .resource = "permission"};

inline constexpr Operation kPermissions[] = {list_permissions, get_permission, create_permission,
                                             update_permission, delete_permission};
}  // namespace op

// The catalogue, sorted by scope. The pointers live as long as read.catalogue.
Outcome<Page<const domain::Permission*>> list_permissions(const Read&, const PageRequest&);

// By id or by any spelling; kNotFound.
Outcome<const domain::Permission*> get_permission(const Read&, std::string_view id_or_spelling);

struct NewPermission {
  std::string key;  // any spelling
  std::optional<std::string> title, description;
  base::Json metadata{base::Json::Object{}};
};
std::optional<Error> check(const std::vector<NewPermission>&);

// Makes all or none, with a low risk and nothing implied. One that exists already, in whatever case, is
// answered as it is. The service `app` is Reeve's own and can't be added to. Pointers of bad fields are
// "/bodies/<n>/key". Calls that begin after the commit know the new ones.
Outcome<std::vector<domain::Permission>> create_permissions(Change&, const std::vector<NewPermission>&);

// What is said of one that was made by call; its name stays. Only what is given is changed. kForbidden: one
// of the configuration.
struct PermissionPatch {
  std::optional<std::string> title;
  std::optional<std::optional<std::string>> description;
  std::optional<base::Json> metadata;
};
std::optional<Error> check(const PermissionPatch&);
Outcome<domain::Permission> update_permission(Change&, std::string_view id_or_spelling,
                                              const PermissionPatch&);

// From the commit on nobody has it, also where roles still name it; made again, they count again.
// kForbidden: one of the configuration.
Outcome<void> delete_permission(Change&, std::string_view id_or_spelling);

}  // namespace api
