#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "crypto/random.h"
#include "domain/ids.h"
#include "store/store.h"

namespace backup {

struct Revoked {
  std::uint64_t revoked = 0;  // credentials that were valid until then
  domain::CredentialId credential;
  std::string secret;
};

// Revokes every credential, the tenants' and the platform's, and makes one of the platform. Each has an entry
// in its tenant's audit chain. In steps of 1,000, since a change is kept in memory until it is on disk. No
// policy is asked: whoever restores a store has its files.
base::Result<Revoked> revoke_all_credentials(store::Store&, crypto::Random&);

}  // namespace backup
