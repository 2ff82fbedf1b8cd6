// How many people hold a role is answered without walking through them. From counts come the mappings of
// people that are in force and, for each group that holds the role, how many members it has: some
// microseconds. Where these are few enough (kMaxLookedAt), people are looked at, so that whoever holds it
// twice counts once, and those who are suspended are told apart. Else the sum is the most there can be:
//
//   "held by at most 101,200 people: 1,200 directly, and 3 groups with 100,000 memberships together"
//
// Groups that are in such a group count with it. Of a role that more than a thousand groups hold, with those
// that are in them, not even the groups are looked at.
#include "authz/blast_radius.h"

#include <algorithm>
#include <utility>

#include "domain/active_user.h"
#include "domain/counts.h"
#include "domain/disabled_groups.h"
#include "domain/group.h"
#include "domain/holder_ids.h"
#include "domain/mapping.h"
#include "domain/mapping_walk.h"
#include "domain/membership.h"
#include "domain/quota.h"
#include "domain/subgroup.h"

namespace authz {
namespace {

constexpr std::size_t kMaxListed = 3;  // scopes named in a sentence

std::string number(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string count_of(std::uint64_t n, std::string_view one, std::string_view many) {
  return number(n) + " " + std::string(n == 1 ? one : many);
}

// "a, b and c", "a, b, c and 4 more"
std::string list(const std::vector<std::string>& words) {
  const std::size_t named = words.size() <= kMaxListed + 1 ? words.size() : kMaxListed;
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  if (named < words.size()) text += " and " + std::to_string(words.size() - named) + " more";
  return text;
}

// Those of the highest risk first, since a sentence names only some.
std::vector<std::string> by_risk(const std::vector<std::string>& scopes, const domain::Catalogue& catalogue) {
  std::vector<std::string> sorted = scopes;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const std::string& a, const std::string& b) {
    return catalogue.find(a)->risk > catalogue.find(b)->risk;
  });
  return sorted;
}

// Where nobody was looked at: what the most is made of.
std::string who_holds_at_most(const Holders& holders) {
  const std::string text = "held by at most " + count_of(holders.people, "person", "people");
  if (holders.groups == 0) return text + " directly";
  const std::string groups = count_of(holders.groups, "group", "groups") + " with " +
                             count_of(holders.memberships, "membership", "memberships") +
                             (holders.groups == 1 ? "" : " together");
  if (holders.direct == 0) return text + " through " + groups;
  return text + ": " + number(holders.direct) + " directly, and " + groups;
}

std::string who_holds(const Holders& holders) {
  if (holders.people == 0) return "held by no people";
  if (holders.at_most) return who_holds_at_most(holders);
  std::string text = "held by " + count_of(holders.people, "person", "people");
  if (holders.groups == 0) return text + " directly";
  const std::string groups = count_of(holders.groups, "group", "groups");
  if (holders.direct == 0) return text + " through " + groups;
  if (holders.direct == holders.people) return text + " directly, and by " + groups;
  return text + ", " + number(holders.direct) + " of them directly and the others through " + groups;
}

std::vector<std::string> warnings_of(const domain::Role& role, const domain::Catalogue& catalogue,
                                     const std::vector<std::string>& effective, const Holders& holders) {
  std::vector<std::string> warnings;
  std::vector<std::string> admin, unknown;
  for (const auto& scope : effective)
    if (catalogue.find(scope)->risk == domain::Risk::kAdmin) admin.push_back(scope);
  for (const auto& scope : role.scopes)
    if (!catalogue.find(scope)) unknown.push_back(scope);

  if (!admin.empty())
    warnings.push_back("Holders can raise their own rights or give them to others: " + list(admin) + ".");
  if (std::binary_search(effective.begin(), effective.end(), "organization:delete"))
    warnings.push_back("Holders can delete the tenant.");
  if (holders.service_users > 0)
    warnings.push_back(
        "Programs hold it too: " + count_of(holders.service_users, "service user", "service users") + ".");
  if (!holders.is_held())
    warnings.push_back(holders.suspended == 0 ? "Held by nobody." : "Held by nobody who is active.");
  if (holders.suspended > 0)
    warnings.push_back("Suspended, and so not counted: " + count_of(holders.suspended, "person", "people") +
                       " who would hold it again.");
  if (holders.mappings.later > 0)
    warnings.push_back("Not in force yet: " +
                       count_of(holders.mappings.later, "mapping that begins", "mappings that begin") +
                       " later.");
  if (role.state == domain::State::kDisabled) warnings.push_back("It is disabled and grants nothing.");
  if (!unknown.empty())
    warnings.push_back("No longer in the catalogue, so without effect: " + list(unknown) + ".");
  return warnings;
}

using domain::PrincipalKind;

// The holders of some roles in a tenant, at one moment.
class Count {
 public:
  Count(const store::ReadTxn& txn, const domain::TenantId& tenant, std::span<const domain::RoleId> roles,
        base::Timestamp now, std::uint64_t most)
      : txn_(txn), tenant_(tenant), roles_(roles), now_(now), most_(most) {}

