#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "api/backups.h"
#include "base/result.h"
#include "base/time.h"
#include "config/config.h"

namespace app {

// When the next backup is due: at once where there is none, or none but of the future, which a clock that was
// set back leaves.
base::Timestamp next_backup(std::optional<base::Timestamp> newest, base::Timestamp now,
                            std::chrono::milliseconds every);

// Makes a backup when one is due (backup.every), and removes those that backup.keep doesn't want: after each
// of its own, and after one that a call or a command made. What it did, and how it failed, is in the log;
// what failed is tried again within an hour.
class BackupLooks {
 public:
  // Backups and clock outlive this.
  BackupLooks(api::Backups& backups, config::BackupConfig c, const base::Clock& clock, std::stop_token stop)
      : backups_(backups), config_(std::move(c)), clock_(clock), stop_(std::move(stop)) {}

  // Looks into the folder, and does what is to be done. To be called about once a minute.
  void look();

 private:
  bool make();  // false where it failed
  void follow(const std::string& newest);
  void prune(const std::string& verified) const;

  api::Backups& backups_;
  const config::BackupConfig config_;
  const base::Clock& clock_;
  const std::stop_token stop_;
  std::optional<base::Timestamp> not_before_;
  std::optional<std::string> followed_;  // the newest when it was pruned last, or first looked at
};

// A thread that looks once a minute.
class BackupKeeper {
 public:
  // Backups and clock outlive this. Null where backup.dir is empty; fails where no thread can be started.
  static base::Result<std::unique_ptr<BackupKeeper>> start(api::Backups&, const config::BackupConfig&,
                                                           const base::Clock&);
  ~BackupKeeper();  // stop(), and waits for the thread
  BackupKeeper(const BackupKeeper&) = delete;
  BackupKeeper& operator=(const BackupKeeper&) = delete;

  // Makes no more. Doesn't wait, nor end what is under way (Backups::stop); may be called twice.
  void stop();

 private:
  BackupKeeper(api::Backups& backups, const config::BackupConfig& c, const base::Clock& clock)
      : looks_(backups, c, clock, stop_.get_token()) {}
  void run();

  std::stop_source stop_;
  BackupLooks looks_;  // the thread's

  std::mutex mutex_;
  std::condition_variable stopping_;

  std::thread thread_;
};

}  // namespace app
