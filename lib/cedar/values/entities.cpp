#include "cedar/entities.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/source_text.h"
#include "base/utf8.h"
#include "cedar/values/entity_graph.h"

namespace cedar {

namespace {

base::Error invalid(std::string_view message) {
  return {base::ErrorCode::kInvalid, base::utf8::shortened(message, base::kMaxMessage)};
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

// Who is in whom, and where each entity lies.
struct Entities::Index {
  static constexpr std::uint32_t kNoEntity = 0xFFFFFFFF;

  EntityGraph graph;
  std::vector<std::uint32_t> place_of;  // in entities_, of each node; or kNoEntity

  // The place of an entity; kNoEntity where there is none.
  std::uint32_t find(const EntityUid& uid) const {
    const EntityGraph::Node node = graph.find(uid);
    return node == EntityGraph::kNone ? kNoEntity : place_of[node];
  }
};

Entities::Entities() = default;
Entities::Entities(const Entities& other)
    : EntitySource(other),
      entities_(other.entities_),
      index_(other.index_ ? std::make_unique<Index>(*other.index_) : nullptr) {}
Entities::Entities(Entities&&) noexcept = default;
Entities& Entities::operator=(Entities other) noexcept {
  entities_.swap(other.entities_);
  index_.swap(other.index_);
  return *this;
}
Entities::~Entities() = default;

// A change under way. What is there is changed at once, and put back unless the whole is kept.
class Entities::Change {
  using Node = EntityGraph::Node;
  static constexpr std::uint32_t kNoEntity = Index::kNoEntity;

 public:
  Change(std::vector<Entity>& entities, Index& index)
      : entities_(entities), graph_(index.graph), place_of_(index.place_of), size_before_(entities.size()) {}

  base::Result<void> put(Entity entity, bool may_replace) {
    for (const EntityUid& parent : entity.parents)
      if (entity.uid.is_action() && !parent.is_action())
        return invalid(to_text(entity.uid) + ": an action has only actions as parents, not " +
                       to_text(parent));
    const Node node = graph_.keep(entity.uid);
    place_of_.resize(graph_.size(), kNoEntity);
    std::uint32_t& place = place_of_[node];
    if (place == kNoEntity) {
      place = static_cast<std::uint32_t>(entities_.size());
      entities_.push_back(std::move(entity));
      steps_.push_back({node, std::nullopt});
    } else if (may_replace) {
      steps_.push_back({node, std::exchange(entities_[place], std::move(entity))});
    } else if (same(entities_[place], entity)) {
      return {};
    } else {
      return invalid(to_text(entity.uid) + (place < size_before_
                                                ? ": is there already, with different content"
                                                : ": is given twice, with different content"));
    }
    if (graph_.set_parents(node, entities_[place].parents)) changed_.push_back(node);
    return {};
  }

  base::Result<void> keep() {
    const std::vector<Node> cycle = graph_.settle(changed_);
    place_of_.resize(graph_.size(), kNoEntity);
    if (cycle.empty()) return {};
    return invalid(to_text(graph_.uid(cycle.front())) +
                   ": is its own ancestor; parents make no cycles: " + path_of(cycle, graph_));
  }

  void undo() {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      if (step->before) {
        Entity& entity = entities_[place_of_[step->node]];
        entity = std::move(*step->before);
        graph_.set_parents(step->node, entity.parents);
      } else {
        graph_.set_parents(step->node, {});
        graph_.let_go(step->node);
        place_of_[step->node] = kNoEntity;
        entities_.pop_back();
      }
    }
    graph_.settle({});
  }

 private:
  struct Step {
    Node node;
    std::optional<Entity> before;  // what was replaced; nothing where an entity was added at the end
  };

  std::vector<Entity>& entities_;
  EntityGraph& graph_;
  std::vector<std::uint32_t>& place_of_;
  const std::size_t size_before_;
  std::vector<Step> steps_;
  std::vector<Node> changed_;
};

base::Result<Entities> Entities::make(std::vector<Entity> entities) {
  Entities made;
  if (auto added = made.add(std::move(entities)); !added.ok()) return added.error();
  return made;
}

base::Result<void> Entities::add(std::vector<Entity> entities) {
  return put(std::move(entities), false);
}

base::Result<void> Entities::upsert(std::vector<Entity> entities) {
  return put(std::move(entities), true);
}

base::Result<void> Entities::put(std::vector<Entity> entities, bool may_replace) {
  if (!index_) index_ = std::make_unique<Index>();
  Change change(entities_, *index_);
  base::Result<void> result;
  for (Entity& entity : entities) {
    result = change.put(std::move(entity), may_replace);
    if (!result.ok()) break;
  }
  if (result.ok()) result = change.keep();
  if (!result.ok()) change.undo();
  return result;
}

std::size_t Entities::remove(std::span<const EntityUid> uids) {
  if (!index_) return 0;
  auto& [graph, place_of] = *index_;
  std::vector<EntityGraph::Node> removed;
  for (const EntityUid& uid : uids) {
    if (index_->find(uid) == Index::kNoEntity) continue;
    const EntityGraph::Node node = graph.find(uid);
    take_out(node);
    removed.push_back(node);
  }
  std::vector<EntityGraph::Node> orphans;
  for (const EntityGraph::Node node : removed)
    graph.for_each_child(node, [&](EntityGraph::Node child) { orphans.push_back(child); });
  std::sort(orphans.begin(), orphans.end());
  orphans.erase(std::unique(orphans.begin(), orphans.end()), orphans.end());
  std::sort(removed.begin(), removed.end());
  for (const EntityGraph::Node node : orphans) {
    if (place_of[node] == Index::kNoEntity) continue;
    std::vector<EntityUid>& parents = entities_[place_of[node]].parents;
    std::erase_if(parents, [&, &graph = graph](const EntityUid& parent) {
      return std::binary_search(removed.begin(), removed.end(), graph.find(parent));
    });
    graph.set_parents(node, parents);
  }
  for (const EntityGraph::Node node : removed) {
    graph.set_parents(node, {});
    graph.let_go(node);
  }
  graph.settle(orphans);
  return removed.size();
}

// The last entity takes its place.
void Entities::take_out(std::uint32_t node) {
  const std::uint32_t place = std::exchange(index_->place_of[node], Index::kNoEntity);
  if (place + 1 != entities_.size()) {
    entities_[place] = std::move(entities_.back());
    index_->place_of[index_->graph.find(entities_[place].uid)] = place;
  }
  entities_.pop_back();
}

const Entity* Entities::find(const EntityUid& uid) const {
  const std::uint32_t place = index_ ? index_->find(uid) : Index::kNoEntity;
  return place == Index::kNoEntity ? nullptr : &entities_[place];
}

bool Entities::has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const {
  if (!index_) return false;
  const EntityGraph& graph = index_->graph;
  const EntityGraph::Node below = graph.find(descendant);
  const EntityGraph::Node above = below == EntityGraph::kNone ? below : graph.find(ancestor);
  return above != EntityGraph::kNone && graph.has_ancestor(below, above);
}

bool Entities::list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const {
  if (!index_) return true;
  const EntityGraph& graph = index_->graph;
  const EntityGraph::Node node = graph.find(of);
  if (node == EntityGraph::kNone) return true;
  for (const EntityGraph::Node ancestor : graph.ancestors(node)) found.push_back(&graph.uid(ancestor));
  return true;
}

}  // namespace cedar
