#include "api/members.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/existing.h"
#include "api/parts/member_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "authz/authority.h"
#include "authz/entities.h"
#include "domain/membership.h"
#include "domain/subgroup.h"

namespace api {
namespace {

// How many ids of all groups together are read at a time for a page of effective members, and of how many
// groups at most: each is looked at for each page.
constexpr std::size_t kReadAtOnce = 2'000;
constexpr std::size_t kMostListedGroups = 1'000;

bool is_group(const domain::Principal& member) {
  return member.kind == domain::PrincipalKind::kGroup;
}

Outcome<AccessRequest> adding(const Read& read, const domain::TenantId& tenant, const domain::GroupId& group,
                              const domain::Principal& member) {
  const auto gift = gift_of_joining(read, tenant, group);
  if (!gift.ok()) return gift.error();
  return adding_member(tenant, group, member, *gift);
}

Outcome<MemberView> view_of(const Read& read, const domain::Membership& membership) {
  auto user = stored(domain::get_user(read.txn, membership.tenant, membership.user));
  if (!user.ok()) return user.error();
  if (!user.value()) return from_store({base::ErrorCode::kCorrupt, "a member's user is not there"});
  return MemberView{.member = membership.user,
                    .name = std::move(user.value()->name),
                    .email = std::move(user.value()->email),
                    .active = user.value()->active,
                    .source = membership.source,
                    .joined_at = membership.joined_at,
                    .revision = membership.revision};
}

Outcome<MemberView> view_of(const Read& read, const domain::Subgroup& subgroup) {
  auto group = stored(domain::get_group(read.txn, subgroup.tenant, subgroup.member));
  if (!group.ok()) return group.error();
  if (!group.value()) return from_store({base::ErrorCode::kCorrupt, "a member group is not there"});
  return MemberView{.member = subgroup.member,
                    .name = std::move(group.value()->name),
                    .email = "",
                    .source = subgroup.source,
                    .joined_at = subgroup.joined_at,
                    .revision = subgroup.revision};
}

// The group, once the caller may read it.
Outcome<domain::Group> readable_group(const Read& read, const domain::TenantId& tenant,
                                      const domain::GroupId& group) {
  const auto authorized = authorize(read, on_group(op::list_members, tenant, group));
  if (!authorized.ok()) return authorized.error();
  return existing_group(read, tenant, group);
}

// The people of many groups in order of id, each once. Of every group a part is read; what is certain then
// are the ids up to the least one at which such a part ends, and at least that one.
class PeopleOf {
 public:
  PeopleOf(const store::ReadTxn& txn, const domain::TenantId& tenant,
           const std::vector<domain::GroupId>& groups, std::optional<domain::UserId> after)
      : txn_(txn), tenant_(tenant), groups_(groups), after_(after) {}

  // The next ones, in order; none at the end.
  base::Result<std::vector<domain::UserId>> next() {
    const std::size_t of_each = std::max<std::size_t>(1, kReadAtOnce / groups_.size());
    std::vector<domain::UserId> people;
    std::optional<domain::UserId> certain;
    for (const domain::GroupId& group : groups_) {
      std::vector<domain::UserId> part;
      const auto done = domain::each_user_in(txn_, tenant_, group, after_ ? &*after_ : nullptr,
                                             [&](const domain::UserId& user) {
                                               part.push_back(user);
                                               return part.size() < of_each;
                                             });
      if (!done.ok()) return done.error();
      if (part.size() == of_each && (!certain || part.back() < *certain)) certain = part.back();
      people.insert(people.end(), part.begin(), part.end());
    }
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
    if (certain) people.erase(std::upper_bound(people.begin(), people.end(), *certain), people.end());
    if (!people.empty()) after_ = people.back();
    return people;
  }

