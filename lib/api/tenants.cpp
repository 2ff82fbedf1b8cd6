#include "api/tenants.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "api/limits.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/free_slug.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/roles.h"
#include "base/text.h"
#include "domain/audit.h"
#include "domain/held_slug.h"

namespace api {
namespace {

Error taken(const std::string& slug) {
  return invalid(Code::kAlreadyExists, {{"/slug", in_backticks(slug) + " is taken"}});
}

// The first segments of paths of calls that are of no tenant, or may come to be.
constexpr std::array<std::string_view, 10> kReservedSlugs = {
    "access", "console", "healthz", "livez", "metrics", "ping", "readyz", "scim", "v1", "v1beta1"};

// What is against a tenant's having the slug; nothing where it may. A tenant takes back what it gave up
// itself.
Outcome<std::optional<Error>> against(const Read& read, const domain::TenantId& tenant,
                                      const std::string& slug, bool force) {
  if (std::find(kReservedSlugs.begin(), kReservedSlugs.end(), slug) != kReservedSlugs.end())
    return std::optional(
        invalid("/slug", in_backticks(slug) + " is reserved, since paths of this server begin with it"));
  const auto found = stored(domain::find_tenant_by_slug(read.txn, slug));
  if (!found.ok()) return found.error();
  if (found.value()) return std::optional(taken(slug));
  const auto held = stored(domain::get_held_slug(read.txn, slug, read.now));
  if (!held.ok()) return held.error();
  if (force || !held.value() || held.value()->tenant == tenant) return std::optional<Error>();
  return std::optional(
      invalid(Code::kAlreadyExists,
              {{"/slug", in_backticks(slug) + " was another tenant's and is held until " +
                             to_string(held.value()->until) + ", unless the platform takes it by force"}}));
}

// That of the call, or one made from the name, and what is against it.
struct TenantSlug {
  std::string slug;
  std::optional<Error> against{};
};
Outcome<TenantSlug> slug_for(const Read& read, const NewTenant& given) {
  const auto against_new = [&](const std::string& slug) { return against(read, {}, slug, given.force); };
  if (given.slug) {
    std::string slug = base::to_lower(*given.slug);
    auto why = against_new(slug);
    if (!why.ok()) return why.error();
    return TenantSlug{std::move(slug), std::move(why).value()};
  }
  auto made = free_slug(*given.name, "tenant", [&](const std::string& slug) -> Outcome<bool> {
    const auto why = against_new(slug);
    if (!why.ok()) return why.error();
    return !why.value();
  });
  if (!made.ok()) return made.error();
  if (!made->is_free) return TenantSlug{made->slug, taken(made->slug)};
  return TenantSlug{std::move(made->slug)};
}

// A path names a tenant by uuid or slug, so none can look like the other.
void check_slug(Checks& checks, const std::string& slug) {
  checks.slug("/slug", base::to_lower(slug), SlugRule::kTenant);
  if (base::Uuid::parse(slug)) checks.add("/slug", "must not be a uuid");
}

bool same(const domain::Tenant& a, const domain::Tenant& b) {
  return a.slug == b.slug && a.name == b.name && a.metadata == b.metadata && a.state == b.state &&
         a.limits == b.limits;
}

// A tenant that is at its limits can be given others, and be shut.
Outcome<void> begin_update(Change& change, const domain::Tenant& before, const domain::Tenant& after) {
  if (before.limits != after.limits) return change.begin(domain::Platform{});
  const bool is_shut = before.state != after.state && after.state == domain::State::kDisabled;
  return is_shut ? change.begin_removal() : change.begin(after.id);
}

}  // namespace

Outcome<domain::TenantId> resolve_tenant(const Read& read, const std::optional<std::string_view>& header) {
  const auto id = header ? domain::TenantId::parse(*header) : std::nullopt;
  if (!header) return invalid("X-Tenant-ID", "is missing; it says which tenant the call is about");
  if (!id) return invalid("X-Tenant-ID", "must be a uuid");
  if (!read.caller.platform()) {
    if (*id == read.caller.tenant) return *id;
    return error(Code::kTenantMismatch, "X-Tenant-ID: not the credential's tenant");
  }
  const auto tenant = existing_tenant(read, *id);
  if (!tenant.ok()) return tenant.error();
  return *id;
}

Outcome<domain::TenantId> resolve_chain(const Read& read, const std::optional<std::string_view>& header) {
  const auto tenant = resolve_tenant(read, header);
  if (tenant.ok() || tenant.error().code != Code::kNotFound) return tenant;
  const auto id = domain::TenantId::parse(*header);
  const auto size = stored(domain::audit_size(read.txn, *id));
  if (!size.ok()) return size.error();
  if (size->entries == 0) return tenant.error();
  return *id;
}

Outcome<domain::Tenant> find_tenant(const Read& read, std::string_view id_or_slug) {
  const auto id = domain::TenantId::parse(id_or_slug);
  auto found = stored(id ? domain::get_tenant(read.txn, *id)
                         : domain::find_tenant_by_slug(read.txn, base::to_lower(std::string(id_or_slug))));
  if (!found.ok()) return found.error();
  auto& tenant = found.value();
  if (!tenant || (!read.caller.platform() && tenant->id != read.caller.tenant))
    return not_found("tenant", id_or_slug);
  return *std::move(tenant);
}

Outcome<Page<domain::Tenant>> list_tenants(const Read& read, const PageRequest& page) {
  return list_tenants_in(read, std::nullopt, page);
}

Outcome<Page<domain::Tenant>> list_tenants_in(const Read& read, const std::optional<domain::State>& state,
                                              const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_tenants, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  const auto after = id_cursor<domain::TenantId>(page);
  if (!after.ok()) return after.error();
  Pager<domain::Tenant, domain::TenantId> pager(read, page);
  const auto done = stored(
      domain::each_tenant(read.txn, after.value() ? &*after.value() : nullptr, [&](domain::Tenant&& tenant) {
        if (!pager.look()) return false;
        const domain::TenantId id = tenant.id;
        if (state && tenant.state != *state) return pager.pass(id);
        return pager.take(id, [&] { return Outcome<domain::Tenant>(std::move(tenant)); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<domain::Tenant> get_tenant(const Read& read, const domain::TenantId& id) {
  const auto authorized = authorize(read, on_tenant(op::get_tenant, id));
  if (!authorized.ok()) return authorized.error();
  return existing_tenant(read, id);
}

Outcome<TenantUsage> get_usage(const Read& read, const domain::TenantId& id) {
  const auto authorized = authorize(read, on_tenant(op::get_usage, id));
  if (!authorized.ok()) return authorized.error();
  const auto tenant = existing_tenant(read, id);
  if (!tenant.ok()) return tenant.error();
  TenantUsage usage;
  usage.limits = domain::limits_of(tenant->limits, read.quotas);
  for (const domain::Quota quota : domain::kAllQuotas) {
    const auto used = stored(domain::get_used(read.txn, id, quota));
    if (!used.ok()) return used.error();
    usage.used[quota] = *used;
  }
  const auto audit = stored(domain::audit_size(read.txn, id));
  if (!audit.ok()) return audit.error();
  usage.audit_entries = audit->entries;
  return usage;
}

std::optional<Error> check(const NewTenant& given) {
  Checks checks;
  if (given.slug) check_slug(checks, *given.slug);
  if (given.name) checks.name("/name", *given.name);
  if (!given.name && !given.slug) checks.add("/name", "is missing");
  checks.metadata("/metadata", given.metadata);
  return checks.error();
}

Outcome<domain::Tenant> create_tenant(Change& change, const NewTenant& given) {
  if (const auto bad = check(given)) return *bad;
  const auto slug = slug_for(change, given);
  if (!slug.ok()) return slug.error();
  domain::Tenant tenant;
  tenant.slug = slug->slug;
  tenant.name = given.name.value_or(tenant.slug);

  auto request = on_tenant(op::create_tenant, domain::Platform{});
  request.proposed =
      Proposal().text("name", tenant.name).text("slug", tenant.slug).flag("force", given.force).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (slug->against) return *slug->against;

  tenant.id = given.id.value_or(domain::TenantId(change.make_id()));
  tenant.metadata = metadata_text(given.metadata);
  tenant.created_at = tenant.updated_at = change.now;
  if (const auto begins = change.begin(domain::Platform{}); !begins.ok()) return begins.error();
  const auto put = stored(domain::put_tenant(change.write, tenant));
  if (!put.ok()) return put.error();
  request.resource_id = tenant.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(tenant));
  if (!noted.ok()) return noted.error();
  return tenant;
}

std::optional<Error> check(const TenantPatch& patch) {
  Checks checks;
  if (patch.slug) check_slug(checks, *patch.slug);
  if (patch.name) checks.given_name("/name", *patch.name);
  if (patch.metadata) checks.metadata("/metadata", *patch.metadata);
  for (const domain::Quota quota : domain::kAllQuotas)
    if (patch.limits && (*patch.limits)[quota] > domain::kMaxLimit)
      checks.add("/limits/" + std::string(name_of(quota)),
                 "must be at most " + std::to_string(domain::kMaxLimit));
  return checks.error();
}

Outcome<domain::Tenant> update_tenant(Change& change, const domain::TenantId& id, const TenantPatch& patch,
                                      const IfMatch& match) {
  if (const auto bad = check(patch)) return *bad;

  const std::optional<std::string> slug =
      patch.slug ? std::optional(base::to_lower(*patch.slug)) : std::nullopt;
  const auto before = existing_tenant(change, id);
  if (!before.ok() && before.error().code != Code::kNotFound) return before.error();
  auto request = on_tenant(op::update_tenant, id);
  Proposal proposal;
  proposal.text_if("name", patch.name).text_if("slug", slug);
  if (patch.state) proposal.text("state", name_of(*patch.state));
  proposal
      .flag("changes_metadata",
            before.ok() && patch.metadata && metadata_text(*patch.metadata) != before->metadata)
      .flag("force", patch.force);
  const bool changes_limits = before.ok() && patch.limits && *patch.limits != before->limits;
  if (changes_limits) proposal.limits("limits", *patch.limits);
  request.proposed = proposal.take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (!before.ok()) return before.error();
  const auto matches = check_match(match, before.value().revision);
  if (!matches.ok()) return matches.error();

  domain::Tenant after = before.value();
  after.slug = slug.value_or(after.slug);
  after.name = patch.name.value_or(after.name);
  if (patch.metadata) after.metadata = metadata_text(*patch.metadata);
  after.state = patch.state.value_or(after.state);
  after.limits = patch.limits.value_or(after.limits);
  if (same(before.value(), after)) return after;
  if (const auto bad = check_new_name("/name", before.value().name, after.name)) return *bad;
  if (after.slug != before.value().slug) {
    const auto why = against(change, id, after.slug, patch.force);
    if (!why.ok()) return why.error();
    if (why.value()) return *why.value();
  }
  after.updated_at = change.now;
  if (const auto begins = begin_update(change, before.value(), after); !begins.ok()) return begins.error();
  const auto put = stored(domain::put_tenant(change.write, after));
  if (!put.ok()) return put.error();
  const auto noted =
      append_audit(change, request, authorized.value(), to_audit(before.value()), to_audit(after));
  if (!noted.ok()) return noted.error();
  return after;
}

Outcome<void> delete_tenant(Change& change, const domain::TenantId& id, const IfMatch& match) {
  auto request = on_tenant(op::delete_tenant, id);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto tenant = existing_tenant(change, id);
  if (!tenant.ok()) return tenant.error();
  const auto matches = check_match(match, tenant.value().revision);
  if (!matches.ok()) return matches;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_tenant(change.write, id));
  if (!deleted.ok()) return deleted.error();
  // In its own chain, and in the platform's.
  const std::string before = to_audit(tenant.value());
  const auto noted = append_audit(change, request, authorized.value(), before, kNothing);
  if (!noted.ok()) return noted;
  request.tenant = domain::Platform{};
  return append_audit(change, request, authorized.value(), before, kNothing);
}

}  // namespace api
