#include "api/parts/mapping_plans.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "api/group_roles.h"
#include "api/parts/audit_json.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/resources.h"

namespace api {
namespace {

// What else the new times must be, beside those that stay.
std::optional<Error> check_times(const domain::Mapping& before, const domain::Mapping& after,
                                 base::Timestamp now) {
  if (before.valid_from == after.valid_from && before.expires_at == after.expires_at) return std::nullopt;
  Checks checks;
  checks.period(after.valid_from, after.expires_at, now);
  return checks.error();
}

// What is left of a mapping's time.
struct TimeLeft {
  base::Timestamp from, until;

  TimeLeft(const domain::Mapping& mapping, base::Timestamp now)
      : from(std::max(mapping.valid_from.value_or(now), now)),
        until(mapping.expires_at.value_or(base::Timestamp{std::numeric_limits<std::int64_t>::max()})) {}

  // Whether there is some of it that the other hasn't.
  bool goes_beyond(const TimeLeft& other) const {
    return from < until && (from < other.from || other.until < until);
  }
};

// Nobody looks at what was proposed once the guard has: of a thousand plans it would be the most.
AccessRequest without_proposal(AccessRequest request) {
  request.proposed = {};
  return request;
}

domain::MappingKey key_of(const domain::Mapping& mapping) {
  return {mapping.principal, mapping.role, mapping.resource};
}

}  // namespace

// What isn't there of what the mapping names, each with its place.
Outcome<std::vector<FieldError>> MappingPlans::absent_of(const NewRoleMapping& given) const {
  std::vector<FieldError> absent;
  const auto there = existing_principal(change_, tenant_, given.principal);
  if (!there.ok() && there.error().code != Code::kNotFound) return there.error();
  if (!there.ok()) absent.push_back({"/principal", "there is no " + to_string(given.principal)});
  const auto has = has_resource(change_, tenant_, given.resource);
  if (!has.ok()) return has.error();
  if (!*has) absent.push_back({"/resource", "there is no " + in_backticks(given.resource)});
  return absent;
}

Outcome<MappingCreation> MappingPlans::create(const NewRoleMapping& given, Guess guess) {
  const auto role = roles_.named(given.role);
  if (!role.ok()) return role.error();
  const PlannedRole* const known = role->get();
  NewMapping mapping{given.principal,
                     given.resource,
                     given.valid_from,
                     given.expires_at,
                     given.reason,
                     given.title.value_or(""),
                     metadata_text(given.metadata)};
  auto request = creating_mapping(tenant_, mapping,
                                  known ? known->proposed : proposed_role(change_, given.role, nullptr));
  auto authorized = authorize_change(change_, request);
  if (!authorized.ok()) return authorized.error();

  auto absent = absent_of(given);
  if (!absent.ok()) return absent.error();
  if (!known && guess == Guess::kNo) {
    absent->insert(absent->begin(), {"/role", in_backticks(given.role) + " is no role"});
  } else if (!known) {
    Error unknown = unknown_roles(change_, tenant_, {{"/role", given.role}});
    if (unknown.code != Code::kInvalidInput) return unknown;
    absent->insert(absent->begin(), unknown.fields.begin(), unknown.fields.end());
  }
  if (!absent->empty()) return invalid(Code::kInvalidInput, std::move(absent).value());

  auto there =
      stored(domain::get_mapping(change_.txn, tenant_, {given.principal, known->id, given.resource}));
  if (!there.ok()) return there.error();
  return MappingCreation{without_proposal(std::move(request)),
                         std::move(authorized).value(),
                         std::move(mapping),
                         {known->id, known->proposed.slug},
                         std::move(there).value()};
}

Outcome<domain::Mapping> carry_out(Change& change, const MappingCreation& plan) {
  return put_new_mapping(change, plan.request, plan.authorized, plan.mapping, plan.role);
}

Outcome<MappingUpdate> MappingPlans::update(const domain::Mapping& before, const domain::Mapping& after) {
  const auto role = roles_.of(before.role);
  if (!role.ok()) return role.error();
  const ProposedRole& proposed = (*role)->proposed;
  const NewMapping given{after.principal, after.resource, after.valid_from, after.expires_at,
                         after.reason,    after.title,    after.metadata};
  auto request = updating_mapping(tenant_, given, proposed);
  auto authorized = authorize_change(change_, request);
  if (!authorized.ok()) return authorized.error();
  const auto gives = authorize_change(change_, creating_mapping(tenant_, given, proposed));
  if (!gives.ok()) return gives.error();
  // Somebody who has it now, or is to have it, would be without it for a time.
  if (TimeLeft(before, change_.now).goes_beyond(TimeLeft(after, change_.now))) {
    const auto takes = authorize_change(change_, deleting_mapping(tenant_, key_of(before), proposed));
    if (!takes.ok()) return takes.error();
  }
  return MappingUpdate{without_proposal(std::move(request)), std::move(authorized).value(), before, after,
                       proposed.slug};
}

Outcome<MappingUpdate> MappingPlans::update(const domain::MappingId& id, const MappingPatch& patch,
                                            const IfMatch& match) {
  const auto found = stored(domain::find_mapping_by_id(change_.txn, tenant_, id));
  if (!found.ok()) return found.error();
  if (!*found) {
    const auto authorized = authorize_change(change_, no_mapping(change_, op::update_mapping, tenant_, id));
    return authorized.ok() ? not_found("mapping", id) : authorized.error();
  }
  const domain::Mapping& before = **found;
  domain::Mapping after = before;
  if (patch.valid_from) after.valid_from = *patch.valid_from;
  if (patch.expires_at) after.expires_at = *patch.expires_at;
  if (patch.reason) after.reason = *patch.reason;
  auto plan = update(before, after);
  if (!plan.ok()) return plan;
  if (auto matches = check_match(match, before.revision); !matches.ok()) return matches.error();
  if (const auto bad = check_times(before, after, change_.now)) return *bad;
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

Outcome<MappingRemoval> MappingPlans::remove(const domain::MappingId& id, const IfMatch& match) {
  auto found = stored(domain::find_mapping_by_id(change_.txn, tenant_, id));
  if (!found.ok()) return found.error();
  if (!*found) {
    const auto authorized = authorize_change(change_, no_mapping(change_, op::delete_mapping, tenant_, id));
    return authorized.ok() ? not_found("mapping", id) : authorized.error();
  }
  const domain::Mapping& gone = **found;
  const auto role = roles_.of(gone.role);
  if (!role.ok()) return role.error();
  const ProposedRole& proposed = (*role)->proposed;
  auto request = deleting_mapping(tenant_, key_of(gone), proposed);
  auto authorized = authorize_change(change_, request);
  if (!authorized.ok()) return authorized.error();
  if (auto matches = check_match(match, gone.revision); !matches.ok()) return matches.error();
  return MappingRemoval{without_proposal(std::move(request)), std::move(authorized).value(),
                        **std::move(found), proposed.slug};
}

Outcome<void> carry_out(Change& change, const MappingRemoval& plan) {
  if (auto deleted = stored(domain::delete_mapping(change.write, plan.mapping)); !deleted.ok())
    return deleted;
  return append_audit(change, plan.request, plan.authorized, to_audit(plan.mapping, plan.role), kNothing);
}

}  // namespace api
