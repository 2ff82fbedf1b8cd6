#include "api/rules.h"

#include <algorithm>
#include <map>
#include <memory>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/grants_in_use.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/parts/rule_reading.h"
#include "api/parts/test_runs.h"
#include "authz/rule_warnings.h"
#include "authz/tenant_rule.h"
#include "authz/tenant_schema.h"
#include "cedar/parser.h"
#include "domain/decision_settings.h"

namespace api {
namespace {

AccessRequest on_rules(const Operation& operation, const domain::TenantId& tenant,
                       const domain::PolicyId& policy) {
  auto request = on_tenant(operation, tenant);
  request.resource_id = policy.to_string();
  return request;
}

AccessRequest on_rule(const Operation& operation, const domain::TenantId& tenant, const RulePlace& place) {
  auto request = on_tenant(operation, tenant);
  request.resource_id = place.rule.to_string();
  return request;
}

Proposal propose_rule(const RulePlace& place) {
  return Proposal().text("policy", place.policy.to_string()).text("rule", place.rule.to_string());
}

Outcome<domain::Rule> existing_rule(const Read& read, const domain::TenantId& tenant,
                                    const RulePlace& place) {
  auto found = stored(domain::get_rule(read.txn, tenant, place.policy, place.rule));
  if (!found.ok()) return found.error();
  if (!*found) return not_found("rule", place.rule);
  return **std::move(found);
}

std::string too_long(std::size_t size) {
  return "a rule must be at most " + std::to_string(domain::kMaxRuleText) + " bytes, and this one has " +
         std::to_string(size);
}

// That of the policy which its rules' changes are, too.
Outcome<void> put_changed(Change& change, domain::TenantPolicy& policy) {
  policy.updated_at = change.now;
  policy.updated_by = change.caller.principal;
  return stored(domain::put_policy(change.write, policy));
}

// What changes make of the texts that the tests are asked of.
auto adding(const domain::PolicyId& policy, const std::vector<RuleText>& texts) {
  return [&](authz::PolicyTexts& all) {
    for (const RuleText& text : texts) all.add_rule(policy, text.text);
  };
}

auto replacing(const RulePlace& place, const std::vector<RuleText>& texts) {
  return [&](authz::PolicyTexts& all) {
    if (domain::Rule* const rule = all.find(place.policy, place.rule); rule && !texts.empty())
      rule->text = texts.front().text;
  };
}

auto removing(const RulePlace& place) {
  return [&](authz::PolicyTexts& all) { all.remove(place.policy, place.rule); };
}

Outcome<RuleDrafts> tried(const Read& snapshot, const domain::TenantId& tenant, RuleDrafts drafts,
                          PolicyEdit edit) {
  auto done = try_edit(snapshot, tenant, drafts.trial, edit);
  if (!done.ok()) return done.error();
  drafts.tried = *done;
  return drafts;
}

std::vector<RuleFinding> found(const cedar::Source& source, const std::vector<authz::RuleWarning>& warnings) {
  std::vector<RuleFinding> findings;
  for (const authz::RuleWarning& warning : warnings)
    findings.push_back({source.place(warning.at.begin), warning.message});
  return findings;
}

}  // namespace

Outcome<Page<RuleView>> list_rules(const Read& read, const domain::TenantId& tenant,
                                   const domain::PolicyId& policy, const PageRequest& page) {
  const auto authorized = authorize(read, on_rules(op::list_rules, tenant, policy));
  if (!authorized.ok()) return authorized.error();
  if (policy == domain::roles_policy_of(tenant)) return Page<RuleView>();
  if (const auto exists = own_policy(read, tenant, policy); !exists.ok()) return exists.error();
  const auto after = number_cursor(page);
  if (!after.ok()) return after.error();
  auto rules = stored(domain::rules_of(read.txn, tenant, policy));
  if (!rules.ok()) return rules.error();
  Pager<RuleView, std::uint64_t> pager(read, page);
  for (domain::Rule& rule : *rules) {
    if (rule.ordinal <= *after) continue;
    if (!pager.look()) break;
    const std::uint64_t ordinal = rule.ordinal;
    if (!pager.take(ordinal, [&] { return view_rule(std::move(rule)); })) break;
  }
  return pager.finish();
}

Outcome<RuleView> get_rule(const Read& read, const domain::TenantId& tenant, const RulePlace& place) {
  const auto authorized = authorize(read, on_rule(op::get_rule, tenant, place));
  if (!authorized.ok()) return authorized.error();
  auto rule = existing_rule(read, tenant, place);
  if (!rule.ok()) return rule.error();
  return view_rule(std::move(rule).value());
}

Outcome<RuleDrafts> draft_new_rule(const Read& read, const domain::TenantId& tenant,
                                   const domain::PolicyId& policy, const GivenRule& given,
                                   const Trial& trial) {
  const auto schema = schema_in_force(read, tenant);
  if (!schema.ok()) return schema.error();
  auto texts = read_rule(given, schema->schema.get());
  if (!texts.ok()) return texts.error();
  RuleDrafts drafts{.trial = trial, .made = std::move(texts).value(), .schema_revision = schema->revision};
  const auto edit = adding(policy, *drafts.made);
  return tried(read, tenant, drafts, edit);
}

Outcome<RuleDrafts> draft_rule(const Read& read, const domain::TenantId& tenant, const RulePlace& place,
                               const RulePatch& patch, const Trial& trial) {
  const auto before = existing_rule(read, tenant, place);
  if (!before.ok()) return before.error();
  const auto given = patched(*before, patch);
  if (!given.ok()) return given.error();
  const auto schema = schema_in_force(read, tenant);
  if (!schema.ok()) return schema.error();
  auto texts = read_rule(*given, schema->schema.get());
  if (!texts.ok()) return texts.error();
  RuleDrafts drafts{.trial = trial,
                    .made = std::move(texts).value(),
                    .rule_revision = before->revision,
                    .schema_revision = schema->revision};
  const auto edit = replacing(place, *drafts.made);
  return tried(read, tenant, drafts, edit);
}

Outcome<RuleDrafts> draft_rule_deletion(const Read& read, const domain::TenantId& tenant,
                                        const RulePlace& place, const Trial& trial) {
  return tried(read, tenant, {.trial = trial}, removing(place));
}

Outcome<RuleView> create_rule(Change& change, const domain::TenantId& tenant, const domain::PolicyId& id,
                              const GivenRule& given, const RuleDrafts& drafts) {
  if (const auto bad = check(given)) return *bad;

  auto request = on_rules(op::create_rule, tenant, id);
  request.proposed =
      Proposal().text("policy", id.to_string()).text_if("policy_text", given.policy_text).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  auto policy = own_policy(change, tenant, id);
  if (!policy.ok()) return policy.error();
  const auto texts = made_rules(change, tenant, drafts, true,
                                [&](const cedar::Schema* schema) { return read_rule(given, schema); });
  if (!texts.ok()) return texts.error();
  if (const auto room = check_room(change, tenant, {id, 1, bytes_of(*texts)}); !room.ok())
    return room.error();
  if (const auto passes = check_tried(change, tenant, drafts, adding(id, *texts)); !passes.ok())
    return passes.error();
  if (const auto begins = change.begin(tenant, {{domain::Quota::kRules}}); !begins.ok())
    return begins.error();

  domain::Rule rule{domain::RuleId(change.make_id()),
                    tenant,
                    id,
                    policy->next_ordinal++,
                    texts->front().text,
                    change.now,
                    change.now,
                    0};
  if (const auto put = stored(domain::put_rule(change.write, rule)); !put.ok()) return put.error();
  if (const auto put = put_changed(change, *policy); !put.ok()) return put.error();
  request.resource_id = rule.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(rule));
  if (!noted.ok()) return noted.error();
  return RuleView{std::move(rule), texts->front().parts, texts->front().warnings};
}

