#pragma once
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "app/server.h"
#include "base/result.h"
#include "base/time.h"
#include "client/connection.h"
#include "config/config.h"

namespace app {

// A whole server of this process's own, for trying things: its store is empty, lies in a temporary folder
// that nobody else may open, and goes with it. It listens on a unix socket there. Its log has errors alone.
class ScratchServer {
 public:
  struct Options {
    std::string config;  // of permissions, system roles and guard; empty: what is built in
    config::UserIdForm user_ids = config::UserIdForm::kUuid;  // whatever the configuration says
  };
  static base::Result<std::unique_ptr<ScratchServer>> start(const Options&);
  ~ScratchServer();
  ScratchServer(const ScratchServer&) = delete;
  ScratchServer& operator=(const ScratchServer&) = delete;

  // Asks it as the platform, which may do everything.
  const client::Connection& platform() const { return platform_; }

  // What time it is there from now on; nothing: the system's.
  void set_time(std::optional<base::Timestamp> time) { clock_.set(time); }

 private:
  class SetClock final : public base::Clock {
   public:
    base::Timestamp now() const override;
    void set(std::optional<base::Timestamp> time) { ms_ = time ? time->ms : kNotSet; }

   private:
    static constexpr std::int64_t kNotSet = std::numeric_limits<std::int64_t>::min();
    std::atomic<std::int64_t> ms_ = kNotSet;
  };

  ScratchServer() = default;

  // In the order in which they depend.
  std::string folder_;
  SetClock clock_;
  std::unique_ptr<Server> server_;
  client::Connection platform_;
};

}  // namespace app
