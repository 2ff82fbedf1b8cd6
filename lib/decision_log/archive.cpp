// Entries are written in blocks, since a put costs about as much as making an entry does:
//
//   block      number                  tenant, count, then entries; by id
//   of_tenant  tenant, number          least id, greatest id, count, bytes
//   tenant     tenant                  Tally
//   use        tenant, kind, what      the day that it last decided something
//   totals     "totals"                the next number, bytes of all blocks, how many uses there are
//
// Numbers ascend, so blocks are appended to the end of their tree; and so do ids, nearly: each is made when
// its question is asked, and written when the last question of the same call has been answered, which may be
// kLatest later. An entry's block is looked for among those whose ids lie around its own.
//
// Entries of one call differ in little, so of each there is in a block what isn't as in the one before:
//
//   id, 1 where the text begins with it, bytes that are the same at the beginning, and at the end, length,
//   text between
//
// What a counter says is a day: so it is written once a day and not for each decision.
#include "decision_log/archive.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "store/key.h"
#include "store/varint.h"

namespace decision_log {
namespace {

using store::ByteReader;
using store::Key;
using Txn = store::SideEnv::Txn;

enum Table : std::size_t { kBlock, kOfTenant, kTenant, kUse, kTotals };
const std::vector<std::string_view> kNames = {"block", "of_tenant", "tenant", "use", "totals"};

constexpr std::uint32_t kFormat = 1;
constexpr std::string_view kTotalsKey = "totals";
constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kMostTrimmed = 500;  // blocks that one commit removes, for each tenant
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kLatest = 60'000;    // ms, generously
constexpr std::uint64_t kBytesOfUse = 200;  // about, in the environment

base::Error corrupt(std::string_view what) {
  return {base::ErrorCode::kCorrupt, "decision log: " + std::string(what) + " can't be read"};
}

std::int64_t ms_of(const base::Uuid& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | id.bytes()[i];
  return ms;
}

// What a block takes of the environment, about.
std::uint64_t room_of(std::size_t bytes) {
  return bytes < kPage / 2 ? bytes + 100 : (bytes + kPage - 1) / kPage * kPage + 100;
}

struct Block {
  base::Uuid least, greatest;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

std::string to_bytes(const Block& block) {
  std::string bytes(block.least.raw());
  bytes.append(block.greatest.raw());
  store::append_varint(bytes, block.count);
  store::append_varint(bytes, block.bytes);
  return bytes;
}

std::optional<Block> read_block(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto least = reader.take(16), greatest = reader.take(16);
  Block block;
  block.count = reader.varint();
  block.bytes = reader.varint();
  if (!reader.ok()) return std::nullopt;
  block.least = base::Uuid::from_raw(least);
  block.greatest = base::Uuid::from_raw(greatest);
  return block;
}

std::string to_bytes(const Tally& tally) {
  std::string bytes;
  for (const std::uint64_t n :
       {static_cast<std::uint64_t>(tally.since.ms), tally.entries, tally.lost,
        static_cast<std::uint64_t>(tally.lost_at.ms), tally.keep.entries, tally.keep.days})
    store::append_varint(bytes, n);
  return bytes;
}

std::optional<Tally> read_tally(std::string_view bytes) {
  ByteReader reader(bytes);
  Tally tally;
  tally.since.ms = static_cast<std::int64_t>(reader.varint());
  tally.entries = reader.varint();
  tally.lost = reader.varint();
  tally.lost_at.ms = static_cast<std::int64_t>(reader.varint());
  tally.keep.entries = reader.varint();
  tally.keep.days = reader.varint();
  return reader.ok() ? std::optional(tally) : std::nullopt;
}

base::Result<std::optional<Tally>> get_tally(const Txn& txn, const domain::TenantId& tenant) {
  const auto found = txn.get(kTenant, Key().uuid(tenant));
  if (!found.ok()) return found.error();
  if (!*found) return std::optional<Tally>();
  const auto tally = read_tally(**found);
  if (!tally) return corrupt("what is kept of a tenant");
  return tally;
}

// The number in a key of of_tenant.
std::uint64_t number_in(std::string_view key) {
  store::KeyReader reader(key);
  reader.uuid();
  return reader.u64();
}

// How the text of most entries begins.
std::string beginning_of(const base::Uuid& id) {
  return "{\"id\":\"" + id.to_string() + "\",";
}

// Gives fn the entries of a block as they stand there, which is by id.
base::Result<void> read_entries(std::string_view block,
                                base::FunctionRef<void(const base::Uuid&, std::string&& json)> fn) {
  ByteReader reader(block);
  reader.take(16);
  std::string before;
  for (std::uint64_t left = reader.varint(); left > 0; --left) {
    const auto raw = reader.take(16);
    const bool begins_with_id = reader.u8() != 0;
    const std::uint64_t first = reader.varint(), last = reader.varint();
    const auto between = reader.take(reader.varint());
    if (!reader.ok() || first > before.size() || last > before.size() - first)
      return corrupt("a block of entries");
    std::string text = before.substr(0, first);
    text.append(between).append(before, before.size() - last);
    before = std::move(text);
    const base::Uuid id = base::Uuid::from_raw(raw);
    fn(id, begins_with_id ? beginning_of(id) + before : before);
  }
  if (!reader.empty()) return corrupt("a block of entries");
  return {};
}

}  // namespace

struct Archive::Totals {
  std::uint64_t next = 1, bytes = 0, uses = 0;
};

base::Result<Archive::Totals> Archive::totals(const Txn& txn) {
  const auto found = txn.get(kTotals, kTotalsKey);
  if (!found.ok()) return found.error();
  Totals totals;
  if (!*found) return totals;
  ByteReader reader(**found);
  totals.next = reader.varint();
  totals.bytes = reader.varint();
  totals.uses = reader.varint();
  if (!reader.ok()) return corrupt("its record of itself");
  return totals;
}

base::Result<void> Archive::put_totals(Txn& txn, const Totals& totals) {
  std::string bytes;
  for (const std::uint64_t n : {totals.next, totals.bytes, totals.uses}) store::append_varint(bytes, n);
  return txn.put(kTotals, kTotalsKey, bytes);
}

base::Result<std::unique_ptr<Archive>> Archive::open(const Options& options, std::string& moved) {
  store::SideEnv::Options of_env;
  of_env.dir = options.dir;
  of_env.map_bytes = options.bytes;
  of_env.names = kNames;
  of_env.format = kFormat;
  of_env.sync = options.sync;
  auto env = store::SideEnv::open_or_begin_anew(of_env, moved);
  if (!env.ok()) return env.error();
  return std::unique_ptr<Archive>(new Archive(std::move(env).value(), options.bytes / 2));
}

namespace {

base::Result<void> remove_block(Txn& txn, const domain::TenantId& tenant, std::uint64_t number) {
  if (auto r = txn.del(kOfTenant, Key().uuid(tenant).u64(number)); !r.ok()) return r;
  return txn.del(kBlock, Key().u64(number));
}

}  // namespace

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
      if (auto r = txn.put(kTenant, Key().uuid(tenant), to_bytes(**tally)); !r.ok()) return r.error();
    }
    if (auto r = remove_block(txn, tenant, number); !r.ok()) return r.error();
  }
  totals.bytes = bytes;
  return gone.size();
}

