#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "domain/entity_name.h"
#include "domain/ids.h"

// What the directory holds, under the types by which a tenant's decisions and its applications name it.
namespace domain {

// Of these an entity of type `user` alone can be stored: it adds attributes to the user whose uuid is its id,
// if there is one. None of them is an entity's parent.
inline constexpr std::string_view kUserType = "user";
inline constexpr std::string_view kServiceUserType = "service_user";
inline constexpr std::string_view kGroupType = "group";
inline constexpr std::string_view kRoleType = "role";
inline constexpr std::string_view kTenantType = "tenant";

constexpr bool is_directory_type(std::string_view type) {
  return type == kUserType || type == kServiceUserType || type == kGroupType || type == kRoleType ||
         type == kTenantType;
}

// A project of the tenant's, as decisions name it; mappings and the older dialect call it app/project.
inline constexpr std::string_view kProjectType = "project";

// Whether only Reeve itself has things of that type, so that no entity of it, but for `user`, can be stored,
// nor be a parent.
constexpr bool is_reeves_type(std::string_view type) {
  return is_directory_type(type) || type == kProjectType || type.starts_with("app/");
}

// What the directory says of a user, which an entity can't.
constexpr bool is_directory_attribute(std::string_view name) {
  return name == "email" || name == "name" || name == "active" || name == "roles" || name == "groups" ||
         name == "scopes";
}

inline EntityName user_entity(const UserId& user) {
  return {std::string(kUserType), user.to_string()};
}

// The user whose uuid is the id of an entity of type `user`, written as uuids are here; there may be no such
// user.
inline std::optional<UserId> user_of(const EntityName& name) {
  if (name.type != kUserType) return std::nullopt;
  auto user = UserId::parse(name.id);
  if (user && user->to_string() != name.id) user.reset();
  return user;
}

}  // namespace domain
