#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/error.h"
#include "authz/authority.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/random.h"
#include "domain/audit.h"
#include "domain/catalogue.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {
class Guard;
}

namespace api {

// Who calls: made by authenticate() from a credential, and from nothing else.
struct Caller : authz::Subject {
  std::string name;
};

// Where the call comes from: for the guard's context and the audit entry.
struct Origin {
  std::string ip;
  std::string request_id;
};

// What a reading operation works with: one snapshot, one moment, one catalogue, one guard, one caller. Made
// by Service for one request and lives for its function's run, on one thread.
struct Read {
  const store::ReadTxn& txn;
  base::Timestamp now;
  std::shared_ptr<const domain::Catalogue> catalogue;
  std::shared_ptr<const authz::Guard> guard;
  const Caller& caller;
  const Origin& origin;
};

// What a changing operation works with, inside the writer's transaction. Every operation asks the guard
// before its first put; a refusal is noted in `refused`, and becomes an audit entry of its own.
struct Change : Read {
  store::WriteTxn& write;
  crypto::Random& random;
  std::optional<domain::AuditEntry> refused;
  bool noted = false;  // an audit entry of a change has been written

  Change(const Read& read, store::WriteTxn& w, crypto::Random& r) : Read(read), write(w), random(r) {}

  base::Uuid make_id();  // version 7, of `now`
};

// If-Match (RFC 9110, 13.1.1): the revisions of the object that the caller accepts. Not given: any.
struct IfMatch {
  bool given = false;
  bool any = false;  // "*"
  std::vector<std::uint64_t> revisions;

  bool accepts(std::uint64_t revision) const;
};

// A page of a list; `limit` 0 means everything.
struct PageRequest {
  std::size_t limit = 50;
  std::string after;  // what `next` was; opaque outside the operation; empty: from the beginning
};

template <typename T>
struct Page {
  std::vector<T> data;
  std::string next;  // empty: no more
};

}  // namespace api
