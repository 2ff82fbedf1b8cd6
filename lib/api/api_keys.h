#pragma once
#include <chrono>
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

inline constexpr Operation rotate_api_key = {.action = "api_key:rotate",
                                             .kind = kWrite,
                                             .scope = "organization:serviceusermanage",
                                             .resource = "api_key"};

inline constexpr Operation kApiKeys[] = {list_api_keys, create_api_key, revoke_api_key, rotate_api_key};
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

// Gives the key a new secret: its id, name, scopes, roles and end stay. The old secret goes on for as long as
// that, as a secret of the key's service user with the key's scopes, which can be deleted before; with the
// key's id as a Basic pair it ends at once, and so do the sessions that were begun with it. Where it is kept
// for no time what earlier rotations have kept ends, too, each with an audit entry: whoever rotates so wants
// all of them out. kGone where the key is revoked or has expired, and needs another.
constexpr std::chrono::hours kLongestOldSecret{24 * 30};
struct Rotation {
  std::chrono::milliseconds keep_old_for{};
};
struct RotatedKey {
  ApiKeyView key;
  std::optional<domain::Credential> old;  // nothing where it isn't kept
};
std::optional<Error> check(const Rotation&);
Outcome<RotatedKey> rotate_api_key(Change&, const domain::TenantId& tenant, const domain::CredentialId& id,
                                   const Rotation&, const IfMatch&);

// From the commit on neither it nor any secret of its service user authenticates anybody: whoever revokes a
// key wants its holder out, and secrets may have been made for it meanwhile (/v1beta1). They are deleted,
// each with an audit entry. Revoking twice is no error.
Outcome<void> revoke_api_key(Change&, const domain::TenantId& tenant, const domain::CredentialId& id,
                             const IfMatch&);

}  // namespace api
