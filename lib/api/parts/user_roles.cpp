#include "api/parts/user_roles.h"

#include <algorithm>
#include <utility>

#include "domain/mapping.h"
#include "domain/shadowed_role.h"

namespace api {

Outcome<RoleChanges> RoleChanges::plan(const Read& read, const domain::TenantId& tenant,
                                       const domain::Principal& who,
                                       const std::optional<std::vector<std::string>>& slugs) {
  RoleChanges changes;
  changes.tenant_ = tenant;
  changes.who_ = who;
  if (!slugs) return changes;

  std::vector<domain::RoleId> held;
  const auto done = stored(domain::each_held_role(read.txn, tenant, who, [&](const domain::Holding& holding) {
    if (holding.resource.empty()) held.push_back(holding.role);
    return true;
  }));
  if (!done.ok()) return done.error();

  std::vector<domain::RoleId> wanted;
  for (std::size_t i = 0; i < slugs->size(); ++i) {
    auto role = find_role_of(read, tenant, (*slugs)[i]);
    if (!role.ok()) return role.error();
    if (!role.value()) {
      changes.unknown_.push_back({"/roles/" + std::to_string(i), (*slugs)[i]});
      continue;
    }
    const domain::RoleId id = role.value()->id;
    const bool repeated = std::find(wanted.begin(), wanted.end(), id) != wanted.end();
    if (repeated) continue;
    wanted.push_back(id);
    if (std::find(held.begin(), held.end(), id) == held.end())
      changes.added_.push_back({*std::move(role).value()});
  }
  for (const domain::RoleId& id : held) {
    if (std::find(wanted.begin(), wanted.end(), id) != wanted.end()) continue;
    auto role = stored(domain::find_role_in_force(read.txn, tenant, id));
    if (!role.ok()) return role.error();
    if (role.value()) changes.removed_.push_back({*std::move(role).value()});
  }
  return changes;
}

std::vector<std::string> RoleChanges::given_scopes() const {
  std::vector<std::string> scopes;
  for (const Step& step : added_)
    scopes.insert(scopes.end(), step.role.scopes.begin(), step.role.scopes.end());
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  return scopes;
}

std::size_t RoleChanges::net_added() const {
  return added_.size() - std::min(added_.size(), removed_.size());
}

Outcome<void> RoleChanges::authorize(Change& change) {
  for (Step& step : added_) {
    const NewMapping mapping{who_, {}, {}, {}, {}};
    auto authorized =
        authorize_change(change, creating_mapping(tenant_, mapping, proposed_role(change, step.role)));
    if (!authorized.ok()) return authorized.error();
    step.authorized = std::move(authorized).value();
  }
  for (Step& step : removed_) {
    auto authorized = authorize_change(
        change, deleting_mapping(tenant_, {who_, step.role.id, {}}, proposed_role(change, step.role)));
    if (!authorized.ok()) return authorized.error();
    step.authorized = std::move(authorized).value();
  }
  return {};
}

Outcome<void> RoleChanges::apply(Change& change) const {
  for (const Step& step : added_) {
    const NewMapping mapping{who_, {}, {}, {}, {}};
    const auto request = creating_mapping(tenant_, mapping, proposed_role(change, step.role));
    const auto made =
        put_new_mapping(change, request, step.authorized, mapping, {step.role.id, step.role.slug});
    if (!made.ok()) return made.error();
  }
  for (const Step& step : removed_) {
    const auto request =
        deleting_mapping(tenant_, {who_, step.role.id, {}}, proposed_role(change, step.role));
    const auto removed =
        remove_mapping(change, request, step.authorized, {who_, step.role.id, {}}, step.role.slug, {});
    if (!removed.ok()) return removed;
  }
  return {};
}

}  // namespace api
