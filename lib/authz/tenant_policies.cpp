// A tenant's rules are compiled tier by tier, and kept under the revision of the last change of them, which
// stands in one small record (domain/decision_settings.h):
//
//   snapshot says    revision 7 of acme's policies           kept: revision 7     as it is
//   a rule changes   revision 9, in the same transaction     kept: revision 7     compiled anew, kept
//   an old snapshot  revision 7                              kept: revision 9     compiled anew, not kept
//
// A template is compiled by itself, since a question asks only those that grants fill.
//
// So nothing has to be told that something changed, wherever the change came from; and a request never
// decides by rules that its snapshot doesn't have. A tier of which nothing changed is taken over.
#include "authz/tenant_policies.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "domain/rule.h"
#include "domain/tenant_policy.h"

namespace authz {
namespace {

using PolicyText = PolicyTexts::Policy;

// Of which rules are being gathered.
struct OpenTier {
  cedar::PolicySet policies;
  std::vector<TenantRule> rules;
  std::vector<TenantTemplate> templates;
  std::vector<Tier::Part> parts;
};

base::Error corrupt(const domain::Rule& rule, const std::string& why) {
  return {base::ErrorCode::kCorrupt,
          "rule " + rule.id.to_string() + " of policy " + rule.policy.to_string() + " can't be read: " + why};
}

// The constraint, but for what it asks of its slot.
cedar::ScopeConstraint without_slot(const cedar::ScopeConstraint& constraint) {
  if (slot_of(constraint) == TemplateSlot::kNone) return constraint;
  if (const auto* is_in = std::get_if<cedar::ScopeIsIn>(&constraint)) return cedar::ScopeIs{is_in->type};
  return cedar::ScopeAny{};
}

base::Result<void> add_template(const domain::Rule& rule, ParsedRule parsed, OpenTier& tier) {
  cedar::Template body = *parsed.body;
  const TemplateSlot principal = slot_of(body.principal), resource = slot_of(body.resource);
  body.principal = without_slot(body.principal);
  body.resource = without_slot(body.resource);
  cedar::PolicySet alone;
  auto added = alone.add(rule.id.to_string(), std::make_shared<const cedar::Template>(std::move(body)));
  if (!added.ok()) return corrupt(rule, added.error().message);
  tier.templates.push_back({{rule.policy, rule.id, std::move(parsed.notice), std::move(parsed.obligations)},
                            principal,
                            resource,
                            cedar::CompiledPolicies(alone)});
  return {};
}

// The enabled ones, by priority, and within one in the order in which they were made.
std::vector<const PolicyText*> enabled_policies(const PolicyTexts& texts) {
  std::vector<const PolicyText*> policies;
  for (const PolicyText& policy : texts.policies)
    if (policy.policy.enabled) policies.push_back(&policy);
  std::stable_sort(policies.begin(), policies.end(), [](const PolicyText* a, const PolicyText* b) {
    return a->policy.priority > b->policy.priority;
  });
  return policies;
}

using Policies = std::span<const PolicyText* const>;

bool is_made_of(const Tier& tier, Policies policies) {
  auto part = tier.parts.begin();
  for (const PolicyText* policy : policies)
    for (const domain::Rule& rule : policy->rules) {
      const bool is_same = part != tier.parts.end() && part->rule == rule.id &&
                           part->policy == policy->policy.id && part->text->text() == rule.text;
      if (!is_same) return false;
      ++part;
    }
  return part == tier.parts.end();
}

const Tier* find_made_of(const TenantPolicies* known, Policies policies) {
  if (!known) return nullptr;
  for (const Tier& tier : known->tiers)
    if (is_made_of(tier, policies)) return &tier;
  return nullptr;
}

base::Result<void> add_rules(const PolicyText& policy, OpenTier& tier) {
  for (const domain::Rule& rule : policy.rules) {
    auto parsed = parse_rule(rule.text, rule.id.to_string());
    if (!parsed.ok()) return corrupt(rule, parsed.error().message);
    tier.parts.push_back({policy.policy.id, rule.id, parsed->body->source});
    if (parsed->body->is_template()) {
      if (auto added = add_template(rule, std::move(parsed).value(), tier); !added.ok()) return added;
      continue;
    }
    if (auto added = tier.policies.add(rule.id.to_string(), std::move(parsed->body)); !added.ok())
      return corrupt(rule, added.error().message);
    tier.rules.push_back(
        {policy.policy.id, rule.id, std::move(parsed->notice), std::move(parsed->obligations)});
  }
  return {};
}

// Nothing where it has no rule.
base::Result<std::optional<Tier>> make_tier(Policies policies, const TenantPolicies* known) {
  const std::int32_t priority = policies.front()->policy.priority;
  if (const Tier* const same = find_made_of(known, policies)) {
    Tier tier = *same;
    tier.priority = priority;
    return std::optional(std::move(tier));
  }
  OpenTier open;
  for (const PolicyText* policy : policies)
    if (auto added = add_rules(*policy, open); !added.ok()) return added.error();
  if (open.rules.empty() && open.templates.empty()) return std::optional<Tier>();
  return std::optional(Tier{priority, cedar::CompiledPolicies(open.policies), std::move(open.rules),
                            std::move(open.templates), std::move(open.parts)});
}

}  // namespace

TemplateSlot slot_of(const cedar::ScopeConstraint& constraint) {
  const auto has_slot = [](const cedar::EntityOrSlot& entity) {
    return std::holds_alternative<cedar::Slot>(entity);
  };
  if (const auto* equal = std::get_if<cedar::ScopeEqual>(&constraint))
    return has_slot(equal->entity) ? TemplateSlot::kEqual : TemplateSlot::kNone;
  if (const auto* in = std::get_if<cedar::ScopeIn>(&constraint))
    return has_slot(in->entity) ? TemplateSlot::kIn : TemplateSlot::kNone;
  if (const auto* is_in = std::get_if<cedar::ScopeIsIn>(&constraint))
    return has_slot(is_in->entity) ? TemplateSlot::kIn : TemplateSlot::kNone;
  return TemplateSlot::kNone;
}

base::Result<std::shared_ptr<const TenantPolicies>> compile_policies(const PolicyTexts& texts,
                                                                     const TenantPolicies* known) {
  auto made = std::make_shared<TenantPolicies>();
  made->roles_decide = texts.decisions.roles_enabled;
  made->roles_policy = texts.decisions.roles_policy;
  made->settings = texts.decisions.settings;
  made->schema = texts.schema;
  made->revision = texts.decisions.policies_revision;
  const auto enabled = enabled_policies(texts);
  for (std::size_t begin = 0, end = 0; begin < enabled.size(); begin = end) {
    while (end < enabled.size() && enabled[end]->policy.priority == enabled[begin]->policy.priority) ++end;
    auto tier = make_tier(Policies(enabled).subspan(begin, end - begin), known);
    if (!tier.ok()) return tier.error();
    if (!*tier) continue;
    made->tiers.push_back(**std::move(tier));
    const std::vector<TenantTemplate>& templates = made->tiers.back().templates;
    for (std::size_t i = 0; i < templates.size(); ++i)
      made->templates.emplace(templates[i].rule.rule, TemplatePlace{made->tiers.size() - 1, i});
  }
  for (const PolicyText* policy : enabled)
    for (const domain::Rule& rule : policy->rules) made->bytes += rule.text.size();
  return std::shared_ptr<const TenantPolicies>(std::move(made));
}

base::Result<std::shared_ptr<const TenantPolicies>> compile_policies(const store::ReadTxn& txn,
                                                                     const domain::TenantId& tenant) {
  auto schema = TenantSchemas().get_unkept(txn, tenant);
  if (!schema.ok()) return schema.error();
  const auto texts = read_policy_texts(txn, tenant, std::move(schema).value());
  if (!texts.ok()) return texts.error();
  return compile_policies(*texts);
}

TenantPolicyCache::PoliciesPtr TenantPolicyCache::look_up(const domain::TenantId& tenant,
                                                          std::string_view record) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(tenant);
  if (found == places_.end() || found->second->record != record) return nullptr;
  kept_.splice(kept_.begin(), kept_, found->second);
  return found->second->policies;
}

