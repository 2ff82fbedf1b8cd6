#include "api/parts/rule_reading.h"

#include <map>

#include "api/parts/authorize.h"
#include "api/parts/test_runs.h"
#include "authz/rule_warnings.h"
#include "authz/tenant_rule.h"
#include "authz/tenant_schema.h"
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

void check_parts(Checks& checks, const std::string& pointer, const GivenRule& given) {
  if (!given.policy_text || !given.parts.effect.empty()) check_effect(pointer, checks, given.parts.effect);
  check_scope(pointer + "/principal_scope_type", checks, given.parts.principal.scope_type);
  check_action_scope(pointer, checks, given.parts.action.scope_type);
  check_scope(pointer + "/resource_scope_type", checks, given.parts.resource.scope_type);
}

// Of a rule that isn't right by a schema all mistakes are told, at one place.
constexpr std::size_t kMostMistakes = 20;

Outcome<void> check_by_schema(const cedar::Schema& schema, const cedar::TemplatePtr& rule,
                              const std::string& pointer, std::vector<std::string>& warnings) {
  const cedar::ValidationResult found = authz::validate_rule(schema, rule);
  std::vector<FieldError> errors;
  for (const cedar::ValidationFinding& error : found.errors)
    if (errors.size() < kMostMistakes)
      errors.push_back({pointer, rule->source->message(error.at.begin, error.message)});
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  for (const cedar::ValidationFinding& warning : found.warnings)
    if (warnings.size() < authz::kMaxRuleWarnings)
      warnings.push_back(rule->source->message(warning.at.begin, warning.message));
  return {};
}

Outcome<RuleText> read_rule(const GivenRule& given, const std::string& pointer, const cedar::Schema* schema) {
  auto text = rule_text(given, pointer);
  if (!text.ok()) return text.error();
  const auto parsed = authz::parse_rule(*text, kText);
  if (!parsed.ok())
    return invalid(pointer + (given.policy_text ? "/policy_text" : "/annotations"), parsed.error().message);
  RuleText read{std::move(text).value(), authz::parts_of(*parsed->body), {}};
  for (const authz::RuleWarning& warning : authz::warnings_of(*parsed->body))
    read.warnings.push_back(parsed->body->source->message(warning.at.begin, warning.message));
  if (!schema) return read;
  const std::string place = pointer + (given.policy_text ? "/policy_text" : "/conditions");
  if (const auto right = check_by_schema(*schema, parsed->body, place, read.warnings); !right.ok())
    return right.error();
  return read;
}

void patch_scope(authz::ScopeParts& scope, const RulePatch::Scope& patch) {
  if (patch.scope_type) scope = {*patch.scope_type, {}, {}};
  if (patch.entity_type) scope.entity_type = *patch.entity_type;
  if (patch.entity_id) scope.entity_id = *patch.entity_id;
}

Error too_much(const std::string& whose, const std::string& most) {
  return error(Code::kQuotaExceeded, whose + ": may have " + most);
}

}  // namespace

Outcome<std::string> rule_text(const GivenRule& given, const std::string& pointer, std::size_t most) {
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
  if (text.size() > most)
    errors.push_back({pointer + "/policy_text", "must be at most " + std::to_string(most) +
                                                    " bytes, and has " + std::to_string(text.size())});
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  return text;
}

void check_rule(Checks& checks, const std::string& pointer, const GivenRule& given) {
  check_text(checks, pointer, given.policy_text);
  check_parts(checks, pointer, given);
}

std::optional<Error> check(const GivenRule& given) {
  Checks checks;
  check_rule(checks, "", given);
  return checks.error();
}

std::optional<Error> check_for_validation(const GivenRule& given) {
  Checks checks;
  if (given.policy_text && given.policy_text->size() > kMaxValidatedText)
    checks.add("/policy_text", "must be at most " + std::to_string(kMaxValidatedText) + " bytes, and has " +
                                   std::to_string(given.policy_text->size()));
  check_parts(checks, "", given);
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

Outcome<std::vector<RuleText>> read_rule(const GivenRule& given, const cedar::Schema* schema) {
  auto read = read_rule(given, "", schema);
  if (!read.ok()) return read.error();
  return std::vector{std::move(read).value()};
}

Outcome<std::vector<RuleText>> read_rules(const std::vector<GivenRule>& given, const cedar::Schema* schema) {
  std::vector<RuleText> texts;
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < given.size(); ++i) {
    auto read = read_rule(given[i], "/rules/" + std::to_string(i), schema);
    if (read.ok())
      texts.push_back(std::move(read).value());
    else
      errors.insert(errors.end(), read.error().fields.begin(), read.error().fields.end());
  }
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  return texts;
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

namespace {

template <typename From>
Outcome<SchemaInForce> read_schema_in_force(const From& from, const domain::TenantId& tenant) {
  const auto decisions = stored(domain::get_decisions(from.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  auto schema = schema_of(from, tenant);
  if (!schema.ok()) return schema.error();
  return SchemaInForce{std::move(schema).value(), decisions->schema_revision};
}

}  // namespace

Outcome<SchemaInForce> schema_in_force(const Read& snapshot, const domain::TenantId& tenant) {
  return read_schema_in_force(snapshot, tenant);
}

Outcome<SchemaInForce> schema_in_force(const Change& change, const domain::TenantId& tenant) {
  return read_schema_in_force(change, tenant);
}

Outcome<void> check_texts(const Change& change, const domain::TenantId& tenant,
                          const std::vector<domain::Rule>& rules) {
  const auto schema = schema_in_force(change, tenant);
  if (!schema.ok()) return schema.error();
  std::vector<GivenRule> given;
  for (const domain::Rule& rule : rules) given.push_back({rule.text, {}});
  const auto texts = read_rules(given, schema->schema.get());
  if (!texts.ok()) return texts.error();
  return {};
}

Outcome<void> may_read_here(const Change& change, const RuleDrafts& drafts) {
  constexpr std::size_t kLittle = std::size_t{16} << 10U;  // bytes
  if (change.is_rehearsal() || !drafts.made || bytes_of(*drafts.made) <= kLittle) return {};
  return changed_meanwhile();
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
                                          const domain::PolicyId& policy,
                                          const std::vector<RuleView>& known) {
  auto rules = stored(domain::rules_of(read.txn, tenant, policy));
  if (!rules.ok()) return rules.error();
  std::map<domain::RuleId, const RuleView*> by_id;
  for (const RuleView& view : known) by_id.emplace(view.rule.id, &view);
  std::vector<RuleView> views;
  for (domain::Rule& rule : *rules) {
    const auto found = by_id.find(rule.id);
    if (found != by_id.end() && found->second->rule.text == rule.text) {
      views.push_back({std::move(rule), found->second->parts, {}});
      continue;
    }
    auto view = view_rule(std::move(rule));
    if (!view.ok()) return view.error();
    views.push_back(std::move(view).value());
  }
  return views;
}

}  // namespace api
