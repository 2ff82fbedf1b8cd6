#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// One statement of Cedar in a tenant's policy, as it was written. What it says is not known here: whoever
// stores it has read it.
struct Rule {
  RuleId id;
  TenantId tenant;
  PolicyId policy;
  std::uint64_t ordinal = 0;  // its place among the policy's rules, which no other has
  std::string text;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const Rule&) const = default;
};

inline constexpr std::size_t kMaxRuleText = std::size_t{64} << 10U;       // bytes
inline constexpr std::size_t kMaxRulesOfPolicy = 1'000;                   // so that one change takes them all
inline constexpr std::size_t kMaxPolicyText = std::size_t{1} << 20U;      // bytes of a policy's rules
inline constexpr std::size_t kMaxTenantRuleText = std::size_t{4} << 20U;  // bytes of a tenant's rules

base::Result<std::optional<Rule>> get_rule(const store::ReadTxn&, const TenantId& tenant,
                                           const PolicyId& policy, const RuleId& id);

// Whichever policy has it: a look for each policy of the tenant.
base::Result<std::optional<Rule>> find_rule(const store::ReadTxn&, const TenantId& tenant, const RuleId& id);

// Adds or replaces. REQUIRES: the policy exists
base::Result<void> put_rule(store::WriteTxn&, Rule&);

base::Result<void> delete_rule(store::WriteTxn&, const Rule&);

// By its key, whatever its record is: for a tenant that is being deleted.
base::Result<void> delete_rule_at(store::WriteTxn&, std::string_view key);

// All of a policy's.
base::Result<void> delete_rules(store::WriteTxn&, const TenantId& tenant, const PolicyId& policy);

// All of a policy's, by ordinal. They are as many, and as long together, as the limits above say.
base::Result<std::vector<Rule>> rules_of(const store::ReadTxn&, const TenantId& tenant,
                                         const PolicyId& policy);

// How many there are, and how many bytes they take in the store, without looking at them.
struct RuleSizes {
  std::size_t rules = 0;
  std::size_t bytes = 0;
};
base::Result<RuleSizes> sizes_of_rules(const store::ReadTxn&, const TenantId& tenant, const PolicyId& policy);
base::Result<RuleSizes> sizes_of_rules(const store::ReadTxn&, const TenantId& tenant);  // of all its policies

}  // namespace domain
