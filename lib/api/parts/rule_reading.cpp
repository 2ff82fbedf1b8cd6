#include "api/parts/rule_reading.h"

#include "api/parts/authorize.h"
#include "authz/rule_warnings.h"
#include "authz/tenant_rule.h"
#include "base/log.h"
#include "domain/decision_settings.h"

namespace api {
namespace {

constexpr std::string_view kText = "policy_text";

void check_text(Checks& checks, const std::string& pointer, const std::optional<std::string>& text) {
  if (text && text->size() > domain::kMaxRuleText)
    checks.add(pointer + "/policy_text", "must be at most " + std::to_string(domain::kMaxRuleText) +
                                             " bytes, and has " + std::to_string(text->size()));
}

void check_effect(const std::string& pointer, Checks& checks, const std::string& effect) {
  if (effect != "permit" && effect != "forbid") checks.add(pointer + "/effect", "must be permit or forbid");
}

void check_scope(const std::string& pointer, Checks& checks, const std::string& type) {
  for (const char* known : {"any", "eq", "in", "is", "is_in"})
    if (type == known) return;
  checks.add(pointer, "must be any, eq, in, is or is_in");
}

void check_action_scope(const std::string& pointer, Checks& checks, const std::string& type) {
  if (type != "any" && type != "eq" && type != "in")
    checks.add(pointer + "/action_scope_type", "must be any, eq or in");
}

// The text of a rule, or all that is wrong with its parts.
Outcome<std::string> text_of(const GivenRule& given, const std::string& pointer) {
  std::vector<FieldError> errors;
  std::string text;
  if (given.policy_text) {
    text = *given.policy_text;
  } else {
    auto made = authz::text_of(given.parts);
    if (made.ok())
      text = std::move(made).value();
    else
      for (const authz::PartError& error : made.error())
        errors.push_back({pointer + error.pointer, error.message});
  }
  if (text.size() > domain::kMaxRuleText)
    errors.push_back({pointer + "/policy_text", "must be at most " + std::to_string(domain::kMaxRuleText) +
                                                    " bytes, and has " + std::to_string(text.size())});
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  return text;
}

Outcome<RuleText> read_rule(const GivenRule& given, const std::string& pointer) {
  auto text = text_of(given, pointer);
  if (!text.ok()) return text.error();
  const auto parsed = authz::parse_rule(*text, kText);
  if (!parsed.ok())
    return invalid(pointer + (given.policy_text ? "/policy_text" : "/annotations"), parsed.error().message);
  RuleText read{std::move(text).value(), {}};
  for (const authz::RuleWarning& warning : authz::warnings_of(*parsed->body))
    read.warnings.push_back(parsed->body->source->message(warning.at.begin, warning.message));
  return read;
}

Outcome<std::vector<RuleText>> read_rules(const std::vector<GivenRule>& given) {
  std::vector<RuleText> texts;
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < given.size(); ++i) {
    auto read = read_rule(given[i], "/rules/" + std::to_string(i));
    if (read.ok())
      texts.push_back(std::move(read).value());
    else
      errors.insert(errors.end(), read.error().fields.begin(), read.error().fields.end());
  }
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  return texts;
}

void patch_scope(authz::ScopeParts& scope, const RulePatch::Scope& patch) {
  if (patch.scope_type) scope = {*patch.scope_type, {}, {}};
  if (patch.entity_type) scope.entity_type = *patch.entity_type;
  if (patch.entity_id) scope.entity_id = *patch.entity_id;
}

Outcome<GivenRule> patched(const domain::Rule& before, const RulePatch& patch) {
  if (patch.policy_text) return GivenRule{patch.policy_text, {}};
  auto view = view_rule(before);
  if (!view.ok()) return view.error();
  authz::RuleParts parts = std::move(view->parts);
  if (patch.effect) parts.effect = *patch.effect;
  patch_scope(parts.principal, patch.principal);
  if (patch.action_scope_type) parts.action = {*patch.action_scope_type, {}};
  if (patch.action_ids) parts.action.ids = *patch.action_ids;
  patch_scope(parts.resource, patch.resource);
  if (patch.conditions) parts.conditions = *patch.conditions;
  if (patch.notice) parts.notice = *patch.notice;
  if (patch.annotations) parts.annotations = *patch.annotations;
  return GivenRule{std::nullopt, std::move(parts)};
}

Error too_much(const std::string& whose, const std::string& most) {
  return error(Code::kQuotaExceeded, whose + ": may have " + most);
}

}  // namespace

void check_rule(Checks& checks, const std::string& pointer, const GivenRule& given) {
  check_text(checks, pointer, given.policy_text);
  if (!given.policy_text || !given.parts.effect.empty()) check_effect(pointer, checks, given.parts.effect);
  check_scope(pointer + "/principal_scope_type", checks, given.parts.principal.scope_type);
  check_action_scope(pointer, checks, given.parts.action.scope_type);
  check_scope(pointer + "/resource_scope_type", checks, given.parts.resource.scope_type);
}