  base::Result<Holders> run() {
    if (auto counted = count_mappings(); !counted.ok()) return counted.error();
    bool few_groups = groups_counted_.all <= most_;
    if (few_groups) {
      const auto found = find_groups();
      if (!found.ok()) return found.error();
      few_groups = *found;
    }
    if (!few_groups)
      if (auto done = sum_up_groups(groups_counted_.in_force); !done.ok()) return done.error();
    if (few_groups && users_counted_.all + holders_.memberships <= most_) {
      if (auto done = look(); !done.ok()) return done.error();
    } else {
      holders_.people = holders_.direct + holders_.memberships;
      holders_.at_most = true;
    }
    return holders_;
  }

  // One person is looked for: among those to whom a role is mapped, then in groups that it is mapped to, and
  // last in all that is in these. Where too many mappings aren't in force, too many people are suspended, or
  // too many groups are in others, the rest isn't looked at, and somebody may be there.
  base::Result<Holders> find() {
    if (auto counted = count_mappings(); !counted.ok()) return counted.error();
    if (holders_.service_users > 0) return holders_;
    if (auto done = look_for_one_mapped(); !done.ok()) return done.error();
    if (holders_.people > 0 || groups_counted_.in_force == 0) return holders_;
    if (auto done = look_for_groups(); !done.ok()) return done.error();
    if (holders_.people > 0) return holders_;
    if (auto done = look_for_one_in_groups(); !done.ok()) return done.error();
    if (holders_.people > 0) return holders_;
    auto all = domain::with_groups_below(txn_, tenant_, std::move(groups_), most_);
    if (!all.ok()) return all.error();
    groups_ = std::move(all).value();
    if (groups_.size() > most_)  // and these needn't be all
      take_for_held();
    else if (auto done = look_for_one_in_groups(); !done.ok())
      return done.error();
    return holders_;
  }

 private:
  static void add(const domain::MappingCount& some, domain::MappingCount& all) {
    all.all += some.all;
    all.in_force += some.in_force;
    all.later += some.later;
    all.at_most = all.at_most || some.at_most;
  }

  base::Result<void> count_mappings() {
    const auto users = count(PrincipalKind::kUser);
    if (!users.ok()) return users.error();
    const auto service_users = count(PrincipalKind::kServiceUser);
    if (!service_users.ok()) return service_users.error();
    const auto groups = count(PrincipalKind::kGroup);
    if (!groups.ok()) return groups.error();
    users_counted_ = *users;
    groups_counted_ = *groups;
    holders_.direct = users->in_force;
    holders_.service_users = service_users->in_force;
    for (const auto& each : {*users, *service_users, *groups}) add(each, holders_.mappings);
    return {};
  }

  base::Result<domain::MappingCount> count(PrincipalKind kind) const {
    domain::MappingCount all;
    for (const domain::RoleId& role : roles_) {
      const auto of_role = domain::count_mappings(txn_, tenant_, role, kind, now_);
      if (!of_role.ok()) return of_role.error();
      add(*of_role, all);
    }
    return all;
  }

