#pragma once
#include <array>
#include <atomic>
#include <cstddef>

#include "domain/ids.h"
#include "store/schema.h"
#include "store/txn.h"

namespace api {

// The revisions at which the entities of tenants were last written, since the process began, for who has
// looked at all of them on a snapshot and wants to know whether that still holds. Tenants share places, of
// which each has the later of their revisions. note() is the writer thread's; of() may be called by any
// thread, and is complete for every snapshot that it has begun before, and for a transaction that writes.
class EntityChanges {
 public:
  // To be called for each change that wrote to the table kEntity, before it is committed: as Store::follow()
  // does. A change that is undone after that has been noted all the same.
  void note(const store::WriteTxn&);

  // 0: not since the process began.
  store::Revision of(const domain::TenantId&) const;

 private:
  static constexpr std::size_t kPlaces = 1'024;
  static std::size_t place_of(const domain::TenantId&);

  std::array<std::atomic<store::Revision>, kPlaces> places_{};
};

}  // namespace api
