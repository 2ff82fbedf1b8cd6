#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "api/authenticate.h"
#include "api/context.h"
#include "authz/last_changed.h"
#include "base/keyed_hash.h"
#include "base/lru_cache.h"
#include "base/time.h"
#include "domain/permission.h"
#include "store/txn.h"

namespace api {

// Callers that were authenticated before, so that a credential presented again and again is looked up, and
// its rights are put together, once. A caller is used for as long as its cached principal holds
// (authz/cached_principal.h); so the answers are those of authenticate(), to the millisecond. Of more than
// `most` the one that was asked for longest ago is forgotten. Safe for use by several threads.
class CallerCache {
 public:
  static constexpr std::size_t kMaxCallers = 10'000;

  // REQUIRES: `changes` follows the store that the snapshots are of
  explicit CallerCache(std::shared_ptr<const authz::LastChanged> changes, std::size_t most = kMaxCallers)
      : changes_(std::move(changes)), callers_(most) {}

  // As api::authenticate, with the caller's cached principal. Failures aren't kept.
  Outcome<std::shared_ptr<const Caller>> authenticate(const store::ReadTxn&,
                                                      const std::shared_ptr<const domain::Catalogue>&,
                                                      const Presented&, base::Timestamp now);

 private:
  using CallerPtr = std::shared_ptr<const Caller>;

  CallerPtr find(const std::string& key);
  void keep(std::string key, CallerPtr);

  const std::shared_ptr<const authz::LastChanged> changes_;

  std::mutex mutex_;
  // Protected by mutex_. The key: SHA-256 of the secret, and the client id.
  base::LruCache<std::string, CallerPtr, base::KeyedHash, std::string_view> callers_;
};

}  // namespace api
