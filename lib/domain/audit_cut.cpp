// A chain is cut from its front, and nothing leaves the store that isn't on disk elsewhere:
//
//   1 2 3 4 5 6              entries 1 to 4 are old
//   1 2 3 4 5 6              an archive of 1 to 4 is written, flushed and renamed
//   1 2 3 4 5 6 S            a seal S is appended: the range, the hash of 4, the archive's hash, the seal
//   before
//       3 4 5 6 S            1 and 2 are removed in a step, and the head says so: removed through 2, with its
//       hash
//           5 6 S            3 and 4 are
//
// Each line but the second is a change, so a crash leaves one of these, and what is missing is done again: a
// second archive, if the first had no seal yet, or the next step. Each of these is a whole chain: its first
// entry has the number and the prev_hash that the head says, and the seal stands in the chain itself.
//
// How old an entry is its hour says (audit_hours.h). An hour in the future, of a clock that was set wrong, is
// judged by what follows.
#include "domain/audit_cut.h"

#include <algorithm>
#include <vector>

#include "domain/audit_hours.h"
#include "domain/audit_index.h"
#include "domain/audit_record.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::int64_t kHourMs = 3'600'000;

constexpr auto kMembers = [](auto& codec, auto& seal) {
  codec.member("archive", seal.archive);
  codec.member("archive_sha256", seal.archive_sha256);
  codec.member("count", seal.count);
  codec.member("from", seal.from);
  codec.member("hash", seal.hash);
  codec.member("previous_seal", seal.previous_seal);
  codec.member("to", seal.to);
};

base::Result<std::optional<StoredAudit>> get_entry(const store::ReadTxn& txn, const Owner& tenant,
                                                   std::uint64_t seq) {
  const Key key = Key().uuid(to_stored(tenant)).u64(seq);
  const auto value = txn.get(Table::kAudit, key);
  if (!value.ok()) return value.error();
  if (!*value) return {std::nullopt};
  auto stored = unseal_audit(key, **value);
  if (!stored.ok()) return stored.error();
  return {std::move(stored).value()};
}

// The last entry that is old; 0 where none is, or none is old enough to begin with it.
base::Result<std::uint64_t> last_old(const store::ReadTxn& txn, const Owner& tenant, std::uint64_t newest,
                                     const CutLimits& limits) {
  std::uint64_t last = 0;
  bool is_due = false, is_old = false;
  const auto read = each_hour_run(txn, tenant, [&](HourRun run) {
    if (is_old) last = run.begin - 1;
    const base::Timestamp end = end_of_hour(run.hour);
    is_old = end <= limits.since;
    is_due = is_due || end <= limits.due;
    return is_old || end.ms > limits.now.ms + kHourMs;
  });
  if (!read.ok()) return read.error();
  if (is_old) last = newest;
  return is_due ? last : std::uint64_t{0};
}

}  // namespace

base::Result<std::optional<AuditRange>> range_to_cut(const store::ReadTxn& txn, const Owner& tenant,
                                                     const CutLimits& limits) {
  const auto head = get_audit_head(txn, tenant);
  if (!head.ok()) return head.error();
  if (!*head || ((*head)->cut && (*head)->cut->through < (*head)->cut->sealed)) return {std::nullopt};
  AuditRange range{tenant};
  range.from = (*head)->first();
  if ((*head)->cut) range.prev_hash = (*head)->cut->hash;
  const auto last = last_old(txn, tenant, (*head)->seq, limits);
  if (!last.ok()) return last.error();
  range.to = std::min(
      {*last, limits.below - std::min<std::uint64_t>(limits.below, 1), range.from + limits.most - 1});
  if (range.to < range.from) return {std::nullopt};
  if (range.to == range.from) {  // a seal alone would make another, and so on for ever
    const auto entry = get_entry(txn, tenant, range.from);
    if (!entry.ok()) return entry.error();
    if (*entry && (*entry)->entry.action == kSealAction) return {std::nullopt};
  }
  return {range};
}