  // The ids of those of the kind whose mappings are in force, in order; once, however many mappings each has.
  template <typename Id>
  base::Result<void> each_in_force(PrincipalKind kind, std::vector<Id>& ids) const {
    for (const domain::RoleId& role : roles_) {
      const auto read = domain::each_holder(txn_, tenant_, role, kind, [&](const domain::Holding& holding) {
        if (holding.in_force(now_) && (ids.empty() || ids.back().uuid() != holding.principal.id))
          ids.push_back(Id(holding.principal.id));
        return true;
      });
      if (!read.ok()) return read;
    }
    make_set(ids);
    return {};
  }

  template <typename Id>
  static void make_set(std::vector<Id>& ids) {
    if (!std::is_sorted(ids.begin(), ids.end())) std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  }

  // Whether they are few enough, with those that are in them.
  base::Result<bool> find_groups() {
    if (auto done = each_in_force(PrincipalKind::kGroup, groups_); !done.ok()) return done.error();
    if (auto done = leave_out_disabled(); !done.ok()) return done.error();
    holders_.groups = groups_.size();
    auto all = domain::with_groups_below(txn_, tenant_, std::move(groups_), most_);
    if (!all.ok()) return all.error();
    groups_ = std::move(all).value();
    if (groups_.size() > most_) return false;
    for (const domain::GroupId& group : groups_) {
      const auto members = domain::count_members(txn_, tenant_, group);
      if (!members.ok()) return members.error();
      holders_.memberships += *members;
    }
    return true;
  }

  // Of more groups than are looked at: all the memberships there are.
  base::Result<void> sum_up_groups(std::uint64_t in_force) {
    const auto all = domain::get_used(txn_, tenant_, domain::Quota::kMemberships);
    if (!all.ok()) return all.error();
    holders_.groups = in_force;
    holders_.memberships = in_force > 0 ? *all : 0;
    return {};
  }

  base::Result<void> leave_out_disabled() {
    const auto disabled = domain::DisabledGroups::of(txn_, tenant_);
    if (!disabled.ok()) return disabled.error();
    return disabled->leave_out_of(groups_);
  }

  // Where nobody was found among as many as are looked at.
  void take_for_held() {
    holders_.people = 1;
    holders_.at_most = true;
  }

  // Whether one more mapping or person may be looked at.
  bool may_look() {
    if (looked_at_++ < most_) return true;
    take_for_held();
    return false;
  }

  // Calls fn, which answers whether to go on, with each of the kind who has a mapping of a role in force.
  // What else they hold by that role isn't looked at. Ends, too, where no more may be looked at.
  base::Result<void> visit_in_force(PrincipalKind kind,
                                    base::FunctionRef<base::Result<bool>(const base::Uuid&)> fn) {
    base::Result<void> outcome;
    for (const domain::RoleId& role : roles_) {
      bool goes_on = true;
      const auto visit = [&](const base::Uuid& id) {
        bool holds = false;
        const auto look = [&](const domain::Holding& holding, bool is_left) {
          goes_on = may_look();
          holds = goes_on && !is_left && holding.in_force(now_);
          return goes_on && !holds ? domain::NextHeld::kNext : domain::NextHeld::kEnd;
        };
        outcome = domain::walk_held(txn_, tenant_, {kind, id}, role, nullptr, look);
        if (!outcome.ok() || !holds) return outcome.ok() && goes_on;
        const auto wants_more = fn(id);
        if (!wants_more.ok()) outcome = wants_more.error();
        return goes_on = wants_more.ok() && *wants_more;
      };
      const auto read = domain::each_holder_id(txn_, tenant_, role, {kind, {}}, visit);
      if (!read.ok() || !outcome.ok()) return read.ok() ? outcome : read;
      if (!goes_on) break;
    }
    return {};
  }

  base::Result<void> look_for_groups() {
    const auto done = visit_in_force(PrincipalKind::kGroup, [&](const base::Uuid& id) -> base::Result<bool> {
      groups_.emplace_back(id);
      return true;
    });
    if (!done.ok()) return done;
    make_set(groups_);
    return leave_out_disabled();
  }

