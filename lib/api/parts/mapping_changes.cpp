#include "api/parts/mapping_changes.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "api/grants.h"
#include "api/group_roles.h"
#include "api/limits.h"
#include "api/mappings.h"
#include "api/parts/audit_json.h"
#include "api/parts/checks.h"
#include "api/parts/propose.h"
#include "api/roles.h"
#include "authz/entities.h"
#include "base/nearest.h"
#include "domain/grant.h"
#include "domain/shadowed_role.h"

namespace api {
namespace {

constexpr std::size_t kMaxGuessed = 1'000;  // roles looked at for a guess

AccessRequest on_principal(const Operation& operation, const domain::TenantId& tenant,
                           const domain::Principal& who) {
  switch (who.kind) {
    case domain::PrincipalKind::kGroup:
      return on_group(operation, tenant, domain::GroupId(who.id));
    case domain::PrincipalKind::kUser:
      return on_user(operation, tenant, domain::UserId(who.id));
    case domain::PrincipalKind::kServiceUser:
    case domain::PrincipalKind::kPlatform:
      return on_service_user(operation, tenant, domain::ServiceUserId(who.id));
  }
  return on_tenant(operation, tenant);
}

// What the audit log calls a mapping: "group:0197…/approver".
std::string name_mapping(const domain::Principal& who, std::string_view slug) {
  return domain::to_string(who) + "/" + std::string(slug);
}

AccessRequest request_for(const Operation& operation, const domain::TenantId& tenant,
                          const domain::Principal& who, const ProposedRole& role, Proposal& proposal) {
  AccessRequest request = on_principal(operation, tenant, who);
  request.resource_id = name_mapping(who, role.slug);
  request.proposed =
      proposal.text("role", role.slug).flag("is_system", role.is_system).gives(role.gift).take();
  return request;
}

// What the role is called, or was before it was deleted; its id where that can't be read. A damaged record
// must not keep the mapping from going, nor hold up what else is being deleted.
base::Result<std::string> slug_of(const store::ReadTxn& txn, const domain::Mapping& mapping) {
  const auto role = domain::find_role_by_id(txn, mapping.tenant, mapping.role);
  if (!role.ok() && role.error().code != base::ErrorCode::kCorrupt) return role.error();
  if (role.ok() && *role) return (*role)->slug;
  const auto deleted = domain::get_pending_deletion(txn, mapping.tenant, mapping.role);
  if (!deleted.ok() && deleted.error().code != base::ErrorCode::kCorrupt) return deleted.error();
  if (deleted.ok() && *deleted && !(*deleted)->slug.empty()) return (*deleted)->slug;
  return mapping.role.to_string();
}

// What is to be, by whichever way.
AccessRequest putting(const Operation& operation, const domain::TenantId& tenant, const NewMapping& mapping,
                      const ProposedRole& role) {
  Proposal proposal;
  proposal.text("resource", mapping.resource)
      .time("valid_from", mapping.valid_from)
      .time("expires_at", mapping.expires_at)
      .text_if("reason", mapping.reason);
  return request_for(operation, tenant, mapping.principal, role, proposal);
}

}  // namespace

ProposedRole proposed_role(const Read& read, std::string_view slug, const domain::Role* role) {
  return {std::string(slug), role && role->is_system,
          gift_of(*read.catalogue, role ? role->scopes : std::vector<std::string>())};
}

AccessRequest creating_mapping(const domain::TenantId& tenant, const NewMapping& mapping,
                               const ProposedRole& role) {
  return putting(op::create_mapping, tenant, mapping, role);
}

AccessRequest updating_mapping(const domain::TenantId& tenant, const NewMapping& mapping,
                               const ProposedRole& role) {
  return putting(op::update_mapping, tenant, mapping, role);
}

AccessRequest deleting_mapping(const domain::TenantId& tenant, const domain::MappingKey& key,
                               const ProposedRole& role) {
  Proposal proposal;
  proposal.text("resource", key.resource);
  return request_for(op::delete_mapping, tenant, key.principal, role, proposal);
}

AccessRequest no_mapping(const Read& read, const Operation& operation, const domain::TenantId& tenant,
                         const domain::MappingId& id) {
  AccessRequest request = on_tenant(operation, tenant);
  request.resource_id = id.to_string();
  request.proposed = Proposal()
                         .text("role", "")
                         .flag("is_system", false)
                         .text("resource", "")
                         .gives(*read.catalogue, {})
                         .take();
  return request;
}

Outcome<domain::Mapping> make_mapping(Change& change, const AccessRequest& request,
                                      const Authorization& authorized, const NewMapping& given,
                                      const NamedRole& role) {
  const auto there = stored(
      domain::get_mapping(change.txn, *request.tenant.tenant(), {given.principal, role.id, given.resource}));
  if (!there.ok()) return there.error();
  if (there.value())
    return error(Code::kAlreadyExists,
                 "role mapping " + name_mapping(given.principal, role.slug) + ": already exists");
  const auto leftovers = stored(domain::Leftovers::of(change.txn, *request.tenant.tenant()));
  if (!leftovers.ok()) return leftovers.error();
  const auto going = stored(leftovers->has(given.principal, role.id, given.resource));
  if (!going.ok()) return going.error();
  if (going.value())
    return error(Code::kInUse, "resource " + given.resource + ": is still being deleted; try again shortly");
  if (const auto begins = change.begin(request.tenant, {{domain::Quota::kMappings}}); !begins.ok())
    return begins.error();
  return put_new_mapping(change, request, authorized, given, role);
}

Outcome<domain::Mapping> put_new_mapping(Change& change, const AccessRequest& request,
                                         const Authorization& authorized, const NewMapping& given,
                                         const NamedRole& role) {
  domain::Mapping mapping;
  mapping.id = domain::MappingId(change.make_id());
  mapping.tenant = *request.tenant.tenant();
  mapping.principal = given.principal;
  mapping.role = role.id;
  mapping.resource = given.resource;
  mapping.valid_from = given.valid_from;
  mapping.expires_at = given.expires_at;
  mapping.reason = given.reason;
  mapping.title = given.title;
  mapping.metadata = given.metadata;
  if (!change.caller.credential.is_nil()) mapping.created_by = change.caller.principal;
  mapping.created_at = change.now;
  if (given.was) mapping = *given.was;
  const auto put = stored(domain::put_mapping(change.write, mapping));
  if (!put.ok()) return put.error();
  const auto noted = append_audit(change, request, authorized, kNothing, to_audit(mapping, role.slug));
  if (!noted.ok()) return noted.error();
  return mapping;
}

Outcome<void> remove_mapping(Change& change, const AccessRequest& request, const Authorization& authorized,
                             const domain::MappingKey& key, const std::string& slug, const IfMatch& match) {
  const auto mapping = stored(domain::get_mapping(change.txn, *request.tenant.tenant(), key));
  if (!mapping.ok()) return mapping.error();
  if (!mapping.value()) return not_found("role mapping", name_mapping(key.principal, slug));
  const auto matches = check_match(match, mapping.value()->revision);
  if (!matches.ok()) return matches;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_mapping(change.write, *mapping.value()));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized, to_audit(*mapping.value(), slug), kNothing);
}

