// The plain ways, for any source of entities: walk up the parents for one group; for many, ask of each, or
// where the source can list ancestors look which of them is one of the groups. Cycles end, since each entity
// is visited once.
#include "cedar/values/membership.h"

#include <algorithm>
#include <deque>
#include <unordered_set>
#include <vector>

#include "cedar/values/cost.h"

namespace cedar {

bool EntitySource::has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const {
  const Entity* start = find(descendant);
  if (!start) return false;
  std::deque<const Entity*> waiting = {start};
  std::unordered_set<const Entity*> seen = {start};
  while (!waiting.empty()) {
    const Entity& entity = *waiting.front();
    waiting.pop_front();
    for (const EntityUid& parent : entity.parents) {
      if (parent == ancestor) return true;
      const Entity* next = find(parent);
      if (next && !next->parents.empty() && seen.insert(next).second) waiting.push_back(next);
    }
  }
  return false;
}

bool EntitySource::list_ancestors(const EntityUid&, std::vector<const EntityUid*>&) const {
  return false;
}

bool is_in_any(const EntityUid& entity, const Set& groups, const EntitySource& source, StepBudget& budget) {
  if (groups.contains(Value(entity))) return true;
  const auto elements = groups.elements();
  std::vector<const EntityUid*> ancestors;
  if (elements.size() < kManyGroups || !source.list_ancestors(entity, ancestors))
    return std::any_of(elements.begin(), elements.end(),
                       [&](const Value& group) { return source.has_ancestor(entity, *group.entity()); });
  if (!budget.take(ancestors.size() * cost_of_search(elements.size()))) return false;
  return std::any_of(ancestors.begin(), ancestors.end(),
                     [&](const EntityUid* ancestor) { return groups.contains(Value(*ancestor)); });
}

}  // namespace cedar
