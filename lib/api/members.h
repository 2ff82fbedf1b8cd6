#pragma once
#include "api/context.h"
#include "api/operation.h"
#include "domain/group.h"
#include "domain/membership.h"
#include "domain/user.h"

namespace api {

namespace op {
inline constexpr Operation list_members = {
    .action = "member:list", .kind = kRead, .scope = "group:get", .resource = "member"};
inline constexpr Operation add_member = {
    .action = "member:add", .kind = kWrite, .scope = "group:update", .resource = "member"};
inline constexpr Operation remove_member = {
    .action = "member:remove", .kind = kWrite, .scope = "group:update", .resource = "member"};

inline constexpr Operation kMembers[] = {list_members, add_member, remove_member};
}  // namespace op

struct MemberView {
  domain::Membership membership;
  domain::User user;
};

// In order of the users' ids. kNotFound: the group.
Outcome<Page<MemberView>> list_members(const Read&, const domain::TenantId& tenant,
                                       const domain::GroupId& group, const PageRequest&);

// An unknown user is kInvalidInput at "/user_id"; one who is a member already kAlreadyExists.
Outcome<MemberView> add_member(Change&, const domain::TenantId& tenant, const domain::GroupId& group,
                               const domain::UserId& user);

Outcome<void> remove_member(Change&, const domain::TenantId& tenant, const domain::GroupId& group,
                            const domain::UserId& user, const IfMatch&);

}  // namespace api
