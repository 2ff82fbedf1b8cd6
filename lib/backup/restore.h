#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "backup/manifest.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/random.h"

namespace backup {

struct RestoreOptions {
  std::string store;          // folder of the store; made where it is missing
  std::size_t map_bytes = 0;  // as the server will open it
  base::Timestamp now;
  bool revoke_credentials = false;
  crypto::Random* random = nullptr;  // REQUIRES: not null where credentials are revoked
};

// What the platform has in place of all that were revoked.
struct NewCredential {
  std::string client_id, secret;
};

struct Restored {
  Manifest manifest;
  Contents contents;  // of the store as it is now
  std::string aside;  // the folder that the old data.mdb is in now; empty where there was none
  std::uint64_t revoked = 0;
  std::optional<NewCredential> credential;
};

// Puts a backup in the place of the store: the folder or the single file at `path`, "-" for standard input.
// The store is held meanwhile, so that no server can begin: kConflict where one has it. The backup is copied
// beside the store, and what was copied is held against its manifest, opened (and so brought up to this
// version), and checked; only then is it given data.mdb's name, and the old one stays under
// before-restore-TIME/ in the store's folder. Whenever this is interrupted, data.mdb is the old one or the
// new one, each whole, and the old one is never lost. kCorrupt where the backup isn't right; then the store
// is as it was.
base::Result<Restored> restore(const std::string& path, const RestoreOptions&);

}  // namespace backup
