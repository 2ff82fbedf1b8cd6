#include "domain/quota.h"

#include <algorithm>

#include "domain/audit.h"
#include "domain/counts.h"
#include "domain/deletion.h"

namespace domain {
namespace {

base::Result<std::uint64_t> audit_bytes(const store::ReadTxn& txn, const TenantId& tenant) {
  const auto size = audit_size(txn, tenant);
  if (!size.ok()) return size.error();
  return size->bytes;
}

// Of people and of groups. Those of groups that are being deleted are nobody's any more.
base::Result<std::uint64_t> count_memberships(const store::ReadTxn& txn, const TenantId& tenant) {
  const auto all = get_count(txn, tenant, Counted::kMemberships);
  const auto left = count_memberships_left(txn, tenant);
  const auto groups = get_count(txn, tenant, Counted::kSubgroups);
  if (!all.ok() || !left.ok()) return all.ok() ? left : all;
  if (!groups.ok()) return groups;
  return *all - std::min(*all, *left) + *groups;
}

}  // namespace

std::string_view name_of(Quota quota) {
  switch (quota) {
    case Quota::kRoles:
      return "roles";
    case Quota::kGroups:
      return "groups";
    case Quota::kUsers:
      return "users";
    case Quota::kServiceUsers:
      return "service_users";
    case Quota::kMappings:
      return "mappings";
    case Quota::kMemberships:
      return "memberships";
    case Quota::kCredentials:
      return "credentials";
    case Quota::kAuditBytes:
      return "audit_bytes";
    case Quota::kPolicies:
      return "policies";
    case Quota::kRules:
      return "rules";
    case Quota::kEntities:
      return "entities";
    case Quota::kProjects:
      return "projects";
    case Quota::kGrants:
      return "grants";
    case Quota::kPolicyTests:
      return "policy_tests";
  }
  return "";
}

QuotaLimits limits_of(const OwnLimits& own, const QuotaLimits& of_everybody) {
  QuotaLimits limits;
  for (const Quota quota : kAllQuotas) limits[quota] = own[quota].value_or(of_everybody[quota]);
  return limits;
}

base::Result<std::uint64_t> get_used(const store::ReadTxn& txn, const TenantId& tenant, Quota quota) {
  switch (quota) {
    case Quota::kRoles:
      return get_count(txn, tenant, Counted::kRoles);
    case Quota::kGroups:
      return get_count(txn, tenant, Counted::kGroups);
    case Quota::kUsers:
      return get_count(txn, tenant, Counted::kUsers);
    case Quota::kServiceUsers:
      return get_count(txn, tenant, Counted::kServiceUsers);
    case Quota::kMappings:
      return get_count(txn, tenant, Counted::kMappings);
    case Quota::kMemberships:
      return count_memberships(txn, tenant);
    case Quota::kCredentials:
      return get_count(txn, tenant, Counted::kCredentials);
    case Quota::kAuditBytes:
      return audit_bytes(txn, tenant);
    case Quota::kPolicies:
      return get_count(txn, tenant, Counted::kPolicies);
    case Quota::kRules:
      return get_count(txn, tenant, Counted::kRules);
    case Quota::kEntities:
      return get_count(txn, tenant, Counted::kEntities);
    case Quota::kProjects:
      return get_count(txn, tenant, Counted::kProjects);
    case Quota::kGrants:
      return get_count(txn, tenant, Counted::kGrants);
    case Quota::kPolicyTests:
      return get_count(txn, tenant, Counted::kPolicyTests);
  }
  return std::uint64_t{0};
}

}  // namespace domain
