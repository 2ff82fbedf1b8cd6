#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "authz/decision.h"
#include "base/time.h"
#include "cedar/partial_evaluation.h"
#include "domain/ids.h"
#include "sql/condition.h"

namespace authz {

// A rule of which something remains, or that is satisfied whatever the resource is.
struct PlannedRule {
  std::string id;                          // the rule's; "roles" of what roles allow
  std::optional<domain::PolicyId> policy;  // none: roles
  cedar::TemplatePtr body;                 // as it was written; null: roles
  cedar::Effect effect = cedar::Effect::kPermit;
  cedar::Residual residual{};     // kTrue or kOpen
  bool may_show_secrets = false;  // what was written, or what remains, may (secret_names.h)
};

// What is decided together.
struct PlannedTier {
  std::optional<std::int32_t> priority;  // none: roles
  std::vector<PlannedRule> rules;
};

// What the answer to a question depends on for every resource of a type, with all that is known of the
// subject, the action and the context folded in: in the order in which tiers decide, but for those that are
// never asked. A forbid that fails for sure is satisfied here where failing ones count, other rules that fail
// are left out.
struct Plan {
  enum class Kind : std::uint8_t { kNever, kAlways, kConditional };
  Kind kind = Kind::kNever;
  std::vector<PlannedTier> tiers;
  bool failing_forbids = true;  // a forbid that fails counts as satisfied
  cedar::PartialRequest request;
  std::shared_ptr<const cedar::ExprPool> pool;  // what remains of the rules is in it
  bool used_up = false;                         // it took more steps than it may, and is none
};

// The ids of what is stored of the application, for conditions of SQL. For one thread; everything given must
// outlive it.
class StoredHierarchy final : public sql::Hierarchy {
 public:
  static constexpr std::size_t kMostLookedAt = 100'000;  // entities, for one answer

  StoredHierarchy(const store::ReadTxn& txn, const TenantEntities& entities, const domain::TenantId& tenant,
                  cedar::StepBudget& steps)
      : txn_(txn), entities_(entities), tenant_(tenant), steps_(steps) {}

  Ids below(const cedar::EntityUid&, const cedar::Name& type, std::size_t most) const override;
  Ids above(const cedar::EntityUid&, const cedar::Name& type, std::size_t most) const override;

 private:
  const store::ReadTxn& txn_;
  const TenantEntities& entities_;
  const domain::TenantId tenant_;
  cedar::StepBudget& steps_;  // for all answers together
};

}  // namespace authz
