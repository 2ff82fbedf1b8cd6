#include "api/policy_evaluation.h"

#include <cassert>
#include <utility>

#include "api/parts/authorize.h"
#include "domain/group.h"

namespace api {
namespace {

Outcome<void> check_groups(const Read& read, const domain::TenantId& tenant,
                           const std::vector<domain::GroupId>& groups) {
  std::vector<FieldError> absent;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto group = stored(domain::get_group(read.txn, tenant, groups[i]));
    if (!group.ok()) return group.error();
    if (!group.value())
      absent.push_back({"/groups/" + std::to_string(i), "there is no group " + groups[i].to_string()});
  }
  if (!absent.empty()) return invalid(Code::kInvalidInput, std::move(absent));
  return {};
}

}  // namespace

Outcome<PolicyAnswer> evaluate_policies(const Read& read, const domain::TenantId& tenant, UserIds user_ids,
                                        const PolicyQuestion& question) {
  assert(question.groups.size() <= kMaxSupposedGroups);
  const auto authorized = authorize(read, on_tenant(op::decide, tenant));
  if (!authorized.ok()) return authorized.error();
  if (const auto there = check_groups(read, tenant, question.groups); !there.ok()) return there.error();
  const auto policies = stored(read.policies->get(read.txn, tenant));
  if (!policies.ok()) return policies.error();
  authz::Decider decider(read.txn, *read.catalogue, *policies, tenant, user_ids, read.now);
  if (!question.groups.empty())
    if (const auto supposed = stored(decider.suppose(question.principal, question.groups)); !supposed.ok())
      return supposed.error();
  const auto decided = stored(decider.decide({question.principal, question.resource, question.action}));
  if (!decided.ok()) return decided.error();
  PolicyAnswer answer{decided->allowed, deciding_policies(*decided, **policies), reason_of(*decided), {}};
  for (const auto* rule : decided->determining)
    if (!rule->notice.empty()) answer.notices.push_back(rule->notice);
  return answer;
}

}  // namespace api
