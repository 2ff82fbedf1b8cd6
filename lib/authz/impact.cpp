// Whom a change concerns follows from the keys that it wrote:
//
//   mapping, member_of, user, service_user    the principal in the key
//   group, group_in, a group being deleted    whoever is in the group, or in one below it
//   role, a role being deleted                whoever holds it, in any tenant where it is the platform's
//
// each looked up without the change and with it, since it may have taken somebody out. What each of them
// holds is then made for both, and compared. Many hold the same: what a role gives and what a group has is
// looked up once, and those who are in the same groups and have the same mappings share what they hold. A
// change of roles alone concerns many, and goes a shorter way: role_impact.cpp.
#include "authz/impact.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "authz/held_changes.h"
#include "authz/role_impact.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/pending_deletion.h"
#include "domain/service_user.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"
#include "domain/tenant.h"
#include "domain/user.h"
#include "store/key.h"

namespace authz {
namespace {

using domain::PrincipalKind;

constexpr std::size_t kMostProfiles = 10'000;  // kept at once

using HeldPtr = std::shared_ptr<const Held>;

// By what somebody holds something.
struct Ways {
  bool active = false;
  std::vector<domain::GroupId> groups;                                  // all, sorted
  std::vector<std::pair<domain::RoleId, domain::ResourceText>> mapped;  // in force, to themselves
  std::string profile;                                                  // who have the same one hold the same
};

// One of the two stores, and what was looked up there.
class Side {
 public:
  Side(const store::ReadTxn& txn, const domain::Catalogue& catalogue, base::Timestamp now)
      : txn_(txn), catalogue_(catalogue), now_(now) {}

  base::Result<Ways> ways_of(const Concerned& one) const {
    Ways ways;
    const auto active = is_active(one);
    if (!active.ok()) return active.error();
    ways.active = *active;
    if (!ways.active) return ways;
    auto groups = domain::effective_groups(txn_, one.tenant, one.who);
    if (!groups.ok()) return groups.error();
    ways.groups = std::move(groups).value();
    std::string& profile = ways.profile;
    for (const domain::GroupId& group : ways.groups) profile.append(group.raw());
    profile.push_back(':');
    const auto read = domain::each_held_role(txn_, one.tenant, one.who, [&](const domain::Holding& holding) {
      if (!holding.in_force(now_)) return true;
      ways.mapped.emplace_back(holding.role, holding.resource);
      profile.append(holding.role.raw()).append(std::to_string(holding.resource.size())).push_back(':');
      profile.append(holding.resource);
      return true;
    });
    if (!read.ok()) return read.error();
    return ways;
  }

  base::Result<HeldPtr> held_by(const domain::TenantId& tenant, const Ways& ways) {
    if (!ways.active) return nothing_;
    enter(tenant);
    if (const auto known = profiles_.find(ways.profile); known != profiles_.end()) return known->second;
    auto held = std::make_shared<Held>();
    for (const auto& [role, resource] : ways.mapped)
      if (auto added = add(*held, resource, role); !added.ok()) return added.error();
    for (const domain::GroupId& group : ways.groups) {
      const auto its = held_by_group(group);
      if (!its.ok()) return its.error();
      for (const auto& [resource, given] : **its) (*held)[resource].add(given);
    }
    if (profiles_.size() < kMostProfiles) profiles_.emplace(ways.profile, held);
    return HeldPtr(std::move(held));
  }

  // Whoever is in the group or in one below it.
  base::Result<void> each_in(const domain::TenantId& tenant, const domain::GroupId& group,
                             std::vector<Concerned>& found) const {
    const auto groups = domain::with_groups_below(txn_, tenant, {group}, kMostConcerned);
    if (!groups.ok()) return groups.error();
    for (const domain::GroupId& each : *groups) {
      const auto read = domain::each_user_in(txn_, tenant, each, [&](const domain::UserId& user) {
        found.push_back({tenant, user});
        return found.size() <= kMostConcerned;
      });
      if (!read.ok()) return read;
    }
    return {};
  }

