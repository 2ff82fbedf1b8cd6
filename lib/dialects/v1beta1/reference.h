#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/resources.h"

// How this dialect names things in texts: "namespace:id", with short names for namespaces of Reeve's own.
namespace dialects::v1beta1 {

// Splits at the first colon that is no part of "::"; nothing where either side is empty. Short names are
// written out: "group:0197…" is of app/group.
std::optional<api::ResourceName> parse_reference(std::string_view text);

// Of app/user, app/serviceuser and app/group, with a uuid.
std::optional<domain::Principal> parse_principal(std::string_view text);

std::string to_reference(const domain::Principal&);  // "app/user:0197…"
std::string to_reference(const domain::TenantId& tenant,
                         const domain::ResourceText&);  // "app/organization:…"

// The organization in which a call looks for a thing: the one that it names; for the platform, where it names
// none, the one that the thing is or is in. Fails as find_organization() does.
api::Outcome<domain::Tenant> find_organization_for(const api::Read&, const std::string& named,
                                                   const std::optional<api::ResourceName>&);

}  // namespace dialects::v1beta1
