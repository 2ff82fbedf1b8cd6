#include "app/removals.h"

#include <algorithm>
#include <chrono>

#include "api/deletions.h"
#include "base/log.h"
#include "domain/held_slug.h"
#include "domain/idempotency.h"

namespace app {
namespace {

constexpr std::size_t kExpiredAtOnce = 1000;       // records that a change removes, so that it stays short
constexpr std::size_t kDeletedAtOnce = 1000;       // likewise, of what was deleted
constexpr std::chrono::seconds kDeletingLimit{1};  // of one call, so that it returns soon
constexpr std::chrono::seconds kWriterLimit{5};    // what is waited for the writer; the watchdog waits for it

}  // namespace

void Removals::delete_what_is_left() {
  const auto until = std::chrono::steady_clock::now() + kDeletingLimit;
  bool more = true;
  {
    const auto snapshot = store_.read();
    if (!snapshot.ok()) return;
    const auto any = domain::has_deletions(*snapshot, deletions_);
    more = any.ok() && *any;
  }
  while (more && std::chrono::steady_clock::now() < until) {
    const auto step = [&](store::WriteTxn& txn) -> base::Result<void> {
      const auto left = api::continue_deletions(txn, random_, kDeletedAtOnce, deletions_);
      if (!left.ok()) return left.error();
      more = *left;
      return {};
    };
    const auto done = store_.write_within(kWriterLimit, "removing what was deleted", step);
    if (done.ok()) continue;
    base::logging::warn("store", {{"error", done.error().message}});
    if (done.error().code != base::ErrorCode::kCorrupt || deletions_.at.empty()) return;
    deletions_.behind = deletions_.at;  // which the check of the store names; the others go on
  }
}

bool Removals::remove_expired(base::Timestamp now) {
  deletions_.behind.clear();  // what couldn't go on is tried again
  std::size_t removed = 0;
  const auto remove = [&](store::WriteTxn& txn) -> base::Result<void> {
    const auto answers = domain::expire_idempotent_answers(txn, now, kExpiredAtOnce);
    if (!answers.ok()) return answers.error();
    const auto slugs = domain::expire_held_slugs(txn, now, kExpiredAtOnce);
    if (!slugs.ok()) return slugs.error();
    const auto sessions = domain::delete_expired_sessions(txn, now, kExpiredAtOnce, sessions_looked_at_);
    if (!sessions.ok()) return sessions.error();
    removed = std::max({*answers, *slugs, *sessions});
    return {};
  };
  const auto done = store_.write_within(kWriterLimit, "removing expired records", remove);
  if (!done.ok()) base::logging::warn("store", {{"error", done.error().message}});
  return removed == kExpiredAtOnce;
}

}  // namespace app
