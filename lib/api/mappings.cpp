// A list is in order of id, and its filter may name what mappings are found by: principal, role or resource.
// Where that finds few, they are gathered and sorted, so that the page costs what they cost:
//
//   ?role_id=approver   12 of the role's mappings   by id, behind the cursor
//
// Else all of the tenant are gone through in order of id, as far as a page may. Both ways a place is an id,
// so that a cursor of the one is good for the other.
#include "api/mappings.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "api/group_roles.h"
#include "api/limits.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/mapping_plans.h"
#include "api/parts/paging.h"
#include "api/parts/visible_mappings.h"
#include "api/resources.h"
#include "domain/entity_name.h"
#include "domain/shadowed_role.h"
#include "domain/tenant.h"

namespace api {
namespace {

constexpr std::size_t kMostGathered = 10'000;

// What a filter asks for, with its role looked up.
struct Wanted {
  const MappingFilter& filter;
  std::optional<domain::RoleId> role;

  bool is(const domain::Mapping& mapping) const {
    return (!filter.principal || mapping.principal.id == *filter.principal) &&
           (!role || mapping.role == *role) && (!filter.resource || mapping.resource == *filter.resource);
  }
};

using Gathered = std::vector<domain::Mapping>;

Outcome<void> gather_by_role(const Read& read, const domain::TenantId& tenant, const domain::RoleId& role,
                             Gathered& all) {
  Outcome<void> outcome;
  const auto take = [&](const domain::MappingKey& key) {
    auto mapping = stored(domain::get_mapping(read.txn, tenant, key));
    if (!mapping.ok()) outcome = mapping.error();
    if (mapping.ok() && mapping.value()) all.push_back(*std::move(mapping).value());
    return outcome.ok() && all.size() <= kMostGathered;
  };
  const auto done = stored(domain::each_mapping_by_role(read.txn, tenant, role, take));
  return done.ok() ? outcome : done;
}

// Those that are found by something that the filter names, in order of id; nothing where they are more than
// kMostGathered, or it names nothing to find them by.
Outcome<std::optional<Gathered>> gather(const Read& read, const domain::TenantId& tenant,
                                        const Wanted& wanted) {
  const MappingFilter& filter = wanted.filter;
  Gathered all;
  const auto take = [&](domain::Mapping&& mapping) {
    all.push_back(std::move(mapping));
    return all.size() <= kMostGathered;
  };
  Outcome<void> done;
  if (filter.principal) {
    using enum domain::PrincipalKind;
    for (const domain::PrincipalKind kind : {kUser, kServiceUser, kGroup})
      if (done.ok())
        done = stored(domain::each_mapping_of(read.txn, tenant, {kind, *filter.principal}, nullptr, take));
  } else if (filter.resource && !filter.resource->empty()) {
    done = stored(domain::each_mapping_on(read.txn, tenant, *filter.resource, take));
  } else if (wanted.role) {
    done = gather_by_role(read, tenant, *wanted.role, all);
  } else {
    return std::optional<Gathered>();
  }
  if (!done.ok()) return done.error();
  if (all.size() > kMostGathered) return std::optional<Gathered>();
  std::sort(all.begin(), all.end(),
            [](const domain::Mapping& a, const domain::Mapping& b) { return a.id < b.id; });
  return std::optional(std::move(all));
}

bool is_plain(const domain::ResourceText& resource) {
  return std::none_of(resource.begin(), resource.end(), [](const char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

Outcome<Page<domain::Mapping>> list_mappings(const Read& read, const domain::TenantId& tenant,
                                             const MappingFilter& filter, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_all_mappings, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto after = id_cursor<domain::MappingId>(page);
  if (!after.ok()) return after.error();
  Wanted wanted{filter, {}};
  if (filter.role) {
    const auto role = find_role_named(read, tenant, *filter.role);
    if (!role.ok()) return role.error();
    if (!role.value()) return Page<domain::Mapping>();
    wanted.role = role.value()->id;
  }

  VisibleMappings visible(read, tenant);
  Pager<domain::Mapping, domain::MappingId> pager(read, page);
  const auto consider = [&](domain::Mapping&& mapping) {
    if (!pager.look()) return false;
    const domain::MappingId id = mapping.id;
    if (!wanted.is(mapping) || !visible.are_of(mapping.principal)) return pager.pass(id);
    return pager.take(id, [&] { return Outcome<domain::Mapping>(std::move(mapping)); });
  };
  auto gathered = gather(read, tenant, wanted);
  if (!gathered.ok()) return gathered.error();
  if (!gathered.value()) {
    const auto done =
        stored(domain::each_mapping(read.txn, tenant, after.value() ? &*after.value() : nullptr, consider));
    if (!done.ok()) return done.error();
    return pager.finish();
  }
  for (domain::Mapping& mapping : *gathered.value()) {
    if (after.value() && mapping.id <= *after.value()) continue;
    if (!consider(std::move(mapping))) break;
  }
  return pager.finish();
}

Outcome<domain::Mapping> get_mapping(const Read& read, const domain::TenantId& tenant,
                                     const domain::MappingId& id) {
  const auto authorized = authorize(read, on_tenant(op::get_mapping, tenant));
  if (!authorized.ok()) return authorized.error();
  auto mapping = stored(domain::find_mapping_by_id(read.txn, tenant, id));
  if (!mapping.ok()) return mapping.error();
  if (!mapping.value()) return not_found("mapping", id);
  const domain::Principal& who = mapping.value()->principal;
  if (who.kind == domain::PrincipalKind::kGroup) {
    const auto of_group = authorize(read, on_group(op::list_mappings, tenant, domain::GroupId(who.id)));
    if (!of_group.ok()) return of_group.error();
  }
  return *std::move(mapping).value();
}

Outcome<domain::TenantId> tenant_of_mapping(const Read& read, const domain::MappingId& id) {
  if (const domain::TenantId* const own = read.caller.tenant.tenant()) return *own;
  std::size_t seen = 0;
  std::optional<domain::TenantId> home;
  Outcome<void> outcome;
  const auto done = stored(domain::each_tenant(read.txn, nullptr, [&](domain::Tenant&& tenant) {
    const auto mapping = stored(domain::find_mapping_by_id(read.txn, tenant.id, id));
    if (!mapping.ok()) outcome = mapping.error();
    if (mapping.ok() && mapping.value()) home = tenant.id;
    return outcome.ok() && !home && ++seen <= kMostTenantsLookedAt;
  }));
  if (!done.ok() || !outcome.ok()) return done.ok() ? outcome.error() : done.error();
  if (seen > kMostTenantsLookedAt)
    return invalid("/orgId", "is required where there are more than " + std::to_string(kMostTenantsLookedAt) +
                                 " organizations");
  if (!home) return not_found("mapping", id);
  return *home;
}

std::optional<Error> check(const NewRoleMapping& given, base::Timestamp now) {
  Checks checks;
  if (!is_plain(given.resource))
    checks.add("/resource", "must not have control characters");
  else if (!given.resource.empty() && !domain::parse_entity_name(given.resource))
    checks.add("/resource", "must have a namespace of 1 to " + std::to_string(domain::kMaxEntityType) +
                                " bytes and an id of 1 to " + std::to_string(domain::kMaxEntityId));
  checks.period(given.valid_from, given.expires_at, now);
  checks.text("/reason", given.reason, kMaxReason);
  if (given.title) checks.name("/title", *given.title);
  checks.metadata("/metadata", given.metadata);
  return checks.error();
}

Outcome<domain::Mapping> create_mapping(Change& change, const domain::TenantId& tenant,
                                        const NewRoleMapping& given, IfThere if_there) {
  if (const auto bad = check(given, change.now)) return *bad;

  const auto plan = MappingPlans(change, tenant).create(given);
  if (!plan.ok()) return plan.error();
  if (if_there == IfThere::kGiveBack && plan->is_there_already()) return *plan->there;
  return make_mapping(change, plan->request, plan->authorized, plan->mapping, plan->role);
}

std::optional<Error> check(const MappingPatch& patch, base::Timestamp now) {
  Checks checks;
  if (patch.expires_at) checks.period(patch.valid_from.value_or(std::nullopt), *patch.expires_at, now);
  if (patch.reason) checks.text("/reason", *patch.reason, kMaxReason);
  return checks.error();
}

namespace {

Outcome<domain::Mapping> update_as_planned(Change& change, const Outcome<MappingUpdate>& plan) {
  if (!plan.ok()) return plan.error();
  if (plan->is_none()) return plan->before;
  if (const auto begins = change.begin(plan->before.tenant); !begins.ok()) return begins.error();
  return carry_out(change, *plan);
}

}  // namespace

Outcome<domain::Mapping> update_mapping(Change& change, const domain::TenantId& tenant,
                                        const domain::MappingId& id, const MappingPatch& patch,
                                        const IfMatch& match) {
  if (const auto bad = check(patch, change.now)) return *bad;
  return update_as_planned(change, MappingPlans(change, tenant).update(id, patch, match));
}

Outcome<void> restore_mapping(Change& change, const domain::Mapping& was) {
  const auto now = stored(domain::find_mapping_by_id(change.txn, was.tenant, was.id));
  if (!now.ok()) return now.error();
  if (*now) {
    domain::Mapping after = **now;
    after.valid_from = was.valid_from;
    after.expires_at = was.expires_at;
    after.reason = was.reason;
    const auto updated = update_as_planned(change, MappingPlans(change, was.tenant).update(**now, after));
    return updated.ok() ? Outcome<void>() : updated.error();
  }
  const auto role = stored(domain::find_role_by_id(change.txn, was.tenant, was.role));
  if (!role.ok()) return role.error();
  const domain::Role* const known = *role ? &**role : nullptr;
  const NewMapping mapping{was.principal, was.resource, was.valid_from, was.expires_at,
                           was.reason,    was.title,    was.metadata,   &was};
  const auto request = creating_mapping(
      was.tenant, mapping, proposed_role(change, known ? known->slug : was.role.to_string(), known));
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (!known) return not_found("role", was.role);
  if (auto there = existing_principal(change, was.tenant, was.principal); !there.ok()) return there;
  const auto has = has_resource(change, was.tenant, was.resource);
  if (!has.ok()) return has.error();
  if (!*has) return not_found("resource", was.resource);
  const auto made = make_mapping(change, request, authorized.value(), mapping, {known->id, known->slug});
  if (!made.ok()) return made.error();
  return {};
}

Outcome<void> delete_mapping(Change& change, const domain::TenantId& tenant, const domain::MappingId& id,
                             const IfMatch& match) {
  const auto plan = MappingPlans(change, tenant).remove(id, match);
  if (!plan.ok()) return plan.error();
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  return carry_out(change, *plan);
}

}  // namespace api
