#pragma once
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "client/http.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

// Takes one connection on a unix socket, reads what comes first, does as told, and reads the rest.
class OneServer {
 public:
  using Does = std::function<void(int connection)>;

  explicit OneServer(Does does) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    signal(SIGPIPE, SIG_IGN);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path().copy(name.sun_path, sizeof name.sun_path - 1);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    REQUIRE(::listen(fd_, 1) == 0);
    thread_ = std::thread([this, does = std::move(does)] {
      const int connection = ::accept(fd_, nullptr, nullptr);
      if (connection < 0) return;
      receive(connection);
      does(connection);
      ::shutdown(connection, SHUT_WR);
      while (receive(connection)) {  // what is closed with unread bytes is reset
      }
      ::close(connection);
    });
  }
  ~OneServer() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  std::string path() const { return dir_ / "s"; }
  client::Place place() const { return {path(), "", 0}; }
  const std::string& received() {
    thread_.join();
    thread_ = std::thread([] {});
    return received_;
  }

 private:
  bool receive(int connection) {
    char buffer[4096];
    const ssize_t size = ::recv(connection, buffer, sizeof buffer, 0);
    received_.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return size > 0;
  }

  TempDir dir_;
  int fd_;
  std::string received_;
  std::thread thread_;
};

inline void send_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}
