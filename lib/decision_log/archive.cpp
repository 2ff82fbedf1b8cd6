// Numbers of blocks ascend, so blocks are appended to the end of their tree; and so do ids, nearly: each is
// made when its question is asked, and written when the last question of the same call has been answered,
// which may be kLatest later. An entry's block is looked for among those whose ids lie around its own.
//
// What a counter says is a day: so it is written once a day and not for each decision.
#include "decision_log/archive.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "decision_log/block.h"
#include "decision_log/tables.h"
#include "decision_log/tally.h"
#include "store/key.h"

namespace decision_log {
namespace {

using store::Key;

constexpr std::size_t kMostTrimmed = 500;  // blocks that one commit removes, for each tenant
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kLatest = 60'000;    // ms, generously
constexpr std::uint64_t kBytesOfUse = 200;  // about, in the environment

}  // namespace

base::Result<std::unique_ptr<Archive>> Archive::open(const Options& options, std::string& moved) {
  store::SideEnv::Options of_env;
  of_env.dir = options.dir;
  of_env.map_bytes = options.bytes;
  of_env.names.assign(std::begin(kTableNames), std::end(kTableNames));
  of_env.format = kFormat;
  of_env.sync = options.sync;
  auto env = store::SideEnv::open_or_begin_anew(of_env, moved);
  if (!env.ok()) return env.error();
  return std::unique_ptr<Archive>(new Archive(std::move(env).value(), options.bytes / 2));
}

// Of one tenant, whose record the caller puts.
base::Result<std::size_t> Archive::trim(Txn& txn, const domain::TenantId& tenant, Tally& tally,
                                        Totals& totals, base::Timestamp now) {
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
    totals.bytes -= std::min(totals.bytes, block.bytes);
  }
  tally.entries = left;
  return gone.size();
}

