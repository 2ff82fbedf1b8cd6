#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/entity_uid.h"
#include "cedar/values/number_table.h"

namespace cedar {

// Stands for a uid, a type or a name: counted from 0 in each table.
using SymbolId = std::uint32_t;
constexpr SymbolId kNoSymbol = 0xFFFFFFFF;    // not in the table
constexpr SymbolId kUnresolved = 0xFFFFFFFE;  // not looked up yet

// Uids and the symbols that stand for them.
class UidTable {
 public:
  SymbolId add(const EntityUid& uid);  // the same uid gives the same symbol
  SymbolId find(const EntityUid& uid) const {
    return table_.find(uid.hash(), [&](SymbolId symbol) { return uids_[symbol] == uid; });
  }
  const EntityUid& at(SymbolId symbol) const { return uids_[symbol]; }
  std::size_t size() const { return uids_.size(); }

 private:
  std::vector<EntityUid> uids_;
  NumberTable table_;
};
static_assert(kNoSymbol == NumberTable::kNone);

// Texts and the symbols that stand for them.
class NameTable {
 public:
  SymbolId add(std::string_view name);
  SymbolId find(std::string_view name) const;
  const std::string& at(SymbolId symbol) const { return names_[symbol]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
  NumberTable table_;
};

// What policies name. Made while they are compiled, then shared, unchanging, with the entities made for them.
struct Symbols {
  UidTable uids;
  NameTable types;
  NameTable names;  // of attributes
};

}  // namespace cedar
