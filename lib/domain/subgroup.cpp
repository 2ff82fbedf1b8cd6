// Groups in groups are a graph without cycles, kept as pairs in two tables, one for each direction:
//
//   engineering has member platform-team    group_in  {platform-team, engineering}   how it came to be so
//                                           subgroups {engineering, platform-team}
//
// What follows from it is not stored. Who is in which groups is found by walking up, in what the snapshot
// shows, so a change of one pair is felt by everybody below with the next request. A pair is only put where
// it leaves the graph without cycles and shallow: then the walks end, and their length has a bound that
// callers chose to pay for.
#include "domain/subgroup.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "domain/counts.h"
#include "domain/disabled_groups.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/membership.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& subgroup) {
                           codec.choice("source", subgroup.source, parse_source);
                           codec.member("joined_at", subgroup.joined_at);
                           codec.member("revision", subgroup.revision);
                         }};

base::Result<Subgroup> decode(std::string_view key, std::string_view value) {
  Subgroup subgroup;
  store::KeyReader parts(key);
  subgroup.tenant = TenantId(parts.uuid());
  subgroup.member = GroupId(parts.uuid());
  subgroup.group = GroupId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kGroupIn, key, "not a key of this table");
  if (auto read = unseal_record(Table::kGroupIn, key, value, kLayout, subgroup); !read.ok())
    return read.error();
  return subgroup;
}

// The groups one step above (kGroupIn) or below (kSubgroups).
base::Result<std::vector<GroupId>> next_to(const store::ReadTxn& txn, Table table, const TenantId& tenant,
                                           const GroupId& group) {
  std::vector<GroupId> found;
  base::Result<void> outcome;
  const auto scanned =
      txn.scan(table, Key().uuid(tenant).uuid(group), [&](std::string_view key, std::string_view) {
        if (key.size() != 48) {
          outcome = store::corrupt(table, key, "not a key of this table");
          return false;
        }
        found.push_back(GroupId::from_raw(key.substr(32)));
        return true;
      });
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  return found;
}

using LeftOut = std::optional<DisabledGroups>;

// Which groups are left out, read once for all that one question looks at; nothing where they count.
base::Result<LeftOut> to_leave_out(const store::ReadTxn& txn, const TenantId& tenant, Disabled disabled) {
  if (disabled == Disabled::kCounted) return LeftOut();
  auto all = DisabledGroups::of(txn, tenant);
  if (!all.ok()) return all.error();
  if (!all->any()) return LeftOut();
  return LeftOut(*std::move(all));
}

base::Result<std::vector<GroupId>> next_to(const store::ReadTxn& txn, Table table, const TenantId& tenant,
                                           const GroupId& group, const LeftOut& left_out) {
  auto next = next_to(txn, table, tenant, group);
  if (next.ok() && left_out)
    if (auto done = left_out->leave_out_of(*next); !done.ok()) return done.error();
  return next;
}

// The groups themselves are none that are left out.
base::Result<std::vector<GroupId>> with_all(const store::ReadTxn& txn, Table table, const TenantId& tenant,
                                            std::vector<GroupId> groups, const LeftOut& left_out,
                                            std::size_t most = std::numeric_limits<std::size_t>::max()) {
  std::set<GroupId> seen(groups.begin(), groups.end());
  for (std::vector<GroupId> waiting(seen.begin(), seen.end()); !waiting.empty() && seen.size() <= most;) {
    const GroupId group = waiting.back();
    waiting.pop_back();
    const auto next = next_to(txn, table, tenant, group, left_out);
    if (!next.ok()) return next.error();
    for (const GroupId& other : *next)
      if (seen.insert(other).second) waiting.push_back(other);
  }
  groups.assign(seen.begin(), seen.end());
  return groups;
}

base::Error invalid(const std::string& message) {
  return {base::ErrorCode::kInvalid, message};
}

base::Error too_deep(std::size_t deep) {
  return invalid("groups would be in groups " + std::to_string(deep) + " deep, and at most " +
                 std::to_string(kMaxNestedGroups) + " are allowed");
}

// The length of the longest way from a group to one that nothing is beyond.
class Heights {
 public:
  // `pairs` is how many may still be looked at, and counts down. REQUIRES: it and the transaction outlive
  // this
  Heights(const store::ReadTxn& txn, Table table, const TenantId& tenant, std::size_t& pairs)
      : txn_(txn), table_(table), tenant_(tenant), pairs_(pairs) {}

