#include "api/roles.h"

#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"
#include "dialects/v1beta1/write.h"

namespace dialects::v1beta1 {
namespace {

using enum http::Method;

constexpr Rename kRenames[] = {
    {"name", "title"}, {"slug", "name"}, {"scopes", "permissions"}, {"description", "metadata/description"}};

// A permission that was removed from the catalogue since keeps its scope's parts.
std::string slug_of(const std::string& scope) {
  const auto name = names::parse_permission_name(scope);
  return name.ok() ? name->to_slug() : scope;
}

}  // namespace

void write_role(Out& out, const domain::Role& role) {
  out.begin().member("id", role.id).member("name", role.slug).begin_array("permissions");
  for (const std::string& scope : role.scopes) out.writer().string(slug_of(scope));
  out.end_array().member("title", role.name).metadata(role.metadata, role.description);
  out.member("created_at", role.created_at).member("updated_at", role.updated_at);
  out.member("org_id", domain::to_stored(role.tenant)).member("state", name_of(role.state)).end();
}

namespace {

Reply reply_of(FieldNames names, const domain::Role& role) {
  Out out(names);
  out.begin();
  out.writer().name("role");
  write_role(out, role);
  return ok(out.end().take(), role.revision);
}

api::Outcome<api::RoleRecord> read_record(const Form& form) {
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  api::RoleRecord record;
  record.slug = fields.text("name");
  record.scopes = fields.texts("permissions");
  record.name = fields.optional_text("title");
  Metadata metadata = read_metadata(fields, errors);
  record.metadata = std::move(metadata.rest);
  record.description = std::move(metadata.description);
  if (const auto bad = fields.finish([&] { return renamed(api::check(record), kRenames, form.pointer); }))
    return *bad;
  return record;
}

// The record with permissions that are given by uuid or, as relations are written, `service/resource#verb`,
// in a spelling that every dialect knows. What is unknown stays as it was sent.
api::RoleRecord spelled(const domain::Catalogue& catalogue, api::RoleRecord record) {
  for (std::string& text : record.scopes) {
    const auto id = domain::PermissionId::parse(text);
    const std::size_t hash = text.find('#');
    const domain::Permission* known = id ? catalogue.find(*id) : nullptr;
    if (hash != std::string::npos) known = catalogue.find(std::string(text).replace(hash, 1, ":"));
    if (known) text = known->scope;
  }
  return record;
}

// Whose role it is: the organization of the path, or the platform where the path has none.
api::Outcome<domain::Owner> owner_of(const api::Read& read, const std::optional<std::string>& organization) {
  if (!organization) return domain::Owner(domain::Platform{});
  const auto tenant = find_organization(read, *organization);
  if (!tenant.ok()) return tenant.error();
  return domain::Owner(tenant->id);
}

api::Outcome<Work> create(const Call& call, std::optional<std::string> organization) {
  const Form form = form_of(call);
  auto record = read_record(form);
  if (!record.ok()) return record.error();
  return Work([organization = std::move(organization), record = std::move(record).value(),
               if_match = call.if_match, pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto owner = owner_of(change, organization);
    if (!owner.ok()) return owner.error();
    const auto whole = spelled(*change.catalogue, record);
    const auto role = api::create_or_replace_role(change, owner.value(), whole, if_match);
    if (!role.ok()) return renamed(role.error(), kRenames, pointer);
    return reply_of(names, role.value());
  });
}

api::Outcome<Work> update(const Call& call, std::optional<std::string> organization) {
  const Form form = form_of(call);
  auto record = read_record(form);
  if (!record.ok()) return record.error();
  return Work([organization = std::move(organization), id = call.path_id<domain::RoleId>("id"),
               record = std::move(record).value(), if_match = call.if_match, pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto owner = owner_of(change, organization);
    if (!owner.ok()) return owner.error();
    const auto whole = spelled(*change.catalogue, record);
    const auto role = api::replace_role_by_id(change, owner.value(), id, whole, if_match);
    if (!role.ok()) return renamed(role.error(), kRenames, pointer);
    return reply_of(names, role.value());
  });
}

api::Outcome<Work> remove(const Call& call, std::optional<std::string> organization) {
  return Work([organization = std::move(organization), id = call.path_id<domain::RoleId>("id"),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto owner = owner_of(change, organization);
    if (!owner.ok()) return owner.error();
    const auto done = api::delete_role_by_id(change, owner.value(), id, if_match);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

Answer list(const Call& call, const api::Read& read, const std::optional<std::string>& organization) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  const auto owner = owner_of(read, organization);
  if (!owner.ok()) return owner.error();
  const api::RoleSet set = organization ? api::RoleSet::kCustom : api::RoleSet::kPlatform;
  return answer_list(
      call, read, "roles", page,
      [whose = organization ? owner.value() : read.caller.tenant, set](const api::Read& now,
                                                                       const api::PageRequest& part) {
        return api::list_roles(now, whose, set, part);
      },
      [](Out& out, const api::RoleView& view) { write_role(out, view.role); });
}

Answer list_organization_roles(const Call& call, const api::Read& read) {
  return list(call, read, call.path("org_id"));
}

Answer get_organization_role(const Call& call, const api::Read& read) {
  const auto tenant = find_organization(read, call.path("org_id"));
  if (!tenant.ok()) return tenant.error();
  const auto role = api::get_role_by_id(read, tenant->id, call.path_id<domain::RoleId>("id"));
  if (!role.ok()) return role.error();
  return reply_of(call.names, role.value());
}

api::Outcome<Work> create_organization_role(const Call& call) {
  return create(call, call.path("org_id"));
}
api::Outcome<Work> update_organization_role(const Call& call) {
  return update(call, call.path("org_id"));
}
api::Outcome<Work> delete_organization_role(const Call& call) {
  return remove(call, call.path("org_id"));
}

Answer list_platform_roles(const Call& call, const api::Read& read) {
  return list(call, read, std::nullopt);
}

api::Outcome<Work> create_platform_role(const Call& call) {
  return create(call, std::nullopt);
}
api::Outcome<Work> update_platform_role(const Call& call) {
  return update(call, std::nullopt);
}
api::Outcome<Work> delete_platform_role(const Call& call) {
  return remove(call, std::nullopt);
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/roles",
     .id = "list_organization_roles",
     .operation = op::list_roles,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_organization_roles},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/roles",
     .id = "create_organization_role",
     .operation = op::create_role,
     .takes_if_match = true,
     .body = "RoleRecord",
     .handle = create_organization_role},
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}/roles/{id}",
     .id = "get_organization_role",
     .operation = op::get_role,
     .handle = get_organization_role},
    {.method = kPut,
     .path = "/v1beta1/organizations/{org_id}/roles/{id}",
     .id = "update_organization_role",
     .operation = op::update_role,
     .takes_if_match = true,
     .body = "RoleRecord",
     .handle = update_organization_role},
    {.method = kDelete,
     .path = "/v1beta1/organizations/{org_id}/roles/{id}",
     .id = "delete_organization_role",
     .operation = op::delete_role,
     .takes_if_match = true,
     .handle = delete_organization_role},
    {.method = kGet,
     .path = "/v1beta1/roles",
     .id = "list_platform_roles",
     .operation = op::list_roles,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_platform_roles},
    {.method = kPost,
     .path = "/v1beta1/roles",
     .id = "create_platform_role",
     .operation = op::create_platform_role,
     .takes_if_match = true,
     .body = "RoleRecord",
     .handle = create_platform_role},
    {.method = kPut,
     .path = "/v1beta1/roles/{id}",
     .id = "update_platform_role",
     .operation = op::update_platform_role,
     .takes_if_match = true,
     .body = "RoleRecord",
     .handle = update_platform_role},
    {.method = kDelete,
     .path = "/v1beta1/roles/{id}",
     .id = "delete_platform_role",
     .operation = op::delete_platform_role,
     .takes_if_match = true,
     .handle = delete_platform_role},
};

}  // namespace

std::span<const Route> role_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
