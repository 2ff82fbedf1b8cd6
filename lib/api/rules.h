#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/policy_trial.h"
#include "authz/rule_parts.h"
#include "base/source_text.h"
#include "domain/rule.h"
#include "domain/tenant_policy.h"

namespace api {

namespace op {
inline constexpr Operation list_rules = {
    .action = "rule:list", .kind = kRead, .scope = "organization:policymanage", .resource = "rule"};
inline constexpr Operation get_rule = {
    .action = "rule:get", .kind = kRead, .scope = "organization:policymanage", .resource = "rule"};
inline constexpr Operation create_rule = {
    .action = "rule:create", .kind = kWrite, .scope = "organization:policymanage", .resource = "rule"};
inline constexpr Operation update_rule = {
    .action = "rule:update", .kind = kWrite, .scope = "organization:policymanage", .resource = "rule"};
inline constexpr Operation delete_rule = {
    .action = "rule:delete", .kind = kWrite, .scope = "organization:policymanage", .resource = "rule"};
inline constexpr Operation reorder_rules = {
    .action = "rule:reorder", .kind = kWrite, .scope = "organization:policymanage", .resource = "policy"};
inline constexpr Operation validate_rules = {
    .action = "policy:validate", .kind = kRead, .scope = "organization:policymanage", .resource = "policy"};

inline constexpr Operation kRules[] = {list_rules,  get_rule,      create_rule,   update_rule,
                                       delete_rule, reorder_rules, validate_rules};
}  // namespace op

// A stored rule, and the parts that its text is made of.
struct RuleView {
  domain::Rule rule;
  authz::RuleParts parts;
  std::vector<std::string> warnings{};  // of one that was just saved: what can't be meant
};

// A rule as callers give it: its text, or, where that is absent, its parts.
struct GivenRule {
  std::optional<std::string> policy_text;  // one statement, up to domain::kMaxRuleText bytes
  authz::RuleParts parts{};
};

// What of a rule is to change: its text, or else those of its parts that are there. A scope's type comes with
// all of that scope: an entity that isn't given with it is none.
struct RulePatch {
  struct Scope {
    std::optional<std::string> scope_type;
    std::optional<std::optional<std::string>> entity_type, entity_id;
  };
  std::optional<std::string> policy_text;
  std::optional<std::string> effect;
  Scope principal;
  std::optional<std::string> action_scope_type;
  std::optional<std::vector<std::string>> action_ids;
  Scope resource;
  std::optional<std::optional<std::string>> conditions, notice;
  std::optional<std::vector<std::pair<std::string, std::string>>> annotations;
};

// What of them is wrong can be seen without reading Cedar.
std::optional<Error> check(const GivenRule&);
std::optional<Error> check(const RulePatch&);
std::optional<Error> check_for_validation(const GivenRule&);  // see validate_rules()

// A rule's text that was read and is right, with its parts, and what should be said of it all the same.
struct RuleText {
  std::string text;
  authz::RuleParts parts{};
  std::vector<std::string> warnings{};
};

// Reading rules, and asking the tenant's tests, may take longer than the writer, or a reactor, should wait.
// So who makes calls of these has it done between the rehearsal of the change and the writer, in a pool and
// on a snapshot, and hands the drafts in. An operation does by itself what isn't there, or was made of
// something that has changed since; kOverloaded where that is much.
struct RuleDrafts {
  bool follow_rehearsal = false;  // it needn't read rules, nor ask tests: that comes next
  Trial trial{};
  std::optional<std::vector<RuleText>> made{};
  std::uint64_t rule_revision = 0;    // of the rule that was patched
  std::uint64_t schema_revision = 0;  // of the schema that they are right by
  Tried tried{};
  std::vector<RuleView> views{};  // of the rules that the answer will have
};

struct RulePlace {
  domain::PolicyId policy;
  domain::RuleId rule;
};

// The drafts of each change. kInvalidInput with all that is wrong with a rule; a text's message has the
// place, the line and a caret. kTestsFailed where tests would fail, unless the trial insists. Also kNotFound.
Outcome<RuleDrafts> draft_new_rule(const Read&, const domain::TenantId& tenant, const domain::PolicyId&,
                                   const GivenRule&, const Trial&);
Outcome<RuleDrafts> draft_rule(const Read&, const domain::TenantId& tenant, const RulePlace&,
                               const RulePatch&, const Trial&);
Outcome<RuleDrafts> draft_rule_deletion(const Read&, const domain::TenantId& tenant, const RulePlace&,
                                        const Trial&);

// By ordinal. The built-in policy has none.
Outcome<Page<RuleView>> list_rules(const Read&, const domain::TenantId& tenant, const domain::PolicyId&,
                                   const PageRequest&);
Outcome<RuleView> get_rule(const Read&, const domain::TenantId& tenant, const RulePlace&);

// Behind the policy's last. kQuotaExceeded beyond what a policy, or a tenant, may have of rules and texts.
Outcome<RuleView> create_rule(Change&, const domain::TenantId& tenant, const domain::PolicyId&,
                              const GivenRule&, const RuleDrafts& = {});
// kInUse where it is the template of grants, and would have other slots.
Outcome<RuleView> update_rule(Change&, const domain::TenantId& tenant, const RulePlace&, const RulePatch&,
                              const IfMatch&, const RuleDrafts& = {});
// Puts a rule back as it was, under its id and, where that is free, in its place: makes it where it isn't
// there, else gives it its text back; asks the guard what that asks. For undo, and else as restore_policy().
Outcome<void> restore_rule(Change&, const domain::Rule& was, bool text_is_right);

// Gives rules of one policy the places back that they had; asks the guard what reordering asks. kBuiltUpon
// where another has such a place by now. For undo.
Outcome<void> restore_order(Change&, const domain::TenantId& tenant, const domain::PolicyId&,
                            const std::vector<domain::Rule>& were);

// kInUse where it is the template of grants, unless the trial insists, which takes them along.
Outcome<void> delete_rule(Change&, const domain::TenantId& tenant, const RulePlace&, const IfMatch&,
                          const RuleDrafts& = {});

// Gives the rules the ordinals 1, 2, … in this order, which names each of the policy once, and answers them.
Outcome<std::vector<domain::Rule>> reorder_rules(Change&, const domain::TenantId& tenant,
                                                 const domain::PolicyId&,
                                                 const std::vector<domain::RuleId>& ids);

// What is wrong, or strange, with a text of up to a policy's number of statements and kMaxValidatedText
// bytes, or with the one that is made of a rule's parts, by the tenant's schema if it has one: up to
// kMostFindings of either kind; of a statement also that it is longer than a rule may be. kInvalidInput where
// the parts can't be made a rule's text, or there are more statements.
inline constexpr std::size_t kMaxValidatedText = 1024UL * 1024;
inline constexpr std::size_t kMostFindings = 100;
struct RuleFinding {
  base::Place place;
  std::string message;  // without the place
};
struct RulesChecked {
  std::vector<RuleFinding> errors, warnings;
  std::optional<RuleText> rule;  // where it is one statement, which can be read; without its warnings
};
Outcome<RulesChecked> validate_rules(const Read&, const domain::TenantId& tenant, const GivenRule&);

}  // namespace api