  // In groups, the first included. kInvalid where there are too many pairs, or it is above kMaxNestedGroups,
  // which only a damaged store has: the recursion is as deep as the answer.
  base::Result<std::size_t> of(const GroupId& group, std::size_t below = 0) {
    if (below == kMaxNestedGroups) return too_deep(below + 1);
    if (const auto known = known_.find(group); known != known_.end()) return known->second;
    const auto next = next_to(txn_, table_, tenant_, group);
    if (!next.ok()) return next.error();
    if (next->size() > pairs_)
      return invalid("more than " + std::to_string(kMaxPairsAbove) +
                     " memberships of groups in groups are above and below it");
    pairs_ -= next->size();
    std::size_t height = 1;
    known_.emplace(group, height);  // so that a damaged store with a cycle ends, too
    for (const GroupId& other : *next) {
      const auto beyond = of(other, below + 1);
      if (!beyond.ok()) return beyond;
      height = std::max(height, *beyond + 1);
    }
    return known_[group] = height;
  }

  // Those it has been asked of, and all beyond.
  const std::map<GroupId, std::size_t>& known() const { return known_; }

 private:
  const store::ReadTxn& txn_;
  const Table table_;
  const TenantId& tenant_;
  std::size_t& pairs_;
  std::map<GroupId, std::size_t> known_;
};

struct Ends {
  const GroupId& from;
  const GroupId& to;
};

// A way up from one group to another, both included; empty where there is none.
base::Result<std::vector<GroupId>> way_up(const store::ReadTxn& txn, const TenantId& tenant, Ends ends) {
  const auto& [from, to] = ends;
  std::map<GroupId, GroupId> came_from{{from, from}};
  std::vector<GroupId> level{from};
  while (!level.empty() && !came_from.contains(to)) {
    std::vector<GroupId> above;
    for (const GroupId& group : level) {
      const auto next = next_to(txn, Table::kGroupIn, tenant, group);
      if (!next.ok()) return next.error();
      for (const GroupId& other : *next)
        if (came_from.emplace(other, group).second) above.push_back(other);
    }
    level = std::move(above);
  }
  std::vector<GroupId> way;
  if (!came_from.contains(to)) return way;
  for (GroupId at = to; way.empty() || way.back() != from; at = came_from.at(at)) way.push_back(at);
  std::reverse(way.begin(), way.end());
  return way;
}

base::Result<std::string> names_of(const store::ReadTxn& txn, const TenantId& tenant,
                                   const std::vector<GroupId>& groups) {
  std::string text;
  for (const GroupId& id : groups) {
    const auto group = get_group(txn, tenant, id);
    if (!group.ok()) return group.error();
    text += (text.empty() ? "" : " in ") + (*group ? (*group)->name : id.to_string());
  }
  return text;
}

base::Result<bool> has_subgroups(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group) {
  bool any = false;
  const auto scanned =
      txn.scan(Table::kSubgroups, Key().uuid(tenant).uuid(group), [&](std::string_view, std::string_view) {
        any = true;
        return false;
      });
  if (!scanned.ok()) return scanned.error();
  return any;
}

base::Result<void> check_number(const store::ReadTxn& txn, const TenantId& tenant, Table table,
                                const GroupId& group, const char* what) {
  const auto next = next_to(txn, table, tenant, group);
  if (!next.ok()) return next.error();
  if (next->size() < kMaxDirectSubgroups) return {};
  return invalid(std::string(what) + " " + std::to_string(kMaxDirectSubgroups) + " groups");
}

}  // namespace

base::Result<std::optional<Subgroup>> get_subgroup(const store::ReadTxn& txn, const TenantId& tenant,
                                                   const GroupId& group, const GroupId& member) {
  return get_record(txn, Table::kGroupIn, Key().uuid(tenant).uuid(member).uuid(group), decode);
}

base::Result<void> check_nesting(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group,
                                 const GroupId& member) {
  if (group == member) return invalid("a group can't be a member of itself");
  const auto way = way_up(txn, tenant, {group, member});
  if (!way.ok()) return way.error();
  if (!way->empty()) {
    const auto names = names_of(txn, tenant, *way);
    if (!names.ok()) return names.error();
    return invalid("the groups would be in a circle: " + *names + " already");
  }
  if (auto few = check_number(txn, tenant, Table::kSubgroups, group, "it has"); !few.ok()) return few;
  if (auto few = check_number(txn, tenant, Table::kGroupIn, member, "the member is in"); !few.ok())
    return few;
  std::size_t pairs = kMaxPairsAbove;
  Heights above(txn, Table::kGroupIn, tenant, pairs), below(txn, Table::kSubgroups, tenant, pairs);
  const auto up = above.of(group), down = below.of(member);
  if (!up.ok() || !down.ok()) return up.ok() ? down.error() : up.error();
  if (*up + *down > kMaxNestedGroups) return too_deep(*up + *down);
  // Whoever is below gets all that is above the group, beside what is above them.
  for (const auto& [id, height] : below.known())
    if (const auto all = above.of(id); !all.ok()) return all.error();
  return {};
}

