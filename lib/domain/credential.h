#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

enum class CredentialKind { kApiKey, kSecret };  // "rvk_…" and "rvs_…"
std::string_view name_of(CredentialKind);        // "api_key", "secret"

// What a caller presents. Only the SHA-256 of the secret is kept; the secret is 256 random bits.
struct Credential {
  Uuid id;      // also the client id of a Basic pair
  Uuid tenant;  // nil: of the platform
  CredentialKind kind = CredentialKind::kApiKey;
  Principal owner;  // of kind kPlatform: the credential itself
  std::string name;
  crypto::Sha256 hash{};
  std::vector<std::string> scopes;  // an API key's own scopes, beside its owner's roles
  std::optional<Timestamp> expires_at, revoked_at;
  std::optional<Principal> created_by;
  Timestamp created_at;

  bool operator==(const Credential&) const = default;
  bool valid_at(Timestamp now) const { return !revoked_at && (!expires_at || now < *expires_at); }
};

Result<std::optional<Credential>> get_credential(const store::ReadTxn&, const Uuid& id);
Result<std::optional<Credential>> find_credential(const store::ReadTxn&, const crypto::Sha256& hash);

// Adds or replaces. kConflict where the hash is another's.
Result<void> put_credential(store::WriteTxn&, const Credential&);

// Deletes the answers kept for its repeated requests too.
Result<void> delete_credential(store::WriteTxn&, const Credential&);
Result<void> delete_credentials_of(store::WriteTxn&, const Uuid& tenant, const Principal& owner);

// Of the tenant (nil: the platform), in order of id, behind `after`, until fn returns false.
Result<void> each_credential(const store::ReadTxn&, const Uuid& tenant, const Uuid* after,
                             FunctionRef<bool(Credential&&)> fn);
Result<void> each_credential_of(const store::ReadTxn&, const Uuid& tenant, const Principal& owner,
                                FunctionRef<bool(Credential&&)> fn);

}  // namespace domain
