// What the store writes in a second: group commit with writers that each wait for their change. Then how much
// disk a change takes (sizes.cpp), what a look at a role costs (looks.cpp), a filter of the audit log
// (audits.cpp), and how long deleting much holds the writer (deletions.cpp).
//
//   make bench-store                       in a folder under build/, on its disk
//   build/release/bench-store DIR [SECONDS] [WRITERS...]      0 seconds: only the others
//
// A change is like one of the server's: two records with an index entry each, one of each pair in the order
// of time and one anywhere, a counter, and an event of 300 bytes appended; so six puts, and what the store
// adds: the change record and the revision. 100,000 changes are there before.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "bench/store/audits.h"
#include "bench/store/deletions.h"
#include "bench/store/looks.h"
#include "bench/store/sizes.h"
#include "crypto/random.h"
#include "store/key.h"
#include "store/record.h"
#include "store/store.h"

namespace {

using Steady = std::chrono::steady_clock;
using store::Key;
using store::Table;

struct Ids {
  base::Uuid made;      // version 7, as the server makes them
  base::Uuid anywhere;  // as a principal made long ago
};

Ids make_ids(crypto::Random& random) {
  return {random.uuid(base::SystemClock().now()), base::Uuid(random.bytes<16>())};
}

base::Result<void> change(store::WriteTxn& txn, const Ids& ids, const base::Uuid& tenant, std::uint64_t seq) {
  static const std::string record = store::seal(1, std::string(200, 'r'));
  static const std::string event = store::seal(1, std::string(300, 'e'));
  auto r = txn.put(Table::kRole, Key().uuid(tenant).uuid(ids.made), record);
  if (r.ok())
    r = txn.put(Table::kRoleSlug, Key().uuid(tenant).text(ids.anywhere.to_string()), ids.made.raw());
  if (r.ok())
    r = txn.put(Table::kMapping, Key().uuid(tenant).u8(1).uuid(ids.anywhere).uuid(ids.made), record);
  if (r.ok())
    r = txn.put(Table::kMappingByRole, Key().uuid(tenant).uuid(ids.made).u8(1).uuid(ids.anywhere), "");
  if (r.ok()) r = txn.put_append(Table::kAudit, Key().uuid(tenant).u64(seq), event);
  if (r.ok()) r = txn.put(Table::kAuditHead, tenant.raw(), Key().u64(seq));
  return r;
}

// Writes from so many threads for so long, and prints a line.
bool measure(store::Store& store, int writers, double seconds, std::atomic<std::uint64_t>& seq) {
  std::vector<std::vector<double>> latencies(static_cast<std::size_t>(writers));
  std::vector<std::thread> threads;
  std::atomic<bool> failed = false;
  const auto begin = Steady::now();
  const auto end =
      begin + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  for (auto& mine : latencies)
    threads.emplace_back([&] {
      crypto::SystemRandom random;
      const base::Uuid tenant;
      while (Steady::now() < end && !failed) {
        const Ids ids = make_ids(random);
        const auto from = Steady::now();
        const auto written =
            store.write([&](store::WriteTxn& txn) { return change(txn, ids, tenant, ++seq); });
        mine.push_back(std::chrono::duration<double, std::milli>(Steady::now() - from).count());
        if (!written.ok() && !failed.exchange(true))
          std::fprintf(stderr, "%s\n", written.error().message.c_str());
      }
    });
  for (auto& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Steady::now() - begin).count();

  std::vector<double> all;
  for (const auto& mine : latencies) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  const auto at = [&](std::size_t percent) { return all[(all.size() - 1) * percent / 100]; };
  std::printf("%3d writers  %8.0f changes/s   p50 %7.3f ms   p99 %7.3f ms\n", writers,
              static_cast<double>(all.size()) / took, at(50), at(99));
  return !failed;
}

bool fill(store::Store& store, int changes, std::atomic<std::uint64_t>& seq) {
  crypto::SystemRandom random;
  constexpr int kTogether = 500;
  bool ok = true;
  for (int i = 0; ok && i < changes; i += kTogether)
    ok = store
             .write([&](store::WriteTxn& txn) -> base::Result<void> {
               for (int n = 0; n < kTogether; ++n)
                 if (auto r = change(txn, make_ids(random), base::Uuid(), ++seq); !r.ok()) return r;
               return {};
             })
             .ok();
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench-store DIR [SECONDS] [WRITERS...]\n");
    return 1;
  }
  std::vector<int> writers;
  for (int i = 3; i < argc; ++i) writers.push_back(std::max(1, std::atoi(argv[i])));
  if (writers.empty()) writers = {1, 8, 64, 256};
  const double seconds = argc > 2 ? std::atof(argv[2]) : 3;

  store::StoreOptions options;
  options.dir = argv[1];
  if (std::filesystem::exists(options.dir)) {
    std::fprintf(stderr, "%s: exists already; name a new folder\n", argv[1]);
    return 1;
  }
  auto opened = store::Store::open(options);
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    return 1;
  }
  std::atomic<std::uint64_t> seq = 0;
  bool ok = true;
  if (seconds > 0) {
    ok = fill(*opened.value(), 100'000, seq);
    for (const int n : writers) ok = ok && measure(*opened.value(), n, seconds, seq);
  }
  if (const auto statistics = opened.value()->statistics(); seconds > 0 && statistics.ok())
    std::printf("%llu revisions, %.0f MB\n", static_cast<unsigned long long>(statistics->revision),
                static_cast<double>(statistics->used_bytes) / 1e6);
  opened.value().reset();
  std::filesystem::remove_all(options.dir);
  ok = ok && print_sizes(options.dir) && print_looks(options.dir) && print_audits(options.dir) &&
       print_deletions(options.dir);
  return ok ? 0 : 1;
}
