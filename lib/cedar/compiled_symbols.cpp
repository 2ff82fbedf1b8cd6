#include "cedar/compiled_symbols.h"

#include <algorithm>

namespace cedar {

std::size_t UidTable::place_of(const EntityUid& uid) const {
  const std::size_t mask = slots_.size() - 1;
  const std::uint32_t tag = tag_of(uid);
  std::size_t place = uid.hash() & mask;
  while (slots_[place].symbol != kNoSymbol &&
         !(slots_[place].tag == tag && uids_[slots_[place].symbol] == uid))
    place = (place + 1) & mask;
  return place;
}

SymbolId UidTable::find(const EntityUid& uid) const {
  return slots_.empty() ? kNoSymbol : slots_[place_of(uid)].symbol;
}

SymbolId UidTable::add(const EntityUid& uid) {
  if (uids_.size() * 2 >= slots_.size()) grow();
  Slot& slot = slots_[place_of(uid)];
  if (slot.symbol != kNoSymbol) return slot.symbol;
  slot = {tag_of(uid), static_cast<SymbolId>(uids_.size())};
  uids_.push_back(uid);
  return slot.symbol;
}

void UidTable::grow() {
  static constexpr std::size_t kLeast = 16;
  slots_.assign(std::max(kLeast, slots_.size() * 2), Slot{});
  for (SymbolId symbol = 0; symbol < uids_.size(); ++symbol)
    slots_[place_of(uids_[symbol])] = {tag_of(uids_[symbol]), symbol};
}

SymbolId NameTable::add(const std::string& name) {
  const auto [at, is_new] = symbols_.try_emplace(name, static_cast<SymbolId>(names_.size()));
  if (is_new) names_.push_back(&at->first);
  return at->second;
}

SymbolId NameTable::find(const std::string& name) const {
  const auto found = symbols_.find(name);
  return found != symbols_.end() ? found->second : kNoSymbol;
}

}  // namespace cedar
