#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "authz/authority.h"
#include "authz/last_changed.h"
#include "authz/validity.h"
#include "base/lru_cache.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace authz {

// A person of the directory, and what they hold for the whole of their tenant. Immutable; shared by threads.
struct KnownPerson : Validity {
  bool active = true;  // false: they are suspended
  Authority held;
};

// People who were asked about before, so that what they hold is put together once for many questions. They
// are given for as long as they hold (validity.h), so the answers are those of the store, to the millisecond.
// Of more than `most_bytes` those that were asked about longest ago are forgotten. Safe for use by several
// threads.
class AuthorityCache {
 public:
  // Some hundred bytes a person: for the tens of thousands whom applications ask about again and again.
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

  // REQUIRES: `changes` follows the store that the snapshots are of
  explicit AuthorityCache(std::shared_ptr<const LastChanged> changes, std::size_t most_bytes = kMostBytes);

  // Null where nobody has this id in the tenant. On what shows something else than the store nothing is
  // remembered. REQUIRES: not the transaction of a change, since what that has written isn't there for others
  // to be given
  base::Result<std::shared_ptr<const KnownPerson>> get(const store::ReadTxn&, const domain::Catalogue&,
                                                       const domain::TenantId&, const domain::UserId&,
                                                       base::Timestamp now);

  std::size_t bytes() const;  // held, by estimate

 private:
  using PersonPtr = std::shared_ptr<const KnownPerson>;
  using Key = std::pair<domain::TenantId, domain::UserId>;
  struct KeyHash {
    std::size_t operator()(const Key&) const;
  };
  // Each has a lock of its own, so that reactors seldom meet.
  struct Shard {
    explicit Shard(std::size_t most_bytes) : people(most_bytes) {}

    mutable std::mutex mutex;
    base::LruCache<Key, PersonPtr, KeyHash> people;  // protected by mutex; weighed in bytes
  };

  const std::shared_ptr<const LastChanged> changes_;
  std::array<Shard, 8> shards_;
};

}  // namespace authz
