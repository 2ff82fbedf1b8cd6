// Kills the server in the middle of concurrent writes, again and again, and looks whether it kept its word:
//
//   make bench-durability            200 rounds
//   build/release/bench-durability ROUNDS WRITERS
//
// Each round starts `reeve serve` on the store of the rounds before, lets WRITERS threads create groups as
// fast as they are answered, kills it with SIGKILL after 30 to 200 ms, walks the audit chains with `reeve
// audit verify`, and starts it again to ask for every group whose creation was answered with 201 in this
// round. At the end all groups of all rounds are asked for once more. Ends with 1 if anything was lost.
//
// A killed process is not a power cut: what the disk was told to keep is not tried here.
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "tests/support/process.h"
#include "tests/support/raw_client.h"
#include "tests/support/temp_dir.h"

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* kSecret = "durability-secret-of-more-than-32-characters";

class Server {
 public:
  Server(const std::string& config, const std::string& data)
      : process_({{reeve(), "serve", "--config", config, "--listen", "127.0.0.1:0", "--data", data},
                  {{"REEVE_BOOTSTRAP_SECRET", kSecret}}}) {
    const auto line = process_.line_that_begins("listening on ", std::chrono::seconds(20));
    if (line) port_ = static_cast<std::uint16_t>(std::atoi(line->substr(line->rfind(':') + 1).c_str()));
  }
  bool ready() const { return port_ != 0; }
  std::uint16_t port() const { return port_; }
  void kill() {
    process_.signal(SIGKILL);
    process_.wait();
  }
  std::string said() {
    process_.wait(std::chrono::seconds(1));
    return process_.err();
  }

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

std::string request(const std::string& method, const std::string& path, const std::string& tenant,
                    const std::string& body) {
  return method + " " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + kSecret + "\r\n" +
         (tenant.empty() ? "" : "X-Tenant-ID: " + tenant + "\r\n") +
         (body.empty()
              ? ""
              : "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") +
         "\r\n" + body;
}

std::string id_in(const RawResponse& response) {
  const auto json = base::parse_json(response.body);
  const base::Json* id = json.ok() ? json->find("id") : nullptr;
  return id && id->string() ? *id->string() : "";
}

// Creates groups until the connection breaks; the ids of those that were answered.
std::vector<std::string> write_until_killed(std::uint16_t port, const std::string& tenant,
                                            const std::string& prefix) {
  std::vector<std::string> acknowledged;
  RawClient client = RawClient::to_port(port);
  for (int n = 0; client.connected(); ++n) {
    const std::string body = R"({"name":")" + prefix + "-" + std::to_string(n) + R"("})";
    if (!client.send(request("POST", "/v1/groups", tenant, body))) break;
    const auto response = client.read();
    if (!response) break;
    if (response->status == 201) acknowledged.push_back(id_in(*response));
  }
  return acknowledged;
}

std::size_t missing(std::uint16_t port, const std::string& tenant, const std::vector<std::string>& ids) {
  std::size_t lost = 0;
  RawClient client = RawClient::to_port(port);
  for (const std::string& id : ids) {
    const auto response = client.ask(request("GET", "/v1/groups/" + id, tenant, ""));
    if (!response || response->status != 200) ++lost;
  }
  return lost;
}

std::string make_tenant(std::uint16_t port) {
  RawClient client = RawClient::to_port(port);
  const auto response =
      client.ask(request("POST", "/v1/tenants", "", R"({"name":"Durability","slug":"durability"})"));
  return response && response->status == 201 ? id_in(*response) : "";
}

std::string write_config(const TempDir& dir) {
  const std::string here = std::filesystem::current_path().string();
  const std::string path = dir / "reeve.yaml";
  std::ofstream(path) << "log: {level: error}\nstore: {dir: " << (dir / "db")
                      << "}\nbootstrap: {client_id: 00000000-0000-7000-8000-000000000001}\npolicies: " << here
                      << "/config/policies\nschema: " << here
                      << "/config/reeve.cedarschema\npermissions: " << here
                      << "/config/permissions.yaml\nroles: " << here << "/config/roles.yaml\n";
  return path;
}

int fail(const char* what, const std::string& why) {
  std::fprintf(stderr, "durability: %s: %s\n", what, why.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  const int writers = argc > 2 ? std::atoi(argv[2]) : 8;
  const TempDir dir;
  const std::string config = write_config(dir);
  const std::string data = dir / "db";
  std::mt19937 random(20260415);
  std::vector<std::string> all;
  std::string tenant;
  std::size_t lost = 0, broken_chains = 0, refused_starts = 0;

  for (int round = 0; round < rounds; ++round) {
    std::vector<std::vector<std::string>> acknowledged(static_cast<std::size_t>(writers));
    {
      Server server(config, data);
      if (!server.ready()) return fail("the server did not start", server.said());
      if (tenant.empty()) tenant = make_tenant(server.port());
      if (tenant.empty()) return fail("the tenant", "could not be made");
      std::vector<std::thread> threads;
      for (int w = 0; w < writers; ++w)
        threads.emplace_back([&, w] {
          acknowledged[static_cast<std::size_t>(w)] =
              write_until_killed(server.port(), tenant, std::to_string(round) + "-" + std::to_string(w));
        });
      std::this_thread::sleep_for(milliseconds(30 + random() % 170));
      server.kill();
      for (auto& thread : threads) thread.join();
    }
    const auto verified = run({reeve(), "audit", "verify", "--config", config, "--data", data});
    if (verified.code != 0) {
      ++broken_chains;
      std::fprintf(stderr, "round %d: %s", round, verified.err.c_str());
    }
    Server again(config, data);
    if (!again.ready()) {
      ++refused_starts;
      std::fprintf(stderr, "round %d: %s", round, again.said().c_str());
      continue;
    }
    for (const auto& ids : acknowledged) {
      lost += missing(again.port(), tenant, ids);
      all.insert(all.end(), ids.begin(), ids.end());
    }
    again.kill();
  }

  Server last(config, data);
  if (!last.ready()) return fail("the server did not start", last.said());
  const std::size_t lost_later = missing(last.port(), tenant, all);
  std::printf(
      "%d rounds of kill -9 under %d writers: %zu writes acknowledged, %zu lost, %zu lost later, "
      "%zu broken audit chains, %zu stores that did not open\n",
      rounds, writers, all.size(), lost, lost_later, broken_chains, refused_starts);
  return lost + lost_later + broken_chains + refused_starts == 0 && !all.empty() ? 0 : 1;
}
