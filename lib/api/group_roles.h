#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/operation.h"
#include "base/time.h"
#include "domain/entity_name.h"
#include "domain/mapping.h"

namespace api {

namespace op {
inline constexpr Operation list_mappings = {
    .action = "mapping:list", .kind = kRead, .scope = "group:get", .resource = "mapping"};
inline constexpr Operation create_mapping = {
    .action = "mapping:create", .kind = kWrite, .scope = "organization:policymanage", .resource = "mapping"};
inline constexpr Operation delete_mapping = {
    .action = "mapping:delete", .kind = kWrite, .scope = "organization:policymanage", .resource = "mapping"};

inline constexpr Operation kMappings[] = {list_mappings, create_mapping, delete_mapping};
}  // namespace op

// A role that a group holds, for the whole tenant or on something.
struct RoleMappingView {
  domain::Mapping mapping;
  std::string role;                              // its slug
  std::optional<domain::EntityName> resource{};  // what it is on; nothing: the whole tenant
};

// In order of the roles' ids, and of a role of what it is on; those not yet or no longer in force too.
// kNotFound: the group.
Outcome<Page<RoleMappingView>> list_group_roles(const Read&, const domain::TenantId& tenant,
                                                const domain::GroupId& group, const PageRequest&);

struct NewGroupRole {
  std::string role;  // a slug; an unknown one is kInvalidInput at "/role", with the nearest known
  std::optional<base::Timestamp> valid_from, expires_at;
  std::optional<std::string> reason;
  std::optional<domain::EntityName> resource{};  // any entity, stored or not; nothing: the whole tenant
};
std::optional<Error> check(const NewGroupRole&, base::Timestamp now);

// kNotFound: the group; kAlreadyExists: the mapping, also one not in force; kInvalidInput at "/resource"
// where that is another tenant; kInUse while it is still being deleted.
Outcome<RoleMappingView> add_group_role(Change&, const domain::TenantId& tenant, const domain::GroupId& group,
                                        const NewGroupRole&);
Outcome<void> remove_group_role(Change&, const domain::TenantId& tenant, const domain::GroupId& group,
                                std::string_view role, const IfMatch&,
                                const std::optional<domain::EntityName>& resource = {});

}  // namespace api
