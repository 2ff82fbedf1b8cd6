#include "api/parts/visible_mappings.h"

#include "api/group_roles.h"
#include "api/parts/authorize.h"

namespace api {

bool VisibleMappings::are_of(const domain::Principal& who) {
  if (who.kind != domain::PrincipalKind::kGroup) return true;
  const domain::GroupId group(who.id);
  const auto [place, is_new] = known_.try_emplace(group, false);
  if (is_new) place->second = authorize(read_, on_group(op::list_mappings, tenant_, group)).ok();
  return place->second;
}

}  // namespace api