Outcome<RuleView> update_rule(Change& change, const domain::TenantId& tenant, const RulePlace& place,
                              const RulePatch& patch, const IfMatch& match, const RuleDrafts& drafts) {
  if (const auto bad = check(patch)) return *bad;

  auto request = on_rule(op::update_rule, tenant, place);
  request.proposed = propose_rule(place).text_if("policy_text", patch.policy_text).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  auto policy = own_policy(change, tenant, place.policy);
  if (!policy.ok()) return policy.error();
  const auto before = existing_rule(change, tenant, place);
  if (!before.ok()) return before.error();
  if (const auto matches = check_match(match, before->revision); !matches.ok()) return matches.error();
  const auto read_anew = [&](const cedar::Schema* schema) -> Outcome<std::vector<RuleText>> {
    const auto given = patched(*before, patch);
    if (!given.ok()) return given.error();
    return read_rule(*given, schema);
  };
  const auto texts = made_rules(change, tenant, drafts, drafts.rule_revision == before->revision, read_anew);
  if (!texts.ok()) return texts.error();
  if (!texts->empty())
    if (const auto fits = check_slots_kept(change, *before, texts->front().text); !fits.ok())
      return fits.error();
  const std::size_t now = bytes_of(*texts), then = before->text.size();
  if (now > then)
    if (const auto room = check_room(change, tenant, {place.policy, 0, now - then}); !room.ok())
      return room.error();
  if (const auto passes = check_tried(change, tenant, drafts, replacing(place, *texts)); !passes.ok())
    return passes.error();
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();

  domain::Rule after = *before;
  after.text = texts->front().text;
  if (after.text != before->text) {
    after.updated_at = change.now;
    if (const auto put = stored(domain::put_rule(change.write, after)); !put.ok()) return put.error();
    if (const auto put = put_changed(change, *policy); !put.ok()) return put.error();
    const auto noted = append_audit(change, request, authorized.value(), to_audit(*before), to_audit(after));
    if (!noted.ok()) return noted.error();
  }
  return RuleView{std::move(after), texts->front().parts, texts->front().warnings};
}

