#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "domain/audit.h"
#include "store/txn.h"

// How an audit entry and the head of its chain lie in the store; for audit.cpp and audit_verify.cpp.
namespace domain {

// An entry as it was read, and the very bytes that its hash covers.
struct StoredAudit {
  AuditEntry entry{TenantId()};  // nobody's until it is read
  std::string text;
};

// The record under the key: the hash, then the text packed against the key (store/pack.h), sealed.
std::string seal_audit(std::string_view key, std::string_view text, const crypto::Sha256& hash);

// What lies under a key of kAudit. kCorrupt where it can't be read, or is not the entry that the key says.
base::Result<StoredAudit> unseal_audit(std::string_view key, std::string_view sealed);

// The entry that a canonical text is of, with the hash of that text. kInvalid, saying what is wrong, where it
// is none.
base::Result<AuditEntry> parse_audit_text(std::string_view text);

// Where a chain begins that was cut (audit_cut.h).
struct AuditCut {
  std::uint64_t through = 0;  // the last entry that was removed; 0: none yet
  crypto::Sha256 hash{};      // its hash
  std::uint64_t sealed = 0;   // the last entry that may be removed: of the newest seal
  std::uint64_t seal = 0;     // the seq of that seal

  bool operator==(const AuditCut&) const = default;
};

// The newest entry of a chain, and where its first one is.
struct AuditHead {
  std::uint64_t seq = 0;
  crypto::Sha256 hash{};
  std::uint64_t bytes = 0;  // of keys and values of the entries that are there
  std::optional<AuditCut> cut;

  std::uint64_t first() const { return cut ? cut->through + 1 : 1; }
};

std::optional<AuditHead> parse_audit_head(std::string_view value);
base::Result<std::optional<AuditHead>> get_audit_head(const store::ReadTxn&, const Owner& tenant);
base::Result<void> put_audit_head(store::WriteTxn&, const Owner& tenant, const AuditHead&);

}  // namespace domain
