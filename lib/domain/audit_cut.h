#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "domain/audit.h"
#include "store/txn.h"

// The old entries of a chain leave the store, once they are in an archive (audit_archive.h).
namespace domain {

inline constexpr std::string_view kSealAction = "audit:seal";

// Entries that follow each other, the first of which is the first in the store.
struct AuditRange {
  Owner tenant;
  std::uint64_t from = 0, to = 0;
  crypto::Sha256 prev_hash{};  // of the entry before
};

struct CutLimits {
  base::Timestamp since;    // entries made in an hour that ended before it may go …
  base::Timestamp due;      // … once one was made in an hour that ended before this; <= since
  base::Timestamp now;      // what is later isn't believed
  std::uint64_t below = 0;  // of those with a seq below it
  std::uint64_t most = 0;   // so many
};

// What may go of a chain now; nothing where it is not worth it, and while a cut is under way.
base::Result<std::optional<AuditRange>> range_to_cut(const store::ReadTxn&, const Owner& tenant,
                                                     const CutLimits&);

// A range that is on disk in an archive.
struct ArchivedRange {
  AuditRange range;
  crypto::Sha256 hash{};  // of the entry `to`
  std::string file;       // its name, without the folder
  crypto::Sha256 file_hash{};
};

// What a seal says, in the `after` of an entry of Reeve itself, with members in this order.
struct AuditSeal {
  std::string archive;              // the file's name
  crypto::Sha256 archive_sha256{};  // of the file's bytes
  std::uint64_t count = 0, from = 0;
  crypto::Sha256 hash{};           // of the entry `to`
  crypto::Sha256 previous_seal{};  // the hash of the seal before; zeros: none
  std::uint64_t to = 0;
};
// Nothing where the entry is no seal. kCorrupt where it can't be read, or is of entries that aren't before
// it.
base::Result<std::optional<AuditSeal>> read_seal(const AuditEntry&);

// Appends the seal to the chain; from then on what it seals may be removed. kConflict where the chain is not
// what was archived.
base::Result<void> seal_audit_range(store::WriteTxn&, const ArchivedRange&, AuditEntryId);

// Whether something of the chain is sealed and still there.
base::Result<bool> is_being_cut(const store::ReadTxn&, const Owner& tenant);

// Removes the first entries of what is sealed, with all that belongs to them, `most` at most; answers whether
// more are left.
base::Result<bool> remove_sealed(store::WriteTxn&, const Owner& tenant, std::size_t most);

}  // namespace domain
