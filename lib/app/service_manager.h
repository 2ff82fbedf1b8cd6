#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace app {

// What a service of Type=notify tells systemd (sd_notify(3), sd_watchdog_enabled(3)): datagrams to the socket
// that NOTIFY_SOCKET names. Without that variable every call does nothing. One thread at a time.
class ServiceManager {
 public:
  // Values of NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; empty where they aren't set.
  ServiceManager(std::string socket, std::string_view watchdog_us, std::string_view watchdog_pid);

  static ServiceManager from_environment();

  void ready();
  void stopping();
  void reloading();  // followed by ready()
  void alive();      // within each watchdog_interval()
  void status(std::string_view sentence);

  // How often to call alive(): half of the time that the service manager waits. Nothing where it doesn't
  // watch.
  std::optional<std::chrono::milliseconds> watchdog_interval() const { return interval_; }

 private:
  void tell(std::string_view message) const;

  std::string socket_;
  std::optional<std::chrono::milliseconds> interval_;
};

}  // namespace app
