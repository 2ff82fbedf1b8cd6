#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

struct CachedPrincipal;

// Who acts, by which credential, and what that itself adds to its owner's roles.
struct Subject {
  domain::Principal principal;
  domain::Owner tenant;  // the credential's; the platform's holds every permission everywhere
  std::vector<std::string> credential_scopes;
  std::shared_ptr<const CachedPrincipal> cached{};  // may be null; only ever saves work
  domain::CredentialId credential{};                // nil: Reeve itself
  std::optional<base::Timestamp> expires_at{};      // the credential
  bool platform() const { return tenant.is_platform(); }
};

// Until when a scope is held.
struct ScopeEnd {
  std::string scope;
  base::Timestamp at;
};

// What a principal holds for the whole of a tenant at one moment.
struct Authority {
  std::vector<domain::RoleId> roles;    // enabled, in force, mapped directly or through a group; sorted
  std::vector<domain::GroupId> groups;  // sorted
  std::vector<std::string> scopes;      // effective, implied ones included, sorted
  base::Timestamp until;                // the first moment at which time alone changes it

  // Those of the scopes that nothing gives without an end, sorted, with the last of their ends: of mappings,
  // and of the credential for its own scopes. It does not count that the credential ends with all else.
  std::vector<ScopeEnd> ends;

  // Whether it or a group of it has mappings on single resources, whenever in force: else scopes_on() gives
  // none.
  bool has_roles_on_things = false;
};

// Nothing for a subject of another tenant. A suspended user and a disabled service user hold nothing.
base::Result<Authority> authority_of(const store::ReadTxn&, const domain::Catalogue&, const Subject&,
                                     const domain::Owner& tenant, base::Timestamp now);

// The effective scopes of the roles that the subject, or a group of it, holds on this very resource.
// REQUIRES: !resource.empty()
base::Result<std::vector<std::string>> scopes_on(const store::ReadTxn&, const domain::Catalogue&,
                                                 const Subject&, const domain::Owner& tenant,
                                                 const domain::ResourceText& resource, base::Timestamp now);

// What a principal and its groups hold on an entity, or on anything that it is in: the effective scopes of
// the enabled roles mapped there and in force, sorted. Not what they hold for the whole tenant. However many
// mappings there are, it takes a look for each of them and each ancestor, or for each who holds something
// there if these are fewer. Fails as domain::ancestors_of() does.
// REQUIRES: groups are all that the principal is in, sorted (domain/subgroup.h)
base::Result<std::vector<std::string>> scopes_over(const store::ReadTxn&, const domain::Catalogue&,
                                                   const domain::TenantId& tenant, const domain::Principal&,
                                                   const std::vector<domain::GroupId>& groups,
                                                   const domain::EntityName& resource, base::Timestamp now);

// The same on these resources alone, such as an entity and the ancestors that somebody has found already.
base::Result<domain::PermissionSet> permissions_on(const store::ReadTxn&, const domain::Catalogue&,
                                                   const domain::TenantId& tenant, const domain::Principal&,
                                                   const std::vector<domain::GroupId>& groups,
                                                   const std::vector<domain::ResourceText>& resources,
                                                   base::Timestamp now);

// How mappings name an entity: to_string(), but for a group of the directory group_resource(), and for the
// tenant itself the empty text. Nothing where no mapping can be on it, since it isn't valid.
std::optional<domain::ResourceText> resource_text(const domain::TenantId& tenant, const domain::EntityName&);

// And back: the name of what a mapping is on. REQUIRES: a mapping can be on it
domain::EntityName resource_name(const domain::TenantId& tenant, const domain::ResourceText&);

// The last end of the mappings, on this very resource, that give the scope; nothing where one has no end.
// REQUIRES: scopes_on() has the scope
base::Result<std::optional<base::Timestamp>> end_on(const store::ReadTxn&, const domain::Catalogue&,
                                                    const Subject&, const domain::Owner& tenant,
                                                    const domain::ResourceText& resource,
                                                    std::string_view scope, base::Timestamp now);

// The end of what gives the scope, as of an Authority's `ends`; no end: nothing.
std::optional<base::Timestamp> end_of(const std::vector<ScopeEnd>& ends, std::string_view scope);

// The end of what the subject acts by where it needs that scope: of its credential, or of the last mapping
// that gives the scope, whichever is earlier. `ends` as of an Authority; no end at all: nothing.
std::optional<base::Timestamp> acts_until(const Subject&, const std::vector<ScopeEnd>& ends,
                                          std::string_view scope);

// What all others together hold on these resources, now or later: the effective scopes of all roles mapped
// there, disabled ones included, and what templates give that are granted there (grant_scopes.h). Where more
// than kMostLookedAt mappings are there it is everything. For the guard's proposals: what an entity that is
// put below these comes to be reached by.
inline constexpr std::size_t kMostLookedAt = 10'000;
base::Result<std::vector<std::string>> scopes_held_on(const store::ReadTxn&, const domain::Catalogue&,
                                                      const domain::TenantId& tenant,
                                                      const std::vector<domain::ResourceText>& resources,
                                                      base::Timestamp now);

// What somebody is given who joins a group, or gets hold of a service user's credential: the effective scopes
// of all roles mapped to it (and to the service user's groups), now or later, on any resource, disabled roles
// and groups included, and what templates give that are granted to it. For the guard's proposals.
base::Result<std::vector<std::string>> scopes_conferred(const store::ReadTxn&, const domain::Catalogue&,
                                                        const domain::TenantId& tenant,
                                                        const domain::Principal&, base::Timestamp now);

}  // namespace authz
