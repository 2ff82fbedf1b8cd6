#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/function_ref.h"
#include "base/result.h"
#include "store/pages.h"
#include "store/txn.h"

namespace domain {

// Something that no change can have left.
struct StoreFault {
  store::Table table{};
  std::string what;  // "role_slug {…} is missing; role {…} implies it", keys as `reeve store dump` shows them
};

struct StoreChecked {
  std::uint64_t entries = 0;        // of all tables, each read
  std::uint64_t audit_entries = 0;  // of these, those whose hashes were recomputed
  std::uint64_t faults = 0;         // those that were not told, too
};

// Reads everything in the snapshot, and holds it against itself:
//
//   - every key and value is one that its table can have, with its checksum
//   - what a record implies is there, with the value that it has to have: entries of indexes, and the tenant,
//     principal or role that it refers to
//   - nothing is in an index that no record implies
//   - every count is that of what is counted
//   - every audit chain is whole (verify_audit), and change records follow each other up to the revision
//
// Each fault is given to `tell` until that returns false. Reads the store about three times; memory doesn't
// grow with it, but for the mappings with times of one role. Fails where LMDB itself can't go on.
base::Result<StoreChecked> check_store(const store::ReadTxn&,
                                       base::FunctionRef<bool(const StoreFault&)> tell);

// Where a check that is made in pieces goes on: behind this key.
struct CheckPlace {
  store::Table table = store::Table::kMeta;
  std::string after;
};

// One piece of it: looks at so many entries from the place on, at each for damage, and whether what it
// implies is there. Answers where the next piece begins, nothing at the end of the store. Each may have a
// snapshot of its own. Together, and with check_sums(), they find what check_store() does but for entries of
// an index that no record implies, chains of audit entries that were made anew, and gaps between change
// records.
base::Result<std::optional<CheckPlace>> check_piece(const store::ReadTxn&, CheckPlace, std::size_t entries,
                                                    base::FunctionRef<bool(const StoreFault&)> tell);

// The rest of it: every count, and the hours of the audit log, against what they are of.
base::Result<void> check_sums(const store::ReadTxn&, base::FunctionRef<bool(const StoreFault&)> tell);

struct FolderChecked {
  store::PagesChecked pages;
  StoreChecked store;  // nothing was looked at where pages have faults
  store::Revision revision = 0;

  std::uint64_t faults() const { return pages.faults + store.faults; }
};

// The same of the store in a folder, whether or not a server has it, and of the pages of its file first
// (store/pages.h): only where they are whole is LMDB let near them. What is so damaged that it can't be
// opened is a fault, too. No Store of this process may have the folder open. Each fault is a sentence. Fails
// where there is no store, or an earlier or later version's, or where the system refuses.
base::Result<FolderChecked> check_folder(const std::string& dir, std::size_t map_bytes,
                                         base::FunctionRef<bool(const std::string& fault)> tell);

}  // namespace domain
