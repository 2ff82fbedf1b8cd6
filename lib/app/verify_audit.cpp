// Files are read first, so that the snapshot is as short as can be: heads, so that it is known which entries
// matter, then archives, of which only the hashes of those are kept. Then one walk through all chains, and
// what it finds right is what archives and heads are held against.
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <optional>

#include "app/commands.h"
#include "app/run.h"
#include "base/file.h"
#include "domain/audit_against.h"
#include "domain/audit_join.h"
#include "domain/audit_verify.h"
#include "store/map_guard.h"
#include "store/read_only.h"

namespace app {
namespace {

constexpr int kFoundFaults = 3;
constexpr std::chrono::milliseconds kLate =
    std::chrono::hours(2);                  // twice what a server takes to publish a head
constexpr std::size_t kMostOfKey = 65'536;  // bytes

std::string name_of_chain(const domain::Owner& owner) {
  return owner.is_platform() ? "the platform" : "tenant " + to_string(owner);
}

bool say(const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) std::fprintf(stderr, "reeve: %s\n", fault.c_str());
  return faults.empty();
}

// Prints what is wrong; answers whether that is nothing. So do those below.
bool is_right(const std::vector<domain::AuditFault>& faults, std::uint64_t seen) {
  for (const auto& fault : faults)
    std::fprintf(stderr, "reeve: audit chain of %s: entry %" PRIu64 ": %s\n",
                 name_of_chain(fault.tenant).c_str(), fault.seq, fault.what.c_str());
  if (faults.empty()) std::printf("%" PRIu64 " audit entries, every chain whole\n", seen);
  return faults.empty();
}

bool is_right(const domain::JoinedArchives& joined) {
  for (const auto& gap : joined.gaps)
    std::fprintf(stderr,
                 "reeve: audit chain of %s: entries %" PRIu64 " to %" PRIu64
                 ": in none of the files that join\n",
                 name_of_chain(gap.tenant).c_str(), gap.from, gap.to);
  const bool none = say(joined.faults);
  std::printf("%" PRIu64 " entries in %" PRIu64 " archives join them\n", joined.entries, joined.files);
  return joined.gaps.empty() && none;
}

bool is_right(const domain::ComparedHeads& compared) {
  const bool none = say(compared.faults);
  say(compared.notices);
  std::printf("%" PRIu64 " published heads are right, of %" PRIu64 " chains", compared.same, compared.chains);
  if (compared.unpublished > 0) std::printf("; %" PRIu64 " chains have none", compared.unpublished);
  std::printf("\n");
  if (compared.newest) std::printf("the newest was published at %s\n", to_string(*compared.newest).c_str());
  const auto& since = compared.uncovered_since;
  if (since && since->ms + kLate.count() < base::SystemClock().now().ms)
    std::fprintf(
        stderr,
        "reeve: warning: entries made since %s are behind the newest head of their chain, and a server "
        "publishes one each hour: does it still, and are these all?\n",
        to_string(*since).c_str());
  return none;
}

base::Result<std::vector<domain::HeadFile>> read_against(const AuditOptions& options) {
  std::vector<crypto::PublicKey> keys;
  for (const std::string& path : options.public_keys) {
    const auto pem = base::read_file(path, kMostOfKey);
    if (!pem.ok()) return pem.error();
    auto key = crypto::PublicKey::parse(*pem);
    if (!key.ok()) return base::Error{key.error().code, path + ": " + key.error().message};
    keys.push_back(std::move(key).value());
  }
  std::vector<domain::HeadFile> files;
  for (const std::string& path : options.against) {
    const bool is_input = path == "-";
    auto file =
        domain::read_heads({is_input ? "/dev/stdin" : path, is_input ? "standard input" : path}, keys);
    if (!file.ok()) return file.error();
    files.push_back(std::move(file).value());
  }
  return files;
}

using Seals = std::map<domain::Owner, std::vector<domain::PlacedSeal>>;

// What seals and archives tell of entries that were cut off.
void know_cut_off(const Seals& seals, const std::vector<domain::ReadArchive>& files,
                  const std::vector<std::size_t>& used, domain::HeadComparison& heads) {
  for (const auto& [chain, its] : seals)
    for (const domain::PlacedSeal& placed : its) heads.claim(chain, placed.seal.to, placed.seal.hash);
  for (const std::size_t i : used) {
    for (const domain::PlacedSeal& placed : files[i].seals)
      heads.claim(files[i].tenant, placed.seal.to, placed.seal.hash);
    for (const auto& [seq, hash] : files[i].noted) heads.know(files[i].tenant, seq, hash);
  }
}

}  // namespace

int verify_audit(const AuditOptions& options) {
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  auto against = read_against(options);
  if (!against.ok()) return failed(against.error().message);
  bool right = true;
  for (const domain::HeadFile& file : *against) right = say(file.faults) && right;
  domain::HeadComparison heads(std::move(against).value(), !options.archives.empty());
  const auto wants = [&](const domain::Owner& chain, std::uint64_t seq) { return heads.wants(chain, seq); };
  std::vector<domain::ReadArchive> files;
  for (const std::string& path : options.archives) {
    auto file = domain::read_archive(path, wants);
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
  Seals seals;
  std::optional<domain::Owner> chain;
  const auto faults = domain::verify_audit(txn.value(), seen, [&](const domain::AuditEntry& entry) {
    if (chain != entry.tenant) heads.know(entry.tenant, entry.seq - 1, entry.prev_hash);  // the last cut off
    chain = entry.tenant;
    heads.know(entry.tenant, entry.seq, entry.hash);
    if (const auto seal = read_seal(entry); seal.ok() && *seal)
      seals[entry.tenant].push_back({**seal, entry.seq, entry.hash});
  });
  if (!faults.ok()) return failed(faults.error().message);
  right = is_right(*faults, seen) && right;
  std::vector<std::size_t> used;
  if (!files.empty()) {
    auto joined = join_archives(txn.value(), files, seals, *faults);
    if (!joined.ok()) return failed(joined.error().message);
    right = is_right(*joined) && right;
    used = std::move(joined->used);
  }
  if (!options.against.empty()) {
    know_cut_off(seals, files, used, heads);
    const auto compared = heads.compare(txn.value(), *faults);
    if (!compared.ok()) return failed(compared.error().message);
    right = is_right(*compared) && right;
  }
  return right ? 0 : kFoundFaults;
}

}  // namespace app
