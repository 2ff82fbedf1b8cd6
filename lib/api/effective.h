#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/users.h"
#include "base/time.h"
#include "domain/entity_name.h"
#include "domain/permission.h"
#include "domain/principal.h"

// What somebody holds at one moment, and every path by which they come by it.
namespace api {

namespace op {
inline constexpr Operation get_effective = {
    .action = "access:effective", .kind = kRead, .scope = "organization:get", .resource = "principal"};

inline constexpr Operation kEffective[] = {get_effective};
}  // namespace op

// One path: a mapping of a role to a principal, or to a group that it is in; or an API key, which has scopes
// of its own.
struct AccessPath {
  std::vector<GroupName> through;  // from the one that the principal is a member of to that of the mapping
  std::string role;                // its slug; empty: the key's own scopes
  std::optional<domain::EntityName> resource;  // nothing: the whole tenant
  std::optional<domain::MappingId> mapping;
  std::optional<domain::CredentialId> credential;
  std::optional<base::Timestamp> valid_from, expires_at;
  bool ends_soon = false;                       // authz::kSoon
  std::optional<std::string> reason;            // of the mapping
  std::optional<domain::Principal> created_by;  // who made it, or the key; nothing: Reeve itself
};

inline constexpr std::size_t kMaxAccessPaths = 100;  // told of one row

// The paths that lead to one thing.
struct AccessPaths {
  std::vector<AccessPath> paths;  // kMaxAccessPaths at most
  bool are_all = true;
  bool held_twice = false;  // by more than one path, or on something and for the whole tenant as well
  bool ends_soon = false;   // the last of them does
};

struct EffectiveRole {
  std::string role, name;                      // slug, and what people read
  std::optional<domain::EntityName> resource;  // nothing: the whole tenant
  std::vector<std::string> scopes;             // implied ones included
  AccessPaths by;
};

struct EffectiveScope {
  std::string scope;
  domain::Risk risk = domain::Risk::kLow;
  AccessPaths by;
};

// A page of these. What somebody holds through a group whose roles the caller may not list is left out, and
// counted.
template <typename Row>
struct Effective {
  bool active = true;  // false: suspended or disabled, and so holds nothing
  Page<Row> page;
  std::size_t hidden = 0;  // mappings left out of this page
};

// In order of the roles' ids, and of a role of what it is on: what is in force, of roles that are enabled. Of
// a group, what whoever is in it holds by that. kNotFound: the principal.
Outcome<Effective<EffectiveRole>> list_effective_roles(const Read&, const domain::TenantId& tenant,
                                                       const domain::Principal&, const PageRequest&);

// The same by permission, in order of scope, implied ones included; those that are held on single things
// only, too. kInvalidInput at "by" for whoever has more mappings than kMaxGatheredMappings, with its groups.
inline constexpr std::size_t kMaxGatheredMappings = 10'000;
Outcome<Effective<EffectiveScope>> list_effective_scopes(const Read&, const domain::TenantId& tenant,
                                                         const domain::Principal&, const PageRequest&);

}  // namespace api
