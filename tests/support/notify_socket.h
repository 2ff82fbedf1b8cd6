#pragma once
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

// Stands in for a service manager: the socket that NOTIFY_SOCKET names.
class NotifySocket {
 public:
  NotifySocket() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~NotifySocket() { ::close(fd_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  std::string path() const { return dir_ / "notify"; }

  // The next datagram; empty where none comes in time.
  std::string told(std::chrono::milliseconds within = std::chrono::seconds(10)) const {
    char buffer[256];
    pollfd wanted{fd_, POLLIN, 0};
    const auto n = ::poll(&wanted, 1, static_cast<int>(within.count())) > 0
                       ? ::recv(fd_, buffer, sizeof buffer, 0)
                       : ssize_t{0};
    return {buffer, static_cast<std::size_t>(n > 0 ? n : 0)};
  }

 private:
  const TempDir dir_;
  const int fd_;
};