  // Whoever holds the role in the tenant; all tenants for a nil one.
  base::Result<void> each_with(const domain::TenantId& tenant, const domain::RoleId& role,
                               std::vector<Concerned>& found) const {
    if (tenant.is_nil()) {
      std::vector<domain::TenantId> tenants;
      const auto read = domain::each_tenant(txn_, nullptr, [&](domain::Tenant&& each) {
        tenants.push_back(each.id);
        return true;
      });
      if (!read.ok()) return read;
      for (const domain::TenantId& each : tenants)
        if (auto done = each_with(each, role, found); !done.ok()) return done;
      return {};
    }
    std::vector<domain::GroupId> groups;
    const auto read = domain::each_holder(txn_, tenant, role, [&](const domain::Holding& holding) {
      if (holding.principal.kind == PrincipalKind::kGroup)
        groups.emplace_back(holding.principal.id);
      else
        found.push_back({tenant, holding.principal});
      return found.size() <= kMostConcerned;
    });
    if (!read.ok()) return read;
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    for (const domain::GroupId& group : groups)
      if (auto done = each_in(tenant, group, found); !done.ok()) return done;
    return {};
  }

 private:
  void enter(const domain::TenantId& tenant) {
    if (tenant == tenant_) return;
    tenant_ = tenant;
    profiles_.clear();
    groups_.clear();
    roles_.clear();
  }

  base::Result<bool> is_active(const Concerned& one) const {
    if (one.who.kind == PrincipalKind::kUser) {
      const auto user = domain::get_user(txn_, one.tenant, domain::UserId(one.who.id));
      if (!user.ok()) return user.error();
      return *user && (*user)->active;
    }
    if (one.who.kind != PrincipalKind::kServiceUser) return false;
    const auto user = domain::get_service_user(txn_, one.tenant, domain::ServiceUserId(one.who.id));
    if (!user.ok()) return user.error();
    return *user && (*user)->state == domain::State::kEnabled;
  }

  base::Result<HeldPtr> held_by_group(const domain::GroupId& group) {
    if (const auto known = groups_.find(group); known != groups_.end()) return known->second;
    auto held = std::make_shared<Held>();
    std::vector<std::pair<domain::RoleId, domain::ResourceText>> own;
    const auto read = domain::each_held_role(txn_, tenant_, group, [&](const domain::Holding& holding) {
      if (holding.in_force(now_)) own.emplace_back(holding.role, holding.resource);
      return true;
    });
    if (!read.ok()) return read.error();
    for (const auto& [role, resource] : own)
      if (auto added = add(*held, resource, role); !added.ok()) return added.error();
    groups_.emplace(group, held);
    return HeldPtr(std::move(held));
  }

  base::Result<void> add(Held& held, const domain::ResourceText& resource, const domain::RoleId& id) {
    auto known = roles_.find(id);
    if (known == roles_.end()) {
      const auto role = domain::find_role_in_force(txn_, tenant_, id);
      if (!role.ok()) return role.error();
      const bool gives = *role && (*role)->state == domain::State::kEnabled;
      known = roles_.emplace(id, gives ? catalogue_.effective_set((*role)->scopes) : domain::PermissionSet())
                  .first;
    }
    if (!known->second.empty()) held[resource].add(known->second);
    return {};
  }

