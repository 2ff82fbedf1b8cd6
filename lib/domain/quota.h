#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// What a tenant may have only so many of. The names are members of records: DO NOT CHANGE, only append.
enum class Quota : std::uint8_t {
  kRoles,  // its own, without system and platform roles
  kGroups,
  kUsers,
  kServiceUsers,  // those of API keys, revoked ones too
  kMappings,      // whenever in force
  kMemberships,
  kCredentials,  // API keys and secrets that aren't revoked; expired ones count
  kAuditBytes,   // of keys and records in the store
  kPolicies,     // its own, without the built-in one
  kRules,        // of all its policies
  kEntities,     // of its application, stored ones
  kProjects,
  kGrants,  // of templates, whenever in force
  kPolicyTests,
};
inline constexpr std::array kAllQuotas = {
    Quota::kRoles,       Quota::kGroups,      Quota::kUsers,      Quota::kServiceUsers, Quota::kMappings,
    Quota::kMemberships, Quota::kCredentials, Quota::kAuditBytes, Quota::kPolicies,     Quota::kRules,
    Quota::kEntities,    Quota::kProjects,    Quota::kGrants,     Quota::kPolicyTests};
std::string_view name_of(Quota);  // "service_users"

// A value for each quota.
template <typename T>
class PerQuota {
 public:
  constexpr PerQuota() = default;
  explicit constexpr PerQuota(const T& all) { values_.fill(all); }

  constexpr T& operator[](Quota q) { return values_[static_cast<std::size_t>(q)]; }
  constexpr const T& operator[](Quota q) const { return values_[static_cast<std::size_t>(q)]; }
  bool operator==(const PerQuota&) const = default;

 private:
  std::array<T, kAllQuotas.size()> values_{};
};

// The most there may be of each.
using QuotaLimits = PerQuota<std::uint64_t>;
inline constexpr QuotaLimits kNoLimits{std::numeric_limits<std::uint64_t>::max()};

// The limits that a tenant has of its own; the others are everybody's.
using OwnLimits = PerQuota<std::optional<std::uint64_t>>;
inline constexpr std::uint64_t kMaxLimit = (std::uint64_t{1} << 53U) - 1;  // every JSON reader has it exactly

QuotaLimits limits_of(const OwnLimits&, const QuotaLimits& of_everybody);

// How much of it the tenant has, at the same cost for any number.
base::Result<std::uint64_t> get_used(const store::ReadTxn&, const TenantId& tenant, Quota);

}  // namespace domain
