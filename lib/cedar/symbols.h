#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_text.h"
#include "cedar/policy_set.h"

namespace cedar {

enum class SymbolKind : std::uint8_t { kEntityType, kEntity, kAction, kAttribute, kTag, kFunction };
std::string_view name_of(SymbolKind);  // "entity type", "entity", "action", "attribute", "tag", "function"

// Something that policies name, such as the action `Action::"view"` or the attribute `owner`.
struct Symbol {
  SymbolKind kind = SymbolKind::kEntityType;
  std::string name;
  std::size_t uses = 0;
  std::string file;                  // of the first use; "" where it was not made from text
  std::optional<base::Place> place;  // of the first use
};

// All that static policies, templates and the values of links name, sorted by kind and name. An entity's type
// counts as used where the entity is. Tags are those that are named by a literal.
std::vector<Symbol> symbols_of(const PolicySet&);

}  // namespace cedar
