#include "api/parts/member_changes.h"

#include "api/members.h"
#include "api/parts/propose.h"
#include "authz/authority.h"
#include "authz/entities.h"

namespace api {

Outcome<std::vector<std::string>> scopes_of_joining(const Read& read, const domain::TenantId& tenant,
                                                    const domain::GroupId& group) {
  return stored(authz::scopes_conferred(read.txn, *read.catalogue, tenant, group, read.now));
}

AccessRequest adding_member(const Read& read, const domain::TenantId& tenant, const domain::GroupId& group,
                            const domain::Principal& member, const std::vector<std::string>& scopes) {
  const bool is_group = member.kind == domain::PrincipalKind::kGroup;
  auto request = on_group(op::add_member, tenant, group);
  request.proposed = Proposal()
                         .entity(is_group ? "group" : "user", authz::principal_uid(member))
                         .gives(*read.catalogue, scopes)
                         .take();
  return request;
}

}  // namespace api
