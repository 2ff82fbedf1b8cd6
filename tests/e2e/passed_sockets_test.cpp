// Sockets that a service manager listens on: a restart under load refuses nobody.
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "app/passed_sockets.h"
#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

using std::chrono::seconds;

// What systemd does for a .socket unit.
struct Held {
  int fd = -1;
  std::uint16_t port = 0;

  explicit Held(const std::string& address = "127.0.0.1") : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    socklen_t size = sizeof name;
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&name), size) == 0);
    REQUIRE(::listen(fd, 4096) == 0);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
    port = ntohs(name.sin_port);
  }
  ~Held() { ::close(fd); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
};

// `reeve serve` with these as its descriptors 3 and on.
Process::Options with_sockets(const Deployment& deployment, const std::vector<int>& fds) {
  std::string script = "export LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(fds.size()) + "; exec " + reeve() +
                       " serve --config " + deployment.config();
  // Each is moved out of the way first, since a target may be another's source.
  std::string moves;
  for (std::size_t i = 0; i < fds.size(); ++i)
    moves += " " + std::to_string(50 + i) + "<&" + std::to_string(fds[i]);
  for (std::size_t i = 0; i < fds.size(); ++i)
    moves +=
        " " + std::to_string(3 + i) + "<&" + std::to_string(50 + i) + " " + std::to_string(50 + i) + "<&-";
  return {{"bash", "-c", script + moves}, {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}}, ""};
}

std::string get() {
  return "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
}

}  // namespace

TEST_CASE("sockets are passed to the process that LISTEN_PID names", "[e2e]") {
  const std::string me = std::to_string(::getpid());
  CHECK(app::passed_descriptors(me, "2").value() == std::vector<int>{3, 4});
  CHECK(app::passed_descriptors(me, "0").value().empty());
  CHECK(app::passed_descriptors("", "").value().empty());
  CHECK(app::passed_descriptors("1", "2").value().empty());
  CHECK(app::passed_descriptors(me + "x", "2").value().empty());
  for (const char* count : {"", "-1", "x", "65", "2 "})
    CHECK(app::passed_descriptors(me, count).error().message ==
          "LISTEN_FDS: must be a number up to 64, not " + std::string(count));
}

TEST_CASE("passed sockets: what is listened on, and what isn't such a socket", "[e2e]") {
  const Deployment deployment;
  const TempDir dir;
  const Held tcp;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string path = dir / "s";
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  const int local = ::socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(::bind(local, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
  REQUIRE(::listen(local, 16) == 0);
  {
    Process server(with_sockets(deployment, {tcp.fd, local}));
    CHECK(port_of(server) == tcp.port);
    CHECK(RawClient::to_port(tcp.port).ask(get())->status == 200);
    CHECK(RawClient::to_path(path).ask(get())->status == 200);
    // Nothing of what the settings say of it counts, now or at a reload.
    CHECK(run({reeve(), "reload", "--config", deployment.config()}).code == 0);
    server.signal(SIGTERM);
    CHECK(server.wait() == 0);
    CHECK(server.err().find("server.listen") == std::string::npos);
    CHECK(std::filesystem::exists(path));  // the service manager's
  }
  {
    Process server(with_sockets(deployment, {local}));
    CHECK(server.line_that_begins("listening on unix:" + path, seconds(30)));
    CHECK(RawClient::to_path(path).ask(get())->status == 200);
    const auto made =
        run({"sh", "-c",
             "REEVE_CREDENTIAL=" + std::string(Deployment::kClientId) + ":" + Deployment::kSecret + " " +
                 reeve() + " tenant create Acme --config " + deployment.config()});
    CHECK(made.code == 0);
  }
  const int file = ::dup(2);
  Process wrong(with_sockets(deployment, {file}));
  CHECK(wrong.wait() == 1);
  CHECK(wrong.err() == "reeve: descriptor 3, which was passed, is no socket that is listened on\n");
  ::close(file);
  ::close(local);
  const Held open("0.0.0.0");
  Process exposed(with_sockets(deployment, {open.fd}));
  CHECK(exposed.wait() == 1);
  CHECK_THAT(exposed.err(), ContainsSubstring("server.listen: 0.0.0.0 can be reached from other machines"));
}

TEST_CASE("passed sockets: restarts under load refuse nobody", "[e2e]") {
  const Deployment deployment;
  const Held held;
  auto server = std::make_unique<Process>(with_sockets(deployment, {held.fd}));
  REQUIRE(port_of(*server) == held.port);
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, refused{0}, unanswered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      while (!stop) {
        RawClient client = RawClient::to_port(held.port);
        if (!client.connected())
          ++refused;
        else if (const auto answer = client.ask(get()); answer && answer->status == 200)
          ++answered;
        else
          ++unanswered;
      }
    });
  for (int i = 0; i < 10; ++i) {
    const int before = answered;
    while (answered < before + 200) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
    server = std::make_unique<Process>(with_sockets(deployment, {held.fd}));
    REQUIRE(port_of(*server) == held.port);
  }
  stop = true;
  for (std::thread& client : clients) client.join();
  CHECK(answered > 2000);
  CHECK(refused == 0);
  CHECK(unanswered == 0);
}
