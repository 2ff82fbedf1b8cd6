#include "api/tenants.h"
#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"
#include "dialects/v1beta1/write.h"

namespace dialects::v1beta1 {

void write_organization(Out& out, const domain::Tenant& tenant) {
  out.begin()
      .member("id", tenant.id)
      .member("name", tenant.slug)
      .member("title", tenant.name)
      .metadata(tenant.metadata);
  out.member("state", name_of(tenant.state))
      .member("avatar", "")
      .member("created_at", tenant.created_at)
      .member("updated_at", tenant.updated_at);
  out.end();
}

namespace {

using enum http::Method;

constexpr Rename kRenames[] = {{"name", "title"}, {"slug", "name"}};

Reply reply_of(FieldNames names, const domain::Tenant& tenant) {
  Out out(names);
  out.begin();
  out.writer().name("organization");
  write_organization(out, tenant);
  return ok(out.end().take(), tenant.revision);
}

Answer list_organizations(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  return answer_list(call, read, "organizations", page, api::list_tenants, write_organization);
}

Answer get_organization(const Call& call, const api::Read& read) {
  const auto found = find_organization(read, call.path("org_id"));
  if (!found.ok()) return found.error();
  const auto tenant = api::get_tenant(read, found->id);
  if (!tenant.ok()) return tenant.error();
  return reply_of(call.names, tenant.value());
}

api::Outcome<Work> create_organization(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  Query query(call);
  api::NewTenant made;
  made.force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  made.slug = fields.text("name");
  made.name = fields.optional_text("title");
  if (auto metadata = fields.optional_object("metadata")) made.metadata = *std::move(metadata);
  if (const auto bad = fields.finish([&] { return renamed(api::check(made), kRenames, form.pointer); }))
    return *bad;
  return Work(
      [made = std::move(made), pointer = form.pointer, names = call.names](api::Change& change) -> Answer {
        const auto tenant = api::create_tenant(change, made);
        if (!tenant.ok()) return renamed(tenant.error(), kRenames, pointer);
        return reply_of(names, tenant.value());
      });
}

api::Outcome<Work> update_organization(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  Query query(call);
  api::TenantPatch patch;
  patch.force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  patch.slug = fields.optional_text("name");
  patch.name = fields.optional_text("title");
  patch.metadata = fields.optional_object("metadata");
  if (const auto state = fields.optional_text("state")) {
    if (*state == name_of(domain::State::kEnabled)) patch.state = domain::State::kEnabled;
    if (*state == name_of(domain::State::kDisabled)) patch.state = domain::State::kDisabled;
    if (!patch.state) errors.add(fields.pointer("state"), "must be enabled or disabled");
  }
  if (const auto bad = fields.finish([&] { return renamed(api::check(patch), kRenames, form.pointer); }))
    return *bad;
  return Work([organization = call.path("org_id"), patch = std::move(patch), if_match = call.if_match,
               pointer = form.pointer, names = call.names](api::Change& change) -> Answer {
    const auto found = find_organization(change, organization);
    if (!found.ok()) return found.error();
    const auto tenant = api::update_tenant(change, found->id, patch, if_match);
    if (!tenant.ok()) return renamed(tenant.error(), kRenames, pointer);
    return reply_of(names, tenant.value());
  });
}

api::Outcome<Work> set_state(const Call& call, domain::State state) {
  return Work(
      [organization = call.path("org_id"), state, if_match = call.if_match](api::Change& change) -> Answer {
        const auto found = find_organization(change, organization);
        if (!found.ok()) return found.error();
        api::TenantPatch patch;
        patch.state = state;
        const auto tenant = api::update_tenant(change, found->id, patch, if_match);
        if (!tenant.ok()) return renamed(tenant.error(), kRenames, "");
        return ok("{}");
      });
}

api::Outcome<Work> enable_organization(const Call& call) {
  return set_state(call, domain::State::kEnabled);
}
api::Outcome<Work> disable_organization(const Call& call) {
  return set_state(call, domain::State::kDisabled);
}

api::Outcome<Work> delete_organization(const Call& call) {
  return Work([organization = call.path("org_id"), if_match = call.if_match](api::Change& change) -> Answer {
    const auto found = find_organization(change, organization);
    if (!found.ok()) return found.error();
    const auto done = api::delete_tenant(change, found->id, if_match);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/organizations",
     .id = "list_organizations",
     .operation = op::list_tenants,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_organizations},
    {.method = kPost,
     .path = "/v1beta1/organizations",
     .id = "create_organization",
     .operation = op::create_tenant,
     .parameters = {"force"},
     .body = "NewOrganization",
     .handle = create_organization},
    {.method = kGet,
     .path = "/v1beta1/organizations/{org_id}",
     .id = "get_organization",
     .operation = op::get_tenant,
     .handle = get_organization},
    {.method = kPut,
     .path = "/v1beta1/organizations/{org_id}",
     .id = "update_organization",
     .operation = op::update_tenant,
     .parameters = {"force"},
     .takes_if_match = true,
     .body = "OrganizationPatch",
     .handle = update_organization},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/enable",
     .id = "enable_organization",
     .operation = op::update_tenant,
     .takes_if_match = true,
     .handle = enable_organization},
    {.method = kPost,
     .path = "/v1beta1/organizations/{org_id}/disable",
     .id = "disable_organization",
     .operation = op::update_tenant,
     .takes_if_match = true,
     .handle = disable_organization},
    {.method = kDelete,
     .path = "/v1beta1/organizations/{org_id}",
     .id = "delete_organization",
     .operation = op::delete_tenant,
     .takes_if_match = true,
     .handle = delete_organization},
};

}  // namespace

std::span<const Route> organization_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
