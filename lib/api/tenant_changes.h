#pragma once
#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "domain/ids.h"
#include "domain/owner.h"
#include "store/schema.h"
#include "store/txn.h"

namespace api {

// The revisions at which tenants were last changed, for who has looked at one and wants to know whether what
// was seen still holds. What counts is what the tenant has and decides by: not its audit log, credentials and
// kept answers; of the platform its roles and permissions, which are every tenant's. note() is the writer
// thread's; the rest may be called by any thread, and is complete for every snapshot that it has begun
// before, and for a transaction that writes.
class TenantChanges {
 public:
  static constexpr std::size_t kMostTenants = 1'000'000;

  // `now`: the newest revision that nothing is known of any more.
  explicit TenantChanges(store::Revision now) : since_(now) {}

  static const std::vector<store::Table>& tables();

  // To be called for each change that wrote to one of tables(), before it is committed: as Store::follow()
  // does. A change that is undone after that has been noted all the same.
  void note(const store::WriteTxn&);

  // Whether neither the tenant nor what it has of the platform has changed since. Says no, too, of a revision
  // from before the process began.
  bool is_unchanged_since(store::Revision, const domain::Owner& tenant) const;

 private:
  mutable std::mutex mutex_;
  store::Revision since_;                                          // protected by mutex_
  std::unordered_map<domain::TenantId, store::Revision> changed_;  // protected by mutex_
};

}  // namespace api
