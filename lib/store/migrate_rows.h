#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/txn.h"

namespace store {

// Gives fn(key, value) each row that the table has, of which none is seen twice; fn may write. Memory doesn't
// grow with the store. For the steps of migrate.cpp.
template <typename Fn>
base::Result<void> each_row(WriteTxn& txn, Table table, const Fn& fn) {
  constexpr std::size_t kBatch = 1'000;  // keys and their values in memory at once
  std::vector<std::pair<std::string, std::string>> rows;
  std::string after;
  do {
    rows.clear();
    const auto scanned = txn.scan_from(table, {}, after, [&](std::string_view key, std::string_view value) {
      rows.emplace_back(key, value);
      return rows.size() < kBatch;
    });
    if (!scanned.ok()) return scanned;
    for (const auto& [key, value] : rows)
      if (base::Result<void> done = fn(key, value); !done.ok()) return done;
    txn.forget_written();
    if (!rows.empty()) after = rows.back().first;
  } while (rows.size() == kBatch);
  return {};
}

}  // namespace store
