// A caller that was put together once may be used again for as long as nothing it was made of has changed.
// The store's revision would say so, but it moves with every commit of every tenant. So this keeps, for each
// tenant and credential, the revision of the last change that concerned it:
//
//   revision 7   acme   a role is renamed         acme: 7
//   revision 8   globex a mapping is made         globex: 8
//   revision 9   acme   a key is revoked          that key: 9
//
// A caller of acme made on a snapshot of revision 7 is good on one of revision 9 unless its key is that one:
// nothing of acme changed after 7. One made on a snapshot of 6 is not, nor is one of 7 on a snapshot of 6.
//
// A change is noted inside its transaction, before any snapshot can show it, wherever it came from. If it is
// undone the revision noted is one too late, which costs a look at the store. The revisions stand in a fixed
// number of places, over which ids are spread, so that memory doesn't grow with tenants and reading needs no
// lock; two tenants that share a place forget each other's callers, which costs the same.
//
// Nothing of this is on disk: with the process ends what was cached.
#include "authz/last_changed.h"

#include <algorithm>
#include <cstdint>

#include "store/key.h"

namespace authz {

LastChanged::LastChanged() : places_(std::make_unique<std::atomic<store::Revision>[]>(kPlaces)) {}

const std::vector<store::Table>& LastChanged::tables() {
  using store::Table;
  static const std::vector<Table> tables = {Table::kTenant,     Table::kRole,       Table::kGroup,
                                            Table::kUser,       Table::kMemberOf,   Table::kMapping,
                                            Table::kCredential, Table::kServiceUser};
  return tables;
}

void LastChanged::note(const store::WriteTxn& change) {
  change.each_written([&](store::Table table, std::string_view key) {
    if (std::find(tables().begin(), tables().end(), table) == tables().end()) return;
    store::KeyReader parts(key);
    const base::Uuid whose = parts.uuid();  // nil, and so everybody's, of what is no key of these tables
    std::atomic<store::Revision>& place = places_[place_of(whose)];
    if (place.load(std::memory_order_relaxed) < change.revision()) place.store(change.revision());
  });
}

store::Revision LastChanged::of(const base::Uuid& whose) const {
#ifndef __SANITIZE_THREAD__  // which doesn't know fences
  // The snapshot was read without atomics, by LMDB; what comes here must not be read before it.
  std::atomic_thread_fence(std::memory_order_acquire);
#endif
  return places_[place_of(whose)].load(std::memory_order_acquire);
}

// The last eight bytes of an id made here are random, but for two bits.
std::size_t LastChanged::place_of(const base::Uuid& whose) {
  store::KeyReader parts(whose.raw());
  const std::uint64_t first = parts.u64();
  return (first * 31 + parts.u64()) % kPlaces;
}

}  // namespace authz
