#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "api/context.h"
#include "domain/audit.h"
#include "store/txn.h"

namespace api {

// Of which change each entry of one audit log is. What was found for one entry is where the search for the
// next begins, so that a page of entries, newest first, costs as much as the changes between them. Lives no
// longer than the Read.
class AuditRevisions {
 public:
  AuditRevisions(const Read& read, const domain::Owner& tenant) : read_(read), tenant_(tenant) {}

  // Nothing where it speaks of none, since that was refused, or the change's record is kept no longer.
  Outcome<std::optional<store::Revision>> of(const domain::AuditEntry&);

 private:
  Outcome<void> go_to_last_at(base::Timestamp moment);
  Outcome<void> look_at(store::Revision);

  const Read& read_;
  const domain::Owner tenant_;
  std::optional<base::Timestamp> moment_;  // of the changes that are looked at
  std::size_t looked_at_ = 0;              // of these
  store::Revision revision_ = 0;           // the one that is; 0: there are no more
  std::set<std::uint64_t> wrote_;          // entries of this log, by their numbers
};

}  // namespace api
