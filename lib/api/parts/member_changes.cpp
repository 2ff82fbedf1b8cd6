#include "api/parts/member_changes.h"

#include "api/members.h"
#include "authz/authority.h"
#include "authz/entities.h"

namespace api {

Outcome<Gift> gift_of_joining(const Read& read, const domain::TenantId& tenant,
                              const domain::GroupId& group) {
  const auto scopes = stored(authz::scopes_conferred(read.txn, *read.catalogue, tenant, group, read.now));
  if (!scopes.ok()) return scopes.error();
  return gift_of(*read.catalogue, *scopes);
}

AccessRequest adding_member(const domain::TenantId& tenant, const domain::GroupId& group,
                            const std::optional<domain::Principal>& member, const Gift& gift) {
  Proposal proposal;
  if (member) {
    const bool is_group = member->kind == domain::PrincipalKind::kGroup;
    proposal.entity(is_group ? "group" : "user", authz::principal_uid(*member));
  }
  auto request = on_group(op::add_member, tenant, group);
  request.proposed = proposal.gives(gift).take();
  return request;
}

}  // namespace api
