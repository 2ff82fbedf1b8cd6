// Signals and the watchdog, while the disk, the writer or the system stand in the way.
#include <signal.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"
#include "tests/support/notify_socket.h"
#include "tests/support/stopped_thread.h"

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// "SigIgn:" of a process: one bit for each signal.
bool ignores_sighup(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("SigIgn:")) return (std::strtoull(line.c_str() + 7, nullptr, 16) & 1) != 0;
  return false;
}

std::string get(std::uint16_t port, const std::string& path) {
  const auto response = RawClient::to_port(port).ask("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  return response ? std::to_string(response->status) : "no answer";
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("reeve serve: SIGHUP before it answers is ignored", "[e2e]") {
  const Deployment deployment;
  const auto server = deployment.serve();
  // Before, the program is being loaded and has said nothing about signals yet.
  for (int i = 0; i < 20'000 && !ignores_sighup(server->pid()); ++i)
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  int sent = 0;
  for (; ignores_sighup(server->pid()); ++sent) server->signal(SIGHUP);
  CHECK(sent > 0);
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  CHECK(get(port, "/livez") == "200");
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
}

// The kernel gives the signal of the lowest number first, and a reload took longer than the next SIGHUP.
TEST_CASE("reeve serve: a flood of SIGHUP doesn't starve SIGTERM", "[e2e]") {
  const Deployment deployment;
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  std::atomic<bool> over{false};
  std::vector<std::thread> flood;  // several, so that one is always running
  for (int i = 0; i < 8; ++i)
    flood.emplace_back([&] {
      while (!over) server->signal(SIGHUP);
    });
  std::this_thread::sleep_for(milliseconds(200));
  server->signal(SIGTERM);
  const int code = server->wait(seconds(10));
  over = true;
  for (std::thread& thread : flood) thread.join();
  CHECK(code == 0);
  CHECK_THAT(server->err(), ContainsSubstring("stopping signal=SIGTERM"));
}

TEST_CASE("reeve serve: a writer that hangs stops neither pings nor signals", "[e2e]") {
  const Deployment deployment;
  deployment.write("reeve.yaml", deployment.read("reeve.yaml") + "server: {timeouts: {shutdown: 100ms}}\n");
  const NotifySocket manager;
  const auto server = deployment.serve({{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret},
                                        {"NOTIFY_SOCKET", manager.path()},
                                        {"WATCHDOG_USEC", "200000"}});
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  CHECK(manager.told() == "READY=1");
  auto writer = StoppedThread::named(server->pid(), "writer");
  if (!writer) {
    WARN("tracing is not allowed here");
    return;
  }
  server->signal(SIGHUP);
  std::string told = manager.told();
  while (told == "WATCHDOG=1") told = manager.told();
  CHECK_THAT(told, ContainsSubstring("RELOADING=1"));
  for (int pings = 0; pings < 20; ++pings) CHECK(manager.told(seconds(1)) == "WATCHDOG=1");
  CHECK(get(port, "/livez") == "200");

  server->signal(SIGTERM);
  writer->wait_for_end();
  CHECK(server->wait(seconds(10)) == 1);
  CHECK_THAT(server->err(), ContainsSubstring("stopping signal=SIGTERM") &&
                                ContainsSubstring("the store didn't finish in time"));
}

TEST_CASE("reeve serve: a reload that finds no room in the queue is tried again", "[e2e]") {
  const Deployment deployment;
  deployment.write("reeve.yaml", deployment.read("reeve.yaml") + "server: {queue: 1}\n");
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  std::this_thread::sleep_for(milliseconds(500));  // for the first housekeeping, which is a change as well
  auto writer = StoppedThread::named(server->pid(), "writer");
  if (!writer) {
    WARN("tracing is not allowed here");
    return;
  }
  // The only place in the queue.
  RawClient waiting = RawClient::to_port(port);
  const std::string body = R"({"name":"Acme"})";
  waiting.send("POST /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
               std::string(Deployment::kSecret) + "\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK(waiting.silent(milliseconds(200)));
  server->signal(SIGHUP);
  std::this_thread::sleep_for(milliseconds(1500));
  writer->go_on();
  const auto made = waiting.read();
  REQUIRE(made);
  CHECK(made->status == 201);
  CHECK(run({reeve(), "reload", "--config", deployment.config()}).code == 0);
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  const std::string log = server->err();
  CHECK(count_of(log, "reload outcome=waiting number=1 ") == 1);
  CHECK(count_of(log, "reload outcome=done number=1") == 1);
  CHECK(count_of(log, "outcome=refused") == 0);
}

// Each ping opened a socket, so that with no descriptor left systemd would have killed a server that was
// well.
TEST_CASE("reeve serve: connections leave descriptors for pings and for a reload", "[e2e]") {
  const Deployment deployment;
  const NotifySocket manager;
  Process server({{"sh", "-c",
                   "ulimit -Sn 100; ulimit -Hn 200; exec " + reeve() +
                       " serve --listen 127.0.0.1:0 --config " + deployment.config()},
                  {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret},
                   {"NOTIFY_SOCKET", manager.path()},
                   {"WATCHDOG_USEC", "200000"}}});
  const auto port = port_of(server);
  REQUIRE(port != 0);
  CHECK(manager.told() == "READY=1");
  const std::string ask = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  std::vector<RawClient> open;
  int served = 0;
  for (int i = 0; i < 200; ++i) {
    open.push_back(RawClient::to_port(port));
    const auto response = open.back().ask(ask);
    REQUIRE(response);
    if (response->status == 503) break;
    ++served;
  }
  CHECK(served > 80);  // so many that the soft limit was raised
  CHECK(served < 150);
  for (int i = 0; i < 200; ++i) open.push_back(RawClient::to_port(port));  // none of which has an answer
  while (manager.told(milliseconds(0)) == "WATCHDOG=1") continue;
  CHECK(manager.told(seconds(2)) == "WATCHDOG=1");
  const auto reloaded = run({reeve(), "reload", "--config", deployment.config()});
  CHECK(reloaded.err.empty());
  CHECK(reloaded.code == 0);
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  CHECK_THAT(server.err(), ContainsSubstring("connections limit=" + std::to_string(served) +
                                             " wanted=10000 descriptors=200 hint="));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which take terabytes of addresses
TEST_CASE("reeve serve: where a thread can't be started it says so and ends with 1", "[e2e]") {
  const Deployment deployment;
  deployment.write("reeve.yaml", "store: {dir: ../db, map_size: 16MiB}\nserver: {threads: 256}\n");
  // Room for the stacks of a few.
  const auto ended = run(
      {"sh", "-c",
       "ulimit -v 500000; exec " + reeve() + " serve --listen 127.0.0.1:0 --config " + deployment.config()});
  CHECK(ended.code == 1);
  CHECK_THAT(ended.err, ContainsSubstring("reeve: thread reactor: can't be started: Resource temporarily "
                                          "unavailable; allow more threads (TasksMax= of the unit, `ulimit "
                                          "-u`), or lower server.threads\n"));
}
#endif
