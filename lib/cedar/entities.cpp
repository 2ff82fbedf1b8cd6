#include "cedar/entities.h"

#include <algorithm>
#include <deque>
#include <unordered_set>

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

namespace {

Error invalid(std::string message) {
  return {ErrorCode::kInvalid, std::move(message)};
}

bool same(const Entity& left, const Entity& right) {
  const auto sorted = [](std::vector<EntityUid> parents) {
    std::sort(parents.begin(), parents.end());
    parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
    return parents;
  };
  return Value(left.attrs) == Value(right.attrs) && Value(left.tags) == Value(right.tags) &&
         sorted(left.parents) == sorted(right.parents);
}

}  // namespace

Result<Entities> Entities::make(std::vector<Entity> given) {
  Entities made;
  made.entities_.reserve(given.size());
  made.by_uid_.reserve(given.size());
  for (Entity& entity : given) {
    const auto [at, is_new] = made.by_uid_.try_emplace(entity.uid, static_cast<Index>(made.entities_.size()));
    if (is_new) {
      made.entities_.push_back(std::move(entity));
    } else if (!same(made.entities_[at->second], entity)) {
      return invalid(to_text(entity.uid) + ": stands twice, with different content");
    }
  }
  for (const Entity& entity : made.entities_)
    for (const EntityUid& parent : entity.parents)
      if (entity.uid.is_action() && !parent.is_action())
        return invalid(to_text(entity.uid) + ": an action has only actions as parents, not " +
                       to_text(parent));
  made.link_parents();
  if (const Entity* in_cycle = made.find_cycle())
    return invalid(to_text(in_cycle->uid) + ": is its own ancestor; parents make no cycles");
  return made;
}

void Entities::link_parents() {
  first_parent_.reserve(entities_.size() + 1);
  for (const Entity& entity : entities_) {
    first_parent_.push_back(static_cast<Index>(parents_.size()));
    for (const EntityUid& parent : entity.parents)
      if (const auto found = by_uid_.find(parent); found != by_uid_.end()) parents_.push_back(found->second);
  }
  first_parent_.push_back(static_cast<Index>(parents_.size()));
}

// Goes up from every entity, depth first with a stack of its own; meeting one that is still open, on the way
// from the start to here, closes a cycle.
const Entity* Entities::find_cycle() const {
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  struct Step {
    Index entity;
    Index next;  // into parents_
  };
  std::vector<Mark> marks(entities_.size(), Mark::kNew);
  std::vector<Step> path;
  for (Index start = 0; start < entities_.size(); ++start) {
    if (marks[start] != Mark::kNew) continue;
    path.push_back({start, first_parent_[start]});
    marks[start] = Mark::kOpen;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == first_parent_[step.entity + 1]) {
        marks[step.entity] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const Index parent = parents_[step.next++];
      if (marks[parent] == Mark::kOpen) return &entities_[parent];
      if (marks[parent] == Mark::kDone) continue;
      marks[parent] = Mark::kOpen;
      path.push_back({parent, first_parent_[parent]});
    }
  }
  return nullptr;
}

const Entity* Entities::find(const EntityUid& uid) const {
  const auto found = by_uid_.find(uid);
  return found != by_uid_.end() ? &entities_[found->second] : nullptr;
}

bool Entities::has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const {
  const auto start = by_uid_.find(descendant);
  if (start == by_uid_.end()) return false;
  const auto target = by_uid_.find(ancestor);
  const bool is_known = target != by_uid_.end();

  std::vector<Index> waiting = {start->second};
  std::unordered_set<Index> seen;
  while (!waiting.empty()) {
    const Index at = waiting.back();
    waiting.pop_back();
    // Only the uids tell where a parent that is no entity itself stands.
    const auto& parents = entities_[at].parents;
    if (!is_known && std::find(parents.begin(), parents.end(), ancestor) != parents.end()) return true;
    for (Index i = first_parent_[at]; i < first_parent_[at + 1]; ++i) {
      const Index parent = parents_[i];
      if (is_known && parent == target->second) return true;
      const bool is_leaf = entities_[parent].parents.empty();
      if (!is_leaf && seen.insert(parent).second) waiting.push_back(parent);
    }
  }
  return false;
}

}  // namespace cedar
