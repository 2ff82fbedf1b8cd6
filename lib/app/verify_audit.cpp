#include <cinttypes>
#include <cstdio>
#include <map>

#include "app/commands.h"
#include "app/run.h"
#include "domain/audit_join.h"
#include "domain/audit_verify.h"
#include "store/map_guard.h"
#include "store/read_only.h"

namespace app {
namespace {

constexpr int kFoundFaults = 3;

std::string name_of_chain(const domain::Owner& owner) {
  return owner.is_platform() ? "the platform" : "tenant " + to_string(owner);
}

// Prints what is wrong; answers whether that is nothing.
bool is_right(const domain::JoinedArchives& joined) {
  for (const auto& gap : joined.gaps)
    std::fprintf(stderr,
                 "reeve: audit chain of %s: entries %" PRIu64 " to %" PRIu64
                 ": in none of the files that join\n",
                 name_of_chain(gap.tenant).c_str(), gap.from, gap.to);
  for (const std::string& fault : joined.faults) std::fprintf(stderr, "reeve: %s\n", fault.c_str());
  return joined.gaps.empty() && joined.faults.empty();
}

}  // namespace

int verify_audit(const AuditOptions& options) {
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  std::vector<domain::ReadArchive> files;  // before the snapshot, which then is as short as can be
  for (const std::string& path : options.archives) {
    auto file = domain::read_archive(path);
    if (!file.ok()) return failed(file.error().message);
    files.push_back(std::move(file).value());
  }
  store::guard_maps({.advice = "`reeve store check` says what is damaged"});
  const auto& store = settings->config.store;
  const auto opened = store::ReadOnlyStore::open(store.dir, store.map_size);
  if (!opened.ok()) return failed(opened.error().message);
  const auto txn = opened.value()->read();
  if (!txn.ok()) return failed(txn.error().message);
  std::uint64_t seen = 0;
  std::map<domain::Owner, std::vector<domain::PlacedSeal>> seals;
  const auto faults = domain::verify_audit(txn.value(), seen, [&](const domain::AuditEntry& entry) {
    if (const auto seal = read_seal(entry); seal.ok() && *seal)
      seals[entry.tenant].push_back({**seal, entry.seq, entry.hash});
  });
  if (!faults.ok()) return failed(faults.error().message);
  for (const auto& fault : faults.value())
    std::fprintf(stderr, "reeve: audit chain of %s: entry %" PRIu64 ": %s\n",
                 name_of_chain(fault.tenant).c_str(), fault.seq, fault.what.c_str());
  bool right = faults->empty();
  if (right) std::printf("%" PRIu64 " audit entries, every chain whole\n", seen);
  if (!files.empty()) {
    const auto joined = join_archives(txn.value(), files, seals, *faults);
    if (!joined.ok()) return failed(joined.error().message);
    right = is_right(*joined) && right;
    std::printf("%" PRIu64 " entries in %" PRIu64 " archives join them\n", joined->entries, joined->files);
  }
  return right ? 0 : kFoundFaults;
}

}  // namespace app
