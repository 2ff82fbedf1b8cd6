// What a flood takes of the process's memory, what of it comes back, and what happens when there is none.
#include <signal.h>

#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"

// The sanitizers have memory, and addresses, of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMiB = std::size_t{1} << 20;

// Memory of its own that a process has, without what it mapped of files.
std::size_t memory_of(const Process& process) {
  std::ifstream status("/proc/" + std::to_string(process.pid()) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:")) return std::strtoull(line.c_str() + 8, nullptr, 10) * 1024;
  return 0;
}

std::string head(const std::string& credential, std::size_t length) {
  return "POST /v1/tenants HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
         (credential.empty() ? "" : "Authorization: Bearer " + credential + "\r\n") +
         "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

// So many connections, each with a body of which the last byte is missing.
std::vector<RawClient> flood(std::uint16_t port, std::size_t count, const std::string& credential,
                             std::size_t length) {
  std::vector<RawClient> clients;
  const std::string part(length - 1, 'x');
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(RawClient::to_port(port));
    clients.back().send(head(credential, length));
    clients.back().send(part);  // or what the server takes of it
  }
  std::this_thread::sleep_for(milliseconds(300));
  return clients;
}

template <typename F>
bool becomes_true(F what) {
  for (int i = 0; i < 500 && !what(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return what();
}

}  // namespace

TEST_CASE("reeve serve: a flood of bodies takes memory only for those who are known, and gives it back",
          "[e2e]") {
  const Deployment deployment;
  deployment.write("reeve.yaml", deployment.read("reeve.yaml") + "server: {limits: {memory: 400MiB}}\n");
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  const std::size_t before = memory_of(*server);
  {
    const auto unknown = flood(port, 200, "", kMiB);
    CHECK(memory_of(*server) < before + 16 * kMiB);
    const auto known = flood(port, 60, Deployment::kSecret, kMiB);  // an eighth of the budget is 50
    CHECK(memory_of(*server) > before + 45 * kMiB);
    CHECK(memory_of(*server) < before + 70 * kMiB);
  }
  CHECK(becomes_true([&] { return memory_of(*server) < before + 8 * kMiB; }));
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
}

TEST_CASE("reeve serve: where memory runs out a request ends, and not the process", "[e2e]") {
  const Deployment deployment;
  deployment.write("reeve.yaml", "store: {dir: ../db, map_size: 16MiB}\nbootstrap: {client_id: " +
                                     std::string(Deployment::kClientId) +
                                     "}\nserver: {threads: 2, limits: {memory: 64GiB, body: 64MiB}}\n");
  Process server(
      {{"sh", "-c",
        "ulimit -v 1000000; exec " + reeve() + " serve --listen 127.0.0.1:0 --config " + deployment.config()},
       {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}}});
  const auto port = port_of(server);
  REQUIRE(port != 0);
  std::vector<RawClient> clients;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(RawClient::to_port(port));
    clients.back().send(head(Deployment::kSecret, 60 * kMiB));
  }
  int ended = 0;
  for (RawClient& client : clients) ended += client.ends(milliseconds(50)) ? 1 : 0;
  CHECK(ended > 5);
  CHECK(ended < 30);
  CHECK(RawClient::to_port(port).ask("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")->status == 200);
  clients.clear();
  const std::string body = R"({"name":"Acme"})";
  CHECK(RawClient::to_port(port).ask(head(Deployment::kSecret, body.size()) + body)->status == 201);
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
}

#endif
