#include "api/context.h"

#include <algorithm>

namespace api {

base::Uuid Change::make_id() {
  return random.uuid(now);
}

Outcome<void> Change::begin() {
  begun = true;
  if (is_rehearsal()) return error(Code::kInternal, "rehearsed");
  return {};
}

bool IfMatch::accepts(std::uint64_t revision) const {
  return !given || any || std::find(revisions.begin(), revisions.end(), revision) != revisions.end();
}

}  // namespace api
