#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cedar/compiled_policies.h"
#include "cedar/entities.h"

namespace cedar {

// Entities made ready for the policies of one CompiledPolicies: uids and attribute names looked up, ancestors
// listed. With other policies it is an EntitySource like any other. Immutable, and shared by threads.
class CompiledEntities final : public EntitySource {
 public:
  // Takes the time of listing ancestors, which is bounded: what goes beyond kMaxAncestorSteps in all is left
  // to be walked when it is asked for.
  CompiledEntities(const CompiledPolicies& policies, Entities entities);

  // Tables point into the entities.
  CompiledEntities(const CompiledEntities&) = delete;
  CompiledEntities& operator=(const CompiledEntities&) = delete;

  const Entity* find(const EntityUid&) const override;
  bool has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const override;
  bool list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const override;

  bool is_made_for(const CompiledPolicies& policies) const { return policies.symbols() == symbols_; }

  // What follows is in symbols: first those of the policies, then the entities' own.
  SymbolId symbol(const EntityUid& uid) const { return uids_.find(uid); }
  SymbolId type(SymbolId entity) const { return nodes_[entity].type; }

  // Replaces `value` by the attribute; false where there is none, or no entity.
  bool attribute(SymbolId entity, SymbolId name, Cell& value) const;
  const Entity* entity(SymbolId entity) const { return nodes_[entity].entity; }

  // Nothing where they are not listed.
  std::optional<std::span<const SymbolId>> ancestors(SymbolId entity) const;
  // Those that policies name.
  std::optional<std::span<const SymbolId>> named_ancestors(SymbolId entity) const;

 private:
  static constexpr std::uint32_t kNotListed = 0xFFFFFFFF;

  struct Attribute {
    SymbolId name;
    Cell value;
  };
  struct Node {
    const Entity* entity = nullptr;  // null for a uid that is only named
    SymbolId type = kNoSymbol;         // if policies name it
    std::uint32_t first_attribute = 0;
    std::uint32_t attributes = 0;
    std::uint32_t first_ancestor = 0;
    std::uint32_t ancestors = 0;  // or kNotListed
    std::uint32_t named_ancestors = 0;
  };
  class AncestorLister;

  void add_attributes(Node& node);

  std::shared_ptr<const Symbols> symbols_;
  Entities entities_;
  UidTable uids_;
  std::vector<Node> nodes_;
  std::vector<Attribute> attributes_;
  std::vector<SymbolId> ancestors_;  // of each node sorted
};

}  // namespace cedar
