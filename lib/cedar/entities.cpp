#include "cedar/entities.h"

#include <algorithm>
#include <deque>
#include <unordered_set>

#include "base/source_text.h"
#include "base/utf8.h"

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

bool is_in_any(const EntityUid& entity, const Set& groups, const EntitySource& source) {
  if (groups.contains(Value(entity))) return true;
  const auto elements = groups.elements();
  std::vector<const EntityUid*> ancestors;
  if (elements.size() < kManyGroups || !source.list_ancestors(entity, ancestors))
    return std::any_of(elements.begin(), elements.end(),
                       [&](const Value& group) { return source.has_ancestor(entity, *group.entity()); });
  return std::any_of(ancestors.begin(), ancestors.end(),
                     [&](const EntityUid* ancestor) { return groups.contains(Value(*ancestor)); });
}

namespace {

Error invalid(std::string_view message) {
  return {ErrorCode::kInvalid, utf8::shortened(message, kMaxMessage)};
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
  made.entities_ = std::move(given);
  if (auto indexed = made.index_uids(); !indexed.ok()) return indexed.error();
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

Result<void> Entities::index_uids() {
  const auto make_index = [&] {
    by_uid_.clear();
    for (const Entity& entity : entities_)
      by_uid_.push_back({entity.uid.hash(), static_cast<Index>(by_uid_.size())});
    std::sort(by_uid_.begin(), by_uid_.end(), [&](const Key& left, const Key& right) {
      if (left.hash != right.hash) return left.hash < right.hash;
      const auto order = entities_[left.entity].uid <=> entities_[right.entity].uid;
      return order != 0 ? order < 0 : left.entity < right.entity;
    });
  };
  make_index();
  std::vector<bool> is_repeated(entities_.size());
  for (std::size_t i = 1; i < by_uid_.size(); ++i) {
    const Entity& before = entities_[by_uid_[i - 1].entity];
    const Entity& entity = entities_[by_uid_[i].entity];
    if (before.uid != entity.uid) continue;
    if (!same(before, entity)) return invalid(to_text(entity.uid) + ": stands twice, with different content");
    is_repeated[by_uid_[i].entity] = true;
  }
  if (std::find(is_repeated.begin(), is_repeated.end(), true) == is_repeated.end()) return {};
  std::size_t at = 0;
  std::erase_if(entities_, [&](const Entity&) { return is_repeated[at++]; });
  make_index();
  return {};
}

std::optional<Entities::Index> Entities::find_index(const EntityUid& uid) const {
  const auto found =
      std::lower_bound(by_uid_.begin(), by_uid_.end(), uid, [&](const Key& key, const EntityUid& u) {
        return key.hash != u.hash() ? key.hash < u.hash() : entities_[key.entity].uid < u;
      });
  if (found == by_uid_.end() || found->hash != uid.hash() || entities_[found->entity].uid != uid)
    return std::nullopt;
  return found->entity;
}

void Entities::link_parents() {
  first_parent_.reserve(entities_.size() + 1);
  for (const Entity& entity : entities_) {
    first_parent_.push_back(static_cast<Index>(parents_.size()));
    for (const EntityUid& parent : entity.parents)
      if (const auto found = find_index(parent)) parents_.push_back(*found);
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
  const auto found = find_index(uid);
  return found ? &entities_[*found] : nullptr;
}

bool Entities::has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const {
  const auto start = find_index(descendant);
  if (!start || entities_[*start].parents.empty()) return false;
  const auto target = find_index(ancestor);

  std::vector<Index> waiting = {*start};
  std::unordered_set<Index> seen;
  while (!waiting.empty()) {
    const Index at = waiting.back();
    waiting.pop_back();
    // Only the uids tell where a parent that is no entity itself stands.
    const auto& parents = entities_[at].parents;
    if (!target && std::find(parents.begin(), parents.end(), ancestor) != parents.end()) return true;
    for (Index i = first_parent_[at]; i < first_parent_[at + 1]; ++i) {
      const Index parent = parents_[i];
      if (parent == target) return true;
      const bool is_leaf = entities_[parent].parents.empty();
      if (!is_leaf && seen.insert(parent).second) waiting.push_back(parent);
    }
  }
  return false;
}

bool Entities::list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const {
  const Entity* at = find(of);
  if (!at) return true;
  const auto hash = [](const EntityUid* uid) { return uid->hash(); };
  const auto same_uid = [](const EntityUid* left, const EntityUid* right) { return *left == *right; };
  std::unordered_set<const EntityUid*, decltype(hash), decltype(same_uid)> seen(0, hash, same_uid);
  std::size_t next = found.size();
  while (true) {
    if (at)
      for (const EntityUid& parent : at->parents)
        if (seen.insert(&parent).second) found.push_back(&parent);
    if (next == found.size()) return true;
    at = find(*found[next++]);
  }
}

}  // namespace cedar
