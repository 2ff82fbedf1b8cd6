// Where everybody holds the same roles as before, what anybody gains or loses is among the scopes that some
// role gives before and not afterwards, or the other way round. So nobody needs to be looked at with all that
// they hold: it is enough to know of each which of the roles that give such scopes they have, and on what.
// These roles' holders are walked in order of their keys, directly and through groups:
//
//   holdings   (role, thing)              numbered; of roles that give the same on both sides one is enough
//   pairs      (person, holding)          sorted, each once
//   profile    a person's holdings        what comes of one is made once for all who have the same
#include "authz/role_impact.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>

#include "domain/active_user.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/role.h"
#include "domain/service_user.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"

namespace authz {
namespace {

using domain::PermissionSet;
using domain::PrincipalKind;

constexpr std::size_t kMostProfiles = 10'000;  // kept at once
constexpr std::size_t kMostNumbers = 200'000;

struct Sides {
  const store::ReadTxn& before;
  const store::ReadTxn& after;
  const domain::Catalogue& catalogue;
  base::Timestamp now;
};

// What a role gives, of what differs for anybody.
struct Given {
  PermissionSet before, after;
};

PermissionSet both(PermissionSet a, const PermissionSet& b) {
  a.add(b);
  return a;
}
PermissionSet without(PermissionSet a, const PermissionSet& b) {
  a.remove(b);
  return a;
}
PermissionSet among(PermissionSet a, const PermissionSet& b) {
  a.keep(b);
  return a;
}

// One tenant's, of whom `first` to `last` are concerned.
class OfTenant {
 public:
  OfTenant(const Sides& sides, std::span<const Concerned> concerned, std::size_t most)
      : sides_(sides), concerned_(concerned), tenant_(concerned.front().tenant), most_(most) {}

  // Whether it could be done within `most`.
  base::Result<bool> add_to(Impact& impact) {
    if (auto read = read_roles(); !read.ok()) return read.error();
    for (const auto& [role, given] : roles_) {
      const auto walked = walk(role, given);
      if (!walked.ok() || !*walked) return walked;
    }
    for (auto& [holding, groups] : groups_) {
      const auto walked = walk_groups(holding, std::move(groups));
      if (!walked.ok() || !*walked) return walked;
    }
    if (!settle()) return false;
    return tell(impact);
  }

 private:
  using Number = std::uint32_t;
  struct Pair {
    Number person, holding;
    auto operator<=>(const Pair&) const = default;
  };
  struct Turns {
    Rows gains, losses;
  };

  // Those that give something that some role gives on one side alone.
  base::Result<void> read_roles() {
    std::vector<domain::RoleId> ids;
    const auto note = [&](domain::Role&& role) {
      ids.push_back(role.id);
      return true;
    };
    for (const store::ReadTxn* const txn : {&sides_.before, &sides_.after})
      for (const domain::Owner& owner : {domain::Owner(tenant_), domain::Owner(domain::Platform())})
        if (auto read = domain::each_role(*txn, owner, "", note); !read.ok()) return read;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    PermissionSet differing;
    std::vector<std::pair<domain::RoleId, Given>> all;
    for (const domain::RoleId& id : ids) {
      Given given;
      for (const bool is_after : {false, true}) {
        const auto role = domain::find_role_in_force(is_after ? sides_.after : sides_.before, tenant_, id);
        if (!role.ok()) return role.error();
        if (*role && (*role)->state == domain::State::kEnabled)
          (is_after ? given.after : given.before) = sides_.catalogue.effective_set((*role)->scopes);
      }
      differing.add(without(given.before, given.after));
      differing.add(without(given.after, given.before));
      all.emplace_back(id, std::move(given));
    }
    for (auto& [id, given] : all)
      if (!among(both(given.before, given.after), differing).empty())
        roles_.emplace_back(id, Given{among(given.before, differing), among(given.after, differing)});
    return {};
  }

  base::Result<bool> walk(const domain::RoleId& role, const Given& given) {
    std::map<domain::ResourceText, Number, std::less<>> numbers;
    bool is_within = true;
    auto place = concerned_.begin();
    const auto visit = [&](const domain::Holding& held) {
      if (!held.in_force(sides_.now)) return true;
      auto known = numbers.find(held.resource);
      if (known == numbers.end()) {
        known = numbers.emplace(held.resource, static_cast<Number>(holdings_.size())).first;
        holdings_.emplace_back(held.resource, &given);
      }
      if (held.principal.kind == PrincipalKind::kGroup)
        groups_[known->second].emplace_back(held.principal.id);
      else
        add(held.principal, known->second, place);
      is_within = holdings_.size() <= kMostNumbers && is_within_most();
      return is_within;
    };
    const auto read = domain::each_holder(sides_.before, tenant_, role, visit);
    if (!read.ok()) return read.error();
    return is_within;
  }

