#include "authz/policy_texts.h"

#include <algorithm>
#include <utility>

namespace authz {

PolicyTexts::Policy* PolicyTexts::find(const domain::PolicyId& id) {
  const auto found =
      std::find_if(policies.begin(), policies.end(), [&](const Policy& p) { return p.policy.id == id; });
  return found == policies.end() ? nullptr : &*found;
}

domain::Rule* PolicyTexts::find(const domain::PolicyId& policy, const domain::RuleId& rule) {
  Policy* const in = find(policy);
  if (!in) return nullptr;
  const auto found =
      std::find_if(in->rules.begin(), in->rules.end(), [&](const auto& r) { return r.id == rule; });
  return found == in->rules.end() ? nullptr : &*found;
}

// Ids of version 7 or 8 are what is stored; these are of version 0.
base::Uuid PolicyTexts::make_id() {
  base::Uuid::Bytes bytes{};
  std::size_t number = ++made_;
  for (std::size_t at = bytes.size(); number > 0; number >>= 8U)
    bytes[--at] = static_cast<std::uint8_t>(number & 0xFFU);
  return base::Uuid(bytes);
}

void PolicyTexts::add(domain::TenantPolicy policy, const std::vector<std::string>& rule_texts) {
  policy.id = domain::PolicyId(make_id());
  const domain::PolicyId id = policy.id;
  policies.push_back({std::move(policy), {}});
  for (const std::string& text : rule_texts) add_rule(id, text);
}

void PolicyTexts::add_rule(const domain::PolicyId& id, const std::string& text) {
  Policy* const policy = find(id);
  if (!policy) return;
  domain::Rule& rule = policy->rules.emplace_back();
  rule.id = domain::RuleId(make_id());
  rule.policy = id;
  rule.text = text;
}

void PolicyTexts::remove(const domain::PolicyId& id) {
  std::erase_if(policies, [&](const Policy& policy) { return policy.policy.id == id; });
}

void PolicyTexts::remove(const domain::PolicyId& policy, const domain::RuleId& rule) {
  if (Policy* const in = find(policy))
    std::erase_if(in->rules, [&](const domain::Rule& r) { return r.id == rule; });
}

base::Result<PolicyTexts> read_policy_texts(const store::ReadTxn& txn, const domain::TenantId& tenant,
                                            SchemaPtr schema) {
  auto decisions = domain::get_decisions(txn, tenant);
  if (!decisions.ok()) return decisions.error();
  PolicyTexts texts(std::move(decisions).value(), std::move(schema));
  const auto read = domain::each_policy(txn, tenant, nullptr, [&](domain::TenantPolicy&& policy) {
    texts.policies.push_back({std::move(policy), {}});
    return true;
  });
  if (!read.ok()) return read.error();
  for (PolicyTexts::Policy& policy : texts.policies) {
    auto rules = domain::rules_of(txn, tenant, policy.policy.id);
    if (!rules.ok()) return rules.error();
    policy.rules = std::move(rules).value();
  }
  return texts;
}

}  // namespace authz
