// Numbers of blocks ascend, so blocks are appended to the end of their tree; and so do ids, nearly: each is
// made when its question is asked, and written when the last question of the same call has been answered,
// which may be kLatest later. An entry's block is looked for among those whose ids lie around its own.
#include "decision_log/archive.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "decision_log/block.h"
#include "decision_log/counters.h"
#include "decision_log/room.h"
#include "decision_log/tables.h"
#include "decision_log/tally.h"
#include "store/key.h"

namespace decision_log {
namespace {

using store::Key;

constexpr std::int64_t kLatest = 60'000;  // ms, generously
constexpr std::uint64_t kMore = 16;       // such a part of all goes beyond what must

}  // namespace

base::Result<std::unique_ptr<Archive>> Archive::open(const Options& options, std::string& moved) {
  store::SideEnv::Options of_env;
  of_env.dir = options.dir;
  of_env.map_bytes = options.bytes;
  of_env.names.assign(std::begin(kTableNames), std::end(kTableNames));
  of_env.format = kFormat;
  of_env.oldest = kOldestFormat;
  of_env.sync = options.sync;
  auto env = store::SideEnv::open_or_begin_anew(of_env, moved);
  if (!env.ok()) return env.error();
  return std::unique_ptr<Archive>(new Archive(std::move(env).value(), options.bytes / 2));
}

namespace {

struct OfTenant {
  std::vector<const Folded*> entries;
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
    if (event.entries.count > 0) its.entries.push_back(&event.entries);
    event.uses.each([&](std::uint8_t kind, std::string_view text) {
      its.uses.insert(std::string(1, static_cast<char>(kind)).append(text));
    });
  }
  for (const auto& [tenant, lost] : batch.lost) tenants[tenant].lost += lost;
  auto all = get_totals(txn);
  if (!all.ok()) return all.error();
  const std::uint64_t first_block = all->next;
  Counters counters(txn, *all, {most_uses(), now});
  if (auto r = counters.make_room(); !r.ok()) return r;
  for (auto& [tenant, its] : tenants) {
    auto tally = get_tally(txn, tenant);
    if (!tally.ok()) return tally.error();
    Tally fresh;
    fresh.since = now;
    Tally after = tally->value_or(fresh);
    if (its.keep != Keep()) after.keep = its.keep;
    if (its.lost > 0) {
      after.lost += its.lost;
      after.lost_at = now;
    }
    if (auto r = counters.count(tenant, its.uses, after); !r.ok()) return r;
    std::sort(its.entries.begin(), its.entries.end(),
              [](const Folded* a, const Folded* b) { return a->least < b->least; });
    BlockWriter writer(txn, {tenant, after, *all});
    for (const Folded* entries : its.entries)
      if (auto r = writer.add(*entries); !r.ok()) return r;
    if (auto r = writer.end(); !r.ok()) return r;
    if (const auto trimmed = trim(txn, tenant, after, *all, now); !trimmed.ok()) return trimmed.error();
    if (auto r = put_tally(txn, tenant, after); !r.ok()) return r;
  }
  if (all->bytes > most_bytes_) {
    const Goal goal{most_bytes_ - most_bytes_ / kMore, kMostTrimmed + (all->next - first_block)};
    if (const auto evicted = evict(txn, *all, goal); !evicted.ok()) return evicted.error();
  }
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
  const auto evicted = evict(*txn, *all, {all->bytes - all->bytes / 10, kMostTrimmed});
  if (!evicted.ok()) return evicted.error();
  if (*evicted == 0) return written;
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
  const auto read = each_tally(
      *txn, [&](const domain::TenantId& tenant, const Tally& tally) { tenants.emplace_back(tenant, tally); });
  if (!read.ok()) return read.error();
  Counters counters(*txn, *all, {most_uses(), now});
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
    const auto has_uses = counters.remove_all(tenant, tally);
    if (!has_uses.ok()) return has_uses.error();
    if (*trimmed == kMostTrimmed || *has_uses) {
      has_more = true;
      if (auto r = put_tally(*txn, tenant, tally); !r.ok()) return r.error();
    } else if (auto r = txn->del(kTenant, Key().uuid(tenant)); !r.ok()) {
      return r.error();
    }
  }
  if (auto r = counters.remove_old(old_uses_from_); !r.ok()) return r.error();
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
  return decision_log::last_used(*txn, tenant, kind, what);
}

}  // namespace decision_log
