// From format 4 to 5: the indexes of the audit log by actor and by resource (domain/audit_index.h), and where
// the hour of its entries changes (domain/audit_hours.h), as if they had been kept from the beginning.
//
// An entry is a JSON text, as it is in records of version 1, {"entry":<text>,"hash":…}, and packed against
// its key in those of version 2, behind 32 bytes of hash. Of the text three members count. An entry that
// can't be read stays out of the indexes: `reeve store check` tells of it.
//
// What is read here is what format 4 wrote: this file stays as it is when a later format writes otherwise.
#include "store/migrate_audit_index.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/keyed_hash.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/key.h"
#include "store/pack.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::size_t kBatch = 100;                      // keys and their values in memory at once
constexpr std::size_t kHashBytes = 32;                   // in front of a packed text
constexpr std::size_t kMaxText = std::size_t{1} << 30U;  // bytes

std::optional<base::Json> read_entry(std::string_view key, std::string_view sealed) {
  const auto record = unseal(Table::kAudit, key, sealed);
  if (!record.ok() || record->version < 1 || record->version > 2) return std::nullopt;
  std::optional<std::string> text;
  if (record->version == 1)
    text = record->payload;
  else if (record->payload.size() >= kHashBytes)
    text = unpack(record->payload.substr(kHashBytes), key, kMaxText);
  if (!text) return std::nullopt;
  auto json = base::parse_json(*text, {.rounds_integers = true});
  if (!json.ok()) return std::nullopt;
  if (record->version == 2) return std::move(json).value();
  const base::Json* entry = json->find("entry");
  return entry ? std::optional(*entry) : std::nullopt;
}

base::Result<void> put(WriteTxn& txn, Table table, std::string_view tenant, std::string_view what,
                       std::uint64_t seq) {
  const std::uint64_t hash = base::stable_hash(std::string(tenant).append(what));
  return txn.put(table, Key().u40(hash >> 24U).u40(seq), {});
}

// The hour of the entry before.
struct LastHour {
  std::string tenant;
  std::optional<std::uint32_t> hour;
};

base::Result<void> put_hour(WriteTxn& txn, std::string_view tenant, const base::Json& entry,
                            std::uint64_t seq, LastHour& last) {
  const base::Json* created = entry.find("created_at");
  const auto at = created && created->string() ? base::parse_timestamp(*created->string()) : std::nullopt;
  if (!at) return {};
  const auto hour = static_cast<std::uint32_t>(std::max<std::int64_t>(at->ms, 0) / 3'600'000);
  if (last.tenant == tenant && last.hour == hour) return {};
  last = {std::string(tenant), hour};
  return txn.put(Table::kAuditHour, Key().bytes(tenant).u40(seq), Key().u32(hour));
}

base::Result<void> index(WriteTxn& txn, std::string_view key, std::string_view sealed, LastHour& last) {
  KeyReader parts(key);
  const std::string_view tenant = parts.bytes(16);
  const std::uint64_t seq = parts.u64();
  if (!parts.complete()) return corrupt(Table::kAudit, key, "not a key of this table");
  const auto entry = read_entry(key, sealed);
  if (!entry) return {};
  if (auto done = put_hour(txn, tenant, *entry, seq, last); !done.ok()) return done;
  const base::Json* actor = entry->find("actor_id");
  const base::Json* resource = entry->find("resource_id");
  const auto id = actor && actor->string() ? base::Uuid::parse(*actor->string()) : std::nullopt;
  if (id)
    if (auto done = put(txn, Table::kAuditByActor, tenant, id->raw(), seq); !done.ok()) return done;
  if (!resource || !resource->string()) return {};
  return put(txn, Table::kAuditByResource, tenant, *resource->string(), seq);
}

}  // namespace

base::Result<void> index_audit(WriteTxn& txn) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::string after;
  LastHour last;
  do {
    rows.clear();
    const auto scanned =
        txn.scan_from(Table::kAudit, {}, after, [&](std::string_view key, std::string_view value) {
          rows.emplace_back(key, value);
          return rows.size() < kBatch;
        });
    if (!scanned.ok()) return scanned;
    for (const auto& [key, value] : rows)
      if (auto indexed = index(txn, key, value, last); !indexed.ok()) return indexed;
    txn.forget_written();
    if (!rows.empty()) after = rows.back().first;
  } while (rows.size() == kBatch);
  return {};
}

}  // namespace store