 private:
  const store::ReadTxn& txn_;
  const domain::TenantId& tenant_;
  const std::vector<domain::GroupId>& groups_;
  std::optional<domain::UserId> after_;
};

// The person as a member of `group`, or else of the first of the groups below it.
Outcome<MemberView> effective_view(const Read& read, const domain::TenantId& tenant,
                                   const domain::GroupId& group, const std::vector<domain::GroupId>& groups,
                                   const domain::UserId& user) {
  const auto direct = stored(domain::get_membership(read.txn, tenant, group, user));
  if (!direct.ok()) return direct.error();
  if (direct.value()) return view_of(read, *direct.value());
  for (const domain::GroupId& other : groups) {
    const auto membership = stored(domain::get_membership(read.txn, tenant, other, user));
    if (!membership.ok()) return membership.error();
    if (!membership.value()) continue;
    auto view = view_of(read, *membership.value());
    if (view.ok()) view->direct = false;
    return view;
  }
  return from_store({base::ErrorCode::kCorrupt, "a membership that an index names is not there"});
}

Outcome<MemberView> add_user(Change& change, const AccessRequest& request, const Authorization& authorized,
                             domain::Membership membership) {
  const auto& [tenant, group, user, source, joined_at, revision] = membership;
  const auto person = stored(domain::get_user(change.txn, tenant, user));
  if (!person.ok()) return person.error();
  if (!person.value()) return invalid("/user_id", user.to_string() + " is no user");
  const auto before = stored(domain::get_membership(change.txn, tenant, group, user));
  if (!before.ok()) return before.error();
  if (before.value())
    return error(Code::kAlreadyExists, "user " + user.to_string() + ": is a member of the group already");

  if (const auto begins = change.begin(tenant, {{domain::Quota::kMemberships}}); !begins.ok())
    return begins.error();
  membership.revision = change.txn.revision();
  const auto put = stored(domain::put_membership(change.write, membership));
  if (!put.ok()) return put.error();
  const auto noted = append_audit(change, request, authorized, kNothing, to_audit(membership));
  if (!noted.ok()) return noted.error();
  return view_of(change, membership);
}

Outcome<MemberView> add_group(Change& change, const AccessRequest& request, const Authorization& authorized,
                              domain::Subgroup subgroup) {
  const auto& [tenant, group, member, source, joined_at, revision] = subgroup;
  // Whoever may read the group finds the member's people among its own from then on.
  if (const auto reads = authorize_change(change, on_group(op::list_members, tenant, member)); !reads.ok())
    return reads.error();
  const auto there = stored(domain::get_group(change.txn, tenant, member));
  if (!there.ok()) return there.error();
  if (!there.value()) return invalid("/group_id", member.to_string() + " is no group");
  const auto before = stored(domain::get_subgroup(change.txn, tenant, group, member));
  if (!before.ok()) return before.error();
  if (before.value())
    return error(Code::kAlreadyExists, "group " + member.to_string() + ": is a member of the group already");
  if (const auto fits = domain::check_nesting(change.txn, tenant, group, member); !fits.ok()) {
    if (fits.error().code == base::ErrorCode::kInvalid) return invalid("/group_id", fits.error().message);
    return from_store(fits.error());
  }

  if (const auto begins = change.begin(tenant, {{domain::Quota::kMemberships}}); !begins.ok())
    return begins.error();
  subgroup.revision = change.txn.revision();
  const auto put = stored(domain::put_subgroup(change.write, subgroup));
  if (!put.ok()) return put.error();
  const auto noted = append_audit(change, request, authorized, kNothing, to_audit(subgroup));
  if (!noted.ok()) return noted.error();
  return view_of(change, subgroup);
}

}  // namespace

Outcome<Page<MemberView>> list_members(const Read& read, const domain::TenantId& tenant,
                                       const domain::GroupId& group, const PageRequest& page) {
  const auto there = readable_group(read, tenant, group);
  if (!there.ok()) return there.error();
  const auto after = id_cursor<domain::UserId>(page);
  if (!after.ok()) return after.error();

  // Two tables in the same order, merged: of groups there are few.
  std::vector<domain::Subgroup> subgroups;
  const domain::GroupId first(after.value() ? after.value()->uuid() : base::Uuid());
  const auto found = stored(domain::each_subgroup(read.txn, tenant, group, after.value() ? &first : nullptr,
                                                  [&](domain::Subgroup&& subgroup) {
                                                    subgroups.push_back(std::move(subgroup));
                                                    return page.limit == 0 || subgroups.size() <= page.limit;
                                                  }));
  if (!found.ok()) return found.error();
  Pager<MemberView, base::Uuid> pager(read, page);
  auto next = subgroups.begin();
  const auto take_groups_before = [&](const base::Uuid* user) {
    for (; next != subgroups.end() && (!user || next->member.uuid() < *user); ++next)
      if (!pager.look() || !pager.take(next->member.uuid(), [&] { return view_of(read, *next); }))
        return false;
    return true;
  };
  const auto done =
      stored(domain::each_membership(read.txn, tenant, group, after.value() ? &*after.value() : nullptr,
                                     [&](domain::Membership&& membership) {
                                       const base::Uuid user = membership.user.uuid();
                                       return take_groups_before(&user) && pager.look() &&
                                              pager.take(user, [&] { return view_of(read, membership); });
                                     }));
  if (!done.ok()) return done.error();
  if (!pager.has_ended()) take_groups_before(nullptr);
  return pager.finish();
}

Outcome<Page<domain::User>> list_member_users(const Read& read, const domain::TenantId& tenant,
                                              const domain::GroupId& group, const PageRequest& page) {
  const auto there = readable_group(read, tenant, group);
  if (!there.ok()) return there.error();
  const auto after = id_cursor<domain::UserId>(page);
  if (!after.ok()) return after.error();
  Pager<domain::User, domain::UserId> pager(read, page);
  const auto done = stored(domain::each_user_in(
      read.txn, tenant, group, after.value() ? &*after.value() : nullptr, [&](const domain::UserId& id) {
        return pager.look() && pager.take(id, [&]() -> Outcome<domain::User> {
          auto user = stored(domain::get_user(read.txn, tenant, id));
          if (!user.ok()) return user.error();
          if (!user.value()) return from_store({base::ErrorCode::kCorrupt, "a member's user is not there"});
          return *std::move(user).value();
        });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<Page<MemberView>> list_effective_members(const Read& read, const domain::TenantId& tenant,
                                                 const domain::GroupId& group, const PageRequest& page) {
  const auto there = readable_group(read, tenant, group);
  if (!there.ok()) return there.error();
  const auto after = id_cursor<domain::UserId>(page);
  if (!after.ok()) return after.error();
  const auto groups = stored(domain::with_groups_below(read.txn, tenant, {group}, kMostListedGroups));
  if (!groups.ok()) return groups.error();
  if (groups->size() > kMostListedGroups)
    return invalid("effective", "is not for a group with " + std::to_string(kMostListedGroups) +
                                    " groups in it or more; list the members of each");

  PeopleOf people(read.txn, tenant, groups.value(), after.value());
  Pager<MemberView, domain::UserId> pager(read, page);
  while (!groups->empty() && !pager.has_ended()) {
    const auto part = stored(people.next());
    if (!part.ok()) return part.error();
    if (part->empty()) break;
    for (const domain::UserId& user : part.value())
      if (!pager.look() ||
          !pager.take(user, [&] { return effective_view(read, tenant, group, groups.value(), user); }))
        break;
  }
  return pager.finish();
}

Outcome<MemberView> add_member(Change& change, const domain::TenantId& tenant, const domain::GroupId& group,
                               const domain::Principal& member) {
  const auto request = adding(change, tenant, group, member);
  if (!request.ok()) return request.error();
  const auto authorized = authorize_change(change, request.value());
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();
  if (is_group(member))
    return add_group(change, *request, *authorized,
                     {tenant, group, domain::GroupId(member.id), domain::Source::kLocal, change.now, 0});
  return add_user(change, *request, *authorized,
                  {tenant, group, domain::UserId(member.id), domain::Source::kLocal, change.now, 0});
}

namespace {

// `put(request, authorized)` adds the member.
template <typename Put>
Outcome<void> restore(Change& change, const domain::TenantId& tenant, const domain::GroupId& group,
                      const domain::Principal& member, const Put& put) {
  const auto request = adding(change, tenant, group, member);
  if (!request.ok()) return request.error();
  const auto authorized = authorize_change(change, *request);
  if (!authorized.ok()) return authorized.error();
  if (const auto there = existing_group(change, tenant, group); !there.ok()) return there.error();
  const auto added = put(*request, *authorized);
  if (!added.ok()) return added.error();
  return {};
}

}  // namespace

Outcome<void> restore_member(Change& change, const domain::Membership& was) {
  return restore(change, was.tenant, was.group, was.user, [&](const auto& request, const auto& authorized) {
    return add_user(change, request, authorized, was);
  });
}

Outcome<void> restore_member(Change& change, const domain::Subgroup& was) {
  return restore(change, was.tenant, was.group, was.member, [&](const auto& request, const auto& authorized) {
    return add_group(change, request, authorized, was);
  });
}

Outcome<void> remove_member(Change& change, const domain::TenantId& tenant, const domain::GroupId& group,
                            const base::Uuid& member, const IfMatch& match) {
  const domain::UserId user(member);
  const domain::GroupId member_group(member);
  const auto subgroup = stored(domain::get_subgroup(change.txn, tenant, group, member_group));
  if (!subgroup.ok()) return subgroup.error();
  const bool is_subgroup = subgroup->has_value();

  auto request = on_group(op::remove_member, tenant, group);
  request.proposed = is_subgroup ? Proposal().entity("group", authz::group_uid(member_group)).take()
                                 : Proposal().entity("user", authz::user_uid(user)).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();
  const auto membership = stored(domain::get_membership(change.txn, tenant, group, user));
  if (!membership.ok()) return membership.error();
  if (!is_subgroup && !membership.value()) return not_found("member", user);
  const auto matches = check_match(match, is_subgroup ? (*subgroup)->revision : membership.value()->revision);
  if (!matches.ok()) return matches;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(is_subgroup ? domain::delete_subgroup(change.write, tenant, group, member_group)
                                          : domain::delete_membership(change.write, tenant, group, user));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized.value(),
                      is_subgroup ? to_audit(**subgroup) : to_audit(*membership.value()), kNothing);
}

}  // namespace api