std::optional<Error> check(const GivenRule& given) {
  Checks checks;
  check_rule(checks, "", given);
  return checks.error();
}

std::optional<Error> check(const RulePatch& patch) {
  Checks checks;
  check_text(checks, "", patch.policy_text);
  if (patch.effect) check_effect("", checks, *patch.effect);
  if (const auto& type = patch.principal.scope_type) check_scope("/principal_scope_type", checks, *type);
  if (patch.action_scope_type) check_action_scope("", checks, *patch.action_scope_type);
  if (const auto& type = patch.resource.scope_type) check_scope("/resource_scope_type", checks, *type);
  return checks.error();
}

Outcome<RuleDrafts> draft_rule(const Read&, const domain::TenantId&, const GivenRule& given) {
  auto read = read_rule(given, "");
  if (!read.ok()) return read.error();
  return RuleDrafts{false, std::vector{std::move(read).value()}, 0};
}

Outcome<RuleDrafts> draft_rules(const Read&, const domain::TenantId&, const std::vector<GivenRule>& given) {
  auto read = read_rules(given);
  if (!read.ok()) return read.error();
  return RuleDrafts{false, std::move(read).value(), 0};
}

Outcome<RuleDrafts> draft_rule(const Read& read, const domain::TenantId& tenant, const RulePlace& place,
                               const RulePatch& patch) {
  const auto before = stored(domain::get_rule(read.txn, tenant, place.policy, place.rule));
  if (!before.ok()) return before.error();
  if (!*before) return not_found("rule", place.rule);
  const auto given = patched(**before, patch);
  if (!given.ok()) return given.error();
  auto drafts = draft_rule(read, tenant, *given);
  if (drafts.ok()) drafts->rule_revision = (*before)->revision;
  return drafts;
}

std::size_t bytes_of(const std::vector<RuleText>& rules) {
  std::size_t bytes = 0;
  for (const RuleText& rule : rules) bytes += rule.text.size();
  return bytes;
}

Outcome<void> check_room(const Read& read, const domain::TenantId& tenant, const RuleRoom& added) {
  const auto policy = stored(domain::sizes_of_rules(read.txn, tenant, added.policy));
  if (!policy.ok()) return policy.error();
  const std::string whose = "policy " + added.policy.to_string();
  if (policy->rules + added.rules > domain::kMaxRulesOfPolicy)
    return too_much(whose, std::to_string(domain::kMaxRulesOfPolicy) + " rules, and has " +
                               std::to_string(policy->rules));
  if (policy->bytes + added.bytes > domain::kMaxPolicyText)
    return too_much(whose, std::to_string(domain::kMaxPolicyText) + " bytes of rules, and has " +
                               std::to_string(policy->bytes));
  const auto all = stored(domain::sizes_of_rules(read.txn, tenant));
  if (!all.ok()) return all.error();
  if (all->bytes + added.bytes > domain::kMaxTenantRuleText)
    return too_much("the tenant", std::to_string(domain::kMaxTenantRuleText) + " bytes of rules, and has " +
                                      std::to_string(all->bytes));
  return {};
}

Error built_in() {
  return error(Code::kBuiltIn,
               "policy roles: is built in; it can be enabled and disabled, and nothing else of it changes");
}

Outcome<domain::TenantPolicy> own_policy(const Read& read, const domain::TenantId& tenant,
                                         const domain::PolicyId& id) {
  if (id == domain::roles_policy_of(tenant)) return built_in();
  auto found = stored(domain::get_policy(read.txn, tenant, id));
  if (!found.ok()) return found.error();
  if (!*found) return not_found("policy", id);
  return **std::move(found);
}

Outcome<RuleView> view_rule(domain::Rule rule) {
  const auto parsed = authz::parse_rule(rule.text, kText);
  if (!parsed.ok()) {
    base::logging::error("a stored rule can't be read",
                         {{"rule", rule.id.to_string()}, {"why", parsed.error().message}});
    return error(Code::kInternal, "rule " + rule.id.to_string() + ": can't be read");
  }
  return RuleView{std::move(rule), authz::parts_of(*parsed->body), {}};
}

Outcome<std::vector<RuleView>> view_rules(const Read& read, const domain::TenantId& tenant,
                                          const domain::PolicyId& policy) {
  auto rules = stored(domain::rules_of(read.txn, tenant, policy));
  if (!rules.ok()) return rules.error();
  std::vector<RuleView> views;
  for (domain::Rule& rule : *rules) {
    auto view = view_rule(std::move(rule));
    if (!view.ok()) return view.error();
    views.push_back(std::move(view).value());
  }
  return views;
}

}  // namespace api
