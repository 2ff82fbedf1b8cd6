#include "api/parts/role_changes.h"

#include <limits>
#include <utility>
#include <vector>

#include "api/parts/audit_json.h"
#include "api/parts/checks.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/propose.h"
#include "api/roles.h"
#include "authz/entities.h"
#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/mapping.h"
#include "domain/shadowed_role.h"
#include "domain/tenant.h"

namespace api {
namespace {

Operation pick(const domain::Owner& tenant, Operation of_tenant, Operation of_platform) {
  return tenant.is_platform() ? of_platform : of_tenant;
}

std::optional<domain::Principal> author(const Change& change) {
  if (change.caller.credential.is_nil()) return std::nullopt;
  return change.caller.principal;
}

bool same(const domain::Role& a, const domain::Role& b) {
  return a.slug == b.slug && a.name == b.name && a.description == b.description && a.scopes == b.scopes &&
         a.metadata == b.metadata && a.state == b.state && a.is_system == b.is_system;
}

// The tenants in which the role can be mapped: its own, or all of them.
Outcome<std::vector<domain::TenantId>> tenants_of(const Read& read, const domain::Role& role) {
  if (const domain::TenantId* const one = role.tenant.tenant()) return std::vector{*one};
  std::vector<domain::TenantId> tenants;
  const auto done = stored(domain::each_tenant(read.txn, nullptr, [&](domain::Tenant&& tenant) {
    tenants.push_back(tenant.id);
    return true;
  }));
  if (!done.ok()) return done.error();
  return tenants;
}

Error in_use(const domain::Role& role, std::uint64_t mappings) {
  return error(Code::kInUse, "role " + role.slug + ": in use by " + std::to_string(mappings) +
                                 (mappings == 1 ? " mapping" : " mappings"));
}

}  // namespace

Outcome<RoleView> view_role(const Read& read, const domain::Owner& tenant, domain::Role role,
                            Counting counting) {
  const std::uint64_t most =
      counting == Counting::kExact ? std::numeric_limits<std::uint64_t>::max() : authz::kMaxLookedAt;
  const auto holders = stored(authz::count_holders(read.txn, tenant, role.id, read.now, most));
  if (!holders.ok()) return holders.error();
  auto radius = authz::blast_radius(role, *read.catalogue, holders.value());
  if (!role.tenant.is_platform()) {
    const auto other = stored(domain::find_role(read.txn, domain::Platform{}, role.slug));
    if (!other.ok()) return other.error();
    if (other.value())
      radius.warnings.push_back(
          std::string(other.value()->is_system ? "A system role" : "A role of the platform") +
          " has the same slug. It is not in force in this tenant until one of the two is "
          "renamed.");
  }
  return RoleView{std::move(role), std::move(radius), holders.value()};
}

AccessRequest on_role(const Operation& operation, const domain::Owner& tenant, std::string_view slug) {
  return {operation, tenant, authz::role_uid(slug), std::string(slug)};
}

AccessRequest creating_role(const Read& read, const domain::Role& role) {
  auto request = on_tenant(pick(role.tenant, op::create_role, op::create_platform_role), role.tenant);
  request.resource_id = role.slug;
  Proposal proposal;
  proposal.text("slug", role.slug).text("name", role.name).text("description", role.description.value_or(""));
  request.proposed = propose_scopes(proposal, *read.catalogue, role.scopes, {}).take();
  return request;
}

AccessRequest updating_role(const Read& read, const domain::Owner& tenant, std::string_view slug,
                            const domain::Role* before, const domain::Role& after) {
  auto request = on_role(pick(tenant, op::update_role, op::update_platform_role), tenant, slug);
  Proposal proposal;
  proposal.text("slug", after.slug).text("name", after.name);
  proposal.text("description", after.description.value_or(""));
  // Enabling a role gives all of it.
  const bool gave =
      before && (before->state == domain::State::kEnabled || after.state != domain::State::kEnabled);
  request.proposed = propose_scopes(proposal, *read.catalogue, after.scopes,
                                    gave ? before->scopes : std::vector<std::string>())
                         .take();
  return request;
}

Outcome<void> check_own(const domain::Role& role, const domain::Owner& tenant) {
  if (role.tenant == tenant && !role.is_system) return {};
  return error(Code::kSystemRole, "role " + role.slug + ": " +
                                      (role.is_system ? "a system role can't be changed"
                                                      : "belongs to the platform, and so to every tenant"));
}

Outcome<void> check_no_tenant_has(const Read& read, const domain::Owner& owner, const std::string& slug) {
  if (!owner.is_platform()) return {};
  const auto tenants = stored(domain::count_tenants_with_role(read.txn, slug));
  if (!tenants.ok()) return tenants.error();
  if (tenants.value() == 0) return {};
  return invalid(
      Code::kAlreadyExists,
      {{"/slug", in_backticks(slug) + " is the slug of a role of their own in " +
                     std::to_string(tenants.value()) + (tenants.value() == 1 ? " tenant" : " tenants")}});
}

Outcome<void> make_role(Change& change, const AccessRequest& request, const Authorization& authorized,
                        domain::Role& role) {
  if (const auto bad = check_new_name("/name", "", role.name)) return *bad;
  if (role.id.is_nil()) {
    role.id = domain::RoleId(change.make_id());
    role.created_by = author(change);
    role.created_at = change.now;
  }
  role.updated_by = author(change);
  role.updated_at = change.now;
  if (const auto begins = change.begin(role.tenant, {{domain::Quota::kRoles}}); !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_role(change.write, role));
  if (!put.ok()) return put.error();
  AccessRequest named = request;
  named.resource_id = role.slug;
  return append_audit(change, named, authorized, kNothing, to_audit(role));
}

Outcome<void> replace_role(Change& change, const AccessRequest& request, const Authorization& authorized,
                           const domain::Role& before, domain::Role& after) {
  if (same(before, after)) return {};
  if (const auto bad = check_new_name("/name", before.name, after.name)) return *bad;
  after.updated_by = author(change);
  after.updated_at = change.now;
  if (const auto begins = change.begin(after.tenant); !begins.ok()) return begins.error();
  const auto put = stored(domain::put_role(change.write, after));
  if (!put.ok()) return put.error();
  return append_audit(change, request, authorized, to_audit(before), to_audit(after));
}

Outcome<void> remove_role(Change& change, const AccessRequest& request, const Authorization& authorized,
                          const domain::Role& role, bool force) {
  const auto tenants = tenants_of(change, role);
  if (!tenants.ok()) return tenants.error();
  std::uint64_t mappings = 0;
  for (const domain::TenantId& tenant : tenants.value()) {
    const auto count = stored(domain::count_mappings(change.txn, tenant, role.id));
    if (!count.ok()) return count.error();
    mappings += count.value();
  }
  if (mappings > 0 && !force) return in_use(role, mappings);
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const domain::DeletedBy by = deleted_by(change, authorized);
  const std::uint64_t at_once = mappings > domain::kMostAtOnce ? 0 : domain::kMostAtOnce;  // in each tenant
  for (const domain::TenantId& tenant : tenants.value()) {
    const domain::PendingDeletion deletion{tenant, role.id, role.slug, by};
    const auto removed =
        stored(domain::delete_belongings(change.write, deletion, at_once, noting_gone(change)));
    if (!removed.ok()) return removed.error();
  }
  const auto deleted = stored(domain::delete_role(change.write, role));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized, to_audit(role), kNothing);
}

}  // namespace api
