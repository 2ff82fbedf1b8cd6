#include "api/entity_changes.h"

#include <functional>
#include <string_view>

#include "store/key.h"

namespace api {

std::size_t EntityChanges::place_of(const domain::TenantId& tenant) {
  return std::hash<domain::TenantId>()(tenant) % kPlaces;
}

void EntityChanges::note(const store::WriteTxn& change) {
  change.each_written([&](store::Table table, std::string_view key) {
    if (table != store::Table::kEntity) return;
    places_[place_of(domain::TenantId(store::KeyReader(key).uuid()))].store(change.revision());
  });
}

store::Revision EntityChanges::of(const domain::TenantId& tenant) const {
  return places_[place_of(tenant)].load();
}

}  // namespace api
