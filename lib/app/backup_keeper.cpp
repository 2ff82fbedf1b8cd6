// Once a minute the thread looks at what is in the folder: that says when the last backup was made, also by a
// command or before a restart. All that is remembered is which was the newest, so that one which somebody
// else made is followed by a prune as the thread's own are: where somebody makes them more often than
// backup.every, none is ever due.
#include "app/backup_keeper.h"

#include <algorithm>

#include "app/backups.h"
#include "backup/folder.h"
#include "base/log.h"
#include "base/thread.h"

namespace app {
namespace {

constexpr std::chrono::minutes kLook{1};
constexpr std::chrono::hours kAgain{1};  // after a failure, unless backup.every is shorter
constexpr const char* kEvent = "backup";

// The newest that is whole and not of the future.
base::Result<std::optional<backup::Listed>> newest_in(const std::string& folder, base::Timestamp now) {
  const auto all = backup::list(folder);
  if (!all.ok()) return all.error();
  for (const backup::Listed& listed : *all)
    if (listed.manifest && listed.made <= now) return std::optional(listed);
  return std::optional<backup::Listed>();
}

}  // namespace

base::Timestamp next_backup(std::optional<base::Timestamp> newest, base::Timestamp now,
                            std::chrono::milliseconds every) {
  if (!newest || *newest > now) return now;
  return {newest->ms + every.count()};
}

base::Result<std::unique_ptr<BackupKeeper>> BackupKeeper::start(api::Backups& backups,
                                                                const config::BackupConfig& c,
                                                                const base::Clock& clock) {
  if (c.dir.empty()) return std::unique_ptr<BackupKeeper>();
  std::unique_ptr<BackupKeeper> keeper(new BackupKeeper(backups, c, clock));
  auto thread = base::start_thread("backup", [&k = *keeper] { k.run(); });
  if (!thread.ok()) return thread.error();
  keeper->thread_ = std::move(thread).value();
  return keeper;
}

BackupKeeper::~BackupKeeper() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void BackupKeeper::stop() {
  stop_.request_stop();
  const std::lock_guard lock(mutex_);
  stopping_.notify_one();
}

void BackupKeeper::run() {
  while (!stop_.stop_requested()) {
    looks_.look();
    std::unique_lock lock(mutex_);
    stopping_.wait_for(lock, kLook, [this] { return stop_.stop_requested(); });
  }
}

void BackupLooks::look() {
  const base::Timestamp now = clock_.now();
  const auto newest = newest_in(config_.dir, now);
  const auto made = newest.ok() && *newest ? std::optional((*newest)->made) : std::nullopt;
  const bool is_due = !newest.ok() || next_backup(made, now, config_.every) <= now;
  if (!is_due) return follow((*newest)->name);
  if (not_before_ && now < *not_before_) return;
  not_before_.reset();
  if (!newest.ok()) base::logging::error(kEvent, {{"outcome", "failed"}, {"error", newest.error().message}});
  if (!newest.ok() || !make())
    not_before_ =
        base::Timestamp{now.ms + std::min<std::chrono::milliseconds>(kAgain, config_.every).count()};
}

bool BackupLooks::make() {
  const auto turn = backups_.take_turn();
  if (!turn.ok()) return false;  // the other one is as good
  const auto made = backups_.make();
  if (!made.ok() || stop_.stop_requested()) return made.ok();
  followed_ = made->name;
  prune(made->name);
  return true;
}

void BackupLooks::follow(const std::string& newest) {
  if (!followed_) followed_ = newest;  // what a start finds is left to the next
  if (*followed_ == newest) return;
  const auto turn = backups_.take_turn();
  if (!turn.ok()) return;  // at the next look
  followed_ = newest;
  prune("");
}

void BackupLooks::prune(const std::string& verified) const {
  const auto pruned = backup::prune(config_.dir, keep_of(config_), verified, false, stop_);
  if (!pruned.ok() && !stop_.stop_requested())
    base::logging::error(kEvent, {{"outcome", "not pruned"}, {"error", pruned.error().message}});
  if (pruned.ok() && !pruned->removed.empty())
    base::logging::info(kEvent, {{"outcome", "pruned"}, {"removed", pruned->removed.size()}});
  if (pruned.ok() && !pruned->damaged.empty())
    base::logging::warn(kEvent, {{"outcome", "damaged"}, {"backups", pruned->damaged.size()}});
}

}  // namespace app
