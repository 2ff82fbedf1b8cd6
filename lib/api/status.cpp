// Each figure is one that something keeps anyway: this only asks for them, so that asking is cheap and what
// isn't known is left out instead of being measured here.
#include "api/status.h"

#include <utility>

#include "api/parts/authorize.h"
#include "backup/folder.h"
#include "decision_log/log.h"

namespace api {
namespace {

BackupsStatus status_of(const Backups& backups) {
  BackupsStatus status;
  status.is_busy = backups.is_turn_taken();
  auto all = backup::list(backups.folder());
  if (!all.ok()) {
    status.failure = all.error().message;
    return status;
  }
  for (backup::Listed& listed : *all) {
    ++(listed.manifest ? status.whole : status.damaged);
    if (listed.manifest && !status.last) status.last = std::move(listed);
  }
  return status;
}

}  // namespace

Outcome<Status> get_status(const Read& read, const store::Store& store, const Backups& backups,
                           const std::function<ProcessFacts()>& facts) {
  const auto authorized = authorize(read, on_tenant(op::get_status, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  const auto statistics = stored(store.statistics());
  if (!statistics.ok()) return statistics.error();
  Status status;
  status.store = *statistics;
  status.room = store.room();
  status.is_damaged = store.is_damaged();
  if (facts) status.process = facts();
  if (!backups.folder().empty()) status.backups = status_of(backups);
  if (read.decision_log) status.decisions_lost = read.decision_log->lost();
  return status;
}

}  // namespace api