base::Result<void> put_subgroup(store::WriteTxn& txn, Subgroup subgroup) {
  const auto there = get_subgroup(txn, subgroup.tenant, subgroup.group, subgroup.member);
  if (!there.ok()) return there.error();
  if (!*there)
    if (auto fits = check_nesting(txn, subgroup.tenant, subgroup.group, subgroup.member); !fits.ok())
      return fits;
  subgroup.revision = txn.revision();
  const auto pair = Key().uuid(subgroup.tenant).uuid(subgroup.group).uuid(subgroup.member);
  if (auto done = txn.put(Table::kSubgroups, pair, {}); !done.ok()) return done;
  return put_counted(txn, Counted::kSubgroups, Table::kGroupIn, subgroup.tenant,
                     Key().uuid(subgroup.tenant).uuid(subgroup.member).uuid(subgroup.group),
                     seal_record(kLayout, subgroup));
}

base::Result<void> delete_subgroup(store::WriteTxn& txn, const TenantId& tenant, const GroupId& group,
                                   const GroupId& member) {
  if (auto done = del(txn, Table::kSubgroups, Key().uuid(tenant).uuid(group).uuid(member)); !done.ok())
    return done;
  return del_counted(txn, Counted::kSubgroups, Table::kGroupIn, tenant,
                     Key().uuid(tenant).uuid(member).uuid(group));
}

base::Result<void> delete_subgroups(store::WriteTxn& txn, const TenantId& tenant, const GroupId& group) {
  const Key prefix = Key().uuid(tenant).uuid(group);
  // What isn't a key of the table goes by itself.
  const auto other = [&](std::string_view key) -> std::optional<GroupId> {
    if (key.size() != 48) return std::nullopt;
    return GroupId::from_raw(key.substr(32));
  };
  const auto leave = [&](std::string_view key) -> base::Result<void> {
    const auto above = other(key);
    return above ? delete_subgroup(txn, tenant, *above, group) : del(txn, Table::kGroupIn, key);
  };
  if (auto done = drain(txn, Table::kGroupIn, prefix, leave); !done.ok()) return done;
  const auto take_out = [&](std::string_view key) -> base::Result<void> {
    const auto member = other(key);
    return member ? delete_subgroup(txn, tenant, group, *member) : del(txn, Table::kSubgroups, key);
  };
  return drain(txn, Table::kSubgroups, prefix, take_out);
}

base::Result<void> each_subgroup(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group,
                                 const GroupId* after, base::FunctionRef<bool(Subgroup&&)> fn) {
  const Key prefix = Key().uuid(tenant).uuid(group);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  const auto decode_pair = [&](std::string_view key, std::string_view) -> base::Result<Subgroup> {
    if (key.size() != 48) return store::corrupt(Table::kSubgroups, key, "not a key of this table");
    auto subgroup = get_subgroup(txn, tenant, group, GroupId::from_raw(key.substr(32)));
    if (!subgroup.ok()) return subgroup.error();
    if (!*subgroup)
      return store::corrupt(Table::kSubgroups, key, "the membership that it names is not there");
    return **std::move(subgroup);
  };
  return each_record(txn, Table::kSubgroups, prefix, from, decode_pair, fn);
}

