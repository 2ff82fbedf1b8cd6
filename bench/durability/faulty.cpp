// Each round starts the server with a disk that begins to fail at some write or flush of the store's file,
// once or for ever, as a full one or a broken one. Writers create groups until each has asked fifty times.
// Then the server is killed and started again on a disk that works. Held against what was answered:
//
//   201                 the group is there
//   507, storage_full   it isn't: the answer says that nothing was changed
//   500, 503            nobody knows
//
// If calls failed, at least one change was answered with an error, and the log says which error the disk had.
// A server that doesn't start on such a disk says that too.
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/durability/rounds.h"
#include "bench/durability/server.h"

namespace durability {
namespace {

constexpr int kAsked = 50;  // by each writer

struct Fault {
  const char* calls;
  const char* error;
  const char* times;  // "0": for ever
  const char* in_log;
};
constexpr std::array kFaults{
    Fault{"write", "ENOSPC", "0", "No space left on device"},
    Fault{"write", "ENOSPC", "1", "No space left on device"},
    Fault{"write", "EIO", "0", "Input/output error"},
    Fault{"write", "EIO", "1", "Input/output error"},
    Fault{"sync", "ENOSPC", "0", "No space left on device"},
    Fault{"sync", "ENOSPC", "1", "No space left on device"},
    Fault{"sync", "EIO", "0", "Input/output error"},
    Fault{"sync", "EIO", "1", "Input/output error"},
};

// What the writers were answered.
struct Answers {
  std::vector<std::string> acknowledged;  // ids
  std::vector<std::string> undone;        // names, of 507
  std::size_t failed = 0;                 // by any status
  std::size_t broken_off = 0;             // no answer at all

  void add(const Answers& more) {
    acknowledged.insert(acknowledged.end(), more.acknowledged.begin(), more.acknowledged.end());
    undone.insert(undone.end(), more.undone.begin(), more.undone.end());
    failed += more.failed;
    broken_off += more.broken_off;
  }
};

Answers write(std::uint16_t port, const std::string& tenant, const std::string& prefix) {
  Answers answers;
  std::optional<RawClient> client;
  for (int n = 0; n < kAsked; ++n) {
    if (!client) client.emplace(RawClient::to_port(port));
    const std::string name = prefix + "-" + std::to_string(n);
    const auto response = client->ask(request("POST", "/v1/groups", tenant, R"({"name":")" + name + R"("})"));
    if (!response) {
      ++answers.broken_off;
      client.reset();
      continue;
    }
    if (response->status == 201) answers.acknowledged.push_back(id_in(*response));
    if (response->status == 507) answers.undone.push_back(name);
    if (response->status != 201) ++answers.failed;
    if (response->header("connection") == "close") client.reset();
  }
  return answers;
}

Answers write_all(std::uint16_t port, const std::string& tenant, const std::string& prefix, int writers) {
  std::vector<Answers> parts(static_cast<std::size_t>(writers));
  std::vector<std::thread> threads;
  for (std::size_t w = 0; w < parts.size(); ++w)
    threads.emplace_back([&, w] { parts[w] = write(port, tenant, prefix + "-" + std::to_string(w)); });
  for (auto& thread : threads) thread.join();
  Answers all;
  for (const Answers& part : parts) all.add(part);
  return all;
}

// How many groups of these names there are.
std::size_t found(std::uint16_t port, const std::string& tenant, const std::vector<std::string>& names) {
  std::size_t count = 0;
  RawClient client = RawClient::to_port(port);
  for (const std::string& name : names) {
    const auto response = client.ask(request("GET", "/v1/groups?name=" + name, tenant, ""));
    if (!response || response->status != 200 ||
        response->body.find("\"name\":\"" + name + "\"") != std::string::npos)
      ++count;
  }
  return count;
}

struct Tally {
  std::size_t acknowledged = 0, failed = 0, hit = 0;                                     // for information
  std::size_t lost = 0, done_after_all = 0, silent = 0, broken_off = 0, not_opened = 0;  // must be 0

