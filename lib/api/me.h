#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/users.h"
#include "domain/credential.h"
#include "domain/service_user.h"
#include "domain/tenant.h"
#include "domain/user.h"

namespace api {

namespace op {
inline constexpr Operation get_me = {.action = "me:get", .kind = kRead, .scope = "", .resource = "me"};

inline constexpr Operation kMe[] = {get_me};
}  // namespace op

// Who the caller is and what it holds at this moment. Exactly one of the first three is there, or none for
// Reeve itself.
struct MeView {
  std::optional<domain::User> user;
  std::optional<domain::ServiceUser> service_user;
  std::optional<domain::Credential> platform;  // a credential of the platform is its own principal
  std::optional<domain::Tenant> tenant;        // the credential's; none: the platform's
  std::vector<std::string> roles;  // slugs in force, direct and through groups, for the whole tenant
  std::vector<GroupName> groups;
  std::vector<std::string> scopes;  // effective, implied ones included
};

// Needs a credential and nothing else; for /v1/me and /v1beta1/users/self.
Outcome<MeView> get_me(const Read&);

}  // namespace api
