#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/keyed_hash.h"
#include "cedar/entity_uid.h"

namespace cedar {

// Stands for a uid, a type or a name: counted from 0 in each table.
using SymbolId = std::uint32_t;
constexpr SymbolId kNoSymbol = 0xFFFFFFFF;    // not in the table
constexpr SymbolId kUnresolved = 0xFFFFFFFE;  // not looked up yet

// Uids and the symbols that stand for them. Open addressing, at most half full; the hash is keyed.
class UidTable {
 public:
  SymbolId add(const EntityUid& uid);  // the same uid gives the same symbol
  SymbolId find(const EntityUid& uid) const;
  const EntityUid& at(SymbolId symbol) const { return uids_[symbol]; }
  std::size_t size() const { return uids_.size(); }

 private:
  struct Slot {
    std::uint32_t tag = 0;  // the hash's upper half
    SymbolId symbol = kNoSymbol;
  };

  static std::uint32_t tag_of(const EntityUid& uid) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(uid.hash()) >> 32U);
  }
  std::size_t place_of(const EntityUid& uid) const;  // where it is, or would be
  void grow();

  std::vector<EntityUid> uids_;
  std::vector<Slot> slots_;
};

// Texts and the symbols that stand for them.
class NameTable {
 public:
  SymbolId add(const std::string& name);
  SymbolId find(const std::string& name) const;
  const std::string& at(SymbolId symbol) const { return *names_[symbol]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::unordered_map<std::string, SymbolId, KeyedHash> symbols_;
  std::vector<const std::string*> names_;  // the keys, which stay where they are
};

// What policies name. Made while they are compiled, then shared, unchanging, with the entities made for them.
struct Symbols {
  Symbols() = default;
  Symbols(const Symbols&) = delete;  // the tables point into themselves
  Symbols& operator=(const Symbols&) = delete;

  UidTable uids;
  NameTable types;
  NameTable names;  // of attributes
};

}  // namespace cedar
