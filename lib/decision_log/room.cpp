// Whoever has the most is looked for among all tallies, which takes a moment where tenants are many: so what
// makes room makes some more than is needed, and the next that need it find it.
#include "decision_log/room.h"

#include <algorithm>
#include <map>
#include <queue>
#include <utility>
#include <vector>

#include "decision_log/block.h"
#include "store/key.h"

namespace decision_log {
namespace {

using store::Key;

constexpr std::int64_t kDayMs = 86'400'000;

struct Counts {
  Tally& tally;
  Totals& totals;
};

void take_off(const Counts& counts, const Block& block) {
  counts.tally.entries -= std::min(counts.tally.entries, block.count);
  counts.tally.bytes -= std::min(counts.tally.bytes, block.bytes);
  counts.totals.bytes -= std::min(counts.totals.bytes, block.bytes);
}

}  // namespace

base::Result<std::size_t> trim(Txn& txn, const domain::TenantId& tenant, Tally& tally, Totals& totals,
                               base::Timestamp now) {
  const std::int64_t oldest = now.ms - static_cast<std::int64_t>(tally.keep.days) * kDayMs;
  std::vector<std::pair<std::uint64_t, Block>> gone;
  std::uint64_t left = tally.entries;
  bool is_damaged = false;
  const Key prefix = Key().uuid(tenant);
  const auto scanned = txn.scan(kOfTenant, prefix, {}, [&](std::string_view key, std::string_view value) {
    const auto block = read_block(value);
    if (!block) {
      is_damaged = true;
      return false;
    }
    const bool is_beyond = left >= block->count && left - block->count >= tally.keep.entries;
    if (!is_beyond && ms_of(block->greatest) >= oldest) return false;
    left -= std::min(left, block->count);
    gone.emplace_back(number_in(key), *block);
    return gone.size() < kMostTrimmed;
  });
  if (!scanned.ok()) return scanned.error();
  if (is_damaged) return corrupt("what is said of a block");
  for (const auto& [number, block] : gone) {
    if (auto r = remove_block(txn, tenant, number); !r.ok()) return r.error();
    take_off({tally, totals}, block);
  }
  return gone.size();
}

base::Result<std::size_t> evict(Txn& txn, Totals& totals, const Goal& goal) {
  std::map<domain::TenantId, Tally> tallies;
  std::priority_queue<std::pair<std::uint64_t, domain::TenantId>> by_bytes;
  const auto read = each_tally(txn, [&](const domain::TenantId& tenant, const Tally& tally) {
    if (tally.bytes == 0) return;
    tallies.emplace(tenant, tally);
    by_bytes.emplace(tally.bytes, tenant);
  });
  if (!read.ok()) return read.error();
  std::size_t gone = 0;
  std::map<domain::TenantId, const Tally*> changed;
  for (; totals.bytes > goal.bytes && gone < goal.most_blocks; ++gone) {
    if (by_bytes.empty()) return corrupt("how much is kept of all tenants");
    const domain::TenantId tenant = by_bytes.top().second;
    by_bytes.pop();
    std::optional<std::pair<std::uint64_t, Block>> oldest;
    const auto visit = [&](std::string_view key, std::string_view value) {
      if (const auto block = read_block(value)) oldest.emplace(number_in(key), *block);
      return false;
    };
    if (auto r = txn.scan(kOfTenant, Key().uuid(tenant), {}, visit); !r.ok()) return r.error();
    if (!oldest) return corrupt("what is said of a block");
    if (auto r = remove_block(txn, tenant, oldest->first); !r.ok()) return r.error();
    Tally& tally = tallies.at(tenant);
    take_off({tally, totals}, oldest->second);
    tally.evicted += oldest->second.count;
    changed.emplace(tenant, &tally);
    if (tally.bytes > 0) by_bytes.emplace(tally.bytes, tenant);
  }
  for (const auto& [tenant, tally] : changed)
    if (auto r = put_tally(txn, tenant, *tally); !r.ok()) return r.error();
  return gone;
}

}  // namespace decision_log
