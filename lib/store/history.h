#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "store/schema.h"
#include "store/txn.h"

// The store as it was, made again from change records (change.h) as far back as these are kept.
namespace store {

struct ChangeRecord;

// What lies between a snapshot and what it is to show, at most: changes, and bytes of memory.
inline constexpr std::size_t kMostChangesBack = 1'000'000;
inline constexpr std::size_t kMostBytesBack = std::size_t{512} << 20;

// How far back a snapshot can show what was.
struct HistoryKept {
  Revision first = 0;                    // the earliest revision
  std::optional<base::Timestamp> since;  // when that ended, by the change after it; nothing: it is the newest
};

base::Result<HistoryKept> history_kept(const ReadTxn&);

// The revision that the store had at a moment, that of the last change made by then; nothing where it isn't
// known any more (HistoryKept::since). Where the clock was set back, one of those it had at that moment.
base::Result<std::optional<Revision>> revision_at(const ReadTxn&, base::Timestamp);

// The same, found by looking back from a revision that the store had later: quick where few lie between.
base::Result<std::optional<Revision>> revision_at(const ReadTxn&, base::Timestamp, Revision later);

// When the change was made that led to a revision; nothing where it isn't known any more.
base::Result<std::optional<base::Timestamp>> made_at(const ReadTxn&, Revision);

// The snapshot as it was at a revision of its past, which it must outlive. Read like any other. Audit log,
// kept answers, the secrets of credentials and the store's own tables are not made again, and reading them
// fails: what has ended must not let anybody in because somebody looks back. Whose credentials were, what
// they gave and until when is made again, since what API keys held is a part of what was. Fails with
//   kNotFound  the revision is before history_kept().first
//   kFull      more than kMostChangesBack changes lie between, or they wrote more than kMostBytesBack
//   kInvalid   the revision is of the future, or the snapshot is no snapshot of the store itself
base::Result<ReadTxn> as_of(const ReadTxn& snapshot, Revision);

enum class SideOfChange : std::uint8_t { kBefore, kAfter };

// What the transaction shows, but for what this one change wrote: each key of that is as the change found it,
// or as it left it, whatever was written since. It is a transaction in memory (WriteTxn::over), to be read;
// the one below must outlive it, and nothing may be written through that meanwhile. Fails with kFull where
// the change wrote more than kMostBytesBack.
base::Result<WriteTxn> beside(const ReadTxn&, const ChangeRecord&, SideOfChange);

}  // namespace store
