// Once a minute the thread looks at what is in the folder: that says when the last backup was made, also by a
// command or before a restart, so nothing else has to be remembered.
#include "app/backup_keeper.h"

#include <algorithm>

#include "app/backups.h"
#include "backup/create.h"
#include "backup/folder.h"
#include "base/log.h"
#include "base/thread.h"

namespace app {
namespace {

constexpr std::chrono::minutes kLook{1};
constexpr std::chrono::hours kAgain{1};  // after a failure, unless backup.every is shorter
constexpr const char* kEvent = "backup";

// The newest that is whole and not of the future.
base::Result<std::optional<base::Timestamp>> newest_in(const std::string& folder, base::Timestamp now) {
  const auto all = backup::list(folder);
  if (!all.ok()) return all.error();
  for (const backup::Listed& listed : *all)
    if (listed.manifest && listed.made <= now) return std::optional(listed.made);
  return std::optional<base::Timestamp>();
}

}  // namespace

base::Timestamp next_backup(std::optional<base::Timestamp> newest, base::Timestamp now,
                            std::chrono::milliseconds every) {
  if (!newest || *newest > now) return now;
  return {newest->ms + every.count()};
}

base::Result<std::unique_ptr<BackupKeeper>> BackupKeeper::start(const store::Store& store,
                                                                const config::Config& c,
                                                                const base::Clock& clock) {
  if (c.backup.dir.empty()) return std::unique_ptr<BackupKeeper>();
  std::unique_ptr<BackupKeeper> keeper(new BackupKeeper(store, c, clock));
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
  std::optional<base::Timestamp> not_before;
  while (!stop_.stop_requested()) {
    const base::Timestamp now = clock_.now();
    const auto newest = newest_in(config_.dir, now);
    const bool is_due = newest.ok() ? next_backup(*newest, now, config_.every) <= now : true;
    if (is_due && (!not_before || now >= *not_before)) {
      not_before.reset();
      if (!newest.ok())
        base::logging::error(kEvent, {{"outcome", "failed"}, {"error", newest.error().message}});
      if (!newest.ok() || !make())
        not_before =
            base::Timestamp{now.ms + std::min<std::chrono::milliseconds>(kAgain, config_.every).count()};
    }
    std::unique_lock lock(mutex_);
    stopping_.wait_for(lock, kLook, [this] { return stop_.stop_requested(); });
  }
}

bool BackupKeeper::make() const {
  const auto statistics = store_.statistics();
  if (!statistics.ok()) return false;  // the housekeeper says so
  backup::Original original;
  original.copy_to = [this](const std::string& dir, const std::stop_token& stop) {
    return store_.copy_to(dir, stop);
  };
  original.bytes = statistics->used_bytes;
  original.spare = reserve_;
  const auto begin = std::chrono::steady_clock::now();
  const auto made = backup::create(original, config_.dir, clock_.now(), stop_.get_token());
  if (stop_.stop_requested()) return made.ok();
  if (!made.ok()) {
    base::logging::error(kEvent, {{"outcome", "failed"}, {"error", made.error().message}});
    return false;
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  base::logging::info(kEvent, {{"outcome", "made"},
                               {"name", made->name},
                               {"revision", made->manifest.contents.revision},
                               {"bytes", made->manifest.bytes},
                               {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
  const auto pruned = backup::prune(config_.dir, keep_of(config_), made->name, false, stop_.get_token());
  if (!pruned.ok())
    base::logging::error(kEvent, {{"outcome", "not pruned"}, {"error", pruned.error().message}});
  if (pruned.ok() && !pruned->removed.empty())
    base::logging::info(kEvent, {{"outcome", "pruned"}, {"removed", pruned->removed.size()}});
  if (pruned.ok() && !pruned->damaged.empty())
    base::logging::warn(kEvent, {{"outcome", "damaged"}, {"backups", pruned->damaged.size()}});
  return true;
}

}  // namespace app
