#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <vector>

#include "api/context.h"
#include "domain/owner.h"
#include "store/schema.h"
#include "store/txn.h"

namespace api {

// The revisions at which objects of tenants were last written, for who waits for changes and must not look
// through those of others meanwhile. Tenants share places, of which each has the later of their revisions.
// note() is the writer thread's; of() may be called by any thread, and is complete for every snapshot that it
// has begun before.
class ObjectChanges {
 public:
  // `begun`: the store's revision now, before which nothing is known.
  explicit ObjectChanges(store::Revision begun) : begun_(begun) {}

  static const std::vector<store::Table>& tables();

  // To be called for each change that wrote to one of tables(), before it is committed: as Store::follow()
  // does. A change that is undone after that has been noted all the same.
  void note(const store::WriteTxn&);

  // Of what the tenant is told of, the platform's roles and permissions included, and of the credential that
  // asks: it may be revoked. A later one where that isn't known.
  store::Revision of(const domain::Owner& tenant, const base::Uuid& credential) const;

 private:
  static constexpr std::size_t kPlaces = 4'096;
  static std::size_t place_of(const base::Uuid&);
  void note(const base::Uuid&, store::Revision);

  const store::Revision begun_;
  std::array<std::atomic<store::Revision>, kPlaces> places_{};
};

}  // namespace api
