#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "authz/guard.h"
#include "base/result.h"
#include "domain/decision_settings.h"
#include "domain/ids.h"
#include "domain/rule.h"
#include "domain/tenant_policy.h"
#include "store/txn.h"

namespace authz {

// All that a tenant decides by, as the store has it, or as it would be after a change that isn't made yet.
struct PolicyTexts {
  struct Policy {
    domain::TenantPolicy policy;
    std::vector<domain::Rule> rules;  // by ordinal
  };

  PolicyTexts(domain::Decisions d, SchemaPtr s) : decisions(std::move(d)), schema(std::move(s)) {}

  domain::Decisions decisions;
  std::vector<Policy> policies;  // in order of their ids, disabled ones too
  SchemaPtr schema;              // null: none

  // Null where there is none.
  Policy* find(const domain::PolicyId&);
  domain::Rule* find(const domain::PolicyId&, const domain::RuleId&);

  // Adds a policy, or to the policy of that id a rule, whose own ids aren't known yet: they get some that
  // nothing stored has.
  void add(domain::TenantPolicy, const std::vector<std::string>& rule_texts);
  void add_rule(const domain::PolicyId&, const std::string& text);

  void remove(const domain::PolicyId&);
  void remove(const domain::PolicyId&, const domain::RuleId&);

 private:
  base::Uuid make_id();

  std::size_t made_ = 0;
};

// Everything is read: up to domain::kMaxTenantRuleText.
base::Result<PolicyTexts> read_policy_texts(const store::ReadTxn&, const domain::TenantId&, SchemaPtr schema);

}  // namespace authz
