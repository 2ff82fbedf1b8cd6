// Tarjan's algorithm finds the strongly connected components, those that others point at first, so that when
// a component is complete the rows of everything it points at are too, and its own is their union. The walk
// keeps its own stack, since chains can be as long as the graph.
//
//   0 -> 1 -> 2, 2 -> 1      two components, {1, 2} and {0}, and the row of each says: 1 and 2
//
// A row is a bit for each node, so ten thousand types take 12 MB at most, and a question is one bit. Which
// way leads there is not kept.
#include "cedar/schema/reachability.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace cedar {

namespace {

using Node = Reachability::Node;
using Edges = std::vector<std::vector<Node>>;
constexpr Node kNone = std::numeric_limits<Node>::max();

// Lists the components, each as its nodes.
class Components {
 public:
  explicit Components(const Edges& edges)
      : edges_(edges), number_(edges.size(), kNone), low_(edges.size(), 0) {
    is_open_.assign(edges.size(), false);
    for (Node node = 0; node < edges.size(); ++node)
      if (number_[node] == kNone) walk(node);
  }

  const std::vector<std::vector<Node>>& found() const { return found_; }

 private:
  struct Step {
    Node node;
    std::size_t next_edge;
  };

  void enter(Node node) {
    number_[node] = low_[node] = counter_++;
    is_open_[node] = true;
    open_.push_back(node);
    path_.push_back({node, 0});
  }

  void walk(Node start) {
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.next_edge < edges_[step.node].size()) {
        const Node to = edges_[step.node][step.next_edge++];
        if (number_[to] == kNone) {
          enter(to);
        } else if (is_open_[to]) {
          low_[step.node] = std::min(low_[step.node], number_[to]);
        }
        continue;
      }
      const Node done = step.node;
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().node] = std::min(low_[path_.back().node], low_[done]);
      if (low_[done] == number_[done]) close(done);
    }
  }

  void close(Node root) {
    std::vector<Node>& nodes = found_.emplace_back();
    Node node = kNone;
    do {
      node = open_.back();
      open_.pop_back();
      is_open_[node] = false;
      nodes.push_back(node);
    } while (node != root);
  }

  const Edges& edges_;
  std::vector<Node> number_;  // in the order of entering
  std::vector<Node> low_;     // the lowest number of an open node that is reached
  std::vector<bool> is_open_;
  std::vector<Node> open_;
  std::vector<Step> path_;
  Node counter_ = 0;
  std::vector<std::vector<Node>> found_;
};

}  // namespace

Reachability::Reachability(const Edges& edges) : component_(edges.size()) {
  const std::size_t words = (edges.size() + 63) / 64;
  const Components components(edges);
  rows_.reserve(components.found().size());
  for (const std::vector<Node>& nodes : components.found()) {
    const auto own = static_cast<Node>(rows_.size());
    for (const Node node : nodes) component_[node] = own;
    std::vector<std::uint64_t>& row = rows_.emplace_back(words, 0);
    for (const Node node : nodes) {
      for (const Node to : edges[node]) {
        if (((row[to / 64] >> (to % 64)) & 1U) != 0) continue;  // then all that it reaches is there already
        row[to / 64] |= std::uint64_t{1} << (to % 64);
        if (component_[to] == own) continue;
        const std::vector<std::uint64_t>& reached = rows_[component_[to]];
        for (std::size_t w = 0; w < words; ++w) row[w] |= reached[w];
      }
    }
  }
}

}  // namespace cedar
