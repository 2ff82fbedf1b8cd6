#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "store/schema.h"
#include "store/txn.h"

namespace authz {

// The revisions at which what callers hold was last changed, by tenant: see last_changed.cpp. note() is the
// writer thread's; of() may be called by any thread, and waits for none.
class LastChanged {
 public:
  LastChanged();

  // What a caller and its cached principal are made of. The key of each begins with the tenant whose it is
  // (nil: the platform's, and so everybody's) or, of a credential, with its id. The catalogue isn't among
  // them: it is replaced whole (Service::follow_permissions), and compared by itself.
  static const std::vector<store::Table>& tables();

  // To be called for each change that wrote to one of tables(), before it is committed: as Store::follow()
  // does. A change that is undone after that has been noted all the same.
  void note(const store::WriteTxn& change);

  // The revision of the last change that concerned the tenant or credential, or a later one; 0: none since
  // this was made. Complete for every snapshot that the thread has begun before.
  store::Revision of(const base::Uuid& whose) const;

  // Where the revision of an id is kept. Ids that share a place are told the later of their revisions.
  static std::size_t place_of(const base::Uuid& whose);

 private:
  static constexpr std::size_t kPlaces = std::size_t{1} << 14U;

  const std::unique_ptr<std::atomic<store::Revision>[]> places_;
};

}  // namespace authz
