#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cedar/entity_uid.h"
#include "cedar/values/number_table.h"

namespace cedar {

// Which uid is whose parent, with the ancestors of each listed, so that a change costs what it touches: the
// edges that change, and the lists of what is below them.
//
// A change is any number of keep(), let_go() and set_parents(), and then settle(); until then the ancestors
// are the old ones. A change that makes a cycle is undone by the same functions, and then settled with no
// nodes.
class EntityGraph {
 public:
  using Node = std::uint32_t;
  static constexpr Node kNone = NumberTable::kNone;

  Node find(const EntityUid& uid) const;  // kNone where it is neither kept nor a parent of what is kept
  const EntityUid& uid(Node node) const { return items_[node].uid; }
  std::size_t size() const { return items_.size(); }  // more than any node

  // The node of an entity, which stays until it is let go.
  Node keep(const EntityUid& uid);

  // The node is that of no entity any more, and leaves with its last child. REQUIRES: it has no parents
  void let_go(Node node);

  // Replaces the parents of a node; says whether they are others than before. Linear in both.
  bool set_parents(Node node, std::span<const EntityUid> parents);

  template <typename F>
  void for_each_child(Node node, F f) const {
    for (const Edge& edge : items_[node].below) f(edge.other);
  }

  // Lists the ancestors of these nodes, whose parents changed, and of all below them. Or there is a cycle:
  // gives it, each node having the next as a parent and the last the first, and lists nothing. Linear in the
  // edges below and in the lists; these are bounded by kMaxAncestorSteps, beyond which ancestors are walked
  // when they are asked for.
  std::vector<Node> settle(std::span<const Node> changed);

  bool has_ancestor(Node node, Node ancestor) const;
  std::vector<Node> ancestors(Node node) const;  // in no order

 private:
  struct Edge {
    Node other;
    std::uint32_t place;  // where the other has this edge
  };
  struct Item {
    explicit Item(EntityUid u) : uid(std::move(u)) {}
    EntityUid uid;
    bool is_kept = false;
    bool is_listed = true;
    std::uint64_t round = 0;  // in which it was seen last
    std::vector<Edge> above;  // to parents
    std::vector<Edge> below;
    std::vector<Node> ancestors;  // sorted; none unless they are listed
  };

  Node add(const EntityUid& uid);
  void cut_above(Node node);
  void connect(Node node, Node parent);
  // Appends what is below these nodes, themselves included, children first; else gives a cycle.
  std::vector<Node> find_below(std::span<const Node> changed, std::vector<Node>& found);
  void list_ancestors(Node node, std::size_t& steps);
  bool list_above(Node node, std::size_t& steps);
  void take_out_orphans();
  template <typename F>
  void walk_up(Node node, F f) const;

  std::vector<Item> items_;
  NumberTable by_uid_;
  std::vector<Node> free_;
  std::vector<Node> orphans_;  // perhaps, since the last settle()
  std::uint64_t round_ = 0;
  std::size_t listed_ = 0;   // in all lists together
  std::vector<Node> found_;  // room for one list
};

}  // namespace cedar
