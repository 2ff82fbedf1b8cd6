#pragma once
#include <algorithm>
#include <string>

#include "cedar/compiled/code.h"
#include "cedar/compiled/entity_tables.h"
#include "cedar/step_budget.h"
#include "cedar/values/cost.h"
#include "cedar/values/membership.h"

// What a Machine gets entities from: any EntitySource, or entities compiled for the same policies. Walks
// through ancestors are paid for; once the budget is used up answers mean nothing.
namespace cedar {

class SourceStore {
 public:
  SourceStore(const EntitySource& source, const Symbols& symbols, StepBudget& budget)
      : source_(source), symbols_(symbols), budget_(budget) {}

  SymbolId resolve(const EntityUid& uid) const { return symbols_.uids.find(uid); }

  bool attribute(const Cell& object, SymbolId name, Cell& value) const {
    const Entity* entity = source_.find(*object.uid);
    const Value* found = entity ? entity->attrs.find(symbols_.names.at(name)) : nullptr;
    if (found) value = Cell::of(*found);
    return found != nullptr;
  }

  bool tag(const Cell& object, const std::string& key, Cell& value) const {
    const Entity* entity = source_.find(*object.uid);
    const Value* found = entity ? entity->tags.find(key) : nullptr;
    if (found) value = Cell::of(*found);
    return found != nullptr;
  }

  bool is_in(const Cell& entity, const Cell& group) const { return is_in(*entity.uid, *group.uid); }

  bool is_in_set(const Cell& entity, const Set& groups) const {
    return cedar::is_in_any(*entity.uid, groups, source_, budget_);
  }

  // `groups` are sorted.
  bool is_in_any(const Cell& entity, const std::vector<SymbolId>& groups) const {
    const auto is_one = [&](const EntityUid& uid) {
      return std::binary_search(groups.begin(), groups.end(), resolve(uid));
    };
    if (is_one(*entity.uid)) return true;
    std::vector<const EntityUid*> ancestors;
    if (groups.size() < kManyGroups || !source_.list_ancestors(*entity.uid, ancestors))
      return std::any_of(groups.begin(), groups.end(), [&](SymbolId group) {
        return source_.has_ancestor(*entity.uid, symbols_.uids.at(group));
      });
    if (!budget_.take(ancestors.size())) return false;
    return std::any_of(ancestors.begin(), ancestors.end(),
                       [&](const EntityUid* ancestor) { return is_one(*ancestor); });
  }

 private:
  bool is_in(const EntityUid& entity, const EntityUid& group) const {
    return entity == group || source_.has_ancestor(entity, group);
  }

  const EntitySource& source_;
  const Symbols& symbols_;
  StepBudget& budget_;
};

class CompiledStore {
 public:
  CompiledStore(const CompiledEntities::Tables& entities, StepBudget& budget)
      : entities_(entities), budget_(budget) {}

  SymbolId resolve(const EntityUid& uid) const { return entities_.symbol(uid); }

  bool attribute(const Cell& object, SymbolId name, Cell& value) const {
    return entities_.attribute(resolved(object), name, value);
  }

  bool tag(const Cell& object, const std::string& key, Cell& value) const {
    const SymbolId symbol = resolved(object);
    const Entity* entity = symbol == kNoSymbol ? nullptr : entities_.entity(symbol);
    const Value* found = entity ? entity->tags.find(key) : nullptr;
    if (found) value = Cell::of(*found);
    return found != nullptr;
  }

  bool is_in(const Cell& entity, const Cell& group) const {
    const SymbolId below = resolved(entity);
    const SymbolId above = resolved(group);
    // A uid that is in no table is nobody's parent and has none.
    if (below == kNoSymbol || above == kNoSymbol) return below == above && *entity.uid == *group.uid;
    if (below == above) return true;
    const auto listed = entities_.ancestors(below);
    return listed ? std::binary_search(listed->begin(), listed->end(), above)
                  : entities_.entities().has_ancestor(*entity.uid, *group.uid);
  }

  bool is_in_set(const Cell& entity, const Set& groups) const {
    return std::any_of(groups.elements().begin(), groups.elements().end(),
                       [&](const Value& group) { return is_in(entity, Cell::of(group)); });
  }

  // `groups` are sorted, as are ancestors: of the fewer each is searched among the others.
  bool is_in_any(const Cell& entity, const std::vector<SymbolId>& groups) const {
    const SymbolId below = resolved(entity);
    if (below == kNoSymbol) return false;
    if (std::binary_search(groups.begin(), groups.end(), below)) return true;
    const auto listed = entities_.named_ancestors(below);
    if (!listed) return is_in_any_walking(entity, groups);
    const std::span<const SymbolId> all(groups);
    const auto& few = all.size() < listed->size() ? all : *listed;
    const auto& many = all.size() < listed->size() ? *listed : all;
    if (!budget_.take(few.size())) return false;
    return std::any_of(few.begin(), few.end(),
                       [&](SymbolId symbol) { return std::binary_search(many.begin(), many.end(), symbol); });
  }

 private:
  SymbolId resolved(const Cell& cell) const {
    return cell.entity == kUnresolved ? resolve(*cell.uid) : cell.entity;
  }

  bool is_in_any_walking(const Cell& entity, const std::vector<SymbolId>& groups) const {
    std::vector<const EntityUid*> ancestors;
    entities_.entities().list_ancestors(*entity.uid, ancestors);
    if (!budget_.take(ancestors.size())) return false;
    return std::any_of(ancestors.begin(), ancestors.end(), [&](const EntityUid* ancestor) {
      return std::binary_search(groups.begin(), groups.end(), entities_.symbol(*ancestor));
    });
  }

  const CompiledEntities::Tables& entities_;
  StepBudget& budget_;
};

}  // namespace cedar
