// The command line's client against servers that do as they please.
#include "client/http.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <csignal>
#include <functional>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace {

using std::chrono::milliseconds;

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

void send_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

TEST_CASE("client: what is sent, and what is answered", "[client]") {
  OneServer server([](int c) { send_all(c, "HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\n\r\n{\"a\"}"); });
  const auto answer =
      client::ask(server.place(), {"POST", "/v1/tenants", {{"Authorization", "Bearer x"}}, "{}"});
  REQUIRE(answer.ok());
  CHECK(answer->status == 409);
  CHECK(answer->body == "{\"a\"}");
  const std::string sent = server.received();
  CHECK(sent.starts_with("POST /v1/tenants HTTP/1.1\r\n"));
  for (const char* line :
       {"\r\nHost: localhost\r\n", "\r\nAuthorization: Bearer x\r\n", "\r\nContent-Length: 2\r\n",
        "\r\nContent-Type: application/json\r\n", "\r\nConnection: close\r\n"})
    CHECK_THAT(sent, ContainsSubstring(line));
}

TEST_CASE("client: nothing is waited for longer than was said, and no answer is larger", "[client]") {
  client::Limits limits;
  limits.whole = milliseconds(400);
  limits.body = 1000;
  const auto error_of = [&](OneServer::Does does) {
    OneServer server(std::move(does));
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = client::ask(server.place(), {}, limits);
    CHECK(std::chrono::steady_clock::now() - begun < milliseconds(5000));
    if (answer.ok()) return std::to_string(answer->status);
    return answer.error().message.substr(server.path().size());
  };
  const auto drip = [](std::string_view head) {
    return [head](int c) {
      send_all(c, head);
      for (int i = 0; i < 100; ++i) {
        if (::send(c, "x", 1, MSG_NOSIGNAL) != 1) return;
        std::this_thread::sleep_for(milliseconds(20));
      }
    };
  };
  CHECK(error_of([](int) { std::this_thread::sleep_for(milliseconds(800)); }) == ": no answer in time");
  CHECK(error_of(drip("HTTP/1.1 200 OK\r\nX: ")) == ": no answer in time");
  CHECK(error_of(drip("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")) == ": no answer in time");
  const std::string large(1001, 'x');
  CHECK(error_of([&](int c) { send_all(c, "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + large); }) ==
        ": the answer is larger than 1000 bytes");
  CHECK(error_of([&](int c) { send_all(c, "HTTP/1.1 200 OK\r\n\r\n" + large); }) ==
        ": the answer is larger than 1000 bytes");
  CHECK(error_of([&](int c) {
          send_all(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + large.substr(1));
        }) == "200");
  CHECK_THAT(error_of([](int) {}), ContainsSubstring(": no answer: "));
}

TEST_CASE("client: nobody is there", "[client]") {
  const TempDir dir;
  const auto to_socket = client::ask({dir / "none", "", 0}, {});
  REQUIRE_FALSE(to_socket.ok());
  CHECK_THAT(to_socket.error().message, ContainsSubstring(dir / "none: no answer: "));
  const auto to_port = client::ask({"", "::1", 1}, {});
  REQUIRE_FALSE(to_port.ok());
  CHECK_THAT(to_port.error().message, ContainsSubstring("http://[::1]:1: no answer: "));
}
