// A template says in its text what it permits, and may be given to somebody a million times: of many grants
// the templates are looked at once each.
#include "authz/grant_scopes.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "authz/authority.h"
#include "authz/tenant_policies.h"
#include "authz/tenant_rule.h"
#include "domain/directory.h"
#include "domain/entity_name.h"
#include "domain/grant.h"
#include "domain/rule.h"

namespace authz {
namespace {

bool is_of_reeve(const domain::Permission& permission) {
  return permission.service == names::kDefaultService &&
         (permission.resource == "organization" || permission.resource == domain::kGroupType ||
          permission.resource == domain::kProjectType);
}

// The permissions that an action's name may stand for.
void add_action(const domain::Catalogue& catalogue, const cedar::EntityUid& action,
                domain::PermissionSet& given) {
  const std::string& name = action.id();
  if (name.size() > names::kMaxPermissionName) return;
  if (const auto place = catalogue.place_of(name)) given.add(*place);
  for (std::size_t place = 0; place < catalogue.all().size(); ++place)
    if (const auto& known = catalogue.all()[place]; known.verb == name && !is_of_reeve(known))
      given.add(place);
}

domain::PermissionSet all_of_applications(const domain::Catalogue& catalogue) {
  domain::PermissionSet all;
  for (std::size_t place = 0; place < catalogue.all().size(); ++place)
    if (!is_of_reeve(catalogue.all()[place])) all.add(place);
  return all;
}

domain::PermissionSet permitted(const domain::Catalogue& catalogue, const cedar::Template& rule) {
  domain::PermissionSet given;
  if (rule.effect == cedar::Effect::kForbid) return given;
  if (const auto* equal = std::get_if<cedar::ActionEqual>(&rule.action)) {
    add_action(catalogue, equal->action, given);
    return given;
  }
  const auto* set = std::get_if<cedar::ActionInSet>(&rule.action);
  if (!set) return all_of_applications(catalogue);
  for (const cedar::EntityUid& action : set->actions) add_action(catalogue, action, given);
  return given;
}

// Gathers templates, each once, and looks at what they permit.
class Gathered {
 public:
  // Which of the templates count: those whose slot for the one or the other asks `in`.
  enum class Reaching { kPrincipals, kResources, kAny };

  Gathered(const store::ReadTxn& txn, const domain::Catalogue& catalogue, base::Timestamp now)
      : txn_(txn), catalogue_(catalogue), now_(now) {}

  // Of all grants that are found so.
  template <typename By>
  base::Result<void> add(const domain::TenantId& tenant, const By& by, Reaching reaching) {
    if (is_too_much()) return {};
    base::Result<void> outcome;
    const auto read = domain::each_grant(txn_, tenant, by, [&](domain::Grant&& grant) {
      if (!grant.expires_at || now_ < *grant.expires_at) outcome = look_at(grant, reaching);
      return ++looked_at_ <= kMostLookedAt && outcome.ok();
    });
    return read.ok() ? outcome : read;
  }

  domain::PermissionSet take() {
    if (is_too_much())
      for (std::size_t place = 0; place < catalogue_.all().size(); ++place) given_.add(place);
    return std::move(given_);
  }

 private:
  bool is_too_much() const { return looked_at_ > kMostLookedAt; }

  base::Result<void> look_at(const domain::Grant& grant, Reaching reaching) {
    if (!known_.insert({grant.rule, reaching}).second) return {};
    const auto rule = domain::get_rule(txn_, grant.tenant, grant.policy, grant.rule);
    if (!rule.ok()) return rule.error();
    if (!*rule) return {};
    const auto parsed = parse_rule((*rule)->text, grant.rule.to_string());
    if (!parsed.ok()) return {};  // it decides nothing
    const auto reaches = [](const cedar::ScopeConstraint& constraint) {
      return slot_of(constraint) == TemplateSlot::kIn;
    };
    if (reaching == Reaching::kPrincipals && !reaches(parsed->body->principal)) return {};
    if (reaching == Reaching::kResources && !reaches(parsed->body->resource)) return {};
    permitted(catalogue_, *parsed->body).each([&](std::size_t place) {
      given_.add(catalogue_.closure(place));
    });
    return {};
  }

  const store::ReadTxn& txn_;
  const domain::Catalogue& catalogue_;
  const base::Timestamp now_;
  std::set<std::pair<domain::RuleId, Reaching>> known_;
  std::size_t looked_at_ = 0;
  domain::PermissionSet given_;
};

}  // namespace

std::vector<std::string> scopes_permitted(const domain::Catalogue& catalogue, const cedar::Template& rule) {
  return catalogue.scopes_of(permitted(catalogue, rule));
}

base::Result<domain::PermissionSet> permissions_granted_to(
    const store::ReadTxn& txn, const domain::Catalogue& catalogue, const domain::TenantId& tenant,
    const domain::Principal& who, const std::vector<domain::GroupId>& groups, base::Timestamp now) {
  using enum Gathered::Reaching;
  Gathered gathered(txn, catalogue, now);
  const auto add = [&](std::string_view type, const base::Uuid& id, Gathered::Reaching reaching) {
    const std::string name = to_string(domain::EntityName{std::string(type), id.to_string()});
    return gathered.add(tenant, domain::GrantsOf{name}, reaching);
  };
  const bool is_group = who.kind == domain::PrincipalKind::kGroup;
  const std::string_view type = is_group                                          ? domain::kGroupType
                                : who.kind == domain::PrincipalKind::kServiceUser ? domain::kServiceUserType
                                                                                  : domain::kUserType;
  if (auto added = add(type, who.id, is_group ? kPrincipals : kAny); !added.ok()) return added.error();
  for (const domain::GroupId& group : groups)
    if (auto added = add(domain::kGroupType, group, kPrincipals); !added.ok()) return added.error();
  return gathered.take();
}

base::Result<domain::PermissionSet> permissions_granted_below(
    const store::ReadTxn& txn, const domain::Catalogue& catalogue, const domain::TenantId& tenant,
    const std::vector<domain::ResourceText>& resources, base::Timestamp now) {
  Gathered gathered(txn, catalogue, now);
  for (const domain::ResourceText& resource : resources)
    if (auto added = gathered.add(tenant, domain::GrantsOn{resource}, Gathered::Reaching::kResources);
        !added.ok())
      return added.error();
  return gathered.take();
}

}  // namespace authz
