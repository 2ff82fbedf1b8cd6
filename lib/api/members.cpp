#include "api/members.h"

#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/existing.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "authz/authority.h"
#include "authz/entities.h"
#include "domain/membership.h"

namespace api {
namespace {

// Who joins a group is given what it holds, now and later: the guard sees that.
Outcome<AccessRequest> adding(const Read& read, const domain::TenantId& tenant, const domain::GroupId& group,
                              const domain::UserId& user) {
  const auto scopes = stored(authz::scopes_conferred(read.txn, *read.catalogue, tenant, group, read.now));
  if (!scopes.ok()) return scopes.error();
  auto request = on_group(op::add_member, tenant, group);
  request.proposed =
      Proposal().entity("user", authz::user_uid(user)).gives(*read.catalogue, scopes.value()).take();
  return request;
}

}  // namespace

Outcome<Page<MemberView>> list_members(const Read& read, const domain::TenantId& tenant,
                                       const domain::GroupId& group, const PageRequest& page) {
  const auto authorized = authorize(read, on_group(op::list_members, tenant, group));
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(read, tenant, group);
  if (!there.ok()) return there.error();
  const auto after = id_cursor<domain::UserId>(page);
  if (!after.ok()) return after.error();

  const auto view = [&](domain::Membership&& membership) -> Outcome<MemberView> {
    auto user = stored(domain::get_user(read.txn, tenant, membership.user));
    if (!user.ok()) return user.error();
    if (!user.value()) return from_store({base::ErrorCode::kCorrupt, "a member's user is not there"});
    return MemberView{std::move(membership), *std::move(user).value()};
  };
  Pager<MemberView, domain::UserId> pager(read, page);
  const auto done = stored(domain::each_membership(
      read.txn, tenant, group, after.value() ? &*after.value() : nullptr,
      [&](domain::Membership&& membership) {
        const domain::UserId user = membership.user;
        return pager.look() && pager.take(user, [&] { return view(std::move(membership)); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<MemberView> add_member(Change& change, const domain::TenantId& tenant, const domain::GroupId& group,
                               const domain::UserId& user) {
  const auto request = adding(change, tenant, group, user);
  if (!request.ok()) return request.error();
  const auto authorized = authorize_change(change, request.value());
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();

  auto person = stored(domain::get_user(change.txn, tenant, user));
  if (!person.ok()) return person.error();
  if (!person.value()) return invalid("/user_id", user.to_string() + " is no user");
  const auto before = stored(domain::get_membership(change.txn, tenant, group, user));
  if (!before.ok()) return before.error();
  if (before.value())
    return error(Code::kAlreadyExists, "user " + user.to_string() + ": is a member of the group already");

  domain::Membership membership{tenant, group, user, domain::Source::kLocal, change.now, 0};
  if (const auto begins = change.begin(tenant, {{domain::Quota::kMemberships}}); !begins.ok())
    return begins.error();
  membership.revision = change.txn.revision();
  const auto put = stored(domain::put_membership(change.write, membership));
  if (!put.ok()) return put.error();
  const auto noted =
      append_audit(change, request.value(), authorized.value(), kNothing, to_audit(membership));
  if (!noted.ok()) return noted.error();
  return MemberView{membership, *std::move(person).value()};
}

Outcome<void> remove_member(Change& change, const domain::TenantId& tenant, const domain::GroupId& group,
                            const domain::UserId& user, const IfMatch& match) {
  auto request = on_group(op::remove_member, tenant, group);
  request.proposed = Proposal().entity("user", authz::user_uid(user)).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto there = existing_group(change, tenant, group);
  if (!there.ok()) return there.error();
  const auto membership = stored(domain::get_membership(change.txn, tenant, group, user));
  if (!membership.ok()) return membership.error();
  if (!membership.value()) return not_found("member", user);
  const auto matches = check_match(match, membership.value()->revision);
  if (!matches.ok()) return matches;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_membership(change.write, tenant, group, user));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized.value(), to_audit(*membership.value()), kNothing);
}

}  // namespace api
