#include "api/groups.h"

#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/found_rows.h"
#include "api/parts/grants_in_use.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/member_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/parts/taken_names.h"
#include "domain/counts.h"
#include "names/fold.h"

namespace api {
namespace {

Outcome<GroupView> view_group(const Read& read, domain::Group group) {
  const auto members = stored(domain::count_members(read.txn, group.tenant, group.id));
  if (!members.ok()) return members.error();
  auto roles = mapped_slugs(read, group.tenant, group.id);
  if (!roles.ok()) return roles.error();
  return GroupView{std::move(group), members.value(), std::move(roles).value()};
}

AccessRequest updating_group(const domain::TenantId& tenant, const domain::GroupId& id,
                             const GroupPatch& patch) {
  auto request = on_group(op::update_group, tenant, id);
  request.proposed = Proposal().text_if("name", patch.name).take();
  return request;
}

// What the guard has allowed.
struct Allowed {
  AccessRequest request;
  Authorization authorized;
};

Outcome<Allowed> ask(Change& change, AccessRequest request) {
  auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  return Allowed{std::move(request), std::move(authorized).value()};
}

// Enabling gives those who are in the group what it gives, now or later. So it is asked about as adding
// somebody is, too: a policy of that need not know that there are states.
Outcome<Allowed> ask_for_state(Change& change, const domain::TenantId& tenant, const domain::GroupId& id,
                               domain::State state) {
  const bool gives = state == domain::State::kEnabled;
  const auto gift =
      gives ? gift_of_joining(change, tenant, id) : Outcome<Gift>(gift_of(*change.catalogue, {}));
  if (!gift.ok()) return gift.error();
  auto request = on_group(op::set_group_state, tenant, id);
  request.proposed = Proposal().text("state", name_of(state)).gives(*gift).take();
  auto allowed = ask(change, std::move(request));
  if (!allowed.ok() || !gives) return allowed;
  const auto joins = authorize_change(change, adding_member(tenant, id, std::nullopt, *gift));
  if (!joins.ok()) return joins.error();
  return allowed;
}

// What is done to a group: each is a question of its own, and an entry of the audit log.
struct Steps {
  std::optional<Allowed> update, state;
};

// All of it before anything is written. A patch of the state alone is no update.
Outcome<Steps> ask(Change& change, const domain::TenantId& tenant, const domain::GroupId& id,
                   const GroupPatch& patch) {
  Steps steps;
  const bool updates = patch.name || patch.description || patch.title || patch.metadata;
  if (updates || !patch.state) {
    auto allowed = ask(change, updating_group(tenant, id, patch));
    if (!allowed.ok()) return allowed.error();
    steps.update = std::move(allowed).value();
  }
  if (patch.state) {
    auto allowed = ask_for_state(change, tenant, id, *patch.state);
    if (!allowed.ok()) return allowed.error();
    steps.state = std::move(allowed).value();
  }
  return steps;
}

// But for the state.
bool same(const domain::Group& a, const domain::Group& b) {
  return a.name == b.name && a.description == b.description && a.title == b.title && a.metadata == b.metadata;
}

// Whether a patch may be applied to the group as it is.
Outcome<void> check_state(const Read& read, const domain::Group& before, const domain::Group& after,
                          const IfMatch& match) {
  if (before.source == domain::Source::kScim && after.name != before.name)
    return error(Code::kForbidden,
                 "group " + before.id.to_string() + ": only its identity provider can rename it");
  const auto matches = check_match(match, before.revision);
  if (!matches.ok()) return matches;
  if (after.name == before.name) return {};  // one of before names were compared like that may stay
  if (const auto bad = check_new_name("/name", before.name, after.name)) return *bad;
  return check_name_is_free(read, after);
}

Outcome<void> append_audit(Change& change, const Allowed& allowed, const domain::Group& before,
                           const domain::Group& after) {
  return append_audit(change, allowed.request, allowed.authorized, to_audit(before), to_audit(after));
}

// REQUIRES: the steps for what differs have been allowed
Outcome<void> replace_group(Change& change, const Steps& steps, const domain::Group& before,
                            domain::Group after) {
  after.updated_at = change.now;
  const bool changes_state = before.state != after.state;
  const bool changes_rest = !changes_state || !same(before, after);
  // Disabling takes away what its members may do.
  const bool takes_away = !changes_rest && after.state == domain::State::kDisabled;
  if (auto begins = takes_away ? change.begin_removal() : change.begin(after.tenant); !begins.ok())
    return begins;
  if (auto put = stored(domain::put_group(change.write, after)); !put.ok()) return put;
  domain::Group between = after;
  between.state = before.state;
  if (changes_rest && steps.update)
    if (auto noted = append_audit(change, *steps.update, before, between); !noted.ok()) return noted;
  if (!changes_state || !steps.state) return {};
  return append_audit(change, *steps.state, between, after);
}

bool is_wanted(const GroupFilter& filter, const domain::Group& group) {
  if (filter.source && group.source != *filter.source) return false;
  if (filter.state && group.state != *filter.state) return false;
  return !filter.name || names::fold(group.name).find(names::fold(*filter.name)) != std::string::npos;
}

Outcome<Page<GroupView>> search_groups(const Read& read, const domain::TenantId& tenant,
                                       const GroupFilter& filter, const PageRequest& page) {
  const auto query = name_query({*filter.typed, page.after});
  if (!query.ok()) return query.error();
  Pager<GroupView, std::string> pager(read, page);
  const auto done = read_found(
      read, domain::Searched::kGroup, tenant, query.value(), {page.after}, pager,
      [&](const base::Uuid& id) { return domain::get_group(read.txn, tenant, domain::GroupId(id)); },
      [&](domain::Group&& group, const std::string& place) {
        if (!is_wanted(filter, group)) return pager.pass(place);
        return pager.take(place, [&] { return view_group(read, std::move(group)); });
      });
  if (!done.ok()) return done.error();
  return pager.finish();
}

}  // namespace

Outcome<Page<GroupView>> list_groups(const Read& read, const domain::TenantId& tenant,
                                     const GroupFilter& filter, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_groups, tenant));
  if (!authorized.ok()) return authorized.error();
  if (filter.typed) return search_groups(read, tenant, filter, page);
  const auto after = id_cursor<domain::GroupId>(page);
  if (!after.ok()) return after.error();
  Pager<GroupView, domain::GroupId> pager(read, page);
  const auto done = stored(domain::each_group(
      read.txn, tenant, after.value() ? &*after.value() : nullptr, [&](domain::Group&& group) {
        if (!pager.look()) return false;
        const domain::GroupId id = group.id;
        if (!is_wanted(filter, group)) return pager.pass(id);
        return pager.take(id, [&] { return view_group(read, std::move(group)); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<GroupView> get_group(const Read& read, const domain::TenantId& tenant, const domain::GroupId& id) {
  const auto authorized = authorize(read, on_group(op::get_group, tenant, id));
  if (!authorized.ok()) return authorized.error();
  auto group = existing_group(read, tenant, id);
  if (!group.ok()) return group.error();
  return view_group(read, std::move(group).value());
}

std::optional<Error> check(const NewGroup& given) {
  Checks checks;
  checks.name("/name", given.name);
  checks.description("/description", given.description);
  if (given.title) checks.name("/title", *given.title);
  checks.metadata("/metadata", given.metadata);
  return checks.error();
}

Outcome<GroupView> create_group(Change& change, const domain::TenantId& tenant, const NewGroup& given) {
  if (const auto bad = check(given)) return *bad;

  auto request = on_tenant(op::create_group, tenant);
  request.proposed = Proposal().text("name", given.name).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  domain::Group group;
  group.id = given.id.value_or(domain::GroupId(change.make_id()));
  group.tenant = tenant;
  group.name = given.name;
  group.description = given.description;
  group.title = given.title.value_or("");
  group.metadata = metadata_text(given.metadata);
  group.created_at = group.updated_at = change.now;
  if (const auto free = check_name_is_free(change, group); !free.ok()) return free.error();
  if (const auto begins = change.begin(tenant, {{domain::Quota::kGroups}}); !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_group(change.write, group));
  if (!put.ok()) return put.error();
  request.resource_id = group.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(group));
  if (!noted.ok()) return noted.error();
  return GroupView{std::move(group), 0, {}};
}

std::optional<Error> check(const GroupPatch& patch) {
  Checks checks;
  if (patch.name) checks.given_name("/name", *patch.name);
  if (patch.description) checks.description("/description", *patch.description);
  if (patch.title) checks.name("/title", *patch.title);
  if (patch.metadata) checks.metadata("/metadata", *patch.metadata);
  return checks.error();
}

Outcome<GroupView> update_group(Change& change, const domain::TenantId& tenant, const domain::GroupId& id,
                                const GroupPatch& patch, const IfMatch& match) {
  if (const auto bad = check(patch)) return *bad;
  const auto steps = ask(change, tenant, id, patch);
  if (!steps.ok()) return steps.error();
  const auto found = existing_group(change, tenant, id);
  if (!found.ok()) return found.error();

  const domain::Group& before = found.value();
  domain::Group after = before;
  if (patch.name) after.name = *patch.name;
  if (patch.description) after.description = *patch.description;
  after.title = patch.title.value_or(after.title);
  if (patch.metadata) after.metadata = metadata_text(*patch.metadata);
  after.state = patch.state.value_or(after.state);
  const auto possible = check_state(change, before, after, match);
  if (!possible.ok()) return possible.error();
  if (same(before, after) && before.state == after.state) return view_group(change, before);
  if (const auto done = replace_group(change, *steps, before, after); !done.ok()) return done.error();
  auto put = existing_group(change, tenant, id);
  if (!put.ok()) return put.error();
  return view_group(change, std::move(put).value());
}

Outcome<GroupView> set_group_state(Change& change, const domain::TenantId& tenant, const domain::GroupId& id,
                                   domain::State state, const IfMatch& match) {
  GroupPatch patch;
  patch.state = state;
  return update_group(change, tenant, id, patch, match);
}

namespace {

Outcome<void> put_group_back(Change& change, const domain::Group& was) {
  auto request = on_tenant(op::create_group, was.tenant);
  request.proposed = Proposal().text("name", was.name).take();
  request.resource_id = was.id.to_string();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (const auto bad = check_new_name("/name", "", was.name)) return *bad;
  if (auto free = check_name_is_free(change, was); !free.ok()) return free;
  if (auto begins = change.begin(was.tenant, {{domain::Quota::kGroups}}); !begins.ok()) return begins;
  domain::Group group = was;
  group.updated_at = change.now;
  if (auto put = stored(domain::put_group(change.write, group)); !put.ok()) return put;
  return append_audit(change, request, authorized.value(), kNothing, to_audit(group));
}

}  // namespace

Outcome<void> restore_group(Change& change, const domain::Group& was) {
  auto now = stored(domain::get_group(change.txn, was.tenant, was.id));
  if (!now.ok()) return now.error();
  if (!*now) return put_group_back(change, was);
  GroupPatch patch;
  if (was.name != (*now)->name) patch.name = was.name;
  if (was.description != (*now)->description) patch.description = was.description;
  if (was.title != (*now)->title) patch.title = was.title;
  if (was.metadata != (*now)->metadata) patch.metadata.emplace();
  if (was.state != (*now)->state) patch.state = was.state;
  const auto steps = ask(change, was.tenant, was.id, patch);
  if (!steps.ok()) return steps.error();
  if (auto possible = check_state(change, **now, was, {}); !possible.ok()) return possible;
  return replace_group(change, *steps, **now, was);
}

Outcome<void> delete_group(Change& change, const domain::TenantId& tenant, const domain::GroupId& id,
                           const IfMatch& match, bool force) {
  const auto request = on_group(op::delete_group, tenant, id);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto group = existing_group(change, tenant, id);
  if (!group.ok()) return group.error();
  const auto matches = check_match(match, group.value().revision);
  if (!matches.ok()) return matches;
  if (!force)
    if (auto unused = check_no_grants(change, {tenant, id, {}, {}}, "group " + id.to_string()); !unused.ok())
      return unused;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_group(
      change.write, group.value(), deleted_by(change, authorized.value()), noting_gone(change)));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized.value(), to_audit(group.value()), kNothing);
}

}  // namespace api
