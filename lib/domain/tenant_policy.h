#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

// What a tenant decides its own questions by: a named set of rules (rule.h) of one priority. Those of the
// files, which guard Reeve's own calls, are none of these (authz/guard.h); nor is the built-in policy `roles`
// (decision_settings.h).
struct TenantPolicy {
  PolicyId id;
  TenantId tenant;
  std::string name;
  std::optional<std::string> description;
  bool enabled = true;
  std::int32_t priority = 0;       // policies of a higher one decide first, those of the same together
  std::uint64_t next_ordinal = 1;  // of the rule that is added next
  std::optional<Principal> created_by, updated_by;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;  // also of the last change of its rules

  bool operator==(const TenantPolicy&) const = default;
};

base::Result<std::optional<TenantPolicy>> get_policy(const store::ReadTxn&, const TenantId& tenant,
                                                     const PolicyId& id);

// Adds or replaces.
base::Result<void> put_policy(store::WriteTxn&, TenantPolicy&);

// Deletes its rules too, of which there are at most kMaxRulesOfPolicy.
base::Result<void> delete_policy(store::WriteTxn&, const TenantPolicy&);

// By its key, whatever its record is, without its rules: for a tenant that is being deleted.
base::Result<void> delete_policy_at(store::WriteTxn&, std::string_view key);

// In order of id, behind `after`.
base::Result<void> each_policy(const store::ReadTxn&, const TenantId& tenant, const PolicyId* after,
                               base::FunctionRef<bool(TenantPolicy&&)> fn);

}  // namespace domain