  // Answers whether to go on.
  base::Result<bool> look_at_one(const domain::UserId& person) {
    if (!may_look()) return false;
    const auto active = domain::is_active_user(txn_, tenant_, person);
    if (!active.ok()) return active.error();
    if (*active) holders_.people = 1;
    return !*active;
  }

  base::Result<void> look_for_one_mapped() {
    if (holders_.direct == 0) return {};
    return visit_in_force(PrincipalKind::kUser,
                          [&](const base::Uuid& id) { return look_at_one(domain::UserId(id)); });
  }

  base::Result<void> look_for_one_in_groups() {
    base::Result<void> outcome;
    for (const domain::GroupId& group : groups_) {
      if (holders_.people > 0) break;
      const auto read = domain::each_user_in(txn_, tenant_, group, [&](const domain::UserId& user) {
        const auto goes_on = look_at_one(user);
        if (!goes_on.ok()) outcome = goes_on.error();
        return goes_on.ok() && *goes_on;
      });
      if (!read.ok() || !outcome.ok()) return read.ok() ? outcome : read;
    }
    return {};
  }

  base::Result<void> look() {
    std::vector<domain::UserId> direct;  // in order
    if (auto done = each_in_force(PrincipalKind::kUser, direct); !done.ok()) return done;
    std::vector<domain::UserId> people = direct;
    for (const domain::GroupId& group : groups_) {
      const auto done = domain::each_user_in(txn_, tenant_, group, [&](const domain::UserId& user) {
        people.push_back(user);
        return true;
      });
      if (!done.ok()) return done;
    }
    make_set(people);
    holders_.direct = 0;
    for (const domain::UserId& person : people) {
      const auto active = domain::is_active_user(txn_, tenant_, person);
      if (!active.ok()) return active.error();
      ++(*active ? holders_.people : holders_.suspended);
      if (*active && std::binary_search(direct.begin(), direct.end(), person)) ++holders_.direct;
    }
    return {};
  }

  const store::ReadTxn& txn_;
  const domain::TenantId tenant_;
  const std::span<const domain::RoleId> roles_;
  const base::Timestamp now_;
  const std::uint64_t most_;
  domain::MappingCount users_counted_, groups_counted_;
  std::vector<domain::GroupId> groups_;
  std::uint64_t looked_at_ = 0;  // mappings and people, to find one
  Holders holders_;
};

}  // namespace

base::Result<Holders> count_holders(const store::ReadTxn& txn, const domain::Owner& tenant,
                                    const domain::RoleId& role, base::Timestamp now, std::uint64_t most) {
  if (tenant.is_platform()) return Holders{};
  return Count(txn, *tenant.tenant(), {&role, 1}, now, most).run();
}

base::Result<Holders> count_holders(const store::ReadTxn& txn, const domain::TenantId& tenant,
                                    std::span<const domain::RoleId> roles, base::Timestamp now,
                                    std::uint64_t most) {
  return Count(txn, tenant, roles, now, most).run();
}

base::Result<Holders> find_holders(const store::ReadTxn& txn, const domain::TenantId& tenant,
                                   const domain::RoleId& role, base::Timestamp now) {
  return Count(txn, tenant, {&role, 1}, now, kMaxLookedAt).find();
}

BlastRadius blast_radius(const domain::Role& role, const domain::Catalogue& catalogue,
                         const Holders& holders) {
  const auto effective = catalogue.effective(role.scopes);
  BlastRadius radius;
  radius.level = catalogue.risk(role.scopes);
  radius.summary = effective.empty() ? "Allows nothing"
                                     : "Allows " + count_of(effective.size(), "permission", "permissions") +
                                           " (" + list(by_risk(effective, catalogue)) + ")";
  radius.summary += "; " + who_holds(holders) + ".";
  radius.warnings = warnings_of(role, catalogue, effective, holders);
  return radius;
}

}  // namespace authz
