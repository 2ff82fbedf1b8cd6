// How many there are of something is kept beside the records (domain/counts.h) and read at once. The rest
// depends on the clock or the catalogue, so that it can't be kept, and is looked at within bounds:
//
//   roles        each is read for its level, and the mappings of each are counted by their times, which is a
//                look or two (domain/counts.cpp): so the states of a million mappings are exact, to the
//                millisecond, while there are no more roles than kMostRoles
//   expiring     keys of the table mapping_by_expiry
//   keys         the records, from the oldest on
//   refused      entries of the audit log, from the newest back
#include "api/overview.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/api_keys.h"
#include "api/audit.h"
#include "api/parts/authorize.h"
#include "api/parts/page_budget.h"
#include "authz/access_paths.h"
#include "domain/catalogue.h"
#include "domain/credential.h"
#include "domain/mapping_expiry.h"
#include "domain/quota.h"
#include "domain/shadowed_role.h"

namespace api {
namespace {

using std::chrono::milliseconds;

struct Bound {
  std::size_t rows;
  milliseconds time;
};
constexpr Bound kRoleBound{1'000, milliseconds(8)};
constexpr Bound kHolderBound{100, milliseconds(4)};
constexpr Bound kKeyBound{1'000, milliseconds(3)};
constexpr Bound kAuditBound{1'000, milliseconds(4)};
constexpr std::uint64_t kMostExpiring = 10'000;
constexpr std::size_t kAdministratorsTold = 5;
constexpr std::size_t kEntriesTold = 10;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

Read bounded(const Read& read, const Bound& bound) {
  Read part = read;
  part.page_limits.rows = bound.rows;
  part.page_limits.time = bound.time;
  return part;
}

// Whether the caller may; a refusal is no error, but leaves a part out.
Outcome<bool> may(const Read& read, const domain::TenantId& tenant, const Operation& operation) {
  const auto authorized = authorize(read, on_tenant(operation, tenant));
  if (!authorized.ok() && authorized.error().code != Code::kForbidden) return authorized.error();
  return authorized.ok();
}

base::Timestamp soon_after(base::Timestamp now) {
  return {now.ms + std::chrono::duration_cast<milliseconds>(authz::kSoon).count()};
}

class Tally {
 public:
  Tally(const Read& read, const domain::TenantId& tenant)
      : read_(read), tenant_(tenant), administering_(read.catalogue->place_of(kAdministering)) {}

  Outcome<Overview> run() {
    using Part = Outcome<void> (Tally::*)();
    for (const Part part : {&Tally::count, &Tally::look_at_roles, &Tally::look_at_expiring,
                            &Tally::look_at_administrators, &Tally::look_at_keys, &Tally::look_at_audit})
      if (const auto done = (this->*part)(); !done.ok()) return done.error();
    return std::move(all_);
  }

 private:
  Outcome<void> count() {
    using domain::Quota;
    const std::pair<Quota, std::uint64_t*> kept[] = {{Quota::kUsers, &all_.people},
                                                     {Quota::kGroups, &all_.groups},
                                                     {Quota::kServiceUsers, &all_.service_users},
                                                     {Quota::kMemberships, &all_.memberships},
                                                     {Quota::kPolicies, &all_.policies},
                                                     {Quota::kEntities, &all_.entities},
                                                     {Quota::kRoles, &all_.roles.own},
                                                     {Quota::kMappings, &all_.mappings.all}};
    for (const auto& [quota, number] : kept) {
      const auto used = stored(domain::get_used(read_.txn, tenant_, quota));
      if (!used.ok()) return used.error();
      *number = *used;
    }
    return {};
  }

  Outcome<void> look_at_roles() {
    const Read part = bounded(read_, kRoleBound);
    PageBudget budget(part, {});
    for (const domain::Owner& owner : {domain::Owner(domain::Platform{}), domain::Owner(tenant_)}) {
      Outcome<void> outcome;
      const auto read = stored(domain::each_role(read_.txn, owner, "", [&](domain::Role&& role) {
        all_.roles.are_all = all_.roles.are_all && budget.look();
        if (all_.roles.are_all) outcome = look_at(role);
        return outcome.ok() && all_.roles.are_all;
      }));
      if (!read.ok() || !outcome.ok()) return read.ok() ? outcome : read;
    }
    Overview::Mappings& mappings = all_.mappings;
    mappings.are_exact = mappings.are_exact && all_.roles.are_all;
    // What is left of a role that was deleted is still counted, but is gone.
    if (all_.roles.are_all) mappings.all = seen_;
    // Those of roles that weren't looked at may all be in force.
    mappings.active += mappings.all - std::min(mappings.all, seen_);
    return {};
  }

  Outcome<void> look_at(const domain::Role& role) {
    const auto holders = stored(authz::find_holders(read_.txn, tenant_, role.id, read_.now));
    if (!holders.ok()) return holders.error();
    const domain::MappingCount& its = holders->mappings;
    seen_ += its.all;
    all_.mappings.active += its.in_force;
    all_.mappings.future += its.later;
    all_.mappings.expired += its.all - std::min(its.all, its.in_force + its.later);
    all_.mappings.are_exact = all_.mappings.are_exact && !its.at_most;

    // Of a role whose slug means another one here there are mappings, but it gives nothing.
    const auto shadowed = stored(domain::is_shadowed(read_.txn, tenant_, role));
    if (!shadowed.ok()) return shadowed.error();
    if (*shadowed) return {};
    ++all_.roles.by_level[static_cast<std::size_t>(read_.catalogue->risk(role.scopes))];
    if (!holders->is_held()) ++all_.roles.held_by_nobody;
    if (administering_ && role.state == domain::State::kEnabled &&
        read_.catalogue->effective_set(role.scopes).has(*administering_))
      administering_roles_.push_back(role.id);
    return {};
  }

  Outcome<void> look_at_expiring() {
    // What ends at this very millisecond has ended.
    const domain::Stretch soon{{read_.now.ms + 1}, soon_after(read_.now)};
    const auto found = stored(domain::count_expiring(read_.txn, tenant_, soon, kMostExpiring));
    if (!found.ok()) return found.error();
    all_.mappings.expiring = {*found, *found < kMostExpiring};
    return {};
  }

  Outcome<void> look_at_administrators() {
    std::sort(administering_roles_.begin(), administering_roles_.end());
    PageRequest page;
    page.limit = kAdministratorsTold;
    auto first = list_holders_of_roles(bounded(read_, kHolderBound), tenant_, administering_roles_, page);
    if (!first.ok() && first.error().code == Code::kForbidden) return {};
    if (!first.ok()) return first.error();
    const auto holders = stored(authz::count_holders(read_.txn, tenant_, administering_roles_, read_.now));
    if (!holders.ok()) return holders.error();
    const bool is_complete = all_.roles.are_all;
    all_.administrators = {*holders, std::move(first->page.data), is_complete && first->page.next.empty(),
                           first->hidden, is_complete};
    return {};
  }

  Outcome<void> look_at_keys() {
    const auto allowed = may(read_, tenant_, op::list_api_keys);
    if (!allowed.ok()) return allowed.error();
    if (!*allowed) return {};
    Overview::Keys keys;
    const auto used = stored(domain::get_used(read_.txn, tenant_, domain::Quota::kCredentials));
    if (!used.ok()) return used.error();
    keys.all = *used;
    const Read part = bounded(read_, kKeyBound);
    PageBudget budget(part, {});
    const auto done =
        stored(domain::each_credential(read_.txn, tenant_, nullptr, [&](domain::Credential&& key) {
          keys.are_all = budget.look();
          if (keys.are_all && !key.revoked_at) look_at(key, keys);
          return keys.are_all;
        }));
    if (!done.ok()) return done.error();
    all_.keys = keys;
    return {};
  }

  void look_at(const domain::Credential& key, Overview::Keys& keys) const {
    if (!key.valid_at(read_.now)) {
      ++keys.expired;
      return;
    }
    if (authz::ends_soon(key.expires_at, read_.now)) ++keys.expiring;
    if (administering_ && read_.catalogue->effective_set(key.scopes).has(*administering_))
      ++keys.administrators;
  }

  Outcome<void> look_at_audit() {
    const auto allowed = may(read_, tenant_, op::list_audit);
    if (!allowed.ok()) return allowed.error();
    if (!*allowed) return {};
    Overview::Activity activity;
    const auto size = stored(domain::audit_size(read_.txn, tenant_));
    if (!size.ok()) return size.error();
    activity.chain = *size;
    const auto told =
        stored(domain::each_audit(read_.txn, tenant_, 0, {}, [&](std::uint64_t, domain::AuditEntry* entry) {
          if (entry) activity.last.push_back(std::move(*entry));
          return activity.last.size() < kEntriesTold;
        }));
    if (!told.ok()) return told.error();
    domain::AuditFilter lately;
    lately.from = base::Timestamp{read_.now.ms - kDayMs};
    const Read part = bounded(read_, kAuditBound);
    PageBudget budget(part, {});
    Found& refused = activity.refused;
    const auto counted = stored(
        domain::each_audit(read_.txn, tenant_, 0, lately, [&](std::uint64_t, domain::AuditEntry* entry) {
          refused.are_all = budget.look();
          if (refused.are_all && entry && !entry->allowed)
            refused.count += entry->repeats ? entry->repeats->count : 1;
          return refused.are_all;
        }));
    if (!counted.ok()) return counted.error();
    all_.activity = std::move(activity);
    return {};
  }

  const Read& read_;
  const domain::TenantId tenant_;
  const std::optional<std::size_t> administering_;  // in the catalogue
  std::vector<domain::RoleId> administering_roles_;
  std::uint64_t seen_ = 0;  // mappings of the roles that were looked at
  Overview all_;
};

}  // namespace

Outcome<Overview> get_overview(const Read& read, const domain::TenantId& tenant) {
  const auto authorized = authorize(read, on_tenant(op::get_overview, tenant));
  if (!authorized.ok()) return authorized.error();
  return Tally(read, tenant).run();
}

}  // namespace api