namespace {

base::Result<std::vector<GroupId>> with_all_but(const store::ReadTxn& txn, Table table,
                                                const TenantId& tenant, std::vector<GroupId> groups,
                                                Disabled disabled,
                                                std::size_t most = std::numeric_limits<std::size_t>::max()) {
  const auto left_out = to_leave_out(txn, tenant, disabled);
  if (!left_out.ok()) return left_out.error();
  if (*left_out)
    if (auto done = (*left_out)->leave_out_of(groups); !done.ok()) return done.error();
  return with_all(txn, table, tenant, std::move(groups), *left_out, most);
}

base::Result<std::vector<GroupId>> direct_groups(const store::ReadTxn& txn, const TenantId& tenant,
                                                 const Principal& who, const LeftOut& left_out) {
  if (who.kind == PrincipalKind::kGroup) {
    const auto is_nothing = left_out ? left_out->has(GroupId(who.id)) : false;
    if (!is_nothing.ok()) return is_nothing.error();
    if (*is_nothing) return std::vector<GroupId>();
    return next_to(txn, Table::kGroupIn, tenant, GroupId(who.id), left_out);
  }
  std::vector<GroupId> groups;
  // Of a service user there are none, but the same is asked.
  const auto read = each_group_of(txn, tenant, UserId(who.id), [&](const GroupId& group) {
    groups.push_back(group);
    return true;
  });
  if (!read.ok()) return read.error();
  if (left_out)
    if (auto done = left_out->leave_out_of(groups); !done.ok()) return done.error();
  return groups;
}

base::Result<std::vector<GroupId>> effective_groups(const store::ReadTxn& txn, const TenantId& tenant,
                                                    const Principal& who, const LeftOut& left_out) {
  auto groups = direct_groups(txn, tenant, who, left_out);
  if (!groups.ok() || groups->empty()) return groups;
  return with_all(txn, Table::kGroupIn, tenant, std::move(groups).value(), left_out);
}

}  // namespace

base::Result<std::vector<GroupId>> with_groups_above(const store::ReadTxn& txn, const TenantId& tenant,
                                                     std::vector<GroupId> groups, Disabled disabled) {
  return with_all_but(txn, Table::kGroupIn, tenant, std::move(groups), disabled);
}

base::Result<std::vector<GroupId>> with_groups_below(const store::ReadTxn& txn, const TenantId& tenant,
                                                     std::vector<GroupId> groups, std::size_t most) {
  return with_all_but(txn, Table::kSubgroups, tenant, std::move(groups), Disabled::kLeftOut, most);
}

base::Result<std::vector<GroupId>> direct_groups(const store::ReadTxn& txn, const TenantId& tenant,
                                                 const Principal& who, const DisabledGroups& left_out) {
  return direct_groups(txn, tenant, who, LeftOut(left_out));
}

base::Result<std::vector<GroupId>> groups_above(const store::ReadTxn& txn, const TenantId& tenant,
                                                const GroupId& group, const DisabledGroups& left_out) {
  return next_to(txn, Table::kGroupIn, tenant, group, left_out);
}

base::Result<std::vector<GroupId>> direct_groups(const store::ReadTxn& txn, const TenantId& tenant,
                                                 const Principal& who, Disabled disabled) {
  const auto left_out = to_leave_out(txn, tenant, disabled);
  if (!left_out.ok()) return left_out.error();
  return direct_groups(txn, tenant, who, *left_out);
}

base::Result<std::vector<GroupId>> effective_groups(const store::ReadTxn& txn, const TenantId& tenant,
                                                    const Principal& who, Disabled disabled) {
  const auto left_out = to_leave_out(txn, tenant, disabled);
  if (!left_out.ok()) return left_out.error();
  return effective_groups(txn, tenant, who, *left_out);
}

base::Result<bool> is_effective_member(const store::ReadTxn& txn, const TenantId& tenant,
                                       const GroupId& group, const Principal& who) {
  const auto left_out = to_leave_out(txn, tenant, Disabled::kLeftOut);
  if (!left_out.ok()) return left_out.error();
  const auto is_nothing = *left_out ? (*left_out)->has(group) : false;
  if (!is_nothing.ok()) return is_nothing.error();
  if (*is_nothing) return false;
  if (who.kind != PrincipalKind::kGroup) {
    auto direct = is_member(txn, tenant, group, who.id);
    if (!direct.ok() || *direct) return direct;
    // Most groups have no groups in them, and then it doesn't matter how many others somebody is in.
    auto nested = has_subgroups(txn, tenant, group);
    if (!nested.ok() || !*nested) return nested;
  }
  const auto groups = effective_groups(txn, tenant, who, *left_out);
  if (!groups.ok()) return groups.error();
  return std::binary_search(groups->begin(), groups->end(), group);
}

base::Result<void> implied_by_subgroup(const Entry& entry, Implied& implied) {
  if (const auto subgroup = decode(entry.key, entry.value); !subgroup.ok()) return subgroup.error();
  const std::string_view tenant = entry.key.substr(0, 16), member = entry.key.substr(16, 16),
                         group = entry.key.substr(32);
  implied.entry(Table::kSubgroups, {Key().bytes(tenant).bytes(group).bytes(member), {}});
  implied.needs(Table::kGroup, Key().bytes(tenant).bytes(member));
  implied.needs(Table::kGroup, Key().bytes(tenant).bytes(group));
  return {};
}

}  // namespace domain
