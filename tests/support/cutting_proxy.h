#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>

#include "tests/support/catch.h"

// Stands between a client and a server on 127.0.0.1, one connection after the other, and breaks connections
// as it is told: the network between two machines.
class CuttingProxy {
 public:
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  explicit CuttingProxy(std::uint16_t server)
      : server_(server), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name = local(0);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    REQUIRE(::listen(fd_, 16) == 0);
    socklen_t size = sizeof name;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size);
    port_ = ntohs(name.sin_port);
    thread_ = std::thread([this] {
      while (!stops_) {
        const int client = accept_one();
        if (client >= 0) relay(client);
      }
    });
  }
  ~CuttingProxy() {
    stops_ = true;
    thread_.join();
    ::close(fd_);
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::uint16_t port() const { return port_; }

  // The next connection breaks behind so many bytes of what the server says; those after it don't.
  void cut_next(std::size_t bytes) { next_ = bytes; }

  // Breaks the connection that there is, and lets none through until it is told otherwise.
  void close_way(bool closed) { is_closed_ = closed; }

  int connections() const { return connections_; }

 private:
  static constexpr int kLook = 5;  // milliseconds

  static sockaddr_in local(std::uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name.sin_port = htons(port);
    return name;
  }

  int accept_one() const {
    pollfd wanted{fd_, POLLIN, 0};
    if (::poll(&wanted, 1, kLook) <= 0) return -1;
    return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
  }

  void relay(int client) {
    std::size_t left = is_closed_ ? 0 : next_.exchange(kAll);
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in name = local(server_);
    ++connections_;
    if (!is_closed_ && ::connect(server, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0)
      while (!stops_ && !is_closed_ && pass(client, server, left)) {
      }
    ::close(server);
    ::close(client);
  }

  // What either has said, to the other; false where the connection is over.
  static bool pass(int client, int server, std::size_t& left) {
    std::array<pollfd, 2> wanted = {{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(wanted.data(), wanted.size(), kLook) < 0) return false;
    if (wanted[0].revents != 0 && move(client, server, kAll) == 0) return false;
    if (wanted[1].revents == 0) return true;
    const std::size_t moved = move(server, client, left);
    if (left != kAll) left -= moved;
    return moved > 0 && left > 0;
  }

  static std::size_t move(int from, int to, std::size_t most) {
    std::array<char, 65536> buffer{};
    const ssize_t size = ::recv(from, buffer.data(), std::min(most, buffer.size()), 0);
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t n = ::send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (n <= 0) return 0;
      sent += n;
    }
    return static_cast<std::size_t>(std::max<ssize_t>(size, 0));
  }

  const std::uint16_t server_;
  const int fd_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> next_ = kAll;
  std::atomic<bool> is_closed_ = false, stops_ = false;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};