namespace {

// Where it comes again: in its place, or, where another has come there, behind the last.
Outcome<std::uint64_t> place_for(const Change& change, const domain::Rule& was,
                                 const domain::TenantPolicy& policy) {
  const auto rules = stored(domain::rules_of(change.txn, was.tenant, was.policy));
  if (!rules.ok()) return rules.error();
  const bool is_taken = std::any_of(rules->begin(), rules->end(), [&](const domain::Rule& rule) {
    return rule.id != was.id && rule.ordinal == was.ordinal;
  });
  return is_taken ? policy.next_ordinal : was.ordinal;
}

Outcome<void> put_restored(Change& change, const AccessRequest& request, const Authorization& authorized,
                           const domain::Rule& was, domain::TenantPolicy policy,
                           const std::optional<domain::Rule>& now) {
  const auto ordinal = now ? Outcome<std::uint64_t>(now->ordinal) : place_for(change, was, policy);
  if (!ordinal.ok()) return ordinal.error();
  auto begins = now ? change.begin(was.tenant) : change.begin(was.tenant, {{domain::Quota::kRules}});
  if (!begins.ok()) return begins;
  domain::Rule rule = was;
  rule.ordinal = *ordinal;
  rule.updated_at = change.now;
  if (auto put = stored(domain::put_rule(change.write, rule)); !put.ok()) return put;
  policy.next_ordinal = std::max(policy.next_ordinal, rule.ordinal + 1);
  if (auto put = put_changed(change, policy); !put.ok()) return put;
  return append_audit(change, request, authorized, now ? to_audit(*now) : kNothing, to_audit(rule));
}

}  // namespace

