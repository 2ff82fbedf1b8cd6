#include "api/parts/group_names.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "domain/group.h"
#include "domain/membership.h"

namespace api {

Outcome<std::vector<GroupName>> group_names(const Read& read, const domain::TenantId& tenant,
                                            const domain::Principal& who) {
  std::vector<domain::GroupId> ids;
  const auto done = stored(
      domain::each_group_of(read.txn, tenant, domain::UserId(who.id), [&](const domain::GroupId& group) {
        ids.push_back(group);
        return true;
      }));
  if (!done.ok()) return done.error();
  std::vector<GroupName> groups;
  for (const domain::GroupId& id : ids) {
    auto group = stored(domain::get_group(read.txn, tenant, id));
    if (!group.ok()) return group.error();
    if (group.value()) groups.push_back({id, std::move(group.value()->name)});
  }
  std::sort(groups.begin(), groups.end(), [](const GroupName& a, const GroupName& b) {
    return std::tie(a.name, a.id) < std::tie(b.name, b.id);
  });
  return groups;
}

}  // namespace api
