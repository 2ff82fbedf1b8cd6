// Each round starts `reeve serve` on the store of the rounds before, lets the writers create groups as fast
// as they are answered, kills it with SIGKILL after 30 to 200 ms, walks the audit chains with `reeve audit
// verify`, and starts it again to ask for every group whose creation was answered with 201 in this round. At
// the end all groups of all rounds are asked for once more.
//
// A killed process is not a power cut: what the disk was told to keep is not tried here.
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/durability/rounds.h"
#include "bench/durability/server.h"

namespace durability {
namespace {

using std::chrono::milliseconds;

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

bool fail(const char* what, const std::string& why) {
  std::fprintf(stderr, "durability: %s: %s\n", what, why.c_str());
  return false;
}

}  // namespace

bool killed(int rounds, int writers) {
  const Store store;
  std::mt19937 random(20260415);
  std::vector<std::string> all;
  std::string tenant;
  std::size_t lost = 0, broken_chains = 0, refused_starts = 0;

  for (int round = 0; round < rounds; ++round) {
    std::vector<std::vector<std::string>> acknowledged(static_cast<std::size_t>(writers));
    {
      Server server(store);
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
    if (const std::string broken = store.broken_chains(); !broken.empty()) {
      ++broken_chains;
      std::fprintf(stderr, "round %d: %s", round, broken.c_str());
    }
    Server again(store);
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

  Server last(store);
  if (!last.ready()) return fail("the server did not start", last.said());
  const std::size_t lost_later = missing(last.port(), tenant, all);
  std::printf(
      "%d rounds of kill -9 under %d writers: %zu writes acknowledged, %zu lost, %zu lost later, "
      "%zu broken audit chains, %zu stores that did not open\n",
      rounds, writers, all.size(), lost, lost_later, broken_chains, refused_starts);
  return lost + lost_later + broken_chains + refused_starts == 0 && !all.empty();
}

}  // namespace durability
