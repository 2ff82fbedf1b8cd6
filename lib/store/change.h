#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/schema.h"
#include "store/txn.h"

namespace store {

// One put or del: absent before means that it added the key, absent after that it removed it.
struct Write {
  Table table = Table::kMeta;
  std::string key;
  std::optional<std::string> before;
  std::optional<std::string> after;
  bool operator==(const Write&) const = default;
};

// All that one accepted change wrote, in order. Kept in the table `change` under its revision.
struct ChangeRecord {
  Revision revision = 0;
  base::Timestamp at;
  std::vector<Write> writes;
  bool operator==(const ChangeRecord&) const = default;
};

// The record of a revision; absent when there is none.
base::Result<std::optional<ChangeRecord>> read_change(const ReadTxn&, Revision);

// Calls visit for each record after a revision, oldest first, until it returns false.
base::Result<void> scan_changes(const ReadTxn&, Revision after,
                                base::FunctionRef<bool(const ChangeRecord&)> visit);

// When the change was made that the table `change` has under the key. kCorrupt where that can't be read.
base::Result<base::Timestamp> time_of_change(std::string_view key, std::string_view value);

// Calls visit with each audit entry's key that a record after the revision can't be read without, for so many
// records; answers the last of these, or 0 where there are no more.
base::Result<Revision> each_kept(const ReadTxn&, Revision after, std::size_t most,
                                 base::FunctionRef<void(std::string_view audit_key)> visit);

// Makes the record's writes in a second copy of the store. Fails with kConflict, naming the table and key,
// where a value is not the one that the record found, or where the revision is not the next.
base::Result<void> apply(WriteTxn&, const ChangeRecord&);

}  // namespace store
