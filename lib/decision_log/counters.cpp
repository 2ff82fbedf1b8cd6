#include "decision_log/counters.h"

#include <algorithm>
#include <map>
#include <queue>
#include <utility>
#include <vector>

#include "store/key.h"

namespace decision_log {
namespace {

using store::Key;
using store::KeyReader;

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::size_t kMostRemoved = 500;    // that remove_all() removes at a time
constexpr std::size_t kMostLooked = 10'000;  // that remove_old() looks at
constexpr std::uint64_t kPart = 8;  // of all: what is kept free, and, of a tenant's: what goes at a time

}  // namespace

std::uint32_t Counters::today() const {
  return static_cast<std::uint32_t>(room_.now.ms / kDayMs);
}

base::Result<void> Counters::count(const domain::TenantId& tenant, const std::set<std::string>& uses,
                                   Tally& tally) {
  const Key day = Key().u32(today());
  for (const std::string& use : uses) {
    const Key key = Key().uuid(tenant).bytes(use);
    const auto known = txn_.get(kUse, key);
    if (!known.ok()) return known.error();
    if (*known && **known == day.view()) continue;
    if (!*known && (totals_.uses >= room_.most || tally.uses >= room_.most / 2)) {
      ++tally.uncounted;
      tally.uncounted_at = room_.now;
      continue;
    }
    if (!*known) {
      ++totals_.uses;
      ++tally.uses;
    }
    if (auto r = txn_.put(kUse, key, day); !r.ok()) return r;
  }
  return {};
}

base::Result<void> Counters::make_room() {
  if (totals_.uses + room_.most / kPart < room_.most) return {};
  std::map<domain::TenantId, Tally> tallies;
  std::priority_queue<std::pair<std::uint64_t, domain::TenantId>> by_uses;
  const auto read = each_tally(txn_, [&](const domain::TenantId& tenant, const Tally& tally) {
    if (tally.uses == 0) return;
    tallies.emplace(tenant, tally);
    by_uses.emplace(tally.uses, tenant);
  });
  if (!read.ok()) return read;
  while (totals_.uses + room_.most / kPart * 2 > room_.most) {
    if (by_uses.empty()) return corrupt("how many uses are counted");
    const domain::TenantId tenant = by_uses.top().second;
    by_uses.pop();
    Tally& tally = tallies.at(tenant);
    if (auto r = evict(tenant, tally); !r.ok()) return r;
    if (auto r = put_tally(txn_, tenant, tally); !r.ok()) return r;
    if (tally.uses > 0) by_uses.emplace(tally.uses, tenant);
  }
  return {};
}

// A part of the tenant's, those of the earliest days.
base::Result<void> Counters::evict(const domain::TenantId& tenant, Tally& tally) {
  std::vector<std::pair<std::uint32_t, std::string>> all;
  const auto visit = [&](std::string_view key, std::string_view value) {
    all.emplace_back(KeyReader(value).u32(), key);
    return true;
  };
  if (auto r = txn_.scan(kUse, Key().uuid(tenant), {}, visit); !r.ok()) return r;
  if (all.empty()) return corrupt("how many uses are counted");
  const std::size_t n = all.size() / kPart + 1;
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n - 1), all.end());
  for (std::size_t i = 0; i < n; ++i)
    if (auto r = txn_.del(kUse, all[i].second); !r.ok()) return r;
  tally.uses -= std::min<std::uint64_t>(tally.uses, n);
  totals_.uses -= std::min<std::uint64_t>(totals_.uses, n);
  tally.uncounted += n;
  tally.uncounted_at = room_.now;
  return {};
}

base::Result<bool> Counters::remove_all(const domain::TenantId& tenant, Tally& tally) {
  std::vector<std::string> keys;
  const auto visit = [&](std::string_view key, std::string_view) {
    keys.emplace_back(key);
    return keys.size() < kMostRemoved;
  };
  if (auto r = txn_.scan(kUse, Key().uuid(tenant), {}, visit); !r.ok()) return r.error();
  for (const std::string& key : keys)
    if (auto r = txn_.del(kUse, key); !r.ok()) return r.error();
  tally.uses -= std::min<std::uint64_t>(tally.uses, keys.size());
  totals_.uses -= std::min<std::uint64_t>(totals_.uses, keys.size());
  return keys.size() == kMostRemoved;
}

base::Result<void> Counters::remove_old(std::string& from) {
  std::vector<std::string> keys;
  std::size_t looked = 0;
  std::string next;
  const auto visit = [&](std::string_view key, std::string_view value) {
    if (looked++ == kMostLooked) {
      next = key;
      return false;
    }
    if (KeyReader(value).u32() + kMostUseDays + 1 < today()) keys.emplace_back(key);
    return true;
  };
  if (auto r = txn_.scan(kUse, {}, from, visit); !r.ok()) return r;
  from = std::move(next);
  std::map<domain::TenantId, std::uint64_t> removed;
  for (const std::string& key : keys) {
    ++removed[domain::TenantId(KeyReader(key).uuid())];
    if (auto r = txn_.del(kUse, key); !r.ok()) return r;
  }
  for (const auto& [tenant, n] : removed) {
    auto tally = get_tally(txn_, tenant);
    if (!tally.ok()) return tally.error();
    totals_.uses -= std::min(totals_.uses, n);
    if (!*tally) continue;
    (*tally)->uses -= std::min((*tally)->uses, n);
    if (auto r = put_tally(txn_, tenant, **tally); !r.ok()) return r;
  }
  return {};
}

base::Result<std::optional<base::Timestamp>> last_used(const Txn& txn, const domain::TenantId& tenant,
                                                       Used kind, std::string_view what) {
  const auto found = txn.get(kUse, Key().uuid(tenant).u8(static_cast<std::uint8_t>(kind)).bytes(what));
  if (!found.ok()) return found.error();
  if (!*found) return std::optional<base::Timestamp>();
  return std::optional(base::Timestamp{std::int64_t{KeyReader(**found).u32()} * kDayMs});
}

}  // namespace decision_log