Outcome<void> restore_rule(Change& change, const domain::Rule& was, bool text_is_right) {
  const RulePlace place{was.policy, was.id};
  const auto now = stored(domain::get_rule(change.txn, was.tenant, was.policy, was.id));
  if (!now.ok()) return now.error();
  auto request = on_rule(*now ? op::update_rule : op::create_rule, was.tenant, place);
  Proposal proposal = *now ? propose_rule(place) : Proposal().text("policy", was.policy.to_string());
  request.proposed = proposal.text("policy_text", was.text).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  auto policy = own_policy(change, was.tenant, was.policy);
  if (!policy.ok()) return policy.error();
  if (!text_is_right)
    if (auto right = check_texts(change, was.tenant, {was}); !right.ok()) return right;
  if (*now)
    if (auto fits = check_slots_kept(change, **now, was.text); !fits.ok()) return fits;
  const std::size_t had = *now ? (*now)->text.size() : 0;
  if (was.text.size() > had) {
    const RuleRoom room{was.policy, *now ? 0U : 1U, was.text.size() - had};
    if (auto fits = check_room(change, was.tenant, room); !fits.ok()) return fits;
  }
  return put_restored(change, request, *authorized, was, std::move(policy).value(), *now);
}

Outcome<void> restore_order(Change& change, const domain::TenantId& tenant, const domain::PolicyId& id,
                            const std::vector<domain::Rule>& were) {
  auto request = on_rules(op::reorder_rules, tenant, id);
  request.proposed = Proposal().text("policy", id.to_string()).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  auto policy = own_policy(change, tenant, id);
  if (!policy.ok()) return policy.error();
  auto rules = stored(domain::rules_of(change.txn, tenant, id));
  if (!rules.ok()) return rules.error();
  const std::string before = order_to_audit(*rules);
  std::map<domain::RuleId, std::uint64_t> places;
  for (const domain::Rule& rule : were) places[rule.id] = rule.ordinal;
  if (auto begins = change.begin(tenant); !begins.ok()) return begins;
  for (domain::Rule& rule : *rules) {
    const auto place = places.find(rule.id);
    if (place == places.end() || place->second == rule.ordinal) continue;
    rule.ordinal = place->second;
    rule.updated_at = change.now;
    if (auto put = stored(domain::put_rule(change.write, rule)); !put.ok()) return put;
  }
  std::sort(rules->begin(), rules->end(),
            [](const domain::Rule& a, const domain::Rule& b) { return a.ordinal < b.ordinal; });
  const auto twice =
      std::adjacent_find(rules->begin(), rules->end(),
                         [](const domain::Rule& a, const domain::Rule& b) { return a.ordinal == b.ordinal; });
  if (twice != rules->end())
    return error(Code::kBuiltUpon,
                 "policy " + id.to_string() + ": another rule has come to a place that one had before");
  if (!rules->empty()) policy->next_ordinal = std::max(policy->next_ordinal, rules->back().ordinal + 1);
  if (auto put = put_changed(change, *policy); !put.ok()) return put;
  return append_audit(change, request, *authorized, before, order_to_audit(*rules));
}

Outcome<void> delete_rule(Change& change, const domain::TenantId& tenant, const RulePlace& place,
                          const IfMatch& match, const RuleDrafts& drafts) {
  auto request = on_rule(op::delete_rule, tenant, place);
  request.proposed = propose_rule(place).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  auto policy = own_policy(change, tenant, place.policy);
  if (!policy.ok()) return policy.error();
  const auto rule = existing_rule(change, tenant, place);
  if (!rule.ok()) return rule.error();
  if (const auto matches = check_match(match, rule->revision); !matches.ok()) return matches;
  const std::vector<domain::Rule> gone{*rule};
  if (!drafts.trial.insists)
    if (auto unused = check_no_grants(change, gone, "rule " + place.rule.to_string()); !unused.ok())
      return unused;
  if (auto passes = check_tried(change, tenant, drafts, removing(place)); !passes.ok()) return passes;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  if (auto done = delete_grants_of(change, gone, deleted_by(change, authorized.value())); !done.ok())
    return done;
  if (const auto deleted = stored(domain::delete_rule(change.write, *rule)); !deleted.ok()) return deleted;
  if (const auto put = put_changed(change, *policy); !put.ok()) return put;
  return append_audit(change, request, authorized.value(), to_audit(*rule), kNothing);
}

