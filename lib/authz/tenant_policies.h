#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "authz/guard.h"
#include "authz/policy_texts.h"
#include "authz/tenant_rule.h"
#include "authz/tenant_schemas.h"
#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/compiled_policies.h"
#include "cedar/source.h"
#include "domain/decision_settings.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace authz {

// A rule, as far as answers tell of it.
struct TenantRule {
  domain::PolicyId policy;
  domain::RuleId rule;
  std::string notice;  // "" where it has none
  std::vector<Obligation> obligations;
};

// What of an entity a template asks that a grant names.
enum class TemplateSlot : std::uint8_t { kNone, kEqual, kIn };
TemplateSlot slot_of(const cedar::ScopeConstraint&);

// A rule with a slot. It says nothing by itself: grants say to whom it is given, and on what (grants_held.h).
struct TenantTemplate {
  TenantRule rule;
  TemplateSlot principal, resource;
  cedar::CompiledPolicies body;  // the rule alone, which asks nothing of what fills its slots
};

// The enabled policies of one priority, which are decided together.
struct Tier {
  std::int32_t priority;
  cedar::CompiledPolicies policies;
  std::vector<TenantRule> rules;  // rules[i] is policies.heads()[i]
  std::vector<TenantTemplate> templates{};

  // All that it was made of, templates too: one that would be made of the same again is the same.
  struct Part {
    domain::PolicyId policy;
    domain::RuleId rule;
    cedar::SourcePtr text;
  };
  std::vector<Part> parts{};
};

// Where a template is: in tiers[tier].templates[number].
struct TemplatePlace {
  std::size_t tier, number;

  auto operator<=>(const TemplatePlace&) const = default;
};

// A tenant's enabled policies, compiled: immutable, shared by threads.
struct TenantPolicies {
  std::vector<Tier> tiers;  // highest priority first; those without a rule left out
  std::unordered_map<domain::RuleId, TemplatePlace> templates;
  bool roles_decide = true;           // the built-in policy `roles` is enabled
  domain::PolicyId roles_policy;      // its id
  domain::DecisionSettings settings;  // on_error, type_names, and how much answers say of themselves
  SchemaPtr schema;                   // the tenant's, over that of the directory's types; null: none
  std::uint64_t revision = 0;         // policies_revision
  std::size_t bytes = 0;              // of the texts it was made of
};

// Compiles them: some 10 us a rule, but for tiers that are as those of `known`, which may be null. kCorrupt
// where a rule can't be read.
base::Result<std::shared_ptr<const TenantPolicies>> compile_policies(const PolicyTexts&,
                                                                     const TenantPolicies* known = nullptr);

// Those that are stored.
base::Result<std::shared_ptr<const TenantPolicies>> compile_policies(const store::ReadTxn&,
                                                                     const domain::TenantId&);

// The compiled policies of the tenants that asked last, for as long as nothing of them changes: whoever asks
// on a snapshot gets those of that snapshot, so the first request after a change's 2xx sees the change. Safe
// for use by several threads.
class TenantPolicyCache {
 public:
  // Of texts; what is compiled takes a few times as much. Each tenant counts for kBytesOfTenant more.
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20U;
  static constexpr std::size_t kBytesOfTenant = 1'000;

  explicit TenantPolicyCache(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}
  TenantPolicyCache(const TenantPolicyCache&) = delete;
  TenantPolicyCache& operator=(const TenantPolicyCache&) = delete;

  // Compiles them where they aren't there, or waits for a thread that does, which takes milliseconds for
  // hundreds of rules. REQUIRES: a snapshot; what a change has written isn't there for others to be given
  base::Result<std::shared_ptr<const TenantPolicies>> get(const store::ReadTxn&, const domain::TenantId&);

  // Null where they would have to be compiled first, which is not for a reactor to do.
  base::Result<std::shared_ptr<const TenantPolicies>> find(const store::ReadTxn&, const domain::TenantId&);

  std::size_t bytes() const;  // held, but for schemas

  TenantSchemas& schemas() { return schemas_; }

 private:
  using PoliciesPtr = std::shared_ptr<const TenantPolicies>;
  struct Kept {
    domain::TenantId tenant;
    std::string record;  // domain::decisions_record() of what they were made of
    PoliciesPtr policies;
  };

  PoliciesPtr look_up(const domain::TenantId&, std::string_view record);
  PoliciesPtr any_revision(const domain::TenantId&) const;
  void keep(Kept);
  static std::size_t cost_of(const Kept& kept) { return kept.policies->bytes + kBytesOfTenant; }

  const std::size_t most_bytes_;
  TenantSchemas schemas_;
  std::array<std::mutex, 16>
      turns_;  // one thread at a time compiles a tenant's, or another's of the same place

  mutable std::mutex mutex_;
  // Protected by mutex_: who asked last is first.
  std::list<Kept> kept_;
  std::unordered_map<domain::TenantId, std::list<Kept>::iterator> places_;
  std::size_t bytes_ = 0;
};

}  // namespace authz
