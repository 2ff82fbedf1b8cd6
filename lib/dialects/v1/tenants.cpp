#include "api/tenants.h"

#include <algorithm>

#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_tenant(base::JsonWriter& w, const domain::Tenant& tenant) {
  w.begin_object().member("id", tenant.id).member("slug", tenant.slug).member("name", tenant.name);
  w.member("state", name_of(tenant.state)).name("limits").begin_object();
  for (const domain::Quota quota : domain::kAllQuotas)
    if (const auto limit = tenant.limits[quota]) w.member(name_of(quota), *limit);
  w.end_object();
  w.member("created_at", tenant.created_at).member("updated_at", tenant.updated_at).end_object();
}

std::string body_of(const domain::Tenant& tenant) {
  base::JsonWriter w;
  write_tenant(w, tenant);
  return w.take();
}

// Paths of /v1 name a tenant by its uuid alone, though find_tenant would take a slug too.
api::Outcome<domain::TenantId> tenant_of(const std::string& id, const api::Read& read) {
  const auto tenant = api::find_tenant(read, base::Uuid::parse(id) ? id : base::Uuid().to_string());
  if (!tenant.ok()) return tenant.error();
  return tenant->id;
}

Answer list_tenants(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  if (const auto bad = query.error()) return *bad;
  const auto tenants = api::list_tenants(read, page);
  if (!tenants.ok()) return tenants.error();
  return ok(list_body(call.route.id, tenants.value(), page.limit, write_tenant));
}

Answer get_tenant(const Call& call, const api::Read& read) {
  const auto id = tenant_of(call.path("id"), read);
  if (!id.ok()) return id.error();
  const auto tenant = api::get_tenant(read, id.value());
  if (!tenant.ok()) return tenant.error();
  return ok(body_of(tenant.value()), tenant->revision);
}

Answer get_usage(const Call& call, const api::Read& read) {
  const auto id = tenant_of(call.path("id"), read);
  if (!id.ok()) return id.error();
  const auto usage = api::get_usage(read, id.value());
  if (!usage.ok()) return usage.error();
  base::JsonWriter w;
  w.begin_object().member("tenant_id", id.value());
  for (const domain::Quota quota : domain::kAllQuotas) {
    w.name(name_of(quota)).begin_object().member("used", usage->used[quota]);
    w.member("limit", std::min(usage->limits[quota], domain::kMaxLimit)).end_object();
  }
  w.member("audit_entries", usage->audit_entries).end_object();
  return ok(w.take());
}

api::Outcome<Work> create_tenant(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  Query query(call);
  api::NewTenant made;
  made.name = fields.text("name");
  made.slug = fields.optional_text("slug");
  made.force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  if (const auto bad = fields.finish([&] { return api::check(made); })) return *bad;
  return Work([made = std::move(made)](api::Change& change) -> Answer {
    const auto tenant = api::create_tenant(change, made);
    if (!tenant.ok()) return tenant.error();
    return created(body_of(tenant.value()), "/v1/tenants/" + tenant->id.to_string(), tenant->revision);
  });
}

domain::OwnLimits read_limits(Fields& fields, FieldErrors& errors) {
  domain::OwnLimits limits;
  const base::Json* const object = fields.object("limits");
  if (!object) return limits;
  Fields inner(*object, kDialect, errors, fields.pointer("limits"));
  for (const domain::Quota quota : domain::kAllQuotas) limits[quota] = inner.optional_count(name_of(quota));
  inner.finish();
  return limits;
}

api::Outcome<Work> update_tenant(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  Query query(call);
  api::TenantPatch patch;
  patch.name = fields.patched_text("name");
  patch.slug = fields.patched_text("slug");
  if (const auto state = fields.patched_text("state")) {
    patch.state = domain::parse_state(*state);
    if (!patch.state) errors.add("/state", "must be `enabled` or `disabled`");
  }
  if (fields.has("limits")) patch.limits = read_limits(fields, errors);
  patch.force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  if (const auto bad = fields.finish([&] { return api::check(patch); })) return *bad;
  return Work([id = call.path("id"), patch = std::move(patch),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto found = tenant_of(id, change);
    if (!found.ok()) return found.error();
    const auto tenant = api::update_tenant(change, found.value(), patch, if_match);
    if (!tenant.ok()) return tenant.error();
    return ok(body_of(tenant.value()), tenant->revision);
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/tenants",
     .id = "list_tenants",
     .operation = op::list_tenants,
     .access = Access::kCredential,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_tenants},
    {.method = kPost,
     .path = "/v1/tenants",
     .id = "create_tenant",
     .operation = op::create_tenant,
     .access = Access::kCredential,
     .success = 201,
     .parameters = {"force"},
     .body = "NewTenant",
     .handle = create_tenant},
    {.method = kGet,
     .path = "/v1/tenants/{id}",
     .id = "get_tenant",
     .operation = op::get_tenant,
     .access = Access::kCredential,
     .handle = get_tenant},
    {.method = kGet,
     .path = "/v1/tenants/{id}/usage",
     .id = "get_usage",
     .operation = op::get_usage,
     .access = Access::kCredential,
     .handle = get_usage},
    {.method = kPut,
     .path = "/v1/tenants/{id}",
     .id = "update_tenant",
     .operation = op::update_tenant,
     .access = Access::kCredential,
     .parameters = {"force"},
     .takes_if_match = true,
     .body = "TenantPatch",
     .handle = update_tenant},
};

}  // namespace

std::span<const Route> tenant_calls() {
  return kCalls;
}

}  // namespace dialects::v1