Outcome<std::vector<domain::Rule>> reorder_rules(Change& change, const domain::TenantId& tenant,
                                                 const domain::PolicyId& id,
                                                 const std::vector<domain::RuleId>& ids) {
  auto request = on_rules(op::reorder_rules, tenant, id);
  request.proposed = Proposal().text("policy", id.to_string()).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  auto policy = own_policy(change, tenant, id);
  if (!policy.ok()) return policy.error();
  auto rules = stored(domain::rules_of(change.txn, tenant, id));
  if (!rules.ok()) return rules.error();
  if (const auto wrong = check_order(ids, *rules, "rule of the policy")) return *wrong;
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();

  const std::string before = order_to_audit(*rules);
  std::map<domain::RuleId, std::uint64_t> places;
  for (std::size_t i = 0; i < ids.size(); ++i) places[ids[i]] = i + 1;
  for (domain::Rule& rule : *rules) {
    const std::uint64_t ordinal = places[rule.id];
    if (ordinal == rule.ordinal) continue;
    rule.ordinal = ordinal;
    rule.updated_at = change.now;
    if (const auto put = stored(domain::put_rule(change.write, rule)); !put.ok()) return put.error();
  }
  policy->next_ordinal = rules->size() + 1;
  if (const auto put = put_changed(change, *policy); !put.ok()) return put.error();
  std::sort(rules->begin(), rules->end(),
            [](const domain::Rule& a, const domain::Rule& b) { return a.ordinal < b.ordinal; });
  const auto noted = append_audit(change, request, authorized.value(), before, order_to_audit(*rules));
  if (!noted.ok()) return noted.error();
  return std::move(rules).value();
}

Outcome<RulesChecked> validate_rules(const Read& read, const domain::TenantId& tenant,
                                     const GivenRule& given) {
  if (const auto bad = check_for_validation(given)) return *bad;
  const auto authorized = authorize(read, on_tenant(op::validate_rules, tenant));
  if (!authorized.ok()) return authorized.error();
  auto text = given.policy_text ? rule_text(given, "", kMaxValidatedText) : rule_text(given, "");
  if (!text.ok()) return text.error();
  constexpr std::string_view kName = "policy_text";
  RulesChecked checked;
  const auto add = [](std::vector<RuleFinding>& to, RuleFinding finding) {
    if (to.size() < kMostFindings) to.push_back(std::move(finding));
  };
  const auto fail = [&](const std::string& message) {
    const auto placed = authz::placed_message(kName, message);
    add(checked.errors, placed ? RuleFinding{placed->place, placed->what} : RuleFinding{{}, message});
  };
  const auto source = std::make_shared<const cedar::Source>(std::string(kName), *text);
  const auto statements = cedar::parse_policies(source);
  if (!statements.ok()) {
    fail(statements.error().message);
    return checked;
  }
  if (statements->size() > domain::kMaxRulesOfPolicy)
    return invalid("/policy_text", "must be at most " + std::to_string(domain::kMaxRulesOfPolicy) +
                                       " statements, and has " + std::to_string(statements->size()));
  const auto schema = schema_of(read, tenant);
  if (!schema.ok()) return schema.error();
  if (*schema) {
    const cedar::ValidationResult result = authz::validate_rules(**schema, *statements);
    for (const cedar::ValidationFinding& finding : result.errors)
      add(checked.errors, {source->place(finding.at.begin), finding.message});
    for (const cedar::ValidationFinding& finding : result.warnings)
      add(checked.warnings, {source->place(finding.at.begin), finding.message});
  }
  for (const cedar::TemplatePtr& statement : *statements) {
    // One alone is saved with all that stands around it.
    const std::size_t size = statements->size() == 1 ? text->size() : statement->at.end - statement->at.begin;
    if (size > domain::kMaxRuleText)
      add(checked.errors, {source->place(statement->at.begin), too_long(size)});
    if (const auto rule = authz::read_statement(statement); !rule.ok()) fail(rule.error().message);
    for (RuleFinding& warning : found(*source, authz::warnings_of(*statement)))
      add(checked.warnings, std::move(warning));
  }
  if (statements->size() == 1)
    checked.rule = RuleText{std::move(text).value(), authz::parts_of(*statements->front()), {}};
  return checked;
}

}  // namespace api