  std::size_t wrong() const { return lost + done_after_all + silent + broken_off + not_opened; }
};

// `at`: the first call that fails, from 1.
Tally one_round(const Store& store, const std::string& tenant, const std::string& prefix, int writers,
                const Fault& fault, unsigned at, const char* preload) {
  Tally tally;
  const std::string told = store.file("told");
  std::filesystem::remove(told);
  Answers answers;
  {
    Server server(store, {{"LD_PRELOAD", preload},
                          {"FAULT_FILE", "data.mdb"},
                          {"FAULT_CALLS", fault.calls},
                          {"FAULT_ERROR", fault.error},
                          {"FAULT_AT", std::to_string(at)},
                          {"FAULT_TIMES", fault.times},
                          {"FAULT_TOLD", told}});
    const bool ready = server.ready();
    if (ready) answers = write_all(server.port(), tenant, prefix, writers);
    if (ready) server.kill();
    const bool hit = std::filesystem::exists(told);
    const std::string said = server.said();
    tally.hit += hit;
    const bool told_why = said.find(fault.in_log) != std::string::npos;
    const bool for_ever = std::string(fault.times) == "0";
    // A call that failed once may have been made up for: then nothing failed, and there is nothing to say.
    if ((!ready || answers.failed != 0) && !told_why) ++tally.silent;
    if (ready && hit && for_ever && answers.failed == 0) ++tally.silent;
    if (!hit && answers.failed != 0) ++tally.silent;
  }
  tally.acknowledged = answers.acknowledged.size();
  tally.failed = answers.failed;
  tally.broken_off = answers.broken_off;

  Server again(store);
  if (!again.ready()) {
    ++tally.not_opened;
    return tally;
  }
  tally.lost = missing(again.port(), tenant, answers.acknowledged);
  tally.done_after_all = found(again.port(), tenant, answers.undone);
  again.kill();
  if (!store.broken_chains().empty()) ++tally.not_opened;
  return tally;
}

}  // namespace

bool faulty(int rounds, int writers, const char* preload) {
  const Store store;
  std::string tenant;
  {
    Server first(store);
    if (first.ready()) tenant = make_tenant(first.port());
  }
  if (tenant.empty()) {
    std::fprintf(stderr, "durability: the tenant can't be made\n");
    return false;
  }
  std::mt19937 random(20260415);
  Tally all;
  for (int round = 0; round < rounds; ++round) {
    const Fault& fault = kFaults[static_cast<std::size_t>(round) % kFaults.size()];
    const unsigned at = 1 + static_cast<unsigned>(random() % 60);
    const Tally one = one_round(store, tenant, "f" + std::to_string(round), writers, fault, at, preload);
    if (one.wrong() != 0)
      std::fprintf(
          stderr,
          "round %d, %s at call %u of %s, %s times: %zu lost, %zu done that were called undone, %zu silent, "
          "%zu without an answer, %zu stores or chains broken\n",
          round, fault.error, at, fault.calls, fault.times, one.lost, one.done_after_all, one.silent,
          one.broken_off, one.not_opened);
    all.acknowledged += one.acknowledged, all.failed += one.failed, all.hit += one.hit;
    all.lost += one.lost, all.done_after_all += one.done_after_all, all.silent += one.silent;
    all.broken_off += one.broken_off, all.not_opened += one.not_opened;
  }
  std::printf(
      "%d rounds of a disk that is full or fails, which it did in %zu: %zu writes acknowledged, %zu answered with an "
      "error, %zu lost, %zu done that were called undone, %zu silent, %zu without an answer, %zu stores or chains "
      "broken\n",
      rounds, all.hit, all.acknowledged, all.failed, all.lost, all.done_after_all, all.silent, all.broken_off,
      all.not_opened);
  return all.wrong() == 0 && all.acknowledged != 0;
}

}  // namespace durability