domain::DeletedBy deleted_by(const Change& change, const Authorization& authorized) {
  domain::DeletedBy by;
  if (!change.caller.credential.is_nil()) by.actor = change.caller.principal;
  by.actor_name = change.caller.name;
  by.policies = authorized.policies;
  by.request_id = change.origin.request_id;
  by.ip = change.origin.ip;
  return by;
}

namespace {

// What the entry says of the mapping itself, or of the grant.
base::Result<domain::AuditEntry> entry_of(const store::ReadTxn& txn, const domain::Mapping& mapping) {
  const auto slug = slug_of(txn, mapping);
  if (!slug.ok()) return slug.error();
  domain::AuditEntry entry(mapping.tenant);
  entry.action = op::delete_mapping.action;
  entry.resource_type = op::delete_mapping.resource;
  entry.resource_id = name_mapping(mapping.principal, *slug);
  entry.before = to_audit(mapping, *slug);
  return entry;
}

base::Result<domain::AuditEntry> entry_of(const store::ReadTxn&, const domain::Grant& grant) {
  domain::AuditEntry entry(grant.tenant);
  entry.action = op::delete_grant.action;
  entry.resource_type = op::delete_grant.resource;
  entry.resource_id = grant.id.to_string();
  entry.before = to_audit(grant);
  return entry;
}

}  // namespace

