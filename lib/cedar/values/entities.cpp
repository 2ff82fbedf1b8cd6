#include "cedar/entities.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
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

// "A::\"a\" in A::\"b\" in A::\"a\"", of a long cycle only the beginning.
std::string path_of(const std::vector<EntityGraph::Node>& cycle, const EntityGraph& graph) {
  static constexpr std::size_t kShownSteps = 8;
  std::string path = to_text(graph.uid(cycle.front()));
  for (std::size_t i = 1; i < std::min(cycle.size(), kShownSteps); ++i)
    path += " in " + to_text(graph.uid(cycle[i]));
  return path + (cycle.size() > kShownSteps ? " in … in " : " in ") + to_text(graph.uid(cycle.front()));
}

}  // namespace

// A change under way. What is there is changed at once, and put back unless the whole is kept.
class Entities::Change {
 public:
  explicit Change(Entities& entities) : to_(entities), size_before_(entities.entities_.size()) {}

  Result<void> put(Entity entity, bool may_replace) {
    for (const EntityUid& parent : entity.parents)
      if (entity.uid.is_action() && !parent.is_action())
        return invalid(to_text(entity.uid) + ": an action has only actions as parents, not " +
                       to_text(parent));
    const Node node = to_.graph_.keep(entity.uid);
    to_.place_of_.resize(to_.graph_.size(), kNoEntity);
    std::uint32_t& place = to_.place_of_[node];
    if (place == kNoEntity) {
      place = static_cast<std::uint32_t>(to_.entities_.size());
      to_.entities_.push_back(std::move(entity));
      steps_.push_back({node, std::nullopt});
    } else if (may_replace) {
      steps_.push_back({node, std::exchange(to_.entities_[place], std::move(entity))});
    } else if (same(to_.entities_[place], entity)) {
      return {};
    } else {
      return invalid(to_text(entity.uid) + (place < size_before_
                                                ? ": is there already, with different content"
                                                : ": stands twice, with different content"));
    }
    if (to_.graph_.set_parents(node, to_.entities_[place].parents)) changed_.push_back(node);
    return {};
  }

  Result<void> keep() {
    const std::vector<Node> cycle = to_.graph_.settle(changed_);
    to_.place_of_.resize(to_.graph_.size(), kNoEntity);
    if (cycle.empty()) return {};
    return invalid(to_text(to_.graph_.uid(cycle.front())) +
                   ": is its own ancestor; parents make no cycles: " + path_of(cycle, to_.graph_));
  }

  void undo() {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      if (step->before) {
        Entity& entity = to_.entities_[to_.place_of_[step->node]];
        entity = std::move(*step->before);
        to_.graph_.set_parents(step->node, entity.parents);
      } else {
        to_.graph_.set_parents(step->node, {});
        to_.graph_.let_go(step->node);
        to_.place_of_[step->node] = kNoEntity;
        to_.entities_.pop_back();
      }
    }
    to_.graph_.settle({});
  }

 private:
  struct Step {
    Node node;
    std::optional<Entity> before;  // what was replaced; nothing where an entity was added at the end
  };

  Entities& to_;
  const std::size_t size_before_;
  std::vector<Step> steps_;
  std::vector<Node> changed_;
};

Result<Entities> Entities::make(std::vector<Entity> entities) {
  Entities made;
  if (auto added = made.add(std::move(entities)); !added.ok()) return added.error();
  return made;
}

Result<void> Entities::add(std::vector<Entity> entities) {
  return put(std::move(entities), false);
}

Result<void> Entities::upsert(std::vector<Entity> entities) {
  return put(std::move(entities), true);
}

Result<void> Entities::put(std::vector<Entity> entities, bool may_replace) {
  Change change(*this);
  Result<void> result;
  for (Entity& entity : entities) {
    result = change.put(std::move(entity), may_replace);
    if (!result.ok()) break;
  }
  if (result.ok()) result = change.keep();
  if (!result.ok()) change.undo();
  return result;
}

std::size_t Entities::remove(std::span<const EntityUid> uids) {
  std::vector<Node> removed;
  for (const EntityUid& uid : uids) {
    const Node node = graph_.find(uid);
    if (node == EntityGraph::kNone || place_of_[node] == kNoEntity) continue;
    take_out(node);
    removed.push_back(node);
  }
  std::vector<Node> orphans;
  for (const Node node : removed) graph_.for_each_child(node, [&](Node child) { orphans.push_back(child); });
  std::sort(orphans.begin(), orphans.end());
  orphans.erase(std::unique(orphans.begin(), orphans.end()), orphans.end());
  std::sort(removed.begin(), removed.end());
  for (const Node node : orphans) {
    if (place_of_[node] == kNoEntity) continue;
    std::vector<EntityUid>& parents = entities_[place_of_[node]].parents;
    std::erase_if(parents, [&](const EntityUid& parent) {
      return std::binary_search(removed.begin(), removed.end(), graph_.find(parent));
    });
    graph_.set_parents(node, parents);
  }
  for (const Node node : removed) {
    graph_.set_parents(node, {});
    graph_.let_go(node);
  }
  graph_.settle(orphans);
  return removed.size();
}

// The last entity takes its place.
void Entities::take_out(Node node) {
  const std::uint32_t place = std::exchange(place_of_[node], kNoEntity);
  if (place + 1 != entities_.size()) {
    entities_[place] = std::move(entities_.back());
    place_of_[graph_.find(entities_[place].uid)] = place;
  }
  entities_.pop_back();
}

const Entity* Entities::find(const EntityUid& uid) const {
  const Node node = graph_.find(uid);
  if (node == EntityGraph::kNone || place_of_[node] == kNoEntity) return nullptr;
  return &entities_[place_of_[node]];
}

bool Entities::has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const {
  const Node below = graph_.find(descendant);
  const Node above = below == EntityGraph::kNone ? below : graph_.find(ancestor);
  return above != EntityGraph::kNone && graph_.has_ancestor(below, above);
}

bool Entities::list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const {
  const Node node = graph_.find(of);
  if (node == EntityGraph::kNone) return true;
  for (const Node ancestor : graph_.ancestors(node)) found.push_back(&graph_.uid(ancestor));
  return true;
}

}  // namespace cedar