TenantPolicyCache::PoliciesPtr TenantPolicyCache::any_revision(const domain::TenantId& tenant) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(tenant);
  return found == places_.end() ? nullptr : found->second->policies;
}

void TenantPolicyCache::keep(Kept kept) {
  std::list<Kept> gone;  // ends after the lock
  const std::lock_guard lock(mutex_);
  const auto take_out = [&](std::list<Kept>::iterator it) {
    bytes_ -= cost_of(*it);
    places_.erase(it->tenant);
    gone.splice(gone.begin(), kept_, it);
  };
  if (const auto before = places_.find(kept.tenant); before != places_.end()) {
    if (before->second->policies->revision > kept.policies->revision) return;  // made of an older snapshot
    take_out(before->second);
  }
  kept_.push_front(std::move(kept));
  places_.emplace(kept_.front().tenant, kept_.begin());
  bytes_ += cost_of(kept_.front());
  while (bytes_ > most_bytes_ && kept_.size() > 1) take_out(std::prev(kept_.end()));
}

base::Result<std::shared_ptr<const TenantPolicies>> TenantPolicyCache::find(const store::ReadTxn& txn,
                                                                            const domain::TenantId& tenant) {
  const auto record = domain::decisions_record(txn, tenant);
  if (!record.ok()) return record.error();
  return look_up(tenant, *record);
}

base::Result<std::shared_ptr<const TenantPolicies>> TenantPolicyCache::get(const store::ReadTxn& txn,
                                                                           const domain::TenantId& tenant) {
  auto found = find(txn, tenant);
  if (!found.ok() || *found) return found;
  const std::lock_guard turn(turns_[std::hash<domain::TenantId>()(tenant) % turns_.size()]);
  found = find(txn, tenant);
  if (!found.ok() || *found) return found;
  auto schema = schemas_.get(txn, tenant);
  if (!schema.ok()) return schema.error();
  const auto texts = read_policy_texts(txn, tenant, std::move(schema).value());
  if (!texts.ok()) return texts.error();
  auto compiled = compile_policies(*texts, any_revision(tenant).get());
  const auto record = domain::decisions_record(txn, tenant);
  if (!record.ok()) return record.error();
  if (compiled.ok()) keep({tenant, std::string(*record), *compiled});
  return compiled;
}

std::size_t TenantPolicyCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace authz
