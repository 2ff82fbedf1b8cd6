// Entities in the symbols of the policies they are made for, so that a decision compares numbers. Symbols
// below those of the policies are what policies name; the others follow. Of an entity there is a node, its
// attributes that policies name, and the list of all its ancestors, sorted:
//
//   User::"alice" in Group::"dev" in Group::"staff", of which policies name staff (symbol 0):
//   node of alice: attributes [age], ancestors [0, 7], of which the first one is named
//
// Since named ancestors come first, what scopes ask is a search in the head of the list. Attributes that no
// policy names, and tags, are looked up by their text.
#include "cedar/compiled/entity_tables.h"

#include <algorithm>
#include <utility>

#include "cedar/compiled/program.h"
#include "cedar/limits.h"

namespace cedar {

// Lists ancestors, those of parents first, with a stack of its own since chains can be as long as there are
// entities. The whole of all lists can be the square of the number of entities, therefore the bound.
class CompiledEntities::Tables::AncestorLister {
 public:
  explicit AncestorLister(Tables& to)
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

  Tables& to_;
  std::vector<bool> is_done_;
  std::vector<std::uint32_t> seen_;  // in which round last
  std::uint32_t round_ = 0;
  std::size_t steps_ = 0;
  std::vector<SymbolId> found_;
  std::vector<Step> path_;
};

CompiledEntities::Tables::Tables(std::shared_ptr<const Symbols> symbols, Entities entities)
    : symbols_(std::move(symbols)), entities_(std::move(entities)), uids_(symbols_->uids) {
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

void CompiledEntities::Tables::add_attributes(Node& node) {
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

bool CompiledEntities::Tables::attribute(SymbolId entity, SymbolId name, Cell& value) const {
  if (entity == kNoSymbol) return false;
  const Node& node = nodes_[entity];
  const Attribute* const first = attributes_.data() + node.first_attribute;
  const Attribute* const last = first + node.attributes;
  const Attribute* const found = std::lower_bound(
      first, last, name, [](const Attribute& a, SymbolId wanted) { return a.name < wanted; });
  if (found == last || found->name != name) return false;
  value = found->value;
  return true;
}

std::optional<std::span<const SymbolId>> CompiledEntities::Tables::ancestors(SymbolId entity) const {
  const Node& node = nodes_[entity];
  if (node.ancestors == kNotListed) return std::nullopt;
  return std::span(ancestors_.data() + node.first_ancestor, node.ancestors);
}

std::optional<std::span<const SymbolId>> CompiledEntities::Tables::named_ancestors(SymbolId entity) const {
  const Node& node = nodes_[entity];
  if (node.ancestors == kNotListed) return std::nullopt;
  return std::span(ancestors_.data() + node.first_ancestor, node.named_ancestors);
}

CompiledEntities::CompiledEntities(const CompiledPolicies& policies, Entities entities)
    : tables_(std::make_unique<const Tables>(policies.program().symbols, std::move(entities))) {}

CompiledEntities::~CompiledEntities() = default;

bool CompiledEntities::is_made_for(const CompiledPolicies& policies) const {
  return tables_->is_made_for(*policies.program().symbols);
}

const Entity* CompiledEntities::find(const EntityUid& uid) const {
  const SymbolId symbol = tables_->symbol(uid);
  return symbol == kNoSymbol ? nullptr : tables_->entity(symbol);
}

bool CompiledEntities::has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const {
  return tables_->entities().has_ancestor(descendant, ancestor);
}

bool CompiledEntities::list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const {
  return tables_->entities().list_ancestors(of, found);
}

}  // namespace cedar
