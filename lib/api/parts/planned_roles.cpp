#include "api/parts/planned_roles.h"

#include <cstddef>

namespace api {
namespace {

constexpr std::size_t kMostKept = 100;

// The place of what is new in `kept`, which begins anew where it is full.
template <typename Map, typename Key>
SharedRole& place_in(Map& kept, const Key& key) {
  if (kept.size() == kMostKept) kept.clear();
  return kept[typename Map::key_type(key)];
}

}  // namespace

SharedRole PlannedRoles::make(std::string_view slug, const domain::Role* role,
                              const domain::RoleId& id) const {
  return std::make_shared<const PlannedRole>(PlannedRole{id, proposed_role(read_, slug, role)});
}

Outcome<SharedRole> PlannedRoles::named(std::string_view id_or_slug) {
  if (const auto known = named_.find(id_or_slug); known != named_.end()) return known->second;
  const auto role = find_role_named(read_, tenant_, id_or_slug);
  if (!role.ok()) return role.error();
  if (!*role) return SharedRole();
  return place_in(named_, id_or_slug) = make((*role)->slug, &**role, (*role)->id);
}

Outcome<SharedRole> PlannedRoles::of(const domain::RoleId& id) {
  if (const auto known = of_mappings_.find(id); known != of_mappings_.end()) return known->second;
  const auto role = stored(domain::find_role_by_id(read_.txn, tenant_, id));
  if (!role.ok()) return role.error();
  const domain::Role* const known = *role ? &**role : nullptr;
  return place_in(of_mappings_, id) = make(known ? known->slug : id.to_string(), known, id);
}

}  // namespace api