  const store::ReadTxn& txn_;
  const domain::Catalogue& catalogue_;
  const base::Timestamp now_;
  const HeldPtr nothing_ = std::make_shared<const Held>();
  // Of one tenant, that of whoever was asked about last:
  domain::TenantId tenant_;
  std::unordered_map<std::string, HeldPtr> profiles_;
  std::unordered_map<domain::GroupId, HeldPtr> groups_;
  std::unordered_map<domain::RoleId, domain::PermissionSet> roles_;
};

struct Seeds {
  std::vector<Concerned> people;
  std::vector<std::pair<domain::TenantId, domain::GroupId>> groups;
  std::vector<std::pair<domain::TenantId, domain::RoleId>> roles;
};

Seeds seeds_of(const store::WriteTxn& change) {
  using store::Table;
  Seeds seeds;
  change.each_written([&](Table table, std::string_view key) {
    store::KeyReader parts(key);
    const domain::TenantId tenant(parts.uuid());
    const auto add = [&](std::uint8_t kind, const base::Uuid& id) {
      const auto known = domain::principal_kind_of(kind);
      if (known == PrincipalKind::kGroup)
        seeds.groups.emplace_back(tenant, domain::GroupId(id));
      else if (known == PrincipalKind::kUser || known == PrincipalKind::kServiceUser)
        seeds.people.push_back({tenant, {*known, id}});
      else if (kind == static_cast<std::uint8_t>(domain::DeletedKind::kRole))
        seeds.roles.emplace_back(tenant, domain::RoleId(id));
    };
    switch (table) {
      case Table::kMapping:
      case Table::kDeletion: {
        const std::uint8_t kind = parts.u8();
        add(kind, parts.uuid());
        break;
      }
      case Table::kUser:
      case Table::kMemberOf:
        seeds.people.push_back({tenant, domain::UserId(parts.uuid())});
        break;
      case Table::kServiceUser:
        seeds.people.push_back({tenant, domain::ServiceUserId(parts.uuid())});
        break;
      case Table::kGroup:
      case Table::kGroupIn:
        seeds.groups.emplace_back(tenant, domain::GroupId(parts.uuid()));
        break;
      case Table::kRole:
        seeds.roles.emplace_back(tenant, domain::RoleId(parts.uuid()));
        break;
      default:
        break;
    }
  });
  return seeds;
}

}  // namespace

base::Result<Impact> impact_of(const store::ReadTxn& before, const store::WriteTxn& after,
                               const domain::Catalogue& catalogue, base::Timestamp now,
                               std::size_t most_holdings) {
  Side was(before, catalogue, now), would_be(after, catalogue, now);
  const Seeds seeds = seeds_of(after);
  std::vector<Concerned> all = seeds.people;
  // Then people hold what they hold by the same ways as before.
  const bool only_roles = seeds.people.empty() && seeds.groups.empty();
  for (Side* const side : {&was, &would_be}) {
    if (only_roles && side == &would_be) break;
    for (const auto& [tenant, group] : seeds.groups)
      if (auto done = side->each_in(tenant, group, all); !done.ok()) return done.error();
    for (const auto& [tenant, role] : seeds.roles)
      if (auto done = side->each_with(tenant, role, all); !done.ok()) return done.error();
    if (!std::is_sorted(all.begin(), all.end())) std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all.size() > kMostConcerned)
      return base::Error{base::ErrorCode::kFull,
                         "the change concerns more than " + std::to_string(kMostConcerned) + " people"};
  }
  if (only_roles) {
    auto known = impact_of_roles(before, after, catalogue, now, all, most_holdings);
    if (!known.ok()) return known.error();
    if (*known) return std::move(**known);
  }

  Impact impact;
  for (const Concerned& one : all) {
    const auto ways = was.ways_of(one);
    if (!ways.ok()) return ways.error();
    std::optional<Ways> other;
    if (!only_roles) {
      auto looked_up = would_be.ways_of(one);
      if (!looked_up.ok()) return looked_up.error();
      other = std::move(looked_up).value();
    }
    const auto held = was.held_by(one.tenant, *ways);
    const auto held_then = would_be.held_by(one.tenant, other ? *other : *ways);
    if (!held.ok()) return held.error();
    if (!held_then.ok()) return held_then.error();
    if (*held == *held_then || **held == **held_then) continue;
    add_rows(impact.gain, one, rows_of(**held, **held_then), catalogue);
    add_rows(impact.lose, one, rows_of(**held_then, **held), catalogue);
  }
  return impact;
}

}  // namespace authz
