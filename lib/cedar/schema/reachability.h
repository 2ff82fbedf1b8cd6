#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cedar {

// Which nodes of a directed graph are reached from which by one or more edges. Built in
// O(nodes + edges · nodes / 64), answers in O(1), takes nodes² / 8 bytes at most; cycles are fine.
class Reachability {
 public:
  using Node = std::uint32_t;

  Reachability() = default;

  // `edges[n]` are the nodes that n points at; each is less than edges.size().
  explicit Reachability(const std::vector<std::vector<Node>>& edges);

  // On a cycle a node reaches itself. REQUIRES: both are nodes
  bool reaches(Node from, Node to) const {
    return ((rows_[component_[from]][to / 64] >> (to % 64)) & 1U) != 0;
  }

  // How many are reached. REQUIRES: it is a node
  std::size_t count(Node from) const {
    std::size_t reached = 0;
    for (const std::uint64_t word : rows_[component_[from]])
      reached += static_cast<std::size_t>(std::popcount(word));
    return reached;
  }

 private:
  std::vector<Node> component_;                   // of each node
  std::vector<std::vector<std::uint64_t>> rows_;  // per component, a bit per node
};

}  // namespace cedar
