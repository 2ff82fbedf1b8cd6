#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/server.h"
#include "app/service_manager.h"
#include "app/settings.h"
#include "base/result.h"

namespace app {

// A thread that keeps house once a second and reloads when asked, so that the thread that waits for signals
// and pings the service manager does nothing else and never waits for the disk or the writer.
class Housekeeper {
 public:
  // All three outlive this. Fails where no thread can be started.
  static base::Result<std::unique_ptr<Housekeeper>> start(Server&,
                                                          std::function<base::Result<Settings>()> load,
                                                          ServiceManager&);
  ~Housekeeper();                            // stop(), and waits for what is under way
  Housekeeper(const Housekeeper&) = delete;  // its thread refers to it
  Housekeeper& operator=(const Housekeeper&) = delete;

  // Returns at once. The reload begins after this call, so it reads the files as they are now; asked again
  // before it has begun, it is one reload, and asked while it runs, there is another afterwards.
  void ask_to_reload();

  // Why the store takes no more changes, so that the process should end; nothing while all is well.
  std::optional<base::Error> failure() const;

  // Begins nothing more. Doesn't wait.
  void stop();

 private:
  Housekeeper(Server&, std::function<base::Result<Settings>()> load, ServiceManager&);
  void run();
  void reload();
  bool pause();  // between two tries; false when it is time to stop

  Server& server_;
  const std::function<base::Result<Settings>()> load_;
  ServiceManager& manager_;

  mutable std::mutex mutex_;
  std::condition_variable asked_;
  // Guarded by mutex_:
  bool wants_reload_ = false;
  bool stopping_ = false;
  std::optional<base::Error> failure_;

  std::thread thread_;
};

}  // namespace app
