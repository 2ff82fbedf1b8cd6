// A change record keeps what each key held before (change.h). So what a key held at a revision is said by the
// first record behind it that wrote the key, and where none did it is what the snapshot has:
//
//   revision 7  role a = 1      8  role a = 2, before 1      9  role a = 3, before 2      as of 7: role a = 1
//
// The records are gone through forwards from the revision, each key's first one counts, and what it found
// goes into an overlay of the snapshot.
//
// A record from before the store was upgraded speaks of tables as they were laid out then. What the upgrade
// did is in no record, so that the history begins with it.
//
// Times of records rise, unless somebody has set the clock back. The search for a moment is a binary one over
// revisions: it ends between two neighbours of which the one was made by then and the other was not. From a
// later revision it goes back by 1, 2, 4 … until it is before the moment, and begins there.
#include "store/history.h"

#include <memory>
#include <string>
#include <utility>

#include "store/change.h"
#include "store/key.h"
#include "store/overlay.h"

namespace store {
namespace {

constexpr Table kNotMadeAgain[] = {Table::kMeta,
                                   Table::kChange,
                                   Table::kAudit,
                                   Table::kAuditHead,
                                   Table::kAuditHour,
                                   Table::kAuditByActor,
                                   Table::kAuditByResource,
                                   Table::kIdempotency,
                                   Table::kIdempotencyByTime,
                                   Table::kCredentialHash,
                                   Table::kCredentialByTenant,
                                   Table::kSession,
                                   Table::kSessionHash,
                                   Table::kSessionByCredential};

base::Result<base::Timestamp> time_of(const ReadTxn& txn, Revision revision) {
  const auto at = made_at(txn, revision);
  if (!at.ok()) return at.error();
  if (!*at)
    return base::Error{base::ErrorCode::kCorrupt,
                       "change " + std::to_string(revision) + ": not there, but one before it is"};
  return **at;
}

}  // namespace

base::Result<HistoryKept> history_kept(const ReadTxn& txn) {
  HistoryKept kept{txn.revision(), {}};
  const auto upgraded = txn.get(Table::kMeta, "upgraded");
  if (!upgraded.ok()) return upgraded.error();
  const Revision before = *upgraded ? KeyReader(**upgraded).u64() : 0;
  std::optional<base::Error> error;
  const auto take_first = [&](std::string_view key, std::string_view value) {
    const Revision oldest = KeyReader(key).u64();
    if (oldest == 0 || oldest > txn.revision()) return false;
    const auto at = time_of_change(key, value);
    if (!at.ok()) error = at.error();
    if (at.ok()) kept = {oldest - 1, *at};
    return false;
  };
  const auto scanned = txn.scan_from(Table::kChange, {}, before == 0 ? Key() : Key().u64(before), take_first);
  if (!scanned.ok()) return scanned.error();
  if (error) return *error;
  return kept;
}

base::Result<std::optional<base::Timestamp>> made_at(const ReadTxn& txn, Revision revision) {
  const Key key = Key().u64(revision);
  const auto record = txn.get(Table::kChange, key);
  if (!record.ok()) return record.error();
  if (!*record) return std::optional<base::Timestamp>();
  const auto at = time_of_change(key, **record);
  if (!at.ok()) return at.error();
  return std::optional(*at);
}

base::Result<std::optional<Revision>> revision_at(const ReadTxn& txn, base::Timestamp moment) {
  return revision_at(txn, moment, txn.revision() + 1);
}

base::Result<std::optional<Revision>> revision_at(const ReadTxn& txn, base::Timestamp moment,
                                                  Revision later) {
  const auto kept = history_kept(txn);
  if (!kept.ok()) return kept.error();
  if (!kept->since || moment < *kept->since)
    return kept->first == 0 ? std::optional<Revision>(0) : std::nullopt;
  Revision by_then = kept->first + 1;
  for (Revision back = 1; later > by_then + back; back *= 2) {
    const auto at = time_of(txn, later - back);
    if (!at.ok()) return at.error();
    if (*at <= moment) {
      by_then = later - back;
      break;
    }
    later -= back;
  }
  while (later > by_then + 1) {
    const Revision middle = by_then + (later - by_then) / 2;
    const auto at = time_of(txn, middle);
    if (!at.ok()) return at.error();
    (*at <= moment ? by_then : later) = middle;
  }
  return std::optional(by_then);
}

base::Result<ReadTxn> as_of(const ReadTxn& snapshot, Revision revision) {
  const auto refuse = [&](base::ErrorCode code, const std::string& why) {
    return base::Error{code, "revision " + std::to_string(revision) + ": " + why};
  };
  if (snapshot.overlay_ || revision > snapshot.revision())
    return refuse(base::ErrorCode::kInvalid, "not of this snapshot's past");
  const auto kept = history_kept(snapshot);
  if (!kept.ok()) return kept.error();
  if (revision < kept->first)
    return refuse(base::ErrorCode::kNotFound,
                  "the history is kept from revision " + std::to_string(kept->first) + " on");
  if (snapshot.revision() - revision > kMostChangesBack)
    return refuse(base::ErrorCode::kFull,
                  "more than " + std::to_string(kMostChangesBack) + " changes were made since");

  auto overlay = std::make_shared<Overlay>(kMostBytesBack);
  for (const Table table : kNotMadeAgain) overlay->hide(table);
  base::Result<void> made;
  const auto undo = [&](const ChangeRecord& change) {
    for (const Write& write : change.writes)
      if (made.ok() && !overlay->is_hidden(write.table))
        made = overlay->set_if_new(write.table, write.key, write.before);
    return made.ok();
  };
  const auto scanned = scan_changes(snapshot, revision, undo);
  if (!scanned.ok()) return scanned.error();
  if (!made.ok()) return refuse(made.error().code, made.error().message);
  return ReadTxn(snapshot, revision, std::move(overlay));
}

base::Result<WriteTxn> beside(const ReadTxn& txn, const ChangeRecord& change, SideOfChange side) {
  auto view = WriteTxn::over(txn, change.at, kMostBytesBack);
  if (!view.ok()) return view.error();
  // Of a key that was written more than once, the first says what was found, and the last what was left.
  const auto show = [&](const Write& write) -> base::Result<void> {
    const auto& value = side == SideOfChange::kBefore ? write.before : write.after;
    if (value) return view->put(write.table, write.key, *value);
    const auto gone = view->del(write.table, write.key);
    return gone.ok() ? base::Result<void>() : gone.error();
  };
  base::Result<void> shown;
  if (side == SideOfChange::kBefore)
    for (auto write = change.writes.rbegin(); shown.ok() && write != change.writes.rend(); ++write)
      shown = show(*write);
  else
    for (auto write = change.writes.begin(); shown.ok() && write != change.writes.end(); ++write)
      shown = show(*write);
  if (!shown.ok()) return shown.error();
  return view;
}

}  // namespace store
