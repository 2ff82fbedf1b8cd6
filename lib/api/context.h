#pragma once
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/error.h"
#include "api/limits.h"
#include "authz/authority.h"
#include "base/monotonic_clock.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/random.h"
#include "domain/audit.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "domain/quota.h"
#include "store/txn.h"

namespace authz {
class AuthorityCache;
class Guard;
class TenantPolicyCache;
}  // namespace authz

namespace decision_log {
class Log;
}

namespace api {

class EntityChanges;

// Who calls: made by authenticate() from a credential, and from nothing else.
struct Caller : authz::Subject {
  std::string name;
  domain::SessionId session{};  // nil: the credential itself was presented
  base::Timestamp session_begun{};
  domain::SessionId code{};  // that begins a session and can do nothing else; likewise
};

// Where the call comes from: for the guard's context and the audit entry.
struct Origin {
  std::string ip;
  std::string request_id;
};

inline const base::SteadyClock kSteadyClock{};

// What a reading operation works with: one snapshot, one moment, one catalogue, one guard, one caller. Made
// by Service for one request and lives for its function's run, on one thread.
struct Read {
  const store::ReadTxn& txn;
  base::Timestamp now;
  std::shared_ptr<const domain::Catalogue> catalogue;
  std::shared_ptr<const authz::Guard> guard;
  const Caller& caller;
  const Origin& origin;

  // What a page may cost, and how long it takes: parts/page_budget.h.
  PageLimits page_limits{};
  const base::MonotonicClock& ticks = kSteadyClock;

  // Of every tenant, but for those that it has of its own.
  domain::QuotaLimits quotas = domain::kNoLimits;

  // Tenants' compiled policies, for who decides on a snapshot; a change doesn't ask it, since what it sees
  // may never be.
  authz::TenantPolicyCache* policies = nullptr;

  // People who were asked about before; likewise.
  authz::AuthorityCache* people = nullptr;

  // When entities of tenants were last written.
  const EntityChanges* entity_changes = nullptr;

  // Of one that shows another time (history.h): what is now. Rights are looked at there.
  const Read* today = nullptr;

  // Where decisions go that a tenant wants logged, and where they are read from; null: there is none.
  decision_log::Log* decision_log = nullptr;
};

// The caller's view of something else than what is: another time, or what was written over it. `today` is
// what is. Caches of what is, and the log of decisions, aren't in it, since what is seen here may never be,
// or is no more; compiled policies are known by their own revision.
Read seen_otherwise(const Read& today, const store::ReadTxn&, base::Timestamp now,
                    std::shared_ptr<const domain::Catalogue>);

// What a change adds to what a tenant has.
struct Addition {
  domain::Quota quota;
  std::uint64_t number = 1;
};

// What a changing operation works with, inside the writer's transaction. Every operation asks the guard,
// looks at what else could be against the change, and calls begin() before its first put; a refusal is noted
// in `refused`, and becomes an audit entry of its own.
//
// So a change can be rehearsed on a snapshot, which costs the writer nothing: the operation runs as it will,
// fails as it would, and ends at begin().
struct Change : Read {
  // Converts to the transaction. REQUIRES: begin() has succeeded
  class Transaction {
   public:
    explicit Transaction(store::WriteTxn* txn) : txn_(txn) {}
    operator store::WriteTxn&() const {
      assert(txn_);
      return *txn_;
    }
    bool is_there() const { return txn_ != nullptr; }

   private:
    store::WriteTxn* txn_;
  };

  const Transaction write;
  crypto::Random& random;
  std::optional<domain::AuditEntry> refused;
  bool noted = false;  // an audit entry of a change has been written
  bool begun = false;
  bool uses_reserve = false;  // what Reeve itself must write at start, and removals

  Change(const Read& read, store::WriteTxn& w, crypto::Random& r) : Read(read), write(&w), random(r) {}
  Change(const Read& read, crypto::Random& r) : Read(read), write(nullptr), random(r) {}  // a rehearsal

  bool is_rehearsal() const { return !write.is_there(); }

  // From here on the change writes. Fails with kQuotaExceeded where the tenant would then have more than its
  // quotas allow, or has as much audit log as it may have; the platform has no quotas. Fails in a rehearsal,
  // which has then found nothing against it, and with kStorageFull where no more than the store's reserve is
  // free.
  Outcome<void> begin(const domain::Owner& tenant, std::initializer_list<Addition> additions = {});

  // The same for a change that takes something away: that is always possible, so it has no quota, and may
  // use the reserve.
  Outcome<void> begin_removal();

  base::Uuid make_id();  // version 7, of `now`

 private:
  Outcome<void> check_quotas(const domain::TenantId& tenant, std::initializer_list<Addition>) const;
  Outcome<void> begin_writing();
};

// If-Match (RFC 9110, 13.1.1): the revisions of the object that the caller accepts. Not given: any.
struct IfMatch {
  bool given = false;
  bool any = false;  // "*"
  std::vector<std::uint64_t> revisions;

  bool accepts(std::uint64_t revision) const;
};

// A page of a list; `limit` 0 means everything, or kInvalidInput where that is too much (PageLimits).
struct PageRequest {
  std::size_t limit = 50;
  std::string after;  // what `next` was; opaque outside the operation; empty: from the beginning

  // With limit 0: what of everything.
  enum class Extent {
    kPage,   // all
    kPiece,  // as many rows as are made and sent at one time
    kCount,  // none: only kInvalidInput if they are too many
  };
  Extent extent = Extent::kPage;
};

// May have fewer rows than were asked for, even none, and go on: a page ends where it has cost enough.
// Whoever goes on until `next` is empty gets each row once that is there all the while.
template <typename T>
struct Page {
  std::vector<T> data;
  std::string next;  // empty: no more
};

}  // namespace api
