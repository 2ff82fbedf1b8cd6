#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

// Who did what to what, when, allowed or refused. Each tenant has a chain of its own and the platform one
// (nil): an entry's hash is SHA-256 over its canonical JSON, which holds the hash of the one before, so that
// nothing can be changed, left out or put in later without every later hash being wrong.
struct AuditEntry {
  Uuid id;
  std::uint64_t seq = 0;  // 1, 2, 3 … in the tenant
  Uuid tenant;
  std::optional<Principal> actor;  // none: Reeve itself, at start
  std::string actor_name;          // as it was called then
  std::string action;              // "role:update"
  std::string resource_type, resource_id;
  bool allowed = true;
  std::vector<std::string> policies;  // ids of the determining guard policies
  std::string before = "null", after = "null";  // JSON texts, without secrets
  std::string request_id, ip;
  Timestamp created_at;
  crypto::Sha256 prev_hash{}, hash{};
};

// Gives the entry its seq, prev_hash and hash, and appends it to its tenant's chain.
Result<void> append_audit(store::WriteTxn&, AuditEntry&);

struct AuditFilter {
  std::optional<Uuid> actor;
  std::optional<std::string> resource_type, resource_id, action;
  std::optional<Timestamp> from, to;  // from <= created_at < to
};

// Newest first, those with a seq below `before` (0: from the newest), until fn returns false.
Result<void> each_audit(const store::ReadTxn&, const Uuid& tenant, std::uint64_t before, const AuditFilter&,
                        const std::function<bool(AuditEntry&&)>& fn);

struct AuditFault {
  Uuid tenant;
  std::uint64_t seq = 0;
  std::string what;
};

// Walks every chain from its first entry. The first fault of each chain that has one.
Result<std::vector<AuditFault>> verify_audit(const store::ReadTxn&, std::uint64_t& entries_seen);

}  // namespace domain
