#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/uuid.h"
#include "store/schema.h"
#include "store/txn.h"

namespace authz {

// The revisions at which what callers hold was last changed, by what it was: see last_changed.cpp. note() is
// the writer thread's; of() may be called by any thread, and waits for none.
class LastChanged {
 public:
  LastChanged();

  // What a caller and its cached principal are made of. A role concerns its tenant (nil: the platform's, and
  // so everybody's), as the tenant's record does; a mapping its principal; a membership the person
  // or group that is the member; any other record the thing whose it is. The catalogue isn't among them: it
  // is replaced whole (Service::follow_permissions), and compared by itself.
  static const std::vector<store::Table>& tables();

  // To be called for each change that wrote to one of tables(), before it is committed: as Store::follow()
  // does. A change that is undone after that has been noted all the same.
  void note(const store::WriteTxn& change);

  // Where the revision of an id is kept: a tenant's, credential's, person's, group's… Ids that share a place
  // are told the later of their revisions.
  using Place = std::uint16_t;
  static Place place_of(const base::Uuid& whose);

  // The revision of the last change that concerned what is kept at these places, or a later one; 0: none
  // since this was made. Complete for every snapshot that the thread has begun before.
  store::Revision of(std::span<const Place>) const;

 private:
  static constexpr std::size_t kPlaces = std::size_t{1} << 14U;

  const std::unique_ptr<std::atomic<store::Revision>[]> places_;
};

}  // namespace authz
