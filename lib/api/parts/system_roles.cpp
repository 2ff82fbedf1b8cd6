#include "api/parts/system_roles.h"

#include <algorithm>
#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/role_changes.h"
#include "api/roles.h"

namespace api {
namespace {

// These are the configuration's changes: nobody is asked.
Outcome<void> define(Change& change, const domain::Role& given) {
  const auto found = stored(domain::find_role(change.txn, base::Uuid(), given.slug));
  if (!found.ok()) return found.error();
  const auto& before = found.value();

  domain::Role role = before.value_or(domain::Role{});
  role.slug = given.slug;
  role.name = given.name;
  role.description = given.description;
  role.scopes = given.scopes;
  role.state = domain::State::kEnabled;
  std::sort(role.scopes.begin(), role.scopes.end());
  if (!before) {
    role.is_system = true;
    return make_role(change, on_role(op::create_platform_role, base::Uuid(), role.slug), {}, role);
  }
  const auto request = on_role(op::update_platform_role, base::Uuid(), role.slug);
  const bool adopted = std::exchange(role.is_system, true);
  if (!adopted) role.metadata = "{}";
  return replace_role(change, request, {}, *before, role);
}

Outcome<void> retire(Change& change, const domain::Role& before) {
  const auto request = on_role(op::delete_platform_role, base::Uuid(), before.slug);
  const auto removed = remove_role(change, request, {}, before, false);
  if (removed.ok() || removed.error().code != Code::kInUse) return removed;
  domain::Role after = before;
  after.state = domain::State::kDisabled;
  return replace_role(change, on_role(op::update_platform_role, base::Uuid(), before.slug), {}, before,
                      after);
}

}  // namespace

Outcome<void> sync_system_roles(Change& change, const std::vector<domain::Role>& defined) {
  for (const domain::Role& role : defined) {
    const auto done = define(change, role);
    if (!done.ok()) return done;
  }
  std::vector<domain::Role> stale;
  const auto read = stored(domain::each_role(change.txn, base::Uuid(), "", [&](domain::Role&& role) {
    const bool known =
        std::any_of(defined.begin(), defined.end(), [&](const auto& d) { return d.slug == role.slug; });
    if (role.is_system && !known) stale.push_back(std::move(role));
    return true;
  }));
  if (!read.ok()) return read.error();
  for (const domain::Role& role : stale) {
    const auto done = retire(change, role);
    if (!done.ok()) return done;
  }
  return {};
}

}  // namespace api
