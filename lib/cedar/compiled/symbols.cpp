#include "cedar/compiled/symbols.h"

#include "base/keyed_hash.h"

namespace cedar {

SymbolId UidTable::add(const EntityUid& uid) {
  const SymbolId found = find(uid);
  if (found != kNoSymbol) return found;
  const auto symbol = static_cast<SymbolId>(uids_.size());
  uids_.push_back(uid);
  table_.add(uid.hash(), symbol);
  return symbol;
}

SymbolId NameTable::find(std::string_view name) const {
  return table_.find(base::keyed_hash(name), [&](SymbolId symbol) { return names_[symbol] == name; });
}

SymbolId NameTable::add(std::string_view name) {
  const SymbolId found = find(name);
  if (found != kNoSymbol) return found;
  const auto symbol = static_cast<SymbolId>(names_.size());
  names_.emplace_back(name);
  table_.add(base::keyed_hash(name), symbol);
  return symbol;
}

}  // namespace cedar