base::Result<void> note_gone(store::WriteTxn& txn, crypto::Random& random, const domain::Gone& gone,
                             const domain::DeletedBy& by) {
  auto made = std::visit([&](const auto* one) { return entry_of(txn, *one); }, gone);
  if (!made.ok()) return made.error();
  domain::AuditEntry& entry = *made;
  entry.id = domain::AuditEntryId(random.uuid(txn.now()));
  entry.actor = by.actor;
  entry.actor_name = by.actor_name;
  entry.policies = by.policies;
  entry.request_id = by.request_id;
  entry.ip = by.ip;
  entry.created_at = txn.now();
  return domain::append_audit(txn, entry);
}

Outcome<std::optional<domain::Role>> find_role_of(const Read& read, const domain::TenantId& tenant,
                                                  std::string_view slug) {
  return stored(domain::find_role(read.txn, tenant, slug));
}

Outcome<std::optional<domain::Role>> find_role_named(const Read& read, const domain::TenantId& tenant,
                                                     std::string_view id_or_slug) {
  if (const auto id = domain::RoleId::parse(id_or_slug)) {
    auto role = stored(domain::find_role_in_force(read.txn, tenant, *id));
    if (!role.ok() || role.value()) return role;
  }
  return find_role_of(read, tenant, id_or_slug);
}

Error unknown_roles(const Change& change, const domain::TenantId& tenant,
                    const std::vector<UnknownRole>& roles) {
  std::vector<std::string> known;
  const auto collect = [&](domain::Role&& role) {
    known.push_back(std::move(role.slug));
    return known.size() < kMaxGuessed;
  };
  if (change.is_rehearsal())
    for (const domain::Owner& owner : {domain::Owner(domain::Platform{}), domain::Owner(tenant)}) {
      const auto done = stored(domain::each_role(change.txn, owner, "", collect));
      if (!done.ok()) return done.error();
    }
  std::vector<FieldError> errors;
  for (const UnknownRole& role : roles) {
    const bool guess = errors.size() < base::kGuessesOfRequest && role.slug.size() <= kMaxSlug;
    errors.push_back(
        {role.pointer, in_backticks(role.slug) + " is no role" +
                           (guess ? base::did_you_mean(role.slug, known, base::kPairsOfRequest) : "")});
  }
  return invalid(Code::kInvalidInput, std::move(errors));
}

Outcome<std::vector<std::string>> mapped_slugs(const Read& read, const domain::TenantId& tenant,
                                               const domain::Principal& who) {
  std::vector<domain::RoleId> roles;
  const auto done = stored(domain::each_held_role(read.txn, tenant, who, [&](const domain::Holding& holding) {
    if (holding.resource.empty()) roles.push_back(holding.role);
    return true;
  }));
  if (!done.ok()) return done.error();
  std::vector<std::string> slugs;
  for (const domain::RoleId& id : roles) {
    auto role = stored(domain::find_role_in_force(read.txn, tenant, id));
    if (!role.ok()) return role.error();
    if (role.value()) slugs.push_back(std::move(role.value()->slug));
  }
  std::sort(slugs.begin(), slugs.end());
  return slugs;
}

}  // namespace api
