// A caller that was put together once may be used again for as long as nothing it was made of has changed.
// The store's revision would say so, but it moves with every commit of every tenant. So this keeps, for each
// thing that callers are made of, the revision of the last change that concerned it:
//
//   revision 7   acme   a role is renamed                   acme: 7
//   revision 8   acme   a role is mapped to a group         that group: 8
//   revision 9   acme   a key is revoked                    that key: 9
//
// Somebody of acme who was put together on a snapshot of revision 7 is as good on one of revision 9, unless
// the key is that one or the group one of theirs. One made on a snapshot of 6 is not, nor is one of 7 on a
// snapshot of 6.
//
// A change is noted inside its transaction, before any snapshot can show it, wherever it came from. If it is
// undone the revision noted is one too late, which costs a look at the store. The revisions stand in a fixed
// number of places, over which ids are spread, so that memory doesn't grow with the store and reading needs
// no lock; two ids that share a place forget each other's callers, which costs the same.
//
// Nothing of this is on disk: with the process ends what was cached.
#include "authz/last_changed.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "store/key.h"

namespace authz {
namespace {

// Nil, and so everybody, of what is no key of these tables.
base::Uuid concerned(store::Table table, std::string_view key) {
  store::KeyReader parts(key);
  const base::Uuid first = parts.uuid();
  switch (table) {
    case store::Table::kMapping:
      parts.u8();  // the principal's kind
      return parts.uuid();
    case store::Table::kGroup:
    case store::Table::kUser:
    case store::Table::kServiceUser:
    case store::Table::kMemberOf:
    case store::Table::kGroupIn:
      return parts.uuid();
    default:
      return first;  // of a group that is enabled or disabled everybody: those in it don't know of it
  }
}

}  // namespace

LastChanged::LastChanged() : places_(std::make_unique<std::atomic<store::Revision>[]>(kPlaces)) {}

const std::vector<store::Table>& LastChanged::tables() {
  using store::Table;
  static const std::vector<Table> tables = {
      Table::kTenant,  Table::kRole,       Table::kGroup,       Table::kUser,    Table::kMemberOf,
      Table::kMapping, Table::kCredential, Table::kServiceUser, Table::kGroupIn, Table::kDisabledGroup};
  return tables;
}

void LastChanged::note(const store::WriteTxn& change) {
  change.each_written([&](store::Table table, std::string_view key) {
    if (std::find(tables().begin(), tables().end(), table) == tables().end()) return;
    std::atomic<store::Revision>& place = places_[place_of(concerned(table, key))];
    if (place.load(std::memory_order_relaxed) < change.revision()) place.store(change.revision());
  });
}

store::Revision LastChanged::of(std::span<const Place> places) const {
#ifndef __SANITIZE_THREAD__  // which doesn't know fences
  // The snapshot was read without atomics, by LMDB; what comes here must not be read before it.
  std::atomic_thread_fence(std::memory_order_acquire);
#endif
  store::Revision last = 0;
  for (const Place place : places) last = std::max(last, places_[place].load(std::memory_order_acquire));
  return last;
}

// The last eight bytes of an id made here are random, but for two bits.
LastChanged::Place LastChanged::place_of(const base::Uuid& whose) {
  store::KeyReader parts(whose.raw());
  const std::uint64_t first = parts.u64();
  return static_cast<Place>((first * 31 + parts.u64()) % kPlaces);
}

}  // namespace authz
