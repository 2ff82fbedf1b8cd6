#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "api/authenticate.h"
#include "api/context.h"
#include "base/keyed_hash.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "store/schema.h"
#include "store/txn.h"

namespace api {

// The callers of one revision of the store, so that a credential presented again and again is looked up and
// its rights are put together once. With the next revision, or another catalogue, all are forgotten; each is
// good until its credential expires or a mapping begins or ends. So the answers are those of authenticate(),
// to the millisecond. Safe for use by several threads.
class Sessions {
 public:
  static constexpr std::size_t kMaxSessions = 10'000;

  // As api::authenticate, with the caller's cached principal. Failures aren't kept.
  Outcome<std::shared_ptr<const Caller>> authenticate(const store::ReadTxn&,
                                                      const std::shared_ptr<const domain::Catalogue>&,
                                                      const Presented&, base::Timestamp now);

 private:
  // Whether the sessions are those of this revision, having forgotten older ones. A snapshot older than the
  // sessions has none. REQUIRES: mutex_ is held
  bool at(store::Revision, const std::shared_ptr<const domain::Catalogue>&);

  std::mutex mutex_;
  // Protected by mutex_:
  store::Revision revision_ = 0;
  std::shared_ptr<const domain::Catalogue> catalogue_;
  // By id and SHA-256 of the secret.
  std::unordered_map<std::string, std::shared_ptr<const Caller>, base::KeyedHash> callers_;
};

}  // namespace api
