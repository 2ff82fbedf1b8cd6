#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "domain/credential.h"
#include "domain/service_user.h"
#include "domain/user.h"

namespace api {

namespace op {
inline constexpr Operation list_service_users = {
    .action = "service_user:list", .kind = kRead, .scope = "organization:get", .resource = "service_user"};
inline constexpr Operation get_service_user = {
    .action = "service_user:get", .kind = kRead, .scope = "organization:get", .resource = "service_user"};
inline constexpr Operation create_service_user = {.action = "service_user:create",
                                                  .kind = kWrite,
                                                  .scope = "organization:serviceusermanage",
                                                  .resource = "service_user"};
inline constexpr Operation delete_service_user = {.action = "service_user:delete",
                                                  .kind = kWrite,
                                                  .scope = "organization:serviceusermanage",
                                                  .resource = "service_user"};
inline constexpr Operation list_secrets = {
    .action = "secret:list", .kind = kRead, .scope = "organization:serviceusermanage", .resource = "secret"};
inline constexpr Operation create_secret = {.action = "secret:create",
                                            .kind = kWrite,
                                            .scope = "organization:serviceusermanage",
                                            .resource = "secret"};
inline constexpr Operation delete_secret = {.action = "secret:delete",
                                            .kind = kWrite,
                                            .scope = "organization:serviceusermanage",
                                            .resource = "secret"};

inline constexpr Operation kServiceUsers[] = {list_service_users,  get_service_user, create_service_user,
                                              delete_service_user, list_secrets,     create_secret,
                                              delete_secret};
}  // namespace op

// A service user with its credentials, an API key's own among them; null to callers who may not list them.
struct ServiceUserView {
  domain::ServiceUser user;
  std::optional<std::vector<domain::Credential>> credentials;
};

// In order of id, which is that of creation; API keys among them.
Outcome<Page<domain::ServiceUser>> list_service_users(const Read&, const domain::TenantId& tenant,
                                                      const PageRequest&);
Outcome<Page<ServiceUserView>> list_service_users_with_secrets(const Read&, const domain::TenantId& tenant,
                                                               const PageRequest&);
Outcome<ServiceUserView> get_service_user_with_secrets(const Read&, const domain::TenantId& tenant,
                                                       const domain::ServiceUserId& id);

Outcome<domain::ServiceUser> get_service_user(const Read&, const domain::Owner& tenant,
                                              const domain::ServiceUserId& id);

// The tenant in which to look for this service user. For the platform it is the one that has it, or, where
// none has, the platform, which has none. For everybody else it is their own tenant, so that the id of
// another tenant's is simply not found.
Outcome<domain::Owner> tenant_of_service_user(const Read&, const domain::ServiceUserId& id);

struct NewServiceUser {
  std::optional<std::string> title;  // 1-200 characters; absent: ""
  base::Json metadata{base::Json::Object{}};
};
std::optional<Error> check(const NewServiceUser&);
Outcome<domain::ServiceUser> create_service_user(Change&, const domain::TenantId& tenant,
                                                 const NewServiceUser&);

// Puts a service user back that was deleted, under its id, without credentials; asks the guard what making
// one asks. For undo. REQUIRES: it isn't there
Outcome<void> restore_service_user(Change&, const domain::ServiceUser& was);

// Deletes its mappings and credentials too.
Outcome<void> delete_service_user(Change&, const domain::Owner& tenant, const domain::ServiceUserId& id,
                                  const IfMatch&, bool force = false);

// A secret of a service user. Its id and value are the Basic pair; the value is told once.
struct SecretView {
  domain::Credential credential;
  std::string secret;  // "rvs_…" in the creating answer, else empty
};

// In order of id, which is that of creation.
Outcome<Page<SecretView>> list_secrets(const Read&, const domain::Owner& tenant,
                                       const domain::ServiceUserId& service_user, const PageRequest&);
Outcome<SecretView> create_secret(Change&, const domain::Owner& tenant,
                                  const domain::ServiceUserId& service_user,
                                  const std::optional<std::string>& title);
Outcome<void> delete_secret(Change&, const domain::Owner& tenant, const domain::ServiceUserId& service_user,
                            const domain::CredentialId& secret, const IfMatch&);

}  // namespace api
