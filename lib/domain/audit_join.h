#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "crypto/hash.h"
#include "domain/audit.h"
#include "domain/audit_cut.h"
#include "store/txn.h"

// Archives of audit entries (audit_archive.h) are held against the store that the entries were cut from.
namespace domain {

// A seal, and the entry that has it.
struct PlacedSeal {
  AuditSeal seal;
  std::uint64_t seq = 0;
  crypto::Sha256 hash{};  // of the entry
};

// What a file holds that is said to be an archive.
struct ReadArchive {
  std::string path;
  std::string fault;                                // "line 3: …"; empty: its entries follow each other
  crypto::Sha256 file_hash{};                       // of all its bytes
  Owner tenant = TenantId();                        // this and what follows is of the lines before the fault
  std::uint64_t from = 0, to = 0;                   // 0: not even one line
  crypto::Sha256 prev_hash{};                       // of the first entry
  crypto::Sha256 hash{};                            // of the last one
  std::vector<PlacedSeal> seals{};                  // among the entries
  std::map<std::uint64_t, crypto::Sha256> noted{};  // hashes of the entries that were wanted
};

// Reads the file, of which at most one entry is in memory at a time, whatever it holds, and notes the hashes
// of those that `wants` asks for. Fails only where the file can't be read.
base::Result<ReadArchive> read_archive(const std::string& path,
                                       base::FunctionRef<bool(const Owner&, std::uint64_t seq)> wants);
inline base::Result<ReadArchive> read_archive(const std::string& path) {
  return read_archive(path, [](const Owner&, std::uint64_t) { return false; });
}

// Entries that were cut off and are in no file that joins the chain.
struct AuditGap {
  Owner tenant;
  std::uint64_t from = 0, to = 0;
};

struct JoinedArchives {
  std::vector<AuditGap> gaps;            // in order of tenant, the newest of each first
  std::vector<std::string> faults;       // of files that don't join, beginning with the path
  std::vector<std::size_t> used;         // indexes of those that do, in the order given
  std::uint64_t files = 0, entries = 0;  // that join
};

// Joins the files, in any order and some perhaps twice, to all chains of the store that were cut. `seals` are
// the seals in the store by chain, and `broken` the chains with a fault, both as verify_audit() found them:
// no file is held against a broken one.
base::Result<JoinedArchives> join_archives(const store::ReadTxn&, const std::vector<ReadArchive>& files,
                                           const std::map<Owner, std::vector<PlacedSeal>>& seals,
                                           const std::vector<AuditFault>& broken);

}  // namespace domain
