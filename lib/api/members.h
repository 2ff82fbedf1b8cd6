#pragma once
#include <cstdint>
#include <string>

#include "api/context.h"
#include "api/operation.h"
#include "domain/group.h"
#include "domain/membership.h"
#include "domain/principal.h"
#include "domain/subgroup.h"
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
  domain::Principal member;  // a user or a group
  std::string name, email;   // a group has no e-mail
  bool active = true;
  domain::Source source = domain::Source::kLocal;
  base::Timestamp joined_at;
  std::uint64_t revision = 0;
  bool direct = true;
};

// Direct members, people and groups, in order of their ids. kNotFound: the group.
Outcome<Page<MemberView>> list_members(const Read&, const domain::TenantId& tenant,
                                       const domain::GroupId& group, const PageRequest&);

// The people among the direct members, as users.
Outcome<Page<domain::User>> list_member_users(const Read&, const domain::TenantId& tenant,
                                              const domain::GroupId& group, const PageRequest&);

// The people who are in the group, directly or through groups that are in it, each once, in order of id. Of
// somebody who isn't in it directly the membership is that in the first of these groups. kNotFound: the
// group; kInvalidInput at "effective" where it has a thousand groups in it. Nobody is in a disabled group.
Outcome<Page<MemberView>> list_effective_members(const Read&, const domain::TenantId& tenant,
                                                 const domain::GroupId& group, const PageRequest&);

// To add a group, the caller must be allowed to list its members, too. An unknown user is kInvalidInput at
// "/user_id"; a group that is unknown, or that would be in itself or too deep, at "/group_id", with the path.
// One that is a member already is kAlreadyExists. REQUIRES: the member is a user or a group
Outcome<MemberView> add_member(Change&, const domain::TenantId& tenant, const domain::GroupId& group,
                               const domain::Principal& member);

// As add_member(), with the source and the time that it was a member by. For undo.
Outcome<void> restore_member(Change&, const domain::Membership& was);
Outcome<void> restore_member(Change&, const domain::Subgroup& was);

// Whether a user or a group has the id.
Outcome<void> remove_member(Change&, const domain::TenantId& tenant, const domain::GroupId& group,
                            const base::Uuid& member, const IfMatch&);

}  // namespace api
