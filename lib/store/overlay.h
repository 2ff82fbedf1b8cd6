#pragma once
#include <array>
#include <bitset>
#include <cstddef>
#include <map>
#include <memory_resource>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "store/schema.h"

namespace store {

// What differs from a snapshot, kept in memory: for each key that was written its value, or that it is gone.
// A transaction that has one reads it merged with the store (txn.h), and doesn't show what is hidden.
//
// Nothing is given back before the overlay ends, not even what was written over: so a view into it is valid
// for as long as it lives, and what it takes is bounded by what was ever written to it. For one thread.
class Overlay {
 public:
  // As bytes of keys, values and what goes with them.
  explicit Overlay(std::size_t most_bytes) : most_bytes_(most_bytes) {}
  Overlay(const Overlay&) = delete;  // its maps refer to its memory
  Overlay& operator=(const Overlay&) = delete;

  using Value = std::optional<std::string_view>;  // nothing: the key is gone
  using Rows = std::pmr::map<std::string_view, Value>;

  // Of one table, in order of key.
  const Rows& rows(Table table) const { return tables_[static_cast<std::size_t>(table)]; }

  // Null where the overlay says nothing of the key.
  const Value* find(Table, std::string_view key) const;

  // Says so from now on. Keeps copies. kFull where there is no more room; nothing is changed then.
  base::Result<void> set(Table, std::string_view key, Value);

  // The same, where nothing is said of the key yet; else does nothing.
  base::Result<void> set_if_new(Table, std::string_view key, Value);

  // From now on every read of the table fails with kInvalid: what it held is not known.
  void hide(Table table) { hidden_.set(static_cast<std::size_t>(table)); }
  bool is_hidden(Table table) const { return hidden_.test(static_cast<std::size_t>(table)); }

  // What `other` says and hides. REQUIRES: nothing was written to this one yet
  base::Result<void> copy(const Overlay& other);

  std::size_t most_bytes() const { return most_bytes_; }

  // What to say where there is no more room.
  base::Error full(Table) const;

 private:
  base::Result<void> take(Table, std::size_t bytes);
  std::string_view keep(std::string_view bytes);

  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::bitset<kTableCount> hidden_;
  std::pmr::monotonic_buffer_resource memory_;  // before what lies in it
  std::array<Rows, kTableCount> tables_ = make_tables(memory_);

  static std::array<Rows, kTableCount> make_tables(std::pmr::memory_resource&);
};

}  // namespace store