// Whoever's they are, until no more than that is left, or a bounded number is gone.
base::Result<std::size_t> Archive::trim_oldest(Txn& txn, Totals& totals, std::uint64_t most_bytes) const {
  std::vector<std::pair<std::uint64_t, domain::TenantId>> gone;
  std::uint64_t bytes = totals.bytes;
  const auto scanned = txn.scan(kBlock, {}, {}, [&](std::string_view key, std::string_view value) {
    if (bytes <= most_bytes || gone.size() == kMostTrimmed || value.size() < 16) return false;
    gone.emplace_back(store::KeyReader(key).u64(), domain::TenantId::from_raw(value.substr(0, 16)));
    bytes -= std::min(bytes, room_of(value.size()));
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  for (const auto& [number, tenant] : gone) {
    const auto said = txn.get(kOfTenant, Key().uuid(tenant).u64(number));
    if (!said.ok()) return said.error();
    auto tally = get_tally(txn, tenant);
    if (!tally.ok()) return tally.error();
    const auto block = *said ? read_block(**said) : std::nullopt;
    if (*tally && block) {
      (*tally)->entries -= std::min((*tally)->entries, block->count);
      if (auto r = put_tally(txn, tenant, **tally); !r.ok()) return r.error();
    }
    if (auto r = remove_block(txn, tenant, number); !r.ok()) return r.error();
  }
  totals.bytes = bytes;
  return gone.size();
}

namespace {

struct OfTenant {
  std::vector<const Event*> entries;
  std::set<std::string> uses;  // kind and text
  Keep keep;
  std::uint64_t lost = 0;
};

}  // namespace

base::Result<void> Archive::write(Txn& txn, const Batch& batch, base::Timestamp now) {
  std::map<domain::TenantId, OfTenant> tenants;
  for (const Event& event : batch.events) {
    OfTenant& its = tenants[event.tenant];
    its.keep = event.keep;
    if (!event.json.empty()) its.entries.push_back(&event);
    event.uses.each([&](std::uint8_t kind, std::string_view text) {
      its.uses.insert(std::string(1, static_cast<char>(kind)).append(text));
    });
  }
  for (const auto& [tenant, lost] : batch.lost) tenants[tenant].lost += lost;
  auto all = get_totals(txn);
  if (!all.ok()) return all.error();
  const Key today = Key().u32(static_cast<std::uint32_t>(now.ms / kDayMs));
  for (auto& [tenant, its] : tenants) {
    auto tally = get_tally(txn, tenant);
    if (!tally.ok()) return tally.error();
    Tally fresh;
    fresh.since = now;
    Tally after = tally->value_or(fresh);
    if (its.keep != Keep()) after.keep = its.keep;
    for (const std::string& use : its.uses) {
      const Key key = Key().uuid(tenant).bytes(use);
      const auto known = txn.get(kUse, key);
      if (!known.ok()) return known.error();
      if (*known && **known == today.view()) continue;
      if (!*known && (all->uses + 1) * kBytesOfUse > most_bytes_ / 2) {
        ++its.lost;  // no room to count more, and the report says so
        continue;
      }
      if (!*known) ++all->uses;
      if (auto r = txn.put(kUse, key, today); !r.ok()) return r;
    }
    if (its.lost > 0) {
      after.lost += its.lost;
      after.lost_at = now;
    }
    std::sort(its.entries.begin(), its.entries.end(),
              [](const Event* a, const Event* b) { return a->id < b->id; });
    BlockWriter writer(txn, tenant);
    for (const Event* event : its.entries)
      if (auto r = writer.add(*event, all->next, all->bytes); !r.ok()) return r;
    if (auto r = writer.end(all->next, all->bytes); !r.ok()) return r;
    after.entries += its.entries.size();
    if (const auto trimmed = trim(txn, tenant, after, *all, now); !trimmed.ok()) return trimmed.error();
    if (auto r = put_tally(txn, tenant, after); !r.ok()) return r;
  }
  if (const auto trimmed = trim_oldest(txn, *all, most_bytes_); !trimmed.ok()) return trimmed.error();
  return put_totals(txn, *all);
}

// Where there is no room, a tenth of what is there makes some: once.
base::Result<void> Archive::append(const Batch& batch, base::Timestamp now) {
  const auto attempt = [&]() -> base::Result<void> {
    auto txn = env_->begin();
    if (!txn.ok()) return txn.error();
    if (auto r = write(*txn, batch, now); !r.ok()) return r;
    return txn->commit();
  };
  auto written = attempt();
  if (written.ok() || written.error().code != base::ErrorCode::kFull) return written;
  auto txn = env_->begin();
  if (!txn.ok()) return txn.error();
  auto all = get_totals(*txn);
  if (!all.ok()) return all.error();
  const auto trimmed = trim_oldest(*txn, *all, all->bytes - all->bytes / 10);
  if (!trimmed.ok()) return trimmed.error();
  if (*trimmed == 0) return written;
  if (auto r = put_totals(*txn, *all); !r.ok()) return r;
  if (auto r = txn->commit(); !r.ok()) return r;
  return attempt();
}

base::Result<bool> Archive::sweep(base::Timestamp now, Exists exists) {
  auto txn = env_->begin();
  if (!txn.ok()) return txn.error();
  auto all = get_totals(*txn);
  if (!all.ok()) return all.error();
  std::vector<std::pair<domain::TenantId, Tally>> tenants;
  bool is_damaged = false;
  const auto scanned = txn->scan(kTenant, {}, {}, [&](std::string_view key, std::string_view value) {
    const auto tally = read_tally(value);
    if (!tally || key.size() != 16) is_damaged = true;
    if (!is_damaged) tenants.emplace_back(domain::TenantId::from_raw(key), *tally);
    return !is_damaged;
  });
  if (!scanned.ok()) return scanned.error();
  if (is_damaged) return corrupt("what is kept of a tenant");
  bool has_more = false;
  for (auto& [tenant, tally] : tenants) {
    const auto is_there = exists(tenant);
    if (!is_there.ok()) return is_there.error();
    if (!*is_there) tally.keep = {};
    const auto trimmed = trim(*txn, tenant, tally, *all, now);
    if (!trimmed.ok()) return trimmed.error();
    has_more = has_more || *trimmed == kMostTrimmed;
    if (*is_there) {
      if (*trimmed == 0) continue;
      if (auto r = put_tally(*txn, tenant, tally); !r.ok()) return r.error();
      continue;
    }
    std::vector<std::string> uses;
    const auto looked = txn->scan(kUse, Key().uuid(tenant), {}, [&](std::string_view key, std::string_view) {
      uses.emplace_back(key);
      return uses.size() < kMostTrimmed;
    });
    if (!looked.ok()) return looked.error();
    for (const std::string& key : uses)
      if (auto r = txn->del(kUse, key); !r.ok()) return r.error();
    all->uses -= std::min<std::uint64_t>(all->uses, uses.size());
    if (*trimmed == kMostTrimmed || uses.size() == kMostTrimmed) {
      has_more = true;
      if (auto r = put_tally(*txn, tenant, tally); !r.ok()) return r.error();
    } else if (auto r = txn->del(kTenant, Key().uuid(tenant)); !r.ok()) {
      return r.error();
    }
  }
  if (auto r = put_totals(*txn, *all); !r.ok()) return r.error();
  if (auto r = txn->commit(); !r.ok()) return r.error();
  return has_more;
}

base::Result<void> Archive::each(const domain::TenantId& tenant, const std::optional<Place>& after,
                                 base::FunctionRef<bool(const Kept&)> fn) const {
  const auto txn = env_->read();
  if (!txn.ok()) return txn.error();
  base::Result<void> outcome;
  std::string before;
  if (after) before = Key().uuid(tenant).u64(after->block + 1).view();
  const auto visit = [&](std::string_view key, std::string_view) {
    const std::uint64_t number = number_in(key);
    const auto block = txn->get(kBlock, Key().u64(number));
    if (!block.ok() || !*block) {
      outcome = block.ok() ? corrupt("a block of entries") : block.error();
      return false;
    }
    std::vector<std::pair<base::Uuid, std::string>> entries;
    outcome = read_entries(**block, [&](const base::Uuid& id, std::string&& json) {
      entries.emplace_back(id, std::move(json));
    });
    if (!outcome.ok()) return false;
    for (std::size_t i = entries.size(); i-- > 0;) {
      if (after && number == after->block && i >= after->index) continue;
      if (!fn({{number, i}, entries[i].first, entries[i].second})) return false;
    }
    return true;
  };
  const auto scanned = txn->scan_reverse(kOfTenant, Key().uuid(tenant), before, visit);
  return scanned.ok() ? outcome : scanned;
}

// Blocks' greatest ids ascend but for kLatest, so the first of interest is found by halves.
base::Result<std::optional<std::string>> Archive::find(const domain::TenantId& tenant,
                                                       const base::Uuid& id) const {
  const auto txn = env_->read();
  if (!txn.ok()) return txn.error();
  const auto all = get_totals(*txn);
  if (!all.ok()) return all.error();
  base::Result<void> outcome;
  std::uint64_t from = 0, to = all->next;
  while (from < to) {
    const std::uint64_t middle = from + (to - from) / 2;
    std::optional<Block> found;
    const auto scanned = txn->scan(kOfTenant, Key().uuid(tenant), Key().uuid(tenant).u64(middle),
                                   [&](std::string_view, std::string_view value) {
                                     found = read_block(value);
                                     return false;
                                   });
    if (!scanned.ok()) return scanned.error();
    if (!found || ms_of(found->greatest) + kLatest >= ms_of(id))
      to = middle;
    else
      from = middle + 1;
  }
  std::optional<std::string> json;
  const auto visit = [&](std::string_view key, std::string_view value) {
    const auto said = read_block(value);
    if (!said) {
      outcome = corrupt("what is said of a block");
      return false;
    }
    if (id < said->least || said->greatest < id) return ms_of(said->least) <= ms_of(id) + kLatest;
    const auto block = txn->get(kBlock, Key().u64(number_in(key)));
    if (!block.ok() || !*block) {
      outcome = block.ok() ? corrupt("a block of entries") : block.error();
      return false;
    }
    outcome = read_entries(**block, [&](const base::Uuid& its, std::string&& text) {
      if (its == id) json = std::move(text);
    });
    return outcome.ok() && !json;
  };
  const auto scanned = txn->scan(kOfTenant, Key().uuid(tenant), Key().uuid(tenant).u64(from), visit);
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  return json;
}

base::Result<std::optional<Tally>> Archive::tally(const domain::TenantId& tenant) const {
  const auto txn = env_->read();
  if (!txn.ok()) return txn.error();
  return get_tally(*txn, tenant);
}

base::Result<std::optional<base::Timestamp>> Archive::last_used(const domain::TenantId& tenant, Used kind,
                                                                std::string_view what) const {
  const auto txn = env_->read();
  if (!txn.ok()) return txn.error();
  const auto found = txn->get(kUse, Key().uuid(tenant).u8(static_cast<std::uint8_t>(kind)).bytes(what));
  if (!found.ok()) return found.error();
  if (!*found) return std::optional<base::Timestamp>();
  return std::optional(base::Timestamp{std::int64_t{store::KeyReader(**found).u32()} * kDayMs});
}

}  // namespace decision_log
