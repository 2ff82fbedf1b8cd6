// Who is in whom, directly, and of each node the list of all its ancestors, so that `in` is a search. A
// change lists anew what is below it and nothing else, children last.
//
//   alice in dev, dev in staff      lists: alice [dev, staff], dev [staff], staff []
//   dev gets the parent all         below dev are dev and alice: dev [all, staff], alice [all, dev, staff]
//
// Edges are kept from both ends, each knowing its place at the other, so that one is cut in the time of a
// swap. What was asked for below closes cycles, too: meeting a node that is still open. Lists are bounded all
// together; a node beyond the bound has none, nor has what is below it, and is walked when it is asked for.
#include "cedar/values/entity_graph.h"

#include <algorithm>
#include <unordered_set>

#include "cedar/limits.h"

namespace cedar {

namespace {

// What a place has that no uid uses.
const EntityUid& nobody() {
  static const EntityUid uid(Name::unchecked("None"), "");
  return uid;
}

}  // namespace

EntityGraph::Node EntityGraph::find(const EntityUid& uid) const {
  return by_uid_.find(uid.hash(), [&](Node node) { return items_[node].uid == uid; });
}

EntityGraph::Node EntityGraph::add(const EntityUid& uid) {
  if (const Node known = find(uid); known != kNone) return known;
  Node node = static_cast<Node>(items_.size());
  if (free_.empty()) {
    items_.emplace_back(uid);
  } else {
    node = free_.back();
    free_.pop_back();
    items_[node].uid = uid;
  }
  by_uid_.add(uid.hash(), node);
  return node;
}

EntityGraph::Node EntityGraph::keep(const EntityUid& uid) {
  const Node node = add(uid);
  items_[node].is_kept = true;
  return node;
}

void EntityGraph::let_go(Node node) {
  items_[node].is_kept = false;
  orphans_.push_back(node);
}

bool EntityGraph::set_parents(Node node, std::span<const EntityUid> parents) {
  found_.clear();
  ++round_;
  for (const EntityUid& uid : parents) {
    const Node parent = add(uid);
    if (items_[parent].round == round_) continue;
    items_[parent].round = round_;
    found_.push_back(parent);
  }
  const auto& above = items_[node].above;
  const auto is_wanted = [&](const Edge& edge) { return items_[edge.other].round == round_; };
  if (above.size() == found_.size() && std::all_of(above.begin(), above.end(), is_wanted)) return false;
  cut_above(node);
  for (const Node parent : found_) connect(node, parent);
  return true;
}

void EntityGraph::cut_above(Node node) {
  for (const Edge& edge : items_[node].above) {
    // The last of the parent's edges takes the place of this one.
    std::vector<Edge>& siblings = items_[edge.other].below;
    siblings[edge.place] = siblings.back();
    items_[siblings[edge.place].other].above[siblings[edge.place].place].place = edge.place;
    siblings.pop_back();
    if (siblings.empty()) orphans_.push_back(edge.other);
  }
  items_[node].above.clear();
}

void EntityGraph::connect(Node node, Node parent) {
  std::vector<Edge>& above = items_[node].above;
  std::vector<Edge>& below = items_[parent].below;
  above.push_back({parent, static_cast<std::uint32_t>(below.size())});
  below.push_back({node, static_cast<std::uint32_t>(above.size() - 1)});
}

std::vector<EntityGraph::Node> EntityGraph::settle(std::span<const Node> changed) {
  std::vector<Node> below;
  std::vector<Node> cycle = find_below(changed, below);
  if (!cycle.empty()) return cycle;
  std::size_t steps = 0;
  std::for_each(below.rbegin(), below.rend(), [&](Node node) { list_ancestors(node, steps); });
  take_out_orphans();
  return {};
}

// Goes down depth first with a stack of its own, since chains can be as long as there are entities; meeting a
// node that is still open, on the way from the start to here, closes a cycle. There was none before, so each
// goes through a node that changed.
std::vector<EntityGraph::Node> EntityGraph::find_below(std::span<const Node> changed,
                                                       std::vector<Node>& found) {
  struct Step {
    Node node;
    std::size_t next = 0;  // of its edges below
  };
  const std::uint64_t open = ++round_;
  const std::uint64_t done = ++round_;
  std::vector<Step> path;
  const auto visit = [&](Node node) {
    items_[node].round = open;
    path.push_back({node});
  };
  for (const Node start : changed) {
    if (items_[start].round != done) visit(start);
    while (!path.empty()) {
      Step& step = path.back();
      Item& item = items_[step.node];
      if (step.next == item.below.size()) {
        item.round = done;
        found.push_back(step.node);
        path.pop_back();
        continue;
      }
      const Node child = item.below[step.next++].other;
      if (items_[child].round == open) {
        std::vector<Node> cycle = {child};
        for (auto at = path.rbegin(); at->node != child; ++at) cycle.push_back(at->node);
        return cycle;
      }
      if (items_[child].round != done) visit(child);
    }
  }
  return {};
}

void EntityGraph::list_ancestors(Node node, std::size_t& steps) {
  Item& item = items_[node];
  listed_ -= item.ancestors.size();
  item.ancestors = {};
  item.is_listed = list_above(node, steps);
  if (!item.is_listed) return;
  std::sort(found_.begin(), found_.end());
  item.ancestors.assign(found_.begin(), found_.end());
  listed_ += found_.size();
}

// Finds the parents and theirs; false where that takes too long, or too much room with all other lists.
bool EntityGraph::list_above(Node node, std::size_t& steps) {
  found_.clear();
  ++round_;
  const auto add_once = [&](Node ancestor) {
    if (items_[ancestor].round == round_) return;
    items_[ancestor].round = round_;
    found_.push_back(ancestor);
  };
  for (const Edge& edge : items_[node].above) {
    const Item& parent = items_[edge.other];
    steps += parent.ancestors.size() + 1;
    if (!parent.is_listed || steps > kMaxAncestorSteps) return false;
    add_once(edge.other);
    for (const Node ancestor : parent.ancestors) add_once(ancestor);
  }
  return listed_ + found_.size() <= kMaxAncestorSteps;
}

void EntityGraph::take_out_orphans() {
  for (const Node node : orphans_) {
    Item& item = items_[node];
    if (item.is_kept || !item.below.empty() || find(item.uid) != node) continue;
    by_uid_.take_out(item.uid.hash(), node);
    listed_ -= item.ancestors.size();
    item = Item(nobody());
    free_.push_back(node);
  }
  orphans_.clear();
}

// Calls f with each ancestor, once, until it gives false.
template <typename F>
void EntityGraph::walk_up(Node node, F f) const {
  std::vector<Node> waiting = {node};
  std::unordered_set<Node> seen;
  while (!waiting.empty()) {
    const Item& item = items_[waiting.back()];
    waiting.pop_back();
    for (const Edge& edge : item.above)
      if (seen.insert(edge.other).second) {
        if (!f(edge.other)) return;
        waiting.push_back(edge.other);
      }
  }
}

bool EntityGraph::has_ancestor(Node node, Node ancestor) const {
  const Item& item = items_[node];
  if (item.is_listed) return std::binary_search(item.ancestors.begin(), item.ancestors.end(), ancestor);
  bool is_found = false;
  walk_up(node, [&](Node above) { return !(is_found = above == ancestor); });
  return is_found;
}

std::vector<EntityGraph::Node> EntityGraph::ancestors(Node node) const {
  if (items_[node].is_listed) return items_[node].ancestors;
  std::vector<Node> found;
  walk_up(node, [&](Node above) {
    found.push_back(above);
    return true;
  });
  return found;
}

}  // namespace cedar