base::Result<std::optional<AuditSeal>> read_seal(const AuditEntry& entry) {
  if (entry.action != kSealAction) return {std::nullopt};
  AuditSeal seal;
  RecordReader reader(entry.after);
  kMembers(reader, seal);
  reader.finish();
  if (!reader.ok())
    return base::Error{base::ErrorCode::kCorrupt, "the seal can't be read: " + reader.problem()};
  if (seal.from == 0 || seal.from > seal.to || seal.to >= entry.seq)
    return base::Error{base::ErrorCode::kCorrupt, "the seal is of entries " + std::to_string(seal.from) +
                                                      " to " + std::to_string(seal.to) +
                                                      ", which can't be before it"};
  return {seal};
}

base::Result<void> seal_audit_range(store::WriteTxn& txn, const ArchivedRange& archived, AuditEntryId id) {
  const auto& [tenant, from, to, prev_hash] = archived.range;
  auto head = get_audit_head(txn, tenant);
  if (!head.ok()) return head.error();
  const auto last = get_entry(txn, tenant, to);
  if (!last.ok()) return last.error();
  const bool is_same = *head && (*head)->first() == from && *last && (*last)->entry.hash == archived.hash &&
                       (!(*head)->cut || (*head)->cut->sealed < from);
  if (!is_same) return base::Error{base::ErrorCode::kConflict, "audit: the chain is not what was archived"};

  AuditCut cut = (*head)->cut.value_or(AuditCut{});
  AuditSeal seal{archived.file, archived.file_hash, to - from + 1, from, archived.hash, {}, to};
  if (cut.seal != 0) {
    const auto before = get_entry(txn, tenant, cut.seal);
    if (!before.ok()) return before.error();
    if (*before) seal.previous_seal = (*before)->entry.hash;
  }
  RecordWriter after;
  kMembers(after, seal);
  AuditEntry entry(tenant);
  entry.id = id;
  entry.actor_name = "reeve";
  entry.action = kSealAction;
  entry.resource_type = "audit";
  entry.resource_id = archived.file;
  entry.after = std::move(after).take();
  entry.created_at = txn.now();
  if (auto done = append_audit(txn, entry); !done.ok()) return done;
  head = get_audit_head(txn, tenant);
  if (!head.ok()) return head.error();
  cut.sealed = to;
  cut.seal = entry.seq;
  (*head)->cut = cut;
  return put_audit_head(txn, tenant, **head);
}

base::Result<bool> is_being_cut(const store::ReadTxn& txn, const Owner& tenant) {
  const auto head = get_audit_head(txn, tenant);
  if (!head.ok()) return head.error();
  return *head && (*head)->cut && (*head)->cut->through < (*head)->cut->sealed;
}

base::Result<bool> remove_sealed(store::WriteTxn& txn, const Owner& tenant, std::size_t most) {
  auto head = get_audit_head(txn, tenant);
  if (!head.ok()) return head.error();
  if (!*head || !(*head)->cut) return false;
  AuditCut& cut = *(*head)->cut;
  struct Gone {
    std::string key;
    std::size_t bytes;
    AuditEntry entry;
  };
  std::vector<Gone> gone;
  base::Result<void> outcome;
  const auto scanned = txn.scan(
      Table::kAudit, Key().uuid(to_stored(tenant)), [&](std::string_view key, std::string_view value) {
        if (gone.size() == most || cut.through + gone.size() >= cut.sealed) return false;
        auto stored = unseal_audit(key, value);
        if (!stored.ok()) outcome = stored.error();
        if (stored.ok() && stored->entry.seq != cut.through + gone.size() + 1)
          outcome = store::corrupt(Table::kAudit, key, "the entry before is missing");
        if (outcome.ok())
          gone.push_back({std::string(key), key.size() + value.size(), std::move(stored->entry)});
        return outcome.ok();
      });
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  for (const Gone& one : gone) {
    if (auto done = unindex_audit(txn, one.entry); !done.ok()) return done.error();
    if (auto done = del(txn, Table::kAudit, one.key); !done.ok()) return done.error();
    cut.through = one.entry.seq;
    cut.hash = one.entry.hash;
    (*head)->bytes -= std::min<std::uint64_t>((*head)->bytes, one.bytes);
  }
  if (gone.empty()) return false;
  if (auto done = trim_hours(txn, tenant, cut.through, cut.through < (*head)->seq); !done.ok())
    return done.error();
  if (auto done = put_audit_head(txn, tenant, **head); !done.ok()) return done.error();
  return cut.through < cut.sealed;
}

}  // namespace domain
