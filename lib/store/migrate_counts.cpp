// From format 3 to 4: what the counts (domain/counts.cpp) would be, had they been kept from the beginning.
//
// The tables are walked in the order of their keys, and what belongs together stands together: the sums of
// one tenant, group or role are done when the next begins. So memory doesn't grow with the store, and few
// records are written beside many that are read. LMDB forbids writing while a scan goes on; it is interrupted
// every thousand keys.
//
// What is read here is what format 3 wrote: this file stays as it is when a later format writes otherwise.
#include "store/migrate_counts.h"

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/key.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::size_t kBatch = 1'000;  // keys and their values in memory at once

using Visit = std::function<base::Result<void>(std::string_view key, std::string_view value)>;

// Calls visit for every key of the table, in order; it may write.
base::Result<void> each(WriteTxn& txn, Table table, const Visit& visit) {
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
      if (auto visited = visit(key, value); !visited.ok()) return visited;
    if (!rows.empty()) after = rows.back().first;
  } while (rows.size() == kBatch);
  return {};
}

base::Error not_a_key(Table table, std::string_view key) {
  return corrupt(table, key, "not a key of this table");
}

// Counts the keys that begin with the same `size` bytes, which are a tenant's id and perhaps one more, and
// puts each count under [tenant][what][the rest of them].
base::Result<void> count_prefixes(WriteTxn& txn, Table table, std::size_t size, std::uint8_t what) {
  std::string prefix;
  std::uint64_t count = 0;
  const auto finish = [&]() -> base::Result<void> {
    if (count == 0) return {};
    const std::string_view all = prefix;
    return txn.put(Table::kCount, Key().bytes(all.substr(0, 16)).u8(what).bytes(all.substr(16)),
                   Key().u64(count));
  };
  const auto counted = each(txn, table, [&](std::string_view key, std::string_view) -> base::Result<void> {
    if (key.size() < size) return not_a_key(table, key);
    if (key.substr(0, size) != prefix) {
      if (auto done = finish(); !done.ok()) return done;
      prefix = key.substr(0, size);
      count = 0;
    }
    ++count;
    return {};
  });
  return counted.ok() ? finish() : counted;
}

// The value of `"name":` in a record of two times, or none.
std::optional<std::uint64_t> time_in(std::string_view json, std::string_view name) {
  const std::size_t at = json.find(name);
  if (at == json.npos) return std::nullopt;
  const std::string_view number = json.substr(at + name.size());
  std::int64_t ms = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), ms).ec != std::errc())
    return std::nullopt;
  return static_cast<std::uint64_t>(ms < 0 ? 0 : ms);  // else it is null
}

base::Result<void> add_moment(WriteTxn& txn, const Key& key, std::uint64_t begin, std::uint64_t end) {
  const auto value = txn.get(Table::kRoleTime, key);
  if (!value.ok()) return value.error();
  if (*value) {
    KeyReader reader(**value);
    begin += reader.u64();
    end += reader.u64();
  }
  return txn.put(Table::kRoleTime, key, Key().u64(begin).u64(end));
}

// role_count and role_time, from mapping_by_role: [tenant][role][kind u8]…
base::Result<void> count_holders(WriteTxn& txn) {
  constexpr std::size_t kPrefix = 33;
  const auto now = static_cast<std::uint64_t>(txn.now().ms);
  std::string prefix;
  std::uint64_t all = 0, in_force = 0, later = 0, timed = 0;
  const auto finish = [&]() -> base::Result<void> {
    if (all == 0) return {};
    return txn.put(Table::kRoleCount, prefix, Key().u64(now).u64(all).u64(in_force).u64(later).u64(timed));
  };
  const auto counted = each(
      txn, Table::kMappingByRole, [&](std::string_view key, std::string_view value) -> base::Result<void> {
        if (key.size() < kPrefix) return not_a_key(Table::kMappingByRole, key);
        const auto record = unseal(Table::kMappingByRole, key, value);
        if (!record.ok()) return record.error();
        if (key.substr(0, kPrefix) != prefix) {
          if (auto done = finish(); !done.ok()) return done;
          prefix = key.substr(0, kPrefix);
          all = in_force = later = timed = 0;
        }
        ++all;
        const auto from = time_in(record->payload, "\"valid_from\":"),
                   until = time_in(record->payload, "\"expires_at\":");
        if (from && until && *from >= *until) return {};
        if (from && *from > now)
          ++later;
        else if (!until || *until > now)
          ++in_force;
        if (from || until) ++timed;
        if (from)
          if (auto added = add_moment(txn, Key().bytes(prefix).u64(*from), 1, 0); !added.ok()) return added;
        if (until)
          if (auto added = add_moment(txn, Key().bytes(prefix).u64(*until), 0, 1); !added.ok()) return added;
        return {};
      });
  return counted.ok() ? finish() : counted;
}

// The head of each audit chain gets how many bytes its entries have: keys and values.
base::Result<void> count_audit(WriteTxn& txn) {
  std::string tenant;
  std::uint64_t bytes = 0;
  const auto finish = [&]() -> base::Result<void> {
    if (tenant.empty()) return {};
    const auto head = txn.get(Table::kAuditHead, tenant);
    if (!head.ok()) return head.error();
    if (!*head) return {};  // `reeve audit verify` tells of it
    return txn.put(Table::kAuditHead, tenant, Key().bytes(**head).u64(bytes));
  };
  const auto counted =
      each(txn, Table::kAudit, [&](std::string_view key, std::string_view value) -> base::Result<void> {
        if (key.size() != 24) return not_a_key(Table::kAudit, key);
        if (key.substr(0, 16) != tenant) {
          if (auto done = finish(); !done.ok()) return done;
          tenant = key.substr(0, 16);
          bytes = 0;
        }
        bytes += key.size() + value.size();
        return {};
      });
  return counted.ok() ? finish() : counted;
}

}  // namespace

base::Result<void> add_counts(WriteTxn& txn) {
  struct Row {
    Table table;
    std::size_t prefix;
    std::uint8_t what;
  };
  constexpr Row kRows[] = {
      {Table::kRole, 16, 1},        {Table::kGroup, 16, 2},   {Table::kUser, 16, 3},
      {Table::kServiceUser, 16, 4}, {Table::kMapping, 16, 5}, {Table::kMemberOf, 16, 6},
      {Table::kMembers, 32, 100},
  };
  for (const Row& row : kRows)
    if (auto counted = count_prefixes(txn, row.table, row.prefix, row.what); !counted.ok()) return counted;
  if (auto counted = count_holders(txn); !counted.ok()) return counted;
  return count_audit(txn);
}

}  // namespace store
