#include "api/parts/visible_mappings.h"

#include "api/group_roles.h"
#include "api/parts/authorize.h"

namespace api {

Outcome<bool> VisibleMappings::may_list_roles_of(const domain::GroupId& group) {
  if (const auto known = known_.find(group); known != known_.end()) return known->second;
  const auto authorized = authorize(read_, on_group(op::list_mappings, tenant_, group));
  if (!authorized.ok() && authorized.error().code != Code::kForbidden) return authorized.error();
  return known_[group] = authorized.ok();
}

bool VisibleMappings::are_of(const domain::Principal& who) {
  if (who.kind != domain::PrincipalKind::kGroup) return true;
  const auto may = may_list_roles_of(domain::GroupId(who.id));
  return may.ok() && *may;
}

}  // namespace api
