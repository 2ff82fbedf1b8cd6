#include "api/parts/explained_names.h"

#include "domain/directory.h"
#include "domain/group.h"
#include "domain/rule.h"
#include "domain/service_user.h"
#include "domain/tenant_policy.h"
#include "domain/user.h"

namespace api {

// What can't be read is called by its id: the answer itself says that the store is damaged.
std::string ExplainedNames::of(const domain::EntityName& name) const {
  if (name.type == domain::kTenantType && name.id == tenant_.to_string()) return "the tenant";
  if (sight_.directory && name.type == domain::kUserType)
    if (const auto id = domain::UserId::parse(name.id)) {
      const auto user = domain::get_user(read_.txn, tenant_, *id);
      if (user.ok() && *user) return (*user)->name;
    }
  if (sight_.directory && name.type == domain::kServiceUserType)
    if (const auto id = domain::ServiceUserId::parse(name.id)) {
      const auto user = domain::get_service_user(read_.txn, tenant_, *id);
      if (user.ok() && *user) return (*user)->title;
    }
  if (name.type == domain::kGroupType)
    if (const auto id = domain::GroupId::parse(name.id)) return of(*id);
  return name.type + "/" + name.id;
}

std::string ExplainedNames::of(const domain::GroupId& id) const {
  const auto group = domain::get_group(read_.txn, tenant_, id);
  const bool is_seen = sight_.directory && group.ok() && *group;
  return "group " + (is_seen ? (*group)->name : id.to_string());
}

std::string ExplainedNames::of(const domain::PolicyId& policy, const domain::RuleId& rule) const {
  const auto known = domain::get_policy(read_.txn, tenant_, policy);
  const auto rules = domain::rules_of(read_.txn, tenant_, policy);
  if (!known.ok() || !*known || !rules.ok()) return "rule " + rule.to_string();
  std::size_t place = 1;
  for (const domain::Rule& one : *rules) {
    if (one.id == rule) break;
    ++place;
  }
  return "rule " + std::to_string(place) + " of policy " + (*known)->name;
}

std::string day_of(base::Timestamp at) {
  std::string text = to_string(at);
  constexpr std::string_view kMidnight = "T00:00:00.000Z";
  if (text.ends_with(kMidnight)) text.resize(text.size() - kMidnight.size());
  return text;
}

}  // namespace api
