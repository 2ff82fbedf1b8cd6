// systemd's notify protocol (sd_notify(3)) without its library: a datagram of lines NAME=value to the unix
// socket in NOTIFY_SOCKET, where a leading '@' stands for the NUL of Linux's abstract namespace.
//
//   READY=1    RELOADING=1 with MONOTONIC_USEC=…    WATCHDOG=1    STOPPING=1    STATUS=a sentence
//
// WATCHDOG_USEC counts only if WATCHDOG_PID is absent or this process: a child that inherited both must not
// answer for its parent. Nothing here fails: a manager that went away is no reason to stop serving.
#include "app/service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace app {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t n = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return n;
}

int open_socket() {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const timeval limit{1, 0};
  if (fd >= 0) ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return fd;
}

}  // namespace

ServiceManager::ServiceManager(std::string socket, std::string_view watchdog_us,
                               std::string_view watchdog_pid)
    : socket_(std::move(socket)), fd_(socket_.empty() ? -1 : open_socket()) {
  const auto us = number(watchdog_us);
  const auto pid = number(watchdog_pid);
  if (us && *us > 0 && (watchdog_pid.empty() || (pid && *pid == ::getpid())))
    interval_ = std::chrono::milliseconds(*us / 2000);
}

ServiceManager::~ServiceManager() {
  if (fd_ >= 0) ::close(fd_);
}

ServiceManager ServiceManager::from_environment() {
  return {variable("NOTIFY_SOCKET"), variable("WATCHDOG_USEC"), variable("WATCHDOG_PID")};
}

void ServiceManager::ready() {
  tell("READY=1");
}
void ServiceManager::stopping() {
  tell("STOPPING=1");
}
void ServiceManager::alive() {
  tell("WATCHDOG=1");
}
void ServiceManager::status(std::string_view sentence) {
  tell("STATUS=" + std::string(sentence));
}

// Type=notify-reload wants the moment too; for Type=notify it does no harm.
void ServiceManager::reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t us = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us));
}

void ServiceManager::tell(std::string_view message) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (fd_ < 0 || socket_.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';  // Linux's abstract namespace
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  // Ignoring errors on purpose: a service manager that went away is no reason to stop serving.
  (void)!::sendto(fd_, message.data(), message.size(), MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace app
