#include "api/parts/mapping_plans.h"

#include <utility>
#include <vector>

#include "api/group_roles.h"
#include "api/parts/audit_json.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/resources.h"
#include "domain/pending_deletion.h"

namespace api {
namespace {

// What isn't there of what the mapping names, each with its place.
Outcome<std::vector<FieldError>> absent_of(const Read& read, const domain::TenantId& tenant,
                                           const NewRoleMapping& given) {
  std::vector<FieldError> absent;
  const auto there = existing_principal(read, tenant, given.principal);
  if (!there.ok() && there.error().code != Code::kNotFound) return there.error();
  if (!there.ok()) absent.push_back({"/principal", "there is no " + to_string(given.principal)});
  const auto has = has_resource(read, tenant, given.resource);
  if (!has.ok()) return has.error();
  if (!*has) absent.push_back({"/resource", "there is no " + in_backticks(given.resource)});
  return absent;
}

// What else the new times must be, beside those that stay.
std::optional<Error> check_times(const domain::Mapping& before, const domain::Mapping& after,
                                 base::Timestamp now) {
  if (before.valid_from == after.valid_from && before.expires_at == after.expires_at) return std::nullopt;
  Checks checks;
  checks.period(after.valid_from, after.expires_at, now);
  return checks.error();
}

// What is written of the mapping's role, where that can be told.
struct NamedRole {
  std::optional<domain::Role> role;
  std::string slug;
  const domain::Role* known() const { return role ? &*role : nullptr; }
};
Outcome<NamedRole> role_of(const Read& read, const domain::Mapping& mapping) {
  auto role = stored(domain::find_role_by_id(read.txn, mapping.tenant, mapping.role));
  if (!role.ok()) return role.error();
  const std::string slug = *role ? (*role)->slug : mapping.role.to_string();
  return NamedRole{std::move(role).value(), slug};
}

// Nobody looks at what was proposed once the guard has: of a thousand plans it would be the most.
AccessRequest without_proposal(AccessRequest request) {
  request.proposed = {};
  return request;
}

}  // namespace

Outcome<MappingCreation> plan_creation(Change& change, const domain::TenantId& tenant,
                                       const NewRoleMapping& given, Guess guess) {
  auto role = find_role_named(change, tenant, given.role);
  if (!role.ok()) return role.error();
  const domain::Role* const known = *role ? &**role : nullptr;
  NewMapping mapping{given.principal,
                     given.resource,
                     given.valid_from,
                     given.expires_at,
                     given.reason,
                     given.title.value_or(""),
                     metadata_text(given.metadata)};
  auto request =
      creating_mapping(change, tenant, mapping, known ? std::string_view(known->slug) : given.role, known);
  auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  auto absent = absent_of(change, tenant, given);
  if (!absent.ok()) return absent.error();
  if (!known && guess == Guess::kNo) {
    absent->insert(absent->begin(), {"/role", in_backticks(given.role) + " is no role"});
  } else if (!known) {
    Error unknown = unknown_roles(change, tenant, {{"/role", given.role}});
    if (unknown.code != Code::kInvalidInput) return unknown;
    absent->insert(absent->begin(), unknown.fields.begin(), unknown.fields.end());
  }
  if (!absent->empty()) return invalid(Code::kInvalidInput, std::move(absent).value());

  auto there = stored(domain::get_mapping(change.txn, tenant, {given.principal, known->id, given.resource}));
  if (!there.ok()) return there.error();
  return MappingCreation{without_proposal(std::move(request)), std::move(authorized).value(),
                         std::move(mapping), **std::move(role), std::move(there).value()};
}

Outcome<domain::Mapping> carry_out(Change& change, const MappingCreation& plan) {
  return put_new_mapping(change, plan.request, plan.authorized, plan.mapping, plan.role);
}

Outcome<MappingUpdate> plan_update(Change& change, const domain::Mapping& before,
                                   const domain::Mapping& after) {
  const auto role = role_of(change, before);
  if (!role.ok()) return role.error();
  const NewMapping given{after.principal, after.resource, after.valid_from, after.expires_at,
                         after.reason,    after.title,    after.metadata};
  auto request = updating_mapping(change, before.tenant, given, role->slug, role->known());
  auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto gives =
      authorize_change(change, creating_mapping(change, before.tenant, given, role->slug, role->known()));
  if (!gives.ok()) return gives.error();
  return MappingUpdate{without_proposal(std::move(request)), std::move(authorized).value(), before, after,
                       role->slug};
}

Outcome<MappingUpdate> plan_update(Change& change, const domain::TenantId& tenant,
                                   const domain::MappingId& id, const MappingPatch& patch,
                                   const IfMatch& match) {
  const auto found = stored(domain::find_mapping_by_id(change.txn, tenant, id));
  if (!found.ok()) return found.error();
  if (!*found) {
    const auto authorized = authorize_change(change, no_mapping(change, op::update_mapping, tenant, id));
    return authorized.ok() ? not_found("mapping", id) : authorized.error();
  }
  const domain::Mapping& before = **found;
  domain::Mapping after = before;
  if (patch.valid_from) after.valid_from = *patch.valid_from;
  if (patch.expires_at) after.expires_at = *patch.expires_at;
  if (patch.reason) after.reason = *patch.reason;
  auto plan = plan_update(change, before, after);
  if (!plan.ok()) return plan;
  if (auto matches = check_match(match, before.revision); !matches.ok()) return matches.error();
  if (const auto bad = check_times(before, after, change.now)) return *bad;
  return plan;
}

Outcome<domain::Mapping> carry_out(Change& change, const MappingUpdate& plan) {
  domain::Mapping after = plan.after;
  if (const auto put = stored(domain::put_mapping(change.write, after)); !put.ok()) return put.error();
  const auto noted = append_audit(change, plan.request, plan.authorized, to_audit(plan.before, plan.role),
                                  to_audit(after, plan.role));
  if (!noted.ok()) return noted.error();
  return after;
}

Outcome<MappingRemoval> plan_removal(Change& change, const domain::TenantId& tenant,
                                     const domain::MappingId& id, const IfMatch& match) {
  auto found = stored(domain::find_mapping_by_id(change.txn, tenant, id));
  if (!found.ok()) return found.error();
  if (!*found) {
    const auto authorized = authorize_change(change, no_mapping(change, op::delete_mapping, tenant, id));
    return authorized.ok() ? not_found("mapping", id) : authorized.error();
  }
  const domain::Mapping& gone = **found;
  const auto role = role_of(change, gone);
  if (!role.ok()) return role.error();
  const domain::MappingKey key{gone.principal, gone.role, gone.resource};
  auto request = deleting_mapping(change, tenant, key, role->slug, role->known());
  auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (auto matches = check_match(match, gone.revision); !matches.ok()) return matches.error();
  return MappingRemoval{without_proposal(std::move(request)), std::move(authorized).value(),
                        **std::move(found), role->slug};
}

Outcome<void> carry_out(Change& change, const MappingRemoval& plan) {
  if (auto deleted = stored(domain::delete_mapping(change.write, plan.mapping)); !deleted.ok())
    return deleted;
  return append_audit(change, plan.request, plan.authorized, to_audit(plan.mapping, plan.role), kNothing);
}

}  // namespace api
