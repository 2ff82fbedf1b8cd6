// Ways are found from their end:
//
//   ann in platform in engineering in staff        to staff: which of ann's groups lead there is found by
//   ann in on-call  in engineering                 going down from it, with how far it is from each; then
//                                                  from ann's own groups up, the nearest first, and never
//                                                  into a group that doesn't lead there
//
// so that what is looked at is a part of some way, and finding so many ways costs no more than writing them.
#include "authz/access_paths.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "domain/subgroup.h"

namespace authz {
namespace {

using domain::GroupId;
using Distances = std::map<GroupId, std::size_t>;

constexpr std::size_t kAtOnce = 16;  // mappings of a list, read in one scan

// Goes up from groups to one of them, by groups that lead there.
class WayFinder {
 public:
  WayFinder(const std::map<GroupId, std::vector<GroupId>>& above, const Distances& distances,
            std::size_t most)
      : above_(above), distances_(distances), most_(most) {}

  // Whether there is room for more. As deep as groups are nested, kMaxNestedGroups.
  bool go(const std::vector<GroupId>& next) {
    std::vector<std::pair<std::size_t, GroupId>> leading;
    for (const GroupId& group : next)
      if (const auto found = distances_.find(group); found != distances_.end())
        leading.emplace_back(found->second, group);
    std::sort(leading.begin(), leading.end());
    for (const auto& [distance, group] : leading) {
      if (found_.ways.size() == most_) return found_.are_all = false;
      way_.push_back(group);
      if (distance == 0)
        found_.ways.push_back(way_);
      else if (const auto up = above_.find(group); up != above_.end() && !go(up->second))
        return false;
      way_.pop_back();
    }
    return true;
  }

  GroupWays::Found take() {
    std::sort(found_.ways.begin(), found_.ways.end(), [](const GroupWay& a, const GroupWay& b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    return std::move(found_);
  }

 private:
  const std::map<GroupId, std::vector<GroupId>>& above_;
  const Distances& distances_;
  const std::size_t most_;
  GroupWay way_;
  GroupWays::Found found_;
};

}  // namespace

bool ends_soon(const std::optional<base::Timestamp>& expires_at, base::Timestamp now) {
  constexpr std::int64_t kMilliseconds = std::chrono::milliseconds(kSoon).count();
  return expires_at && expires_at->ms - now.ms < kMilliseconds;
}

base::Result<GroupWays> GroupWays::of(const store::ReadTxn& txn, const domain::TenantId& tenant,
                                      const domain::Principal& who) {
  GroupWays ways;
  const auto left_out = domain::DisabledGroups::of(txn, tenant);
  if (!left_out.ok()) return left_out.error();
  auto direct = domain::direct_groups(txn, tenant, who, *left_out);
  if (!direct.ok()) return direct.error();
  ways.direct_ = std::move(direct).value();
  std::vector<GroupId> waiting = ways.direct_;
  while (!waiting.empty()) {
    const GroupId group = waiting.back();
    waiting.pop_back();
    const auto [place, is_new] = ways.above_.try_emplace(group);
    if (!is_new) continue;
    auto above = domain::groups_above(txn, tenant, group, *left_out);
    if (!above.ok()) return above.error();
    place->second = std::move(above).value();
    for (const GroupId& other : place->second) {
      ways.below_[other].push_back(group);
      waiting.push_back(other);
    }
  }
  for (const auto& [group, above] : ways.above_) ways.groups_.push_back(group);
  return ways;
}

GroupWays::Found GroupWays::to(const GroupId& group, std::size_t most) const {
  Distances distances{{group, 0}};
  std::vector<GroupId> level{group};
  for (std::size_t distance = 1; !level.empty(); ++distance) {
    std::vector<GroupId> next;
    for (const GroupId& one : level) {
      const auto below = below_.find(one);
      if (below == below_.end()) continue;
      for (const GroupId& other : below->second)
        if (distances.emplace(other, distance).second) next.push_back(other);
    }
    level = std::move(next);
  }
  WayFinder finder(above_, distances, most);
  finder.go(direct_);
  return finder.take();
}

HeldRoles::HeldRoles(const store::ReadTxn& txn, const domain::TenantId& tenant,
                     std::vector<domain::Principal> holders, const std::optional<Place>& after)
    : txn_(txn), tenant_(tenant) {
  std::sort(holders.begin(), holders.end());
  for (const domain::Principal& holder : holders) {
    List list{holder, {}, {}};
    if (after) list.after = domain::MappingKey{holder, after->role, after->resource};
    lists_.push_back(std::move(list));
  }
}

bool HeldRoles::Later::operator()(const Waiting& a, const Waiting& b) const {
  const auto order = [](const Waiting& w) { return std::tie(w.key.role, w.key.resource, w.list); };
  return order(b) < order(a);
}

// Has the next mapping of the list wait for its turn, if it has one.
base::Result<void> HeldRoles::wait(std::size_t number) {
  List& list = lists_[number];
  if (list.at == list.some.size() && !list.has_ended) {
    list.some.clear();
    list.at = 0;
    const auto read = domain::each_mapping_of(txn_, tenant_, list.holder, list.after ? &*list.after : nullptr,
                                              [&](domain::Mapping&& mapping) {
                                                list.some.push_back(std::move(mapping));
                                                return list.some.size() < kAtOnce;
                                              });
    if (!read.ok()) return read;
    list.has_ended = list.some.size() < kAtOnce;
    if (!list.some.empty())
      list.after = domain::MappingKey{list.holder, list.some.back().role, list.some.back().resource};
  }
  if (list.at < list.some.size()) {
    const domain::Mapping& next = list.some[list.at];
    waiting_.push({{next.principal, next.role, next.resource}, number});
  }
  return {};
}

base::Result<std::optional<HeldRole>> HeldRoles::next() {
  if (!std::exchange(has_begun_, true))
    for (std::size_t i = 0; i < lists_.size(); ++i)
      if (auto done = wait(i); !done.ok()) return done.error();
  if (waiting_.empty()) return std::optional<HeldRole>();
  HeldRole held{waiting_.top().key.role, waiting_.top().key.resource, {}};
  while (!waiting_.empty() && waiting_.top().key.role == held.role &&
         waiting_.top().key.resource == held.resource) {
    const std::size_t number = waiting_.top().list;
    waiting_.pop();
    List& list = lists_[number];
    held.mappings.push_back(std::move(list.some[list.at++]));
    if (auto done = wait(number); !done.ok()) return done.error();
  }
  return std::optional(std::move(held));
}

}  // namespace authz
