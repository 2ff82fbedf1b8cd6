#include "cedar/compiled_entities.h"

#include <algorithm>

#include "cedar/limits.h"

namespace cedar {

// Lists ancestors, those of parents first, with a stack of its own since chains can be as long as there are
// entities. The whole of all lists can be the square of the number of entities, therefore the bound.
class CompiledEntities::AncestorLister {
 public:
  explicit AncestorLister(CompiledEntities& to)
      : to_(to), is_done_(to.nodes_.size(), false), seen_(to.nodes_.size(), 0) {}

  void list_all() {
    for (SymbolId start = 0; start < to_.nodes_.size(); ++start) {
      if (!is_done_[start]) path_.push_back({start, 0});
      while (!path_.empty()) {
        Step& step = path_.back();
        const Entity* entity = to_.nodes_[step.node].entity;
        if (entity && step.next_parent < entity->parents.size()) {
          const SymbolId parent = to_.symbol(entity->parents[step.next_parent++]);
          if (!is_done_[parent]) path_.push_back({parent, 0});
          continue;
        }
        const SymbolId done = step.node;
        path_.pop_back();
        if (!is_done_[done]) list(done);
      }
    }
  }

 private:
  struct Step {
    SymbolId node;
    std::size_t next_parent;
  };

  void list(SymbolId of) {
    is_done_[of] = true;
    Node& node = to_.nodes_[of];
    if (!node.entity) return;
    found_.clear();
    ++round_;
    for (const EntityUid& uid : node.entity->parents) {
      const SymbolId parent = to_.symbol(uid);
      if (!add_with_ancestors(parent)) {
        node.ancestors = kNotListed;
        return;
      }
    }
    std::sort(found_.begin(), found_.end());
    const auto named = std::lower_bound(found_.begin(), found_.end(), to_.symbols_->uids.size());
    node.first_ancestor = static_cast<std::uint32_t>(to_.ancestors_.size());
    node.ancestors = static_cast<std::uint32_t>(found_.size());
    node.named_ancestors = static_cast<std::uint32_t>(named - found_.begin());
    to_.ancestors_.insert(to_.ancestors_.end(), found_.begin(), found_.end());
  }

  // False where it would take too long.
  bool add_with_ancestors(SymbolId parent) {
    const Node& above = to_.nodes_[parent];
    if (above.ancestors == kNotListed) return false;
    steps_ += above.ancestors + std::size_t{1};
    if (steps_ > kMaxAncestorSteps) return false;
    add(parent);
    for (std::uint32_t i = 0; i < above.ancestors; ++i) add(to_.ancestors_[above.first_ancestor + i]);
    return true;
  }

  void add(SymbolId ancestor) {
    if (seen_[ancestor] == round_) return;
    seen_[ancestor] = round_;
    found_.push_back(ancestor);
  }

  CompiledEntities& to_;
  std::vector<bool> is_done_;
  std::vector<std::uint32_t> seen_;  // in which round last
  std::uint32_t round_ = 0;
  std::size_t steps_ = 0;
  std::vector<SymbolId> found_;
  std::vector<Step> path_;
};

CompiledEntities::CompiledEntities(const CompiledPolicies& policies, Entities entities)
    : symbols_(policies.symbols()), entities_(std::move(entities)), uids_(symbols_->uids) {
  for (const Entity& entity : entities_.all()) uids_.add(entity.uid);
  for (const Entity& entity : entities_.all())
    for (const EntityUid& parent : entity.parents) uids_.add(parent);
  nodes_.resize(uids_.size());
  for (SymbolId symbol = 0; symbol < nodes_.size(); ++symbol)
    nodes_[symbol].type = symbols_->types.find(uids_.at(symbol).type().text());
  for (const Entity& entity : entities_.all()) {
    Node& node = nodes_[uids_.find(entity.uid)];
    node.entity = &entity;
    add_attributes(node);
  }
  AncestorLister(*this).list_all();
}

void CompiledEntities::add_attributes(Node& node) {
  node.first_attribute = static_cast<std::uint32_t>(attributes_.size());
  for (const Record::Field& field : node.entity->attrs.fields()) {
    const SymbolId name = symbols_->names.find(field.first);
    if (name == kNoSymbol) continue;
    Cell value = Cell::of(field.second);
    if (value.kind == ValueKind::kEntity) value.entity = uids_.find(*value.uid);
    attributes_.push_back({name, value});
  }
  node.attributes = static_cast<std::uint32_t>(attributes_.size()) - node.first_attribute;
  const auto first = attributes_.begin() + node.first_attribute;
  std::sort(first, attributes_.end(), [](const Attribute& l, const Attribute& r) { return l.name < r.name; });
}

bool CompiledEntities::attribute(SymbolId entity, SymbolId name, Cell& value) const {
  if (entity == kNoSymbol) return false;
  const Node& node = nodes_[entity];
  const Attribute* const first = attributes_.data() + node.first_attribute;
  const Attribute* const last = first + node.attributes;
  const Attribute* const found =
      std::lower_bound(first, last, name, [](const Attribute& a, SymbolId wanted) { return a.name < wanted; });
  if (found == last || found->name != name) return false;
  value = found->value;
  return true;
}

std::optional<std::span<const SymbolId>> CompiledEntities::ancestors(SymbolId entity) const {
  const Node& node = nodes_[entity];
  if (node.ancestors == kNotListed) return std::nullopt;
  return std::span(ancestors_.data() + node.first_ancestor, node.ancestors);
}

std::optional<std::span<const SymbolId>> CompiledEntities::named_ancestors(SymbolId entity) const {
  const Node& node = nodes_[entity];
  if (node.ancestors == kNotListed) return std::nullopt;
  return std::span(ancestors_.data() + node.first_ancestor, node.named_ancestors);
}

const Entity* CompiledEntities::find(const EntityUid& uid) const {
  const SymbolId symbol = uids_.find(uid);
  return symbol == kNoSymbol ? nullptr : nodes_[symbol].entity;
}

bool CompiledEntities::has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const {
  return entities_.has_ancestor(descendant, ancestor);
}

bool CompiledEntities::list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const {
  return entities_.list_ancestors(of, found);
}

}  // namespace cedar
