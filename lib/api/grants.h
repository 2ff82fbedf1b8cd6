#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/operation.h"
#include "base/time.h"
#include "base/uuid.h"
#include "domain/entity_name.h"
#include "domain/grant.h"
#include "domain/ids.h"
#include "domain/principal.h"

// Grants are the two ways to give something to somebody under one roof: a role, which is a mapping and stays
// one, and a template of the tenant's policies (domain/grant.h).
namespace api {

namespace op {
inline constexpr Operation list_grants = {
    .action = "grant:list", .kind = kRead, .scope = "organization:policymanage", .resource = "grant"};
inline constexpr Operation get_grant = {
    .action = "grant:get", .kind = kRead, .scope = "organization:policymanage", .resource = "grant"};
inline constexpr Operation create_grant = {
    .action = "grant:create", .kind = kWrite, .scope = "organization:policymanage", .resource = "grant"};
inline constexpr Operation delete_grant = {
    .action = "grant:delete", .kind = kWrite, .scope = "organization:policymanage", .resource = "grant"};

inline constexpr Operation kGrants[] = {list_grants, get_grant, create_grant, delete_grant};
}  // namespace op

// Of a role or of a template.
struct GrantView {
  base::Uuid id;                                // a mapping's, or a grant's
  std::optional<domain::EntityName> principal;  // nothing: the template says whom
  std::optional<std::string> role;              // its slug
  std::optional<domain::RuleId> rule;           // the template,
  std::optional<domain::PolicyId> policy;       // and which policy has it
  std::optional<domain::EntityName> resource;   // nothing: the whole tenant, or the template says on what
  std::optional<base::Timestamp> valid_from, expires_at;
  std::optional<std::string> reason;
  std::optional<domain::Principal> created_by;
  base::Timestamp created_at;
  std::uint64_t revision = 0;
};

// Of those that are given, all must hold.
struct GrantFilter {
  std::optional<domain::EntityName> principal, resource;
};

// Those of templates first, then those of roles, each in order of id, which is that of creation; those not
// yet or no longer in force too. Of roles those that list_mappings() gives, which asks the guard as well.
Outcome<Page<GrantView>> list_grants(const Read&, const domain::TenantId& tenant, const GrantFilter&,
                                     const PageRequest&);

// Of a role's, get_mapping() is asked as well.
Outcome<GrantView> get_grant(const Read&, const domain::TenantId& tenant, const base::Uuid& id);

// Exactly one of role and template. The names are any entities', stored or not, but of what only the
// directory holds it must be there, and roles are none of them. A role is given to a user, service user or
// group.
struct NewGrant {
  std::optional<domain::EntityName> principal;  // nothing: the template has no slot for one
  std::optional<std::string> role;              // its id or slug
  std::optional<domain::RuleId> rule;           // the template
  std::optional<domain::EntityName> resource;   // nothing: the whole tenant, or no slot
  std::optional<base::Timestamp> valid_from, expires_at;
  std::optional<std::string> reason;
};
std::optional<Error> check(const NewGrant&, base::Timestamp now);

// Of a role it makes the mapping, by create_mapping(), which asks the guard as well. kInvalidInput at
// "/template" where that is no template, at "/principal" and "/resource" where it has no slot for one, or has
// one that isn't filled; kAlreadyExists, also where the one that is there isn't in force.
Outcome<GrantView> create_grant(Change&, const domain::TenantId& tenant, const NewGrant&);

// Puts a grant of a template back that was removed, under its id and with who made it and when; asks the
// guard what making it asks, and fails as that does. For undo.
Outcome<void> restore_grant(Change&, const domain::Grant& was);

// Of a role by delete_mapping(), which asks the guard as well.
Outcome<void> delete_grant(Change&, const domain::TenantId& tenant, const base::Uuid& id, const IfMatch&);

}  // namespace api
