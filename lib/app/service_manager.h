#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace app {

// What a service of Type=notify tells systemd (sd_notify(3), sd_watchdog_enabled(3)): datagrams to the socket
// that NOTIFY_SOCKET names. Without that variable every call does nothing. One socket is used for all of
// them, so that a process without a descriptor left can still say that it is alive. A call waits at most a
// second for the service manager to take its datagram. Safe for use by several threads.
class ServiceManager {
 public:
  // Values of NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; empty where they aren't set.
  ServiceManager(std::string socket, std::string_view watchdog_us, std::string_view watchdog_pid);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;  // owns a socket
  ServiceManager& operator=(const ServiceManager&) = delete;

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

  const std::string socket_;
  const int fd_;  // -1: none
  std::optional<std::chrono::milliseconds> interval_;
};

}  // namespace app
