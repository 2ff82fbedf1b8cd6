#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "base/time.h"
#include "base/uuid.h"
#include "domain/mapping.h"

// Mappings of any principal, on anything: those of /v1, and the policies of /v1beta1. What making and
// removing one needs stands beside those of groups (group_roles.h).
namespace api {

namespace op {
inline constexpr Operation list_all_mappings = {
    .action = "mapping:list_all", .kind = kRead, .scope = "organization:get", .resource = "mapping"};
inline constexpr Operation get_mapping = {
    .action = "mapping:get", .kind = kRead, .scope = "organization:get", .resource = "mapping"};

// Asked before what the mapping is to be is asked as if it were made: create_mapping.
inline constexpr Operation update_mapping = {
    .action = "mapping:update", .kind = kWrite, .scope = "organization:policymanage", .resource = "mapping"};

inline constexpr Operation kAllMappings[] = {list_all_mappings, get_mapping, update_mapping};
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

// What becomes of a mapping that is there already, with the same times; with others it is kAlreadyExists.
enum class IfThere : std::uint8_t { kGiveBack, kRefuse };

// Role, principal and resource that aren't the tenant's are kInvalidInput, all of them named.
Outcome<domain::Mapping> create_mapping(Change&, const domain::TenantId& tenant, const NewRoleMapping&,
                                        IfThere = IfThere::kGiveBack);

// What is absent stays; an inner nothing takes it away. Whose mapping it is, of which role, on what, isn't
// changed: that is another one.
struct MappingPatch {
  std::optional<std::optional<base::Timestamp>> valid_from, expires_at;
  std::optional<std::optional<std::string>> reason;
};
std::optional<Error> check(const MappingPatch&, base::Timestamp now);

// The guard is asked whether this one may be changed, and then whether the caller might make what it is to
// be, whichever way it changes: else it would be a way to give what one can't. A time that is given must be
// as for a new one.
Outcome<domain::Mapping> update_mapping(Change&, const domain::TenantId& tenant, const domain::MappingId& id,
                                        const MappingPatch&, const IfMatch&);

// Puts a mapping back that was removed, under its id and with who made it and when, or gives it the times and
// the reason again that it had; asks the guard what making it, or changing it, asks, and fails as that does.
// For undo.
Outcome<void> restore_mapping(Change&, const domain::Mapping& was);
Outcome<void> delete_mapping(Change&, const domain::TenantId& tenant, const domain::MappingId& id,
                             const IfMatch&);

}  // namespace api
