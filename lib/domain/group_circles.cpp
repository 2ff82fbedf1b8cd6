// From each group that is in another one walks up, breadth first, until the group itself is met, and then
// back along the way one came. A circle is found from each group in it, and told from the least.
#include "domain/group_circles.h"

#include <algorithm>
#include <map>
#include <string>

#include "domain/subgroup.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::size_t kKeySize = 48;  // tenant, member, group

base::Result<std::vector<GroupId>> groups_with(const store::ReadTxn& txn, const TenantId& tenant,
                                               const GroupId& member) {
  std::vector<GroupId> groups;
  const auto scanned =
      txn.scan(Table::kGroupIn, Key().uuid(tenant).uuid(member), [&](std::string_view key, std::string_view) {
        if (key.size() == kKeySize) groups.push_back(GroupId::from_raw(key.substr(32)));
        return true;
      });
  if (!scanned.ok()) return scanned.error();
  return groups;
}

// Empty where there is none.
base::Result<std::vector<GroupId>> circle_through(const store::ReadTxn& txn, const TenantId& tenant,
                                                  const GroupId& group) {
  std::map<GroupId, GroupId> came_from;
  std::vector<GroupId> waiting{group}, way;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < waiting.size() && pairs < kMaxPairsAbove && !came_from.contains(group); ++i) {
    const GroupId at = waiting[i];
    const auto above = groups_with(txn, tenant, at);
    if (!above.ok()) return above.error();
    pairs += above->size();
    for (const GroupId& other : *above)
      if (came_from.emplace(other, at).second) waiting.push_back(other);
  }
  if (!came_from.contains(group)) return way;
  way.push_back(group);
  do way.push_back(came_from.at(way.back()));
  while (way.back() != group);
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace

base::Result<void> each_circle(
    const store::ReadTxn& txn,
    base::FunctionRef<void(std::string_view key, const std::vector<GroupId>& way)> tell) {
  base::Result<void> outcome;
  std::string last;  // tenant and group
  const auto scanned = txn.scan(Table::kGroupIn, {}, [&](std::string_view key, std::string_view) {
    if (key.size() != kKeySize || key.substr(0, 32) == last) return true;
    last = key.substr(0, 32);
    const GroupId group = GroupId::from_raw(key.substr(16, 16));
    const auto way = circle_through(txn, TenantId::from_raw(key.substr(0, 16)), group);
    if (!way.ok()) outcome = way.error();
    if (way.ok() && !way->empty() && *std::min_element(way->begin(), way->end()) == group) tell(key, *way);
    return outcome.ok();
  });
  return scanned.ok() ? outcome : scanned;
}

}  // namespace domain
