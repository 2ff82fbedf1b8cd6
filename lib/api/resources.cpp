#include "api/resources.h"

#include <optional>
#include <string_view>
#include <utility>

#include "authz/authority.h"
#include "base/text.h"
#include "domain/directory.h"
#include "domain/group.h"
#include "domain/project.h"

namespace api {
namespace {

// The id behind "<space>:", written as ids are.
template <class Id>
std::optional<Id> id_in(std::string_view resource, std::string_view space) {
  if (!resource.starts_with(space) || resource.substr(space.size(), 1) != ":") return std::nullopt;
  const std::string_view text = resource.substr(space.size() + 1);
  const auto id = Id::parse(text);
  return id && id->to_string() == text ? id : std::nullopt;
}

template <typename T>
Outcome<bool> is_stored(base::Result<std::optional<T>> found) {
  if (!found.ok()) return from_store(found.error());
  return found->has_value();
}

bool names_tenant(const domain::Tenant& tenant, const std::string& id_or_slug) {
  const auto id = domain::TenantId::parse(id_or_slug);
  return id ? *id == tenant.id : base::to_lower(id_or_slug) == tenant.slug;
}

}  // namespace

Outcome<domain::ResourceText> resource_text(const Read& read, const domain::Tenant& tenant,
                                            const ResourceName& name) {
  if (name.space == kOrganizationSpace && names_tenant(tenant, name.id)) return domain::ResourceText();
  if (name.space == kGroupSpace)
    if (const auto group = domain::GroupId::parse(name.id)) return domain::group_resource(*group);
  if (name.space == kProjectSpace) {
    if (const auto project = domain::ProjectId::parse(name.id)) return domain::project_resource(*project);
    const auto named = stored(domain::find_project_by_slug(read.txn, tenant.id, name.id));
    if (!named.ok()) return named.error();
    if (named.value()) return domain::project_resource(named.value()->id);
  }
  return name.space + ":" + name.id;
}

Outcome<domain::ResourceText> named_resource(const domain::TenantId& tenant,
                                             const std::optional<domain::EntityName>& name,
                                             const std::string& pointer) {
  if (!name) return domain::ResourceText();
  auto text = authz::resource_text(tenant, *name);
  if (!text) return invalid(pointer, "must have a type of 1 to 128 bytes and an id of 1 to 256, without NUL");
  if (!text->empty() && name->type == domain::kTenantType)
    return invalid(pointer, "must not be another tenant");
  return *std::move(text);
}

Outcome<bool> has_resource(const Read& read, const domain::TenantId& tenant,
                           const domain::ResourceText& resource) {
  if (!resource.starts_with(kOwnSpaces)) return true;
  if (const auto group = id_in<domain::GroupId>(resource, kGroupSpace))
    return is_stored(domain::get_group(read.txn, tenant, *group));
  if (const auto project = id_in<domain::ProjectId>(resource, kProjectSpace))
    return is_stored(domain::get_project(read.txn, tenant, *project));
  return false;
}

Outcome<bool> is_open(const Read& read, const domain::TenantId& tenant,
                      const domain::ResourceText& resource) {
  const auto id = id_in<domain::ProjectId>(resource, kProjectSpace);
  if (!id) return has_resource(read, tenant, resource);
  const auto project = stored(domain::get_project(read.txn, tenant, *id));
  if (!project.ok()) return project.error();
  return project.value() && project.value()->state == domain::State::kEnabled;
}

}  // namespace api
