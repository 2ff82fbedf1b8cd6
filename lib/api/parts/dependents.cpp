#include "api/parts/dependents.h"

#include <string>

#include "domain/credential.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/rule.h"
#include "domain/subgroup.h"

namespace api {

using store::Table;

Outcome<void> Dependents::of(const domain::Group& group) {
  if (auto done = mappings_of(group.id); !done.ok()) return done;
  if (auto done = mappings_on(domain::group_resource(group.id)); !done.ok()) return done;
  const auto members = stored(
      domain::each_membership(change_.txn, tenant_, group.id, nullptr, [&](domain::Membership&& member) {
        note({Table::kMemberOf, member.user.to_string(), group.id.to_string()}, member.revision);
        return goes_on();
      }));
  if (!members.ok()) return members;
  const auto inner =
      stored(domain::each_subgroup(change_.txn, tenant_, group.id, nullptr, [&](domain::Subgroup&& member) {
        note({Table::kGroupIn, member.member.to_string(), group.id.to_string()}, member.revision);
        return goes_on();
      }));
  if (!inner.ok()) return inner;
  return groups_with(group.id);
}

Outcome<void> Dependents::of(const domain::User& user) {
  if (auto done = mappings_of(user.id); !done.ok()) return done;
  if (auto done = credentials_of(user.id); !done.ok()) return done;
  return groups_with(user.id);
}

Outcome<void> Dependents::of(const domain::ServiceUser& user) {
  if (auto done = mappings_of(user.id); !done.ok()) return done;
  return credentials_of(user.id);
}

Outcome<void> Dependents::of(const domain::Project& project) {
  return mappings_on(domain::project_resource(project.id));
}

Outcome<void> Dependents::of(const domain::TenantPolicy& policy, const std::set<domain::RuleId>& known) {
  const auto rules = stored(domain::rules_of(change_.txn, tenant_, policy.id));
  if (!rules.ok()) return rules.error();
  for (const domain::Rule& rule : *rules)
    if (!known.contains(rule.id))
      note({Table::kRule, rule.id.to_string(), policy.id.to_string()}, rule.revision);
  return {};
}

Outcome<void> Dependents::check(store::Revision undone) const {
  if (many_ == 0) return {};
  return built_upon(undone, told_, many_);
}

void Dependents::note(const domain::ChangedObject& object, store::Revision revision) {
  ++many_;
  if (told_.size() < kMostLaterTold && visible_(object))
    told_.push_back({revision, std::string(domain::noun_of(object.table)), object.id});
}

Outcome<void> Dependents::mappings_of(const domain::Principal& who) {
  return stored(domain::each_mapping_of(change_.txn, tenant_, who, nullptr, [&](domain::Mapping&& mapping) {
    note({Table::kMapping, mapping.id.to_string(), ""}, mapping.revision);
    return goes_on();
  }));
}

Outcome<void> Dependents::mappings_on(const domain::ResourceText& resource) {
  return stored(domain::each_mapping_on(change_.txn, tenant_, resource, [&](domain::Mapping&& mapping) {
    note({Table::kMapping, mapping.id.to_string(), ""}, mapping.revision);
    return goes_on();
  }));
}

Outcome<void> Dependents::groups_with(const domain::Principal& member) {
  const auto groups = stored(domain::direct_groups(change_.txn, tenant_, member, domain::Disabled::kCounted));
  if (!groups.ok()) return groups.error();
  for (const domain::GroupId& group : *groups) {
    if (member.kind == domain::PrincipalKind::kGroup) {
      const auto there =
          stored(domain::get_subgroup(change_.txn, tenant_, group, domain::GroupId(member.id)));
      if (!there.ok()) return there.error();
      if (*there) note({Table::kGroupIn, member.id.to_string(), group.to_string()}, (*there)->revision);
    } else {
      const auto there =
          stored(domain::get_membership(change_.txn, tenant_, group, domain::UserId(member.id)));
      if (!there.ok()) return there.error();
      if (*there) note({Table::kMemberOf, member.id.to_string(), group.to_string()}, (*there)->revision);
    }
  }
  return {};
}

Outcome<void> Dependents::credentials_of(const domain::Principal& who) {
  return stored(domain::each_credential_of(change_.txn, tenant_, who, nullptr,
                                           [&](domain::Credential&&) { return ++many_, goes_on(); }));
}

}  // namespace api
