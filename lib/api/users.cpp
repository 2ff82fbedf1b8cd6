#include "api/users.h"

#include <algorithm>
#include <utility>

#include "api/limits.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/found_rows.h"
#include "api/parts/grants_in_use.h"
#include "api/parts/group_names.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/parts/taken_names.h"
#include "api/parts/user_roles.h"
#include "domain/deletion.h"
#include "domain/group.h"
#include "domain/membership.h"

namespace api {
namespace {

Outcome<UserView> view_user(const Read& read, domain::User user) {
  auto roles = mapped_slugs(read, user.tenant, user.id);
  if (!roles.ok()) return roles.error();
  auto groups = group_names(read, user.tenant, user.id);
  if (!groups.ok()) return groups.error();
  return UserView{std::move(user), std::move(roles).value(), std::move(groups).value()};
}

AccessRequest updating_user(const Read& read, const domain::TenantId& tenant, const domain::UserId& id,
                            const UserPatch& patch, const RoleChanges& roles) {
  auto request = on_user(op::update_user, tenant, id);
  Proposal proposal;
  proposal.text_if("name", patch.name);
  if (patch.roles) proposal.texts("roles", *patch.roles);
  proposal.gives(*read.catalogue, roles.given_scopes());
  request.proposed = proposal.take();
  return request;
}

}  // namespace

Outcome<Page<UserView>> list_users(const Read& read, const domain::TenantId& tenant,
                                   const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_users, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto after = id_cursor<domain::UserId>(page);
  if (!after.ok()) return after.error();
  Pager<UserView, domain::UserId> pager(read, page);
  const auto done = stored(domain::each_user(
      read.txn, tenant, after.value() ? &*after.value() : nullptr, [&](domain::User&& user) {
        const domain::UserId id = user.id;
        return pager.look() && pager.take(id, [&] { return view_user(read, std::move(user)); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<Page<UserView>> search_users(const Read& read, const domain::TenantId& tenant, std::string_view typed,
                                     const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_users, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto query = name_query({typed, page.after});
  if (!query.ok()) return query.error();
  Pager<UserView, std::string> pager(read, page);
  const auto done = read_found(
      read, domain::Searched::kUser, tenant, query.value(), {page.after}, pager,
      [&](const base::Uuid& id) { return domain::get_user(read.txn, tenant, domain::UserId(id)); },
      [&](domain::User&& user, const std::string& place) {
        return pager.take(place, [&] { return view_user(read, std::move(user)); });
      });
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<UserView> get_user(const Read& read, const domain::TenantId& tenant, const domain::UserId& id) {
  const auto authorized = authorize(read, on_user(op::get_user, tenant, id));
  if (!authorized.ok()) return authorized.error();
  auto user = existing_user(read, tenant, id);
  if (!user.ok()) return user.error();
  return view_user(read, std::move(user).value());
}

std::optional<Error> check(const NewUser& given) {
  Checks checks;
  checks.email("/email", given.email);
  checks.name("/name", given.name);
  return checks.error();
}

Outcome<UserView> create_user(Change& change, const domain::TenantId& tenant, const NewUser& given) {
  if (const auto bad = check(given)) return *bad;

  auto request = on_tenant(op::create_user, tenant);
  request.proposed = Proposal().text("email", given.email).text("name", given.name).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  domain::User user;
  user.id = given.id.value_or(domain::UserId(change.make_id()));
  user.tenant = tenant;
  user.email = given.email;
  user.name = given.name;
  user.created_at = user.updated_at = change.now;
  if (const auto free = check_email_is_free(change, user); !free.ok()) return free.error();
  if (const auto begins = change.begin(tenant, {{domain::Quota::kUsers}}); !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_user(change.write, user));
  if (!put.ok()) return put.error();
  request.resource_id = user.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(user, {}));
  if (!noted.ok()) return noted.error();
  return UserView{std::move(user), {}, {}};
}

std::optional<Error> check(const UserPatch& patch) {
  Checks checks;
  if (patch.name) checks.given_name("/name", *patch.name);
  if (patch.roles && patch.roles->size() > kMaxUserRoles)
    checks.add("/roles", "must be at most " + std::to_string(kMaxUserRoles) + " roles");
  return checks.error();
}

Outcome<UserView> update_user(Change& change, const domain::TenantId& tenant, const domain::UserId& id,
                              const UserPatch& patch, const IfMatch& match) {
  if (const auto bad = check(patch)) return *bad;

  auto planned = RoleChanges::plan(change, tenant, id, patch.roles);
  if (!planned.ok()) return planned.error();
  RoleChanges& roles = planned.value();
  const auto request = updating_user(change, tenant, id, patch, roles);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto roles_allowed = roles.authorize(change);
  if (!roles_allowed.ok()) return roles_allowed.error();

  const auto before = existing_user(change, tenant, id);
  if (!before.ok()) return before.error();
  const auto matches = check_match(match, before.value().revision);
  if (!matches.ok()) return matches.error();
  if (!roles.unknown().empty()) return unknown_roles(change, tenant, roles.unknown());

  domain::User after = before.value();
  after.name = patch.name.value_or(after.name);
  if (const auto bad = check_new_name("/name", before.value().name, after.name)) return *bad;
  if (after.name == before.value().name && roles.empty()) return view_user(change, std::move(after));
  const auto slugs = mapped_slugs(change, tenant, id);
  if (!slugs.ok()) return slugs.error();
  after.updated_at = change.now;
  if (const auto begins = change.begin(tenant, {{domain::Quota::kMappings, roles.net_added()}}); !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_user(change.write, after));
  if (!put.ok()) return put.error();
  const auto mapped = roles.apply(change);
  if (!mapped.ok()) return mapped.error();
  auto view = view_user(change, std::move(after));
  if (!view.ok()) return view;
  const auto noted =
      append_audit(change, request, authorized.value(), to_audit(before.value(), slugs.value()),
                   to_audit(view.value().user, view.value().roles));
  if (!noted.ok()) return noted.error();
  return view;
}

Outcome<UserView> suspend_user(Change& change, const domain::TenantId& tenant, const domain::UserId& id,
                               bool active, const IfMatch& match) {
  auto request = on_user(op::suspend_user, tenant, id);
  request.proposed = Proposal().flag("active", active).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto before = existing_user(change, tenant, id);
  if (!before.ok()) return before.error();
  const auto matches = check_match(match, before.value().revision);
  if (!matches.ok()) return matches.error();
  if (before.value().active == active) return view_user(change, before.value());

  domain::User after = before.value();
  after.active = active;
  after.updated_at = change.now;
  // Suspending takes away what the user may do.
  if (const auto begins = active ? change.begin(tenant) : change.begin_removal(); !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_user(change.write, after));
  if (!put.ok()) return put.error();
  auto view = view_user(change, std::move(after));
  if (!view.ok()) return view;
  const auto noted =
      append_audit(change, request, authorized.value(), to_audit(before.value(), view.value().roles),
                   to_audit(view.value().user, view.value().roles));
  if (!noted.ok()) return noted.error();
  return view;
}

namespace {

Outcome<void> put_user_back(Change& change, const domain::User& was) {
  auto request = on_tenant(op::create_user, was.tenant);
  request.proposed = Proposal().text("email", was.email).text("name", was.name).take();
  request.resource_id = was.id.to_string();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (const auto bad = check_new_name("/name", "", was.name)) return *bad;
  if (auto free = check_email_is_free(change, was); !free.ok()) return free;
  if (auto begins = change.begin(was.tenant, {{domain::Quota::kUsers}}); !begins.ok()) return begins;
  domain::User user = was;
  user.updated_at = change.now;
  if (auto put = stored(domain::put_user(change.write, user)); !put.ok()) return put;
  return append_audit(change, request, authorized.value(), kNothing, to_audit(user, {}));
}

}  // namespace

Outcome<void> restore_user(Change& change, const domain::User& was) {
  const auto now = stored(domain::get_user(change.txn, was.tenant, was.id));
  if (!now.ok()) return now.error();
  if (!*now) return put_user_back(change, was);
  if ((*now)->name != was.name) {
    const auto named = update_user(change, was.tenant, was.id, {.name = was.name, .roles = {}}, {});
    if (!named.ok()) return named.error();
  }
  if ((*now)->active != was.active) {
    const auto set = suspend_user(change, was.tenant, was.id, was.active, {});
    if (!set.ok()) return set.error();
  }
  return {};
}

Outcome<void> delete_user(Change& change, const domain::TenantId& tenant, const domain::UserId& id,
                          const IfMatch& match, bool force) {
  const auto request = on_user(op::delete_user, tenant, id);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto user = existing_user(change, tenant, id);
  if (!user.ok()) return user.error();
  const auto matches = check_match(match, user.value().revision);
  if (!matches.ok()) return matches;
  if (!force)
    if (auto unused = check_no_grants(change, {tenant, id, {}, {}}, "user " + id.to_string()); !unused.ok())
      return unused;
  // Where they are too many for one change they aren't read either: each has an entry of its own.
  const auto in_steps = stored(domain::goes_in_steps(change.txn, tenant, id));
  if (!in_steps.ok()) return in_steps.error();
  Outcome<std::vector<std::string>> slugs{std::vector<std::string>()};
  if (!*in_steps) slugs = mapped_slugs(change, tenant, id);
  if (!slugs.ok()) return slugs.error();
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_user(
      change.write, user.value(), deleted_by(change, authorized.value()), noting_gone(change)));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized.value(), to_audit(user.value(), slugs.value()), kNothing);
}

}  // namespace api
