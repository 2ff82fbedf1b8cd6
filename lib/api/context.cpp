#include "api/context.h"

#include <algorithm>

namespace api {

base::Uuid Change::make_id() {
  return random.uuid(now);
}

Outcome<void> Change::begin() {
  begun = true;
  if (is_rehearsal()) return error(Code::kInternal, "rehearsed");
  const store::WriteTxn& writes = write;
  if (writes.is_scarce() && !uses_reserve)
    return error(Code::kStorageFull, "storage: full; only deletions are taken until there is room");
  return {};
}

Outcome<void> Change::begin_removal() {
  uses_reserve = true;
  return begin();
}

bool IfMatch::accepts(std::uint64_t revision) const {
  return !given || any || std::find(revisions.begin(), revisions.end(), revision) != revisions.end();
}

}  // namespace api
