// The files of a chain are joined from the newest to the oldest, and each is known by a hash that the chain
// itself vouches for:
//
//   archive 1-40      archive 41-70      store 71-100, with the seals of both at 85 and 95
//
// The seal at 95 has the hash of the file of 41-70, so that file is the one; with it the seals among its
// entries are known, too, and where the entry 41 hangs: at the hash of 40. So the file of 1-40 is known
// twice: by the seal at 85, or, if that was in a file which is missing, by the hash of its last entry. A seal
// has the hash of the seal before, so it is known wherever it is found.
//
// Where no file is known, its entries are a gap, and the next seal that is known goes on. What is left over
// of the files is named, with the likeliest reason.
#include "domain/audit_join.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>

#include "domain/audit_record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Table;

// One chain that was cut.
class Join {
 public:
  Join(const Owner& tenant, const std::vector<ReadArchive>& files) : tenant_(tenant), files_(files) {
    for (const ReadArchive& file : files)
      if (file.tenant == tenant)
        for (const PlacedSeal& seal : file.seals) found_.emplace(seal.hash, seal);
  }

  // That the seal is of this chain. So is the one before it, wherever that is found.
  void know(PlacedSeal seal) {
    for (;;) {
      if (!known_.emplace(seal.seal.to, seal).second) return;
      const auto before = found_.find(seal.seal.previous_seal);
      if (before == found_.end()) return;
      seal = before->second;
    }
  }

  // From the last entry that was cut off to the first.
  void run(std::uint64_t to, JoinedArchives& joined) {
    std::optional<crypto::Sha256> hash;  // of that entry, where a file says so
    while (to > 0) {
      const auto seal = known_.find(to);
      const ReadArchive* file = seal != known_.end() ? by_seal(seal->second.seal)
                                : hash               ? by_end(to, *hash)
                                                     : nullptr;
      if (file && (!hash || file->hash == *hash)) {
        for (const PlacedSeal& inside : file->seals) know(inside);
        files_used_.insert(file->file_hash);
        ++joined.files;
        joined.entries += file->to - file->from + 1;
        hash = file->prev_hash;
        to = file->from - 1;
        continue;
      }
      std::uint64_t from = 1;
      if (seal != known_.end())
        from = seal->second.seal.from;
      else if (const auto behind = known_.lower_bound(to); behind != known_.begin())
        from = std::prev(behind)->first + 1;
      if (!joined.gaps.empty() && joined.gaps.back().tenant == tenant_ && joined.gaps.back().from == to + 1)
        joined.gaps.back().from = from;
      else
        joined.gaps.push_back({tenant_, from, to});
      hash.reset();
      to = from - 1;
    }
  }

  bool has_used(const ReadArchive& file) const { return files_used_.count(file.file_hash) > 0; }

  // Why a file that calls itself one of this chain, or is called so, doesn't join; nothing where no seal is
  // of it.
  std::string reason(const ReadArchive& file) const {
    const std::string name = std::filesystem::path(file.path).filename().string();
    for (const auto& [to, seal] : known_)
      if (seal.seal.archive == name ||
          (file.fault.empty() && file.tenant == tenant_ && file.from == seal.seal.from && file.to == to))
        return "its SHA-256 is not that in the seal, entry " + std::to_string(seal.seq) + " of tenant " +
               to_string(tenant_);
    return {};
  }

 private:
  const ReadArchive* by_seal(const AuditSeal& seal) const {
    for (const ReadArchive& file : files_)
      if (file.file_hash == seal.archive_sha256 && is_whole(file) && file.from == seal.from &&
          file.to == seal.to && file.hash == seal.hash)
        return &file;
    return nullptr;
  }
  const ReadArchive* by_end(std::uint64_t to, const crypto::Sha256& hash) const {
    for (const ReadArchive& file : files_)
      if (is_whole(file) && file.to == to && file.hash == hash) return &file;
    return nullptr;
  }
  // An entry 0 there is none, and one before the first neither.
  bool is_whole(const ReadArchive& file) const {
    return file.fault.empty() && file.tenant == tenant_ && file.from > 0 &&
           (file.from > 1 || file.prev_hash == crypto::Sha256{});
  }

  Owner tenant_;
  const std::vector<ReadArchive>& files_;
  std::map<crypto::Sha256, PlacedSeal> found_;  // in the files, by the hash of their entry
  std::map<std::uint64_t, PlacedSeal> known_;   // by the last entry that they are of
  std::set<crypto::Sha256> files_used_;
};

// Why a file is in none of the joins.
std::string why_left(const ReadArchive& file, const std::map<Owner, Join>& joins, bool is_broken,
                     bool has_chain) {
  for (const auto& [tenant, join] : joins)
    if (auto reason = join.reason(file); !reason.empty())
      return file.fault.empty() ? reason : file.fault + "; " + reason;
  if (!file.fault.empty()) return file.fault;
  if (is_broken) return "isn't held against its chain, which is broken";
  if (!has_chain) return "is of tenant " + to_string(file.tenant) + ", of which the store has no chain";
  return "no seal that is known names it";
}

}  // namespace

base::Result<JoinedArchives> join_archives(const store::ReadTxn& txn, const std::vector<ReadArchive>& files,
                                           const std::map<Owner, std::vector<PlacedSeal>>& seals,
                                           const std::vector<AuditFault>& broken) {
  const auto is_broken = [&](const Owner& tenant) {
    return std::any_of(broken.begin(), broken.end(),
                       [&](const auto& fault) { return fault.tenant == tenant; });
  };
  JoinedArchives joined;
  std::map<Owner, Join> joins;
  const auto scanned = txn.scan(Table::kAuditHead, {}, [&](std::string_view key, std::string_view value) {
    const auto head = parse_audit_head(value);
    if (key.size() != 16 || !head || !head->cut) return true;
    const Owner tenant = owner_of(base::Uuid::from_raw(key));
    if (is_broken(tenant)) return true;
    Join& join = joins.try_emplace(tenant, tenant, files).first->second;
    if (const auto of = seals.find(tenant); of != seals.end())
      for (const PlacedSeal& seal : of->second) join.know(seal);
    join.run(head->cut->sealed, joined);
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const ReadArchive& file = files[i];
    const auto join = joins.find(file.tenant);
    if (join != joins.end() && join->second.has_used(file)) {
      joined.used.push_back(i);
      continue;
    }
    const auto head = get_audit_head(txn, file.tenant);
    if (!head.ok()) return head.error();
    joined.faults.push_back(file.path + ": " +
                            why_left(file, joins, is_broken(file.tenant), head->has_value()));
  }
  return joined;
}

}  // namespace domain
