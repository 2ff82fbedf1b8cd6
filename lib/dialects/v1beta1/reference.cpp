#include "dialects/v1beta1/reference.h"

#include <cstddef>

#include "api/projects.h"
#include "dialects/v1beta1/form.h"

namespace dialects::v1beta1 {
namespace {

struct Alias {
  std::string_view given, space;
};
constexpr Alias kAliases[] = {
    {"org", "app/organization"}, {"organization", "app/organization"},
    {"project", "app/project"},  {"group", "app/group"},
    {"user", "app/user"},        {"serviceuser", "app/serviceuser"},
};

struct PrincipalSpace {
  std::string_view space;
  domain::PrincipalKind kind;
};
constexpr PrincipalSpace kPrincipals[] = {{"app/user", domain::PrincipalKind::kUser},
                                          {"app/serviceuser", domain::PrincipalKind::kServiceUser},
                                          {"app/group", domain::PrincipalKind::kGroup}};

std::string written_out(std::string_view space) {
  for (const Alias& alias : kAliases)
    if (alias.given == space) return std::string(alias.space);
  return std::string(space);
}

}  // namespace

std::optional<api::ResourceName> parse_reference(std::string_view text) {
  std::size_t colon = text.find(':');
  while (colon != std::string_view::npos && text.substr(colon, 2) == "::") colon = text.find(':', colon + 2);
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return std::nullopt;
  return api::ResourceName{written_out(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::optional<domain::Principal> parse_principal(std::string_view text) {
  const auto name = parse_reference(text);
  if (!name) return std::nullopt;
  const auto id = base::Uuid::parse(name->id);
  for (const PrincipalSpace& row : kPrincipals)
    if (id && row.space == name->space) return domain::Principal(row.kind, *id);
  return std::nullopt;
}

std::string to_reference(const domain::Principal& who) {
  for (const PrincipalSpace& row : kPrincipals)
    if (row.kind == who.kind) return std::string(row.space) + ":" + who.id.to_string();
  return to_string(who);
}

std::string to_reference(const domain::TenantId& tenant, const domain::ResourceText& resource) {
  return resource.empty() ? std::string(api::kOrganizationSpace) + ":" + tenant.to_string() : resource;
}

api::Outcome<domain::Tenant> find_organization_for(const api::Read& read, const std::string& named,
                                                   const std::optional<api::ResourceName>& resource) {
  const bool by_resource = named.empty() && read.caller.platform() && resource;
  if (by_resource && resource->space == api::kOrganizationSpace) return find_organization(read, resource->id);
  const auto project = by_resource && resource->space == api::kProjectSpace
                           ? domain::ProjectId::parse(resource->id)
                           : std::nullopt;
  if (!project) return find_organization(read, named);
  const auto owner = api::tenant_of_project(read, *project);
  if (!owner.ok()) return owner.error();
  if (owner->is_platform())
    return api::error(api::Code::kNotFound, "project " + resource->id + ": not found");
  return find_organization(read, to_string(owner.value()));
}

}  // namespace dialects::v1beta1
