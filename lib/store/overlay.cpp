// Each table is a map of views, and what these view lies in one memory that only grows: a row costs its bytes
// and a node, and taking a million of them costs no million allocations.
#include "store/overlay.h"

#include <cstring>
#include <string>
#include <utility>

namespace store {
namespace {

// A node of a map, with what the map itself needs of it.
constexpr std::size_t kNode = sizeof(Overlay::Rows::value_type) + 4 * sizeof(void*);

// Where the key is, or would be. Ids ascend, so many keys come behind all that are there.
Overlay::Rows::iterator place_of(Overlay::Rows& rows, std::string_view key) {
  return !rows.empty() && rows.rbegin()->first < key ? rows.end() : rows.lower_bound(key);
}

template <std::size_t... kIndexes>
std::array<Overlay::Rows, kTableCount> tables_in(std::pmr::memory_resource& memory,
                                                 std::index_sequence<kIndexes...>) {
  return {((void)kIndexes, Overlay::Rows(&memory))...};
}

}  // namespace

std::array<Overlay::Rows, kTableCount> Overlay::make_tables(std::pmr::memory_resource& memory) {
  return tables_in(memory, std::make_index_sequence<kTableCount>());
}

const Overlay::Value* Overlay::find(Table table, std::string_view key) const {
  const Rows& rows = this->rows(table);
  const auto found = rows.find(key);
  return found == rows.end() ? nullptr : &found->second;
}

base::Result<void> Overlay::set(Table table, std::string_view key, Value value) {
  Rows& rows = tables_[static_cast<std::size_t>(table)];
  const auto place = place_of(rows, key);
  const bool is_there = place != rows.end() && place->first == key;
  const std::size_t needed = (is_there ? 0 : key.size() + kNode) + (value ? value->size() : 0);
  if (auto taken = take(table, needed); !taken.ok()) return taken;
  const Value kept = value ? Value(keep(*value)) : Value();
  if (is_there)
    place->second = kept;
  else
    rows.emplace_hint(place, keep(key), kept);
  return {};
}

base::Result<void> Overlay::set_if_new(Table table, std::string_view key, Value value) {
  Rows& rows = tables_[static_cast<std::size_t>(table)];
  const auto place = place_of(rows, key);
  if (place != rows.end() && place->first == key) return {};
  if (auto taken = take(table, key.size() + kNode + (value ? value->size() : 0)); !taken.ok()) return taken;
  rows.emplace_hint(place, keep(key), value ? Value(keep(*value)) : Value());
  return {};
}

base::Result<void> Overlay::copy(const Overlay& other) {
  hidden_ = other.hidden_;
  for (std::size_t i = 0; i < kTableCount; ++i)
    for (const auto& [key, value] : other.tables_[i])
      if (auto done = set(static_cast<Table>(i), key, value); !done.ok()) return done;
  return {};
}

base::Result<void> Overlay::take(Table table, std::size_t bytes) {
  if (bytes > most_bytes_ - bytes_) return full(table);
  bytes_ += bytes;
  return {};
}

base::Error Overlay::full(Table table) const {
  return {base::ErrorCode::kFull, std::string(name_of(table)) + ": more than " + std::to_string(most_bytes_) +
                                      " bytes of changes in memory"};
}

std::string_view Overlay::keep(std::string_view bytes) {
  if (bytes.empty()) return {};
  char* const at = static_cast<char*>(memory_.allocate(bytes.size(), 1));
  std::memcpy(at, bytes.data(), bytes.size());
  return {at, bytes.size()};
}

}  // namespace store
