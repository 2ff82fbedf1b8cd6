#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

enum class CredentialKind { kApiKey, kSecret };  // "rvk_…" and "rvs_…"
std::string_view name_of(CredentialKind);        // "api_key", "secret"

// What a caller presents. Only the SHA-256 of the secret is kept; the secret is 256 random bits.
struct Credential {
  explicit Credential(const Owner& whose) : tenant(whose) {}

  CredentialId id;  // also the client id of a Basic pair
  Owner tenant;
  CredentialKind kind = CredentialKind::kApiKey;
  Principal owner;  // of kind kPlatform: the credential itself
  std::string name;
  crypto::Sha256 hash{};
  std::vector<std::string> scopes;  // an API key's own scopes, beside its owner's roles
  std::optional<base::Timestamp> expires_at, revoked_at;
  std::optional<Principal> created_by;
  base::Timestamp created_at;
  std::uint64_t revision = 0;  // of the change that wrote it; 0 of those that an earlier version wrote

  bool operator==(const Credential&) const = default;
  bool valid_at(base::Timestamp now) const { return !revoked_at && (!expires_at || now < *expires_at); }
};

// Whatever reads credentials passes by those that are left of an owner that was deleted
// (pending_deletion.h).
base::Result<std::optional<Credential>> get_credential(const store::ReadTxn&, const CredentialId& id);
base::Result<std::optional<Credential>> find_credential(const store::ReadTxn&, const crypto::Sha256& hash);

// Also one that is left of its owner, for what removes and counts those.
base::Result<std::optional<Credential>> get_stored_credential(const store::ReadTxn&, const CredentialId& id);

// Adds or replaces, with the transaction's revision. kConflict where the hash is another's, or the owner is
// still being deleted.
base::Result<void> put_credential(store::WriteTxn&, Credential);

// Deletes its sessions, and the answers kept for its repeated requests, too.
base::Result<void> delete_credential(store::WriteTxn&, const Credential&);

// Of the tenant or the platform, in order of id, behind `after`, until fn returns false.
base::Result<void> each_credential(const store::ReadTxn&, const Owner& tenant, const CredentialId* after,
                                   base::FunctionRef<bool(Credential&&)> fn);
base::Result<void> each_credential_of(const store::ReadTxn&, const Owner& tenant, const Principal& owner,
                                      const CredentialId* after, base::FunctionRef<bool(Credential&&)> fn);

// How many each_credential_of() has. Looks at keys alone, a tenth of a microsecond each.
base::Result<std::uint64_t> count_credentials_of(const store::ReadTxn&, const Owner& tenant,
                                                 const Principal& owner);

}  // namespace domain
