#include "api/object_changes.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "domain/changed_object.h"
#include "store/key.h"

namespace api {

const std::vector<store::Table>& ObjectChanges::tables() {
  static const std::vector<store::Table> tables = [] {
    std::vector<store::Table> all = domain::tables_of_objects();
    all.push_back(store::Table::kCredential);
    return all;
  }();
  return tables;
}

std::size_t ObjectChanges::place_of(const base::Uuid& id) {
  return std::hash<base::Uuid>()(id) % kPlaces;
}

void ObjectChanges::note(const base::Uuid& whose, store::Revision revision) {
  std::atomic<store::Revision>& place = places_[place_of(whose)];
  if (place.load(std::memory_order_relaxed) < revision) place.store(revision);
}

void ObjectChanges::note(const store::WriteTxn& change) {
  change.each_written([&](store::Table table, std::string_view key) {
    if (std::find(tables().begin(), tables().end(), table) == tables().end()) return;
    if (table == store::Table::kCredential) return note(store::KeyReader(key).uuid(), change.revision());
    note(to_stored(domain::owner_of_object(table, key)), change.revision());
    if (table == store::Table::kTenant) note(to_stored(domain::Platform()), change.revision());
  });
}

store::Revision ObjectChanges::of(const domain::Owner& tenant, const base::Uuid& credential) const {
  return std::max({begun_, places_[place_of(to_stored(tenant))].load(),
                   places_[place_of(to_stored(domain::Platform()))].load(),
                   places_[place_of(credential)].load()});
}

}  // namespace api
