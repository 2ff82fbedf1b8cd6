#pragma once
#include <cstdint>
#include <optional>
#include <string>
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

// Of an entry that stands for several refusals, which have none of their own.
struct Repeats {
  std::uint64_t count = 0;
  base::Timestamp first_at, last_at;
  std::vector<std::string> resource_ids;  // of the first ones, each once

  bool operator==(const Repeats&) const = default;
};

// Who did what to what, when, allowed or refused. Each tenant has a chain of its own, and so has the
// platform: an entry's hash covers its contents and the hash of the one before, so that nothing can be
// changed, left out or put in later without every later hash being wrong. The chain outlives its tenant.
//
// The hash is SHA-256 over the bytes of canonical_text(): one JSON object, UTF-8, without blanks, with
// exactly these members, in this order, which is that of their names:
//
//   action         text                             metadata       object: "after" and "before",
//   actor_id       uuid or null                                    where they are not null,
//   actor_name     text                                            members sorted at every depth
//   actor_type     text or null                     outcome        "allowed" or "refused"
//   count        * integer                          policies       array of texts
//   created_at     "2026-04-15T12:00:00.000Z"       prev_hash      64 lower-case hexadecimal digits; of the
//   first_at     * as created_at                                   first entry, zeros
//   id             uuid                             request_id     text
//   ip             text                             resource_id    text
//   last_at      * as created_at                    resource_ids * array of texts
//                                                   resource_type  text
//                                                   seq            integer
//                                                   tenant_id      uuid, nil for the platform
//
// where those with * are in an entry of repeated refusals, and in no other.
//
// In texts, `"` and `\` have a backslash before them; U+000A, U+000D and U+0009 are \n, \r and \t; the rest
// below U+0020, and U+007F, are \u00xx in lower case; all else stands as it is. Who has the members of an
// entry can therefore recompute its hash with any JSON library that can sort members.
struct AuditEntry {
  explicit AuditEntry(const Owner& whose) : tenant(whose) {}

  AuditEntryId id;
  std::uint64_t seq = 0;  // 1, 2, 3 … in the tenant
  Owner tenant;
  std::optional<Principal> actor;  // none: Reeve itself, at start
  std::string actor_name;          // as it was called then
  std::string action;              // "role:update"
  std::string resource_type, resource_id;
  bool allowed = true;
  std::vector<std::string> policies;            // ids of the determining guard policies
  std::string before = "null", after = "null";  // JSON texts, without secrets; canonical once appended
  std::string request_id, ip;
  base::Timestamp created_at;
  std::optional<Repeats> repeats;
  crypto::Sha256 prev_hash{}, hash{};

  bool operator==(const AuditEntry&) const = default;
};

// What the hash covers. REQUIRES: before and after are canonical, as in every entry that was appended or
// read; repeats, where they are there, count at least one.
std::string canonical_text(const AuditEntry&);

// Gives the entry its seq, prev_hash and hash, and appends it to its tenant's chain. kInvalid where before or
// after is no JSON.
base::Result<void> append_audit(store::WriteTxn&, AuditEntry&);

// How much of a tenant's chain is in the store; kept with its head.
struct AuditSize {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // of keys and values
  std::uint64_t first = 1;  // the seq of the oldest entry; those before it were cut off (audit_cut.h)
};
base::Result<AuditSize> audit_size(const store::ReadTxn&, const Owner& tenant);

struct AuditFilter {
  std::optional<base::Uuid> actor;
  std::optional<std::string> resource_type, resource_id, action;
  std::optional<base::Timestamp> from, to;  // from <= created_at < to
};

// Looks at the entries with a seq below `before` (0: from the newest), newest first, until fn returns false.
// fn is given each seq that was looked at, with the entry if it passes the filter, else null; what lies
// between two seqs doesn't pass. An actor, a resource's id and a time are looked for in indexes; a type and
// an action, among all entries that are left.
base::Result<void> each_audit(const store::ReadTxn&, const Owner& tenant, std::uint64_t before,
                              const AuditFilter&, base::FunctionRef<bool(std::uint64_t seq, AuditEntry*)> fn);

// An entry, or the lack of one, that append_audit() can't have left.
struct AuditFault {
  Owner tenant;
  std::uint64_t seq = 0;  // of the first entry that is wrong or missing
  std::string what;       // "the hash is not that of its contents"
};

// Walks every chain from its first entry to its head. The first fault of each chain that has one, in order of
// tenant, those of chains without any entry last.
base::Result<std::vector<AuditFault>> verify_audit(const store::ReadTxn&, std::uint64_t& entries_seen);

}  // namespace domain
