#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "api/backups.h"
#include "base/result.h"
#include "base/time.h"
#include "config/config.h"

namespace app {

// When the next backup is due: at once where there is none, or none but of the future, which a clock that was
// set back leaves.
base::Timestamp next_backup(std::optional<base::Timestamp> newest, base::Timestamp now,
                            std::chrono::milliseconds every);

// A thread that makes a backup when one is due (backup.every), and then removes those that backup.keep
// doesn't want. What it did, and how it failed, is in the log; what failed is tried again within an hour.
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
      : backups_(backups), config_(c), clock_(clock) {}
  void run();
  bool make() const;  // false where it failed

  api::Backups& backups_;
  const config::BackupConfig config_;
  const base::Clock& clock_;
  std::stop_source stop_;

  std::mutex mutex_;
  std::condition_variable stopping_;

  std::thread thread_;
};

}  // namespace app
