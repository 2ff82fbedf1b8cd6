#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/rules.h"
#include "domain/tenant_policy.h"

namespace api {

namespace op {
inline constexpr Operation list_policies = {
    .action = "policy:list", .kind = kRead, .scope = "organization:policymanage", .resource = "policy"};
inline constexpr Operation get_policy = {
    .action = "policy:get", .kind = kRead, .scope = "organization:policymanage", .resource = "policy"};
inline constexpr Operation create_policy = {
    .action = "policy:create", .kind = kWrite, .scope = "organization:policymanage", .resource = "policy"};
inline constexpr Operation update_policy = {
    .action = "policy:update", .kind = kWrite, .scope = "organization:policymanage", .resource = "policy"};
inline constexpr Operation delete_policy = {
    .action = "policy:delete", .kind = kWrite, .scope = "organization:policymanage", .resource = "policy"};
inline constexpr Operation reorder_policies = {
    .action = "policy:reorder", .kind = kWrite, .scope = "organization:policymanage", .resource = "policy"};

inline constexpr Operation kPolicies[] = {list_policies, get_policy,    create_policy,
                                          update_policy, delete_policy, reorder_policies};
}  // namespace op

struct PolicyView {
  domain::TenantPolicy policy;
  bool is_built_in = false;  // `roles`: below every priority, so its own says nothing
  std::vector<RuleView> rules;
};

// In the order in which they are asked: highest priority first, of one priority as they were made, and the
// built-in one last.
Outcome<Page<PolicyView>> list_policies(const Read&, const domain::TenantId& tenant, const PageRequest&);
Outcome<PolicyView> get_policy(const Read&, const domain::TenantId& tenant, const domain::PolicyId& id);

struct NewPolicy {
  std::string name;  // 1-200 characters, not unique
  std::optional<std::string> description;
  bool enabled = true;
  std::int32_t priority = 0;
  std::vector<GivenRule> rules;  // up to domain::kMaxRulesOfPolicy
};
std::optional<Error> check(const NewPolicy&);
Outcome<PolicyView> create_policy(Change&, const domain::TenantId& tenant, const NewPolicy&,
                                  const RuleDrafts& = {});

struct PolicyPatch {
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> description;
  std::optional<bool> enabled;
  std::optional<std::int32_t> priority;
};
std::optional<Error> check(const PolicyPatch&);

// Of the built-in one `enabled` alone, else kBuiltIn.
Outcome<PolicyView> update_policy(Change&, const domain::TenantId& tenant, const domain::PolicyId& id,
                                  const PolicyPatch&, const IfMatch&, const RuleDrafts& = {});

// With its rules.
// kInUse where rules of it are templates of grants, unless `force` takes them along.
Outcome<void> delete_policy(Change&, const domain::TenantId& tenant, const domain::PolicyId& id,
                            const IfMatch&, const RuleDrafts& = {});

// Gives the policies the priorities n, …, 2, 1 in this order, which names each but the built-in one once, and
// answers them.
Outcome<std::vector<domain::TenantPolicy>> reorder_policies(Change&, const domain::TenantId& tenant,
                                                            const std::vector<domain::PolicyId>& ids,
                                                            const RuleDrafts& = {});

// Puts a policy back that was deleted, with its rules, under their ids; asks the guard what making it asks.
// `texts_are_right` where it is known that they fit the schema. Without asking tests. For undo.
// REQUIRES: it isn't there
Outcome<void> restore_policy(Change&, const domain::TenantPolicy& was, std::vector<domain::Rule> rules,
                             bool texts_are_right);

// The drafts of each change (rules.h).
Outcome<RuleDrafts> draft_policy(const Read&, const domain::TenantId& tenant, const NewPolicy&, const Trial&);
Outcome<RuleDrafts> draft_policy_patch(const Read&, const domain::TenantId& tenant, const domain::PolicyId&,
                                       const PolicyPatch&, const Trial&);
Outcome<RuleDrafts> draft_policy_deletion(const Read&, const domain::TenantId& tenant,
                                          const domain::PolicyId&, const Trial&);
Outcome<RuleDrafts> draft_policy_order(const Read&, const domain::TenantId& tenant,
                                       const std::vector<domain::PolicyId>& ids, const Trial&);

}  // namespace api
