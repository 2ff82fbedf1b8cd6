#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/time.h"
#include "domain/credential.h"

namespace api {

namespace op {
inline constexpr Operation list_api_keys = {.action = "api_key:list",
                                            .kind = kRead,
                                            .scope = "organization:serviceusermanage",
                                            .resource = "api_key"};
inline constexpr Operation create_api_key = {.action = "api_key:create",
                                             .kind = kWrite,
                                             .scope = "organization:serviceusermanage",
                                             .resource = "api_key"};
inline constexpr Operation revoke_api_key = {.action = "api_key:revoke",
                                             .kind = kWrite,
                                             .scope = "organization:serviceusermanage",
                                             .resource = "api_key"};

inline constexpr Operation kApiKeys[] = {list_api_keys, create_api_key, revoke_api_key};
}  // namespace op

// A service user of its tenant with one credential; both have the same id.
struct ApiKeyView {
  domain::Credential credential;  // name, scopes, expires_at, revoked_at, created_by, created_at
  std::string raw_key;            // "rvk_…" in the creating answer, else empty
  std::size_t other_secrets = 0;  // how many secrets the service user has besides
};

// In order of id, which is that of creation; revoked and expired ones too.
Outcome<Page<ApiKeyView>> list_api_keys(const Read&, const domain::TenantId& tenant, const PageRequest&);

// Scopes that are unknown, or that the caller doesn't hold for the whole tenant, are kInvalidScopes, each
// with its pointer. An expiry must lie in the future.
struct NewApiKey {
  std::string name;                 // 1-200 characters
  std::vector<std::string> scopes;  // any spelling; empty: only those of roles mapped to the key
  std::optional<base::Timestamp> expires_at;
};
std::optional<Error> check(const NewApiKey&, base::Timestamp now);
Outcome<ApiKeyView> create_api_key(Change&, const domain::TenantId& tenant, const NewApiKey&);

// From the commit on neither it nor any secret of its service user authenticates anybody: whoever revokes a
// key wants its holder out, and secrets may have been made for it meanwhile (/v1beta1). They are deleted,
// each with an audit entry. Revoking twice is no error.
Outcome<void> revoke_api_key(Change&, const domain::TenantId& tenant, const domain::CredentialId& id,
                             const IfMatch&);

}  // namespace api
