// A change record says which audit entries it wrote, and an entry says when:
//
//   entry 907 at 12:00:00.250     change 41 at …250   wrote 907, 906, 905
//   entry 906 at 12:00:00.250     change 40 at …250   wrote an entry of another log
//   entry 904 at 12:00:00.100     change 39 at …100   wrote 904
//
// So the last change made by that moment is searched for, and those made at the same moment are gone through
// from there. Entry 906 finds that change 41 is being looked at, and is in it; entry 904 is searched for from
// change 41 back.
#include "api/parts/audit_revisions.h"

#include <string_view>

#include "store/change.h"
#include "store/history.h"
#include "store/key.h"

namespace api {
namespace {

constexpr std::size_t kMostAtOneTime = 1'000;  // changes of one millisecond that are looked through

}  // namespace

Outcome<std::optional<store::Revision>> AuditRevisions::of(const domain::AuditEntry& entry) {
  using Found = std::optional<store::Revision>;
  if (!entry.allowed) return Found();
  if (moment_ != entry.created_at)
    if (auto gone = go_to_last_at(entry.created_at); !gone.ok()) return gone.error();
  while (revision_ > 0) {
    if (wrote_.contains(entry.seq)) return Found(revision_);
    if (auto looked = look_at(revision_ - 1); !looked.ok()) return looked.error();
  }
  return Found();
}

Outcome<void> AuditRevisions::go_to_last_at(base::Timestamp moment) {
  const bool goes_back = moment_ && moment < *moment_ && revision_ > 0;
  const auto last = stored(goes_back ? store::revision_at(read_.txn, moment, revision_)
                                     : store::revision_at(read_.txn, moment));
  if (!last.ok()) return last.error();
  moment_ = moment;
  looked_at_ = 0;
  return look_at(last->value_or(0));
}

// Ends in front of a change of another moment, and where there is none.
Outcome<void> AuditRevisions::look_at(store::Revision revision) {
  revision_ = 0;
  wrote_.clear();
  if (revision == 0 || looked_at_++ == kMostAtOneTime) return {};
  const auto at = stored(store::made_at(read_.txn, revision));
  if (!at.ok()) return at.error();
  if (*at != moment_) return {};
  const base::Uuid log = to_stored(tenant_);
  const auto note = [&](std::string_view audit_key) {
    store::KeyReader key(audit_key);
    if (key.uuid() == log) wrote_.insert(key.u64());
  };
  const auto kept = stored(store::each_kept(read_.txn, revision - 1, 1, note));
  if (!kept.ok()) return kept.error();
  revision_ = revision;
  return {};
}

}  // namespace api
