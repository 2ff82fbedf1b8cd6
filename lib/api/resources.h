#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "domain/entity_name.h"
#include "domain/principal.h"
#include "domain/tenant.h"

namespace api {

// A thing as /v1beta1 names it: "app/group:0197…", "compute/instance:i-7". The namespace is written in full.
struct ResourceName {
  std::string space, id;
};

inline constexpr std::string_view kOrganizationSpace = "app/organization";
inline constexpr std::string_view kGroupSpace = "app/group";
inline constexpr std::string_view kProjectSpace = "app/project";
inline constexpr std::string_view kOwnSpaces = "app/";  // what the names of all of Reeve's own begin with

// The thing as mappings of the tenant have it: "" for the tenant itself, which may be named by its slug too,
// as may a project. What names nothing is given back as it was written, and then isn't there.
Outcome<domain::ResourceText> resource_text(const Read&, const domain::Tenant&, const ResourceName&);

// What a name means to mappings of the tenant; nothing, and the tenant itself: the whole tenant.
// kInvalidInput at `pointer` where no mapping can be on it, and where it is another tenant.
Outcome<domain::ResourceText> named_resource(const domain::TenantId& tenant,
                                             const std::optional<domain::EntityName>& name,
                                             const std::string& pointer);

// Whether the tenant has it. Things of applications always are: nothing need be stored of them. Of the
// namespaces of Reeve itself there is only what the tenant has.
Outcome<bool> has_resource(const Read&, const domain::TenantId& tenant, const domain::ResourceText&);

// Whether the tenant has it and it isn't disabled, which a project can be.
Outcome<bool> is_open(const Read&, const domain::TenantId& tenant, const domain::ResourceText&);

}  // namespace api
