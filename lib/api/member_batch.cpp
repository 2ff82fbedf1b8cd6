#include "api/member_batch.h"

#include <set>
#include <utility>

#include "api/limits.h"
#include "api/members.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/change_time.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/member_changes.h"
#include "api/parts/row_errors.h"
#include "api/users.h"
#include "domain/membership.h"

namespace api {
namespace {

std::string place(std::size_t at) {
  return "/members/" + std::to_string(at);
}

// What the guard allowed of one that is new.
struct Addition {
  domain::UserId user;
  AccessRequest request;
  Authorization authorized;
};

class Adding {
 public:
  Adding(Change& change, const domain::TenantId& tenant, const domain::GroupId& group, Gift gift,
         IfUnknown if_unknown)
      : change_(change),
        tenant_(tenant),
        group_(group),
        gift_(std::move(gift)),
        if_unknown_(if_unknown),
        time_(change) {}

  Outcome<void> look_up(const std::vector<GivenMember>& given) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (time_.is_over()) return takes_too_long(given.size());
      if (auto looked = look_up(i, given[i]); !looked.ok()) return looked;
    }
    return {};
  }

  Outcome<std::vector<AddedMember>> write() {
    if (auto wrong = errors_.error()) return *std::move(wrong);
    if (additions_.empty()) return std::move(rows_);
    if (auto begun = change_.begin(tenant_, {{domain::Quota::kMemberships, additions_.size()}}); !begun.ok())
      return begun.error();
    for (const Addition& addition : additions_) {
      if (time_.is_over()) return takes_too_long(rows_.size());
      domain::Membership membership{
          tenant_, group_, addition.user, domain::Source::kLocal, change_.now, change_.txn.revision()};
      if (auto put = stored(domain::put_membership(change_.write, membership)); !put.ok()) return put.error();
      auto noted =
          append_audit(change_, addition.request, addition.authorized, kNothing, to_audit(membership));
      if (!noted.ok()) return noted.error();
    }
    return std::move(rows_);
  }

 private:
  Outcome<void> look_up(std::size_t at, const GivenMember& given) {
    std::optional<domain::User> user;
    if (given.email && given.email->size() <= kMaxEmail) {  // a longer one is nobody's
      auto found = stored(domain::find_user_by_email(change_.txn, tenant_, *given.email));
      if (!found.ok()) return found.error();
      user = std::move(found).value();
    }
    // Of nobody the guard is asked as of a user that isn't there.
    const domain::UserId id = user ? user->id : given.user.value_or(domain::UserId());
    if (!asked_.insert(id).second) return note_again(at, given, id);
    AccessRequest request = adding_member(tenant_, group_, id, gift_);
    auto authorized = authorize_change(change_, request);
    if (!authorized.ok()) return in_row(place(at), std::move(authorized).error());
    if (given.user) {
      auto found = stored(domain::get_user(change_.txn, tenant_, id));
      if (!found.ok()) return found.error();
      user = std::move(found).value();
    }
    AddedMember row;
    if (!user) {
      note_unknown(at, given);
    } else {
      const auto before = stored(domain::get_membership(change_.txn, tenant_, group_, id));
      if (!before.ok()) return before.error();
      row.outcome = *before ? RowOutcome::kKnown : RowOutcome::kNew;
      if (!*before) {
        request.proposed = {};  // what was proposed has been looked at
        additions_.push_back({id, std::move(request), std::move(authorized).value()});
      }
    }
    row.user = std::move(user);
    rows_.push_back(std::move(row));
    return {};
  }

  // One that stands before in the list, or another of those that nobody has.
  Outcome<void> note_again(std::size_t at, const GivenMember& given, const domain::UserId& id) {
    AddedMember row;
    auto user = id.is_nil() ? Outcome<std::optional<domain::User>>(std::optional<domain::User>())
                            : stored(domain::get_user(change_.txn, tenant_, id));
    if (!user.ok()) return user.error();
    if (*user)
      row.outcome = RowOutcome::kKnown;
    else
      note_unknown(at, given);
    row.user = std::move(user).value();
    rows_.push_back(std::move(row));
    return {};
  }

  void note_unknown(std::size_t at, const GivenMember& given) {
    if (if_unknown_ == IfUnknown::kSkip) return;
    if (given.email)
      errors_.add(place(at) + "/email", in_backticks(*given.email) + " is nobody's");
    else
      errors_.add(place(at) + "/user_id", given.user->to_string() + " is no user");
  }

  Change& change_;
  const domain::TenantId& tenant_;
  const domain::GroupId& group_;
  const Gift gift_;  // of joining
  const IfUnknown if_unknown_;
  const ChangeTime time_;
  RowErrors errors_;
  std::set<domain::UserId> asked_;
  std::vector<AddedMember> rows_;
  std::vector<Addition> additions_;
};

}  // namespace

std::optional<Error> check(const std::vector<GivenMember>& given) {
  RowErrors errors;
  if (given.empty() || given.size() > kMostInBatch)
    errors.add("/members", "must have 1 to " + std::to_string(kMostInBatch) + " rows");
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i].user.has_value() == given[i].email.has_value())
      errors.add(place(i), "must have either user_id or email");
  }
  return errors.error();
}

Outcome<std::vector<AddedMember>> add_members(Change& change, const domain::TenantId& tenant,
                                              const domain::GroupId& group,
                                              const std::vector<GivenMember>& given, IfUnknown if_unknown) {
  if (auto wrong = check(given)) return *std::move(wrong);
  bool by_email = false;
  for (const GivenMember& one : given) by_email = by_email || one.email;
  if (by_email)
    if (auto lists = authorize_change(change, on_tenant(op::list_users, tenant)); !lists.ok())
      return lists.error();
  auto gift = gift_of_joining(change, tenant, group);
  if (!gift.ok()) return gift.error();
  Adding adding(change, tenant, group, std::move(gift).value(), if_unknown);
  if (auto looked = adding.look_up(given); !looked.ok()) return looked.error();
  if (const auto there = existing_group(change, tenant, group); !there.ok()) return there.error();
  return adding.write();
}

}  // namespace api
