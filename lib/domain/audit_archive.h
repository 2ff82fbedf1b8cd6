#pragma once
#include <cstddef>
#include <memory>
#include <string>

#include "base/descriptor.h"
#include "base/file.h"
#include "base/gzip.h"
#include "base/result.h"
#include "crypto/hash.h"
#include "domain/audit_cut.h"
#include "store/txn.h"

namespace domain {

// Writes entries to a file of their own, DIR/TENANT-FROM-TO-HASH.jsonl.gz with mode 0600: gzip, and in it a
// line for each, which is its canonical text. So the SHA-256 of a line is the prev_hash of the next, and of
// the last it is the hash in the seal; HASH is the first eight digits of it. An archive is never replaced but
// by itself. One thread at a time.
class AuditArchive {
 public:
  // Makes the folder, mode 0700, if need be. kConflict where another process is making an archive in it.
  // Whatever fails here and below names the file, and leaves none.
  static base::Result<AuditArchive> begin(const std::string& dir, const AuditRange&);

  // Adds the next entries from a snapshot, which may be another each time, `most` at most; answers whether
  // all are in. kCorrupt where the chain isn't whole: then it is not to be cut.
  base::Result<bool> add(const store::ReadTxn&, std::size_t most);

  // The file is on disk under its name when this returns. REQUIRES: all are in
  base::Result<ArchivedRange> finish();

 private:
  AuditArchive(std::string dir, base::Descriptor lock, const AuditRange& range, base::NewFile file);
  base::Result<void> put_out();

  std::string dir_;
  base::Descriptor lock_;  // the folder, for as long as the file is being made
  AuditRange range_;
  std::uint64_t next_;
  crypto::Sha256 last_hash_;
  base::NewFile file_;
  base::Gzip gzip_;
  std::string out_;
  crypto::Sha256Stream file_hash_;
};

}  // namespace domain
