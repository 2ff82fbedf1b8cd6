#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cedar/compiled/code.h"
#include "cedar/compiled/symbols.h"
#include "cedar/compiled_entities.h"

namespace cedar {

// Entities in symbols: first those of the policies they were made for, then the entities' own.
class CompiledEntities::Tables {
 public:
  Tables(std::shared_ptr<const Symbols> symbols, Entities entities);
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  const Entities& entities() const { return entities_; }
  bool is_made_for(const Symbols& symbols) const { return &symbols == symbols_.get(); }

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
    SymbolId type = kNoSymbol;       // if policies name it
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