  base::Result<bool> walk_groups(Number holding, std::vector<domain::GroupId> groups) {
    const auto all = domain::with_groups_below(sides_.before, tenant_, std::move(groups), most_);
    if (!all.ok()) return all.error();
    if (all->size() > most_) return false;
    bool is_within = true;
    for (const domain::GroupId& group : *all) {
      auto place = concerned_.begin();
      const auto read = domain::each_user_in(sides_.before, tenant_, group, [&](const domain::UserId& user) {
        add(user, holding, place);
        return is_within = is_within_most();
      });
      if (!read.ok()) return read.error();
      if (!is_within) break;
    }
    return is_within;
  }

  // Holders come in order, so each is looked for from the last one on, in steps that double.
  void add(const domain::Principal& who, Number holding, std::span<const Concerned>::iterator& place) {
    const auto is_less = [](const Concerned& one, const domain::Principal& other) { return one.who < other; };
    if (place == concerned_.end() || who < place->who) {
      place = std::lower_bound(concerned_.begin(), place, who, is_less);
      if (place != concerned_.end() && place->who == who)
        pairs_.push_back({static_cast<Number>(place - concerned_.begin()), holding});
      return;
    }
    auto from = place;
    for (std::ptrdiff_t step = 1; from != concerned_.end() && is_less(*from, who); step *= 2) {
      place = from;
      from += std::min(step, concerned_.end() - from);
    }
    place = std::lower_bound(place, from, who, is_less);
    if (place != concerned_.end() && place->who == who)
      pairs_.push_back({static_cast<Number>(place - concerned_.begin()), holding});
  }

  bool is_within_most() { return pairs_.size() <= most_ || settle(); }

  // Sorts what there is, each once; whether there is room for as much again.
  bool settle() {
    if (!std::is_sorted(pairs_.begin(), pairs_.end())) std::sort(pairs_.begin(), pairs_.end());
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
    return pairs_.size() <= most_ / 2;
  }

  Turns turns_of(std::span<const Pair> pairs) const {
    Held before, after;
    for (const Pair& pair : pairs) {
      const auto& [resource, given] = holdings_[pair.holding];
      before[resource].add(given->before);
      after[resource].add(given->after);
    }
    return {rows_of(before, after), rows_of(after, before)};
  }

  base::Result<bool> is_active(const domain::Principal& who) const {
    if (who.kind == PrincipalKind::kUser)
      return domain::is_active_user(sides_.before, tenant_, domain::UserId(who.id));
    const auto user = domain::get_service_user(sides_.before, tenant_, domain::ServiceUserId(who.id));
    if (!user.ok()) return user.error();
    return *user && (*user)->state == domain::State::kEnabled;
  }

  base::Result<bool> tell(Impact& impact) const {
    std::map<std::vector<Number>, Turns> profiles;
    std::vector<Number> profile;
    Turns made;
    const Turns* last = nullptr;  // of `profile`
    for (auto from = pairs_.begin(); from != pairs_.end();) {
      auto to = from;
      while (to != pairs_.end() && to->person == from->person) ++to;
      const std::span<const Pair> its(from, to);
      const bool is_last = last && std::equal(its.begin(), its.end(), profile.begin(), profile.end(),
                                              [](const Pair& pair, Number n) { return pair.holding == n; });
      if (!is_last) {
        profile.clear();
        for (const Pair& pair : its) profile.push_back(pair.holding);
        auto known = profiles.find(profile);
        if (known == profiles.end() && profiles.size() < kMostProfiles)
          known = profiles.emplace(profile, turns_of(its)).first;
        if (known == profiles.end()) made = turns_of(its);
        last = known == profiles.end() ? &made : &known->second;
      }
      const Concerned& one = concerned_[from->person];
      from = to;
      if (last->gains.empty() && last->losses.empty()) continue;
      const auto active = is_active(one.who);
      if (!active.ok()) return active.error();
      if (!*active) continue;
      add_rows(impact.gain, one, last->gains, sides_.catalogue);
      add_rows(impact.lose, one, last->losses, sides_.catalogue);
    }
    return true;
  }

  const Sides& sides_;
  const std::span<const Concerned> concerned_;
  const domain::TenantId tenant_;
  const std::size_t most_;
  std::vector<std::pair<domain::RoleId, Given>> roles_;
  std::vector<std::pair<domain::ResourceText, const Given*>> holdings_;
  std::map<Number, std::vector<domain::GroupId>> groups_;  // that have a holding
  std::vector<Pair> pairs_;
};

}  // namespace

base::Result<std::optional<Impact>> impact_of_roles(const store::ReadTxn& before, const store::ReadTxn& after,
                                                    const domain::Catalogue& catalogue, base::Timestamp now,
                                                    const std::vector<Concerned>& concerned,
                                                    std::size_t most) {
  const Sides sides{before, after, catalogue, now};
  Impact impact;
  for (auto from = concerned.begin(); from != concerned.end();) {
    const auto to =
        std::find_if(from, concerned.end(), [&](const Concerned& one) { return one.tenant != from->tenant; });
    const auto done = OfTenant(sides, {from, to}, most).add_to(impact);
    if (!done.ok()) return done.error();
    if (!*done) return std::optional<Impact>();
    from = to;
  }
  return std::optional(std::move(impact));
}

}  // namespace authz
