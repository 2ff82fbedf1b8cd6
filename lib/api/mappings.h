#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "base/time.h"
#include "base/uuid.h"
#include "domain/mapping.h"

// Mappings of any principal, on anything: the policies of /v1beta1. What making and removing one needs stands
// beside those of groups (group_roles.h).
namespace api {

namespace op {
inline constexpr Operation list_all_mappings = {
    .action = "mapping:list_all", .kind = kRead, .scope = "organization:get", .resource = "mapping"};
inline constexpr Operation get_mapping = {
    .action = "mapping:get", .kind = kRead, .scope = "organization:get", .resource = "mapping"};

inline constexpr Operation kAllMappings[] = {list_all_mappings, get_mapping};
}  // namespace op

// Of those that are given, all must hold.
struct MappingFilter {
  std::optional<base::Uuid> principal;  // a user, service user or group
  std::optional<std::string> role;      // its id or slug; of one that isn't there there are none
  std::optional<domain::ResourceText> resource;
};

// In order of id, which is that of creation; those not yet or no longer in force too. A group's are left out
// where the caller may not list that group's own (op::list_mappings).
Outcome<Page<domain::Mapping>> list_mappings(const Read&, const domain::TenantId& tenant,
                                             const MappingFilter&, const PageRequest&);

// A group's needs op::list_mappings on the group too.
Outcome<domain::Mapping> get_mapping(const Read&, const domain::TenantId& tenant,
                                     const domain::MappingId& id);

// The tenant in which to look for this mapping: the caller's own; for the platform the one that has it, which
// takes a look at each tenant. kNotFound where none has; kInvalidInput at "/orgId" where there are more
// tenants than kMostTenantsLookedAt.
inline constexpr std::size_t kMostTenantsLookedAt = 1'000;
Outcome<domain::TenantId> tenant_of_mapping(const Read&, const domain::MappingId& id);

struct NewRoleMapping {
  std::string role;  // its id or slug; an unknown one is kInvalidInput at "/role", with the nearest known
  domain::Principal principal;
  domain::ResourceText resource;  // as resource_text() gives it; empty: the whole tenant
  std::optional<base::Timestamp> valid_from, expires_at;
  std::optional<std::string> reason, title;
  base::Json metadata{base::Json::Object{}};
};
std::optional<Error> check(const NewRoleMapping&, base::Timestamp now);

// Role, principal and resource that aren't the tenant's are kInvalidInput, all of them named. One that is
// there already, with the same times, is given back as it is; with others it is kAlreadyExists.
Outcome<domain::Mapping> create_mapping(Change&, const domain::TenantId& tenant, const NewRoleMapping&);

// Puts a mapping back that was removed, under its id and with who made it and when; asks the guard what
// making it asks, and fails as that does. For undo.
Outcome<void> restore_mapping(Change&, const domain::Mapping& was);
Outcome<void> delete_mapping(Change&, const domain::TenantId& tenant, const domain::MappingId& id,
                             const IfMatch&);

}  // namespace api
