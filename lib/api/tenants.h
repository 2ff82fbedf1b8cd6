#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "domain/quota.h"
#include "domain/tenant.h"

namespace api {

namespace op {
inline constexpr Operation list_tenants = {
    .action = "tenant:list", .kind = kRead, .scope = kPlatformScope, .resource = "tenant"};
inline constexpr Operation get_tenant = {
    .action = "tenant:get", .kind = kRead, .scope = "organization:get", .resource = "tenant"};
inline constexpr Operation get_usage = {
    .action = "tenant:usage", .kind = kRead, .scope = "organization:get", .resource = "tenant"};
inline constexpr Operation create_tenant = {
    .action = "tenant:create", .kind = kWrite, .scope = kPlatformScope, .resource = "tenant"};
inline constexpr Operation update_tenant = {
    .action = "tenant:update", .kind = kWrite, .scope = "organization:update", .resource = "tenant"};
inline constexpr Operation delete_tenant = {
    .action = "tenant:delete", .kind = kWrite, .scope = "organization:delete", .resource = "tenant"};

inline constexpr Operation kTenants[] = {list_tenants,  get_tenant,    get_usage,
                                         create_tenant, update_tenant, delete_tenant};
}  // namespace op

// The tenant that a call of /v1 is about, from its X-Tenant-ID. Missing or not a uuid: kInvalidInput. Not
// the caller's own: kTenantMismatch, whether or not it exists. The platform may name any existing one, else
// kNotFound.
Outcome<domain::TenantId> resolve_tenant(const Read&, const std::optional<std::string_view>& header);

// The same for the audit log: the platform may name a tenant that is deleted as well, since its chain stays.
Outcome<domain::TenantId> resolve_chain(const Read&, const std::optional<std::string_view>& header);

// The organization that a path of /v1beta1 names by uuid or slug, or /v1/tenants/{id} by uuid: kNotFound
// where it doesn't exist or isn't the caller's.
Outcome<domain::Tenant> find_tenant(const Read&, std::string_view id_or_slug);

// All of them, in order of id: for the platform only.
Outcome<Page<domain::Tenant>> list_tenants(const Read&, const PageRequest&);

// The same of one state, where one is given.
Outcome<Page<domain::Tenant>> list_tenants_in(const Read&, const std::optional<domain::State>&,
                                              const PageRequest&);
Outcome<domain::Tenant> get_tenant(const Read&, const domain::TenantId& tenant);

// How much a tenant has, and may have. The counts are kept as changes are made, so that the cost is the same
// for any number.
struct TenantUsage {
  domain::PerQuota<std::uint64_t> used;
  domain::QuotaLimits limits;
  std::uint64_t audit_entries = 0;
};
Outcome<TenantUsage> get_usage(const Read&, const domain::TenantId& tenant);

// A slug is lower-cased and must then match ^[a-z0-9][a-z0-9_-]{0,63}$ and not be a uuid; where it is taken,
// kAlreadyExists at "/slug". Likewise where another tenant gave it up and it is held (domain/held_slug.h),
// which the message says until when; policies decide who may take it by force.
struct NewTenant {
  std::optional<std::string> name;  // absent: the slug (/v1beta1, where it is the title)
  std::optional<std::string> slug;  // absent: made from the name (/v1)
  base::Json metadata{base::Json::Object{}};
  std::optional<domain::TenantId> id;  // for the demo objects of development; dialects leave it out
  bool force = false;                  // takes a slug that is held, too
};
std::optional<Error> check(const NewTenant&);
Outcome<domain::Tenant> create_tenant(Change&, const NewTenant&);

// Only what is given is changed.
struct TenantPatch {
  std::optional<std::string> name, slug;
  std::optional<base::Json> metadata;
  std::optional<domain::State> state;
  std::optional<domain::OwnLimits> limits{};  // all of them; policies decide who may set them
  bool force = false;                         // takes a slug that is held, too
};
std::optional<Error> check(const TenantPatch&);
Outcome<domain::Tenant> update_tenant(Change&, const domain::TenantId& tenant, const TenantPatch&,
                                      const IfMatch&);

// From then on the tenant and all that belongs to it is nobody's, and its credentials are not valid; what it
// had is removed by and by (domain/deletion.h), except its audit chain.
Outcome<void> delete_tenant(Change&, const domain::TenantId& tenant, const IfMatch&);

}  // namespace api