namespace {

// Entries of one tenant, gathered into blocks and put.
class BlockWriter {
 public:
  BlockWriter(Txn& txn, const domain::TenantId& tenant) : txn_(txn), tenant_(tenant) {}

  base::Result<void> add(const Event& event, std::uint64_t& next, std::uint64_t& bytes) {
    if (block_.count > 0 && entries_.size() + event.json.size() > kBlockBytes)
      if (auto r = end(next, bytes); !r.ok()) return r;
    if (block_.count++ == 0) block_.least = event.id;
    block_.greatest = event.id;
    const std::string beginning = beginning_of(event.id);
    const bool begins_with_id = event.json.starts_with(beginning);
    std::string_view text = event.json;
    if (begins_with_id) text.remove_prefix(beginning.size());
    const auto first = static_cast<std::size_t>(
        std::mismatch(text.begin(), text.end(), before_.begin(), before_.end()).first - text.begin());
    const std::string_view rest = text.substr(first), old = before_.substr(first);
    const auto last = static_cast<std::size_t>(
        std::mismatch(rest.rbegin(), rest.rend(), old.rbegin(), old.rend()).first - rest.rbegin());
    entries_.append(event.id.raw());
    entries_.push_back(begins_with_id ? '\1' : '\0');
    store::append_varint(entries_, first);
    store::append_varint(entries_, last);
    store::append_varint(entries_, rest.size() - last);
    entries_.append(rest.substr(0, rest.size() - last));
    before_ = text;
    return {};
  }

  base::Result<void> end(std::uint64_t& next, std::uint64_t& bytes) {
    if (block_.count == 0) return {};
    std::string value(tenant_.raw());
    store::append_varint(value, block_.count);
    value.append(entries_);
    block_.bytes = room_of(value.size());
    if (auto r = txn_.put(kBlock, Key().u64(next), value); !r.ok()) return r;
    if (auto r = txn_.put(kOfTenant, Key().uuid(tenant_).u64(next), to_bytes(block_)); !r.ok()) return r;
    ++next;
    bytes += block_.bytes;
    block_ = Block();
    entries_.clear();
    before_ = {};
    return {};
  }

 private:
  Txn& txn_;
  const domain::TenantId& tenant_;
  Block block_;
  std::string entries_;
  std::string_view before_;  // of the last entry, whose event outlives this
};

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
  auto all = totals(txn);
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
    if (auto r = txn.put(kTenant, Key().uuid(tenant), to_bytes(after)); !r.ok()) return r;
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
  auto all = totals(*txn);
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
  auto all = totals(*txn);
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
      if (auto r = txn->put(kTenant, Key().uuid(tenant), to_bytes(tally)); !r.ok()) return r.error();
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
      if (auto r = txn->put(kTenant, Key().uuid(tenant), to_bytes(tally)); !r.ok()) return r.error();
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
  const auto all = totals(*txn);
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
