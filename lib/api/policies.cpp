#include "api/policies.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/grants_in_use.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/parts/rule_reading.h"
#include "api/parts/test_runs.h"
#include "domain/decision_settings.h"

namespace api {
namespace {

AccessRequest on_policy(const Operation& operation, const domain::TenantId& tenant,
                        const domain::PolicyId& id) {
  auto request = on_tenant(operation, tenant);
  request.resource_id = id.to_string();
  return request;
}

// The built-in one as all others are seen.
Outcome<domain::TenantPolicy> roles_policy(const Read& read, const domain::TenantId& id) {
  const auto tenant = existing_tenant(read, id);
  if (!tenant.ok()) return tenant.error();
  const auto decisions = stored(domain::get_decisions(read.txn, id));
  if (!decisions.ok()) return decisions.error();
  domain::TenantPolicy policy;
  policy.id = decisions->roles_policy;
  policy.tenant = id;
  policy.name = "roles";
  policy.description =
      "Allows what the roles allow that the subject holds on the resource, or on anything above it.";
  policy.enabled = decisions->roles_enabled;
  policy.created_at = tenant->created_at;
  policy.updated_at = decisions->roles_revision == 0 ? tenant->created_at : decisions->roles_updated_at;
  policy.revision = decisions->roles_revision;
  return policy;
}

Outcome<PolicyView> view_roles(const Read& read, const domain::TenantId& tenant) {
  auto policy = roles_policy(read, tenant);
  if (!policy.ok()) return policy.error();
  return PolicyView{std::move(policy).value(), true, {}};
}

Outcome<PolicyView> view_policy(const Read& read, domain::TenantPolicy policy,
                                const std::vector<RuleView>& known = {}) {
  auto rules = view_rules(read, policy.tenant, policy.id, known);
  if (!rules.ok()) return rules.error();
  return PolicyView{std::move(policy), false, std::move(rules).value()};
}

// By priority, highest first, and then as they were made.
Outcome<std::vector<domain::TenantPolicy>> sorted_policies(const Read& read, const domain::TenantId& tenant) {
  std::vector<domain::TenantPolicy> policies;
  const auto gather = [&](domain::TenantPolicy&& policy) {
    policies.push_back(std::move(policy));
    return true;
  };
  if (const auto all = stored(domain::each_policy(read.txn, tenant, nullptr, gather)); !all.ok())
    return all.error();
  std::stable_sort(policies.begin(), policies.end(),
                   [](const auto& a, const auto& b) { return a.priority > b.priority; });
  return policies;
}

// Where a policy stands in the list.
struct Place {
  // Below every priority that a policy can have.
  static constexpr std::int64_t kBehindAll = std::int64_t{std::numeric_limits<std::int32_t>::min()} - 1;

  std::int64_t priority;
  domain::PolicyId id;

  bool operator<(const Place& other) const {
    return priority > other.priority || (priority == other.priority && id < other.id);
  }
};

std::string cursor_text(const Place& place) {
  return std::to_string(place.priority) + ":" + place.id.to_string();
}

Outcome<std::optional<Place>> place_cursor(const PageRequest& page) {
  if (page.after.empty()) return std::optional<Place>();
  Place place{};
  const std::string& text = page.after;
  const char* const end = text.data() + text.size();
  const auto [colon, failure] = std::from_chars(text.data(), end, place.priority);
  const auto id = failure == std::errc() && colon != end && *colon == ':'
                      ? domain::PolicyId::parse(std::string_view(colon + 1, end))
                      : std::nullopt;
  if (!id) return invalid("cursor", "is not a cursor that this list has given");
  place.id = *id;
  return std::optional(place);
}

AccessRequest updating_policy(const domain::TenantId& tenant, const domain::PolicyId& id,
                              const PolicyPatch& patch) {
  auto request = on_policy(op::update_policy, tenant, id);
  Proposal proposal;
  proposal.text("policy", id.to_string()).flag("is_built_in", id == domain::roles_policy_of(tenant));
  proposal.text_if("name", patch.name);
  if (patch.description) proposal.text("description", patch.description->value_or(""));
  if (patch.enabled) proposal.flag("enabled", *patch.enabled);
  if (patch.priority) proposal.number("priority", *patch.priority);
  request.proposed = proposal.take();
  return request;
}

// What changes make of the texts that the tests are asked of.
auto adding(const NewPolicy& given, const std::vector<RuleText>& texts) {
  return [&](authz::PolicyTexts& all) {
    domain::TenantPolicy policy;
    policy.enabled = given.enabled;
    policy.priority = given.priority;
    std::vector<std::string> rules;
    for (const RuleText& text : texts) rules.push_back(text.text);
    all.add(std::move(policy), rules);
  };
}

auto patching(const domain::TenantId& tenant, const domain::PolicyId& id, const PolicyPatch& patch) {
  return [&](authz::PolicyTexts& all) {
    if (patch.enabled && id == domain::roles_policy_of(tenant)) all.decisions.roles_enabled = *patch.enabled;
    authz::PolicyTexts::Policy* const found = all.find(id);
    if (found && patch.enabled) found->policy.enabled = *patch.enabled;
    if (found && patch.priority) found->policy.priority = *patch.priority;
  };
}

auto removing(const domain::PolicyId& id) {
  return [&](authz::PolicyTexts& all) { all.remove(id); };
}

std::int32_t priority_at(std::size_t place, std::size_t size) {
  return static_cast<std::int32_t>(size - place);
}

auto ordering(const std::vector<domain::PolicyId>& ids) {
  return [&](authz::PolicyTexts& all) {
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (authz::PolicyTexts::Policy* const found = all.find(ids[i]))
        found->policy.priority = priority_at(i, ids.size());
  };
}

Outcome<RuleDrafts> tried(const Read& snapshot, const domain::TenantId& tenant, RuleDrafts drafts,
                          PolicyEdit edit) {
  auto done = try_edit(snapshot, tenant, drafts.trial, edit);
  if (!done.ok()) return done.error();
  drafts.tried = *done;
  return drafts;
}

Outcome<PolicyView> update_roles(Change& change, const domain::TenantId& tenant, const AccessRequest& request,
                                 const Authorization& authorization, const PolicyPatch& patch,
                                 const IfMatch& match, const RuleDrafts& drafts) {
  if (patch.name || patch.description || patch.priority) return built_in();
  const auto before = roles_policy(change, tenant);
  if (!before.ok()) return before.error();
  if (const auto matches = check_match(match, before->revision); !matches.ok()) return matches.error();
  if (patch.enabled.value_or(before->enabled) == before->enabled) return view_roles(change, tenant);
  if (const auto passes = check_tried(change, tenant, drafts, patching(tenant, before->id, patch));
      !passes.ok())
    return passes.error();
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();
  auto decisions = stored(domain::get_decisions(change.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  decisions->roles_enabled = *patch.enabled;
  decisions->roles_updated_at = change.now;
  decisions->roles_revision = change.txn.revision();
  if (const auto put = stored(domain::put_decisions(change.write, *decisions)); !put.ok()) return put.error();
  auto after = view_roles(change, tenant);
  if (!after.ok()) return after;
  const auto noted =
      append_audit(change, request, authorization, to_audit(*before, {}), to_audit(after->policy, {}));
  if (!noted.ok()) return noted.error();
  return after;
}

}  // namespace

Outcome<Page<PolicyView>> list_policies(const Read& read, const domain::TenantId& tenant,
                                        const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_policies, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto after = place_cursor(page);
  if (!after.ok()) return after.error();
  auto policies = sorted_policies(read, tenant);
  if (!policies.ok()) return policies.error();
  Pager<PolicyView, Place> pager(read, page);
  for (domain::TenantPolicy& policy : *policies) {
    const Place place{policy.priority, policy.id};
    if (*after && !(**after < place)) continue;
    if (!pager.look()) return pager.finish();
    if (!pager.take(place, [&] { return view_policy(read, std::move(policy)); })) return pager.finish();
  }
  const Place last{Place::kBehindAll, domain::roles_policy_of(tenant)};
  if ((!*after || **after < last) && pager.look()) pager.take(last, [&] { return view_roles(read, tenant); });
  return pager.finish();
}

Outcome<PolicyView> get_policy(const Read& read, const domain::TenantId& tenant, const domain::PolicyId& id) {
  const auto authorized = authorize(read, on_policy(op::get_policy, tenant, id));
  if (!authorized.ok()) return authorized.error();
  if (id == domain::roles_policy_of(tenant)) return view_roles(read, tenant);
  auto policy = own_policy(read, tenant, id);
  if (!policy.ok()) return policy.error();
  return view_policy(read, std::move(policy).value());
}

std::optional<Error> check(const NewPolicy& given) {
  Checks checks;
  checks.name("/name", given.name);
  checks.description("/description", given.description);
  if (given.rules.size() > domain::kMaxRulesOfPolicy)
    checks.add("/rules", "must be at most " + std::to_string(domain::kMaxRulesOfPolicy) + " rules");
  for (std::size_t i = 0; i < given.rules.size(); ++i)
    check_rule(checks, "/rules/" + std::to_string(i), given.rules[i]);
  return checks.error();
}

Outcome<RuleDrafts> draft_policy(const Read& read, const domain::TenantId& tenant, const NewPolicy& given,
                                 const Trial& trial) {
  const auto schema = schema_in_force(read, tenant);
  if (!schema.ok()) return schema.error();
  auto texts = read_rules(given.rules, schema->schema.get());
  if (!texts.ok()) return texts.error();
  RuleDrafts drafts{.trial = trial, .made = std::move(texts).value(), .schema_revision = schema->revision};
  const auto edit = adding(given, *drafts.made);
  return tried(read, tenant, drafts, edit);
}

Outcome<RuleDrafts> draft_policy_patch(const Read& read, const domain::TenantId& tenant,
                                       const domain::PolicyId& id, const PolicyPatch& patch,
                                       const Trial& trial) {
  RuleDrafts drafts{.trial = trial};
  if (id != domain::roles_policy_of(tenant)) {
    auto views = view_rules(read, tenant, id);
    if (!views.ok()) return views.error();
    drafts.views = std::move(views).value();
  }
  return tried(read, tenant, std::move(drafts), patching(tenant, id, patch));
}

Outcome<RuleDrafts> draft_policy_deletion(const Read& read, const domain::TenantId& tenant,
                                          const domain::PolicyId& id, const Trial& trial) {
  return tried(read, tenant, {.trial = trial}, removing(id));
}

Outcome<RuleDrafts> draft_policy_order(const Read& read, const domain::TenantId& tenant,
                                       const std::vector<domain::PolicyId>& ids, const Trial& trial) {
  return tried(read, tenant, {.trial = trial}, ordering(ids));
}

Outcome<PolicyView> create_policy(Change& change, const domain::TenantId& tenant, const NewPolicy& given,
                                  const RuleDrafts& drafts) {
  if (const auto bad = check(given)) return *bad;

  auto request = on_tenant(op::create_policy, tenant);
  request.proposed = Proposal()
                         .text("name", given.name)
                         .text("description", given.description.value_or(""))
                         .flag("enabled", given.enabled)
                         .number("priority", given.priority)
                         .number("rules", static_cast<std::int64_t>(given.rules.size()))
                         .take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto texts = made_rules(change, tenant, drafts, true,
                                [&](const cedar::Schema* schema) { return read_rules(given.rules, schema); });
  if (!texts.ok()) return texts.error();
  const domain::PolicyId id(change.make_id());
  if (const auto room = check_room(change, tenant, {id, given.rules.size(), bytes_of(*texts)}); !room.ok())
    return room.error();
  if (const auto passes = check_tried(change, tenant, drafts, adding(given, *texts)); !passes.ok())
    return passes.error();
  const auto begins =
      change.begin(tenant, {{domain::Quota::kPolicies}, {domain::Quota::kRules, given.rules.size()}});
  if (!begins.ok()) return begins.error();

  domain::TenantPolicy policy;
  policy.id = id;
  policy.tenant = tenant;
  policy.name = given.name;
  policy.description = given.description;
  policy.enabled = given.enabled;
  policy.priority = given.priority;
  policy.next_ordinal = texts->size() + 1;
  policy.created_by = policy.updated_by = change.caller.principal;
  policy.created_at = policy.updated_at = change.now;
  if (const auto put = stored(domain::put_policy(change.write, policy)); !put.ok()) return put.error();
  std::vector<domain::Rule> rules;
  for (const RuleText& text : *texts) {
    domain::Rule& rule =
        rules.emplace_back(domain::Rule{domain::RuleId(change.make_id()), tenant, id, rules.size() + 1,
                                        text.text, change.now, change.now, 0});
    if (const auto put = stored(domain::put_rule(change.write, rule)); !put.ok()) return put.error();
  }
  request.resource_id = id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(policy, rules));
  if (!noted.ok()) return noted.error();
  PolicyView view{std::move(policy), false, {}};
  for (std::size_t i = 0; i < texts->size(); ++i)
    view.rules.push_back({std::move(rules[i]), texts->at(i).parts, texts->at(i).warnings});
  return view;
}

Outcome<void> restore_policy(Change& change, const domain::TenantPolicy& was, std::vector<domain::Rule> rules,
                             bool texts_are_right) {
  auto request = on_policy(op::create_policy, was.tenant, was.id);
  request.proposed = Proposal()
                         .text("name", was.name)
                         .text("description", was.description.value_or(""))
                         .flag("enabled", was.enabled)
                         .number("priority", was.priority)
                         .number("rules", static_cast<std::int64_t>(rules.size()))
                         .take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (const auto bad = check_new_name("/name", "", was.name)) return *bad;
  if (!texts_are_right)
    if (auto right = check_texts(change, was.tenant, rules); !right.ok()) return right;
  std::size_t bytes = 0;
  for (const domain::Rule& rule : rules) bytes += rule.text.size();
  if (auto room = check_room(change, was.tenant, {was.id, rules.size(), bytes}); !room.ok()) return room;
  auto begins = change.begin(was.tenant, {{domain::Quota::kPolicies}, {domain::Quota::kRules, rules.size()}});
  if (!begins.ok()) return begins;
  domain::TenantPolicy policy = was;
  policy.updated_at = change.now;
  policy.updated_by = change.caller.principal;
  if (auto put = stored(domain::put_policy(change.write, policy)); !put.ok()) return put;
  for (domain::Rule& rule : rules) {
    rule.updated_at = change.now;
    if (auto put = stored(domain::put_rule(change.write, rule)); !put.ok()) return put;
  }
  return append_audit(change, request, *authorized, kNothing, to_audit(policy, rules));
}

std::optional<Error> check(const PolicyPatch& patch) {
  Checks checks;
  if (patch.name) checks.given_name("/name", *patch.name);
  if (patch.description) checks.description("/description", *patch.description);
  return checks.error();
}

Outcome<PolicyView> update_policy(Change& change, const domain::TenantId& tenant, const domain::PolicyId& id,
                                  const PolicyPatch& patch, const IfMatch& match, const RuleDrafts& drafts) {
  if (const auto bad = check(patch)) return *bad;

  const auto request = updating_policy(tenant, id, patch);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (id == domain::roles_policy_of(tenant))
    return update_roles(change, tenant, request, authorized.value(), patch, match, drafts);
  const auto before = own_policy(change, tenant, id);
  if (!before.ok()) return before.error();
  if (const auto matches = check_match(match, before->revision); !matches.ok()) return matches.error();
  domain::TenantPolicy after = *before;
  if (patch.name) after.name = *patch.name;
  if (patch.description) after.description = *patch.description;
  if (patch.enabled) after.enabled = *patch.enabled;
  if (patch.priority) after.priority = *patch.priority;
  if (const auto bad = check_new_name("/name", before->name, after.name)) return *bad;
  if (after == *before) {
    // The answer has the rules, which are read for it where nobody waits.
    if (change.is_rehearsal() && drafts.follow_rehearsal)
      if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
    return view_policy(change, std::move(after), drafts.views);
  }

  const bool decides_otherwise = after.enabled != before->enabled || after.priority != before->priority;
  if (decides_otherwise)
    if (const auto passes = check_tried(change, tenant, drafts, patching(tenant, id, patch)); !passes.ok())
      return passes.error();
  after.updated_at = change.now;
  after.updated_by = change.caller.principal;
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();
  if (const auto put = stored(domain::put_policy(change.write, after)); !put.ok()) return put.error();
  const auto noted =
      append_audit(change, request, authorized.value(), to_audit(*before, {}), to_audit(after, {}));
  if (!noted.ok()) return noted.error();
  return view_policy(change, std::move(after), drafts.views);
}

Outcome<void> delete_policy(Change& change, const domain::TenantId& tenant, const domain::PolicyId& id,
                            const IfMatch& match, const RuleDrafts& drafts) {
  auto request = on_policy(op::delete_policy, tenant, id);
  request.proposed = Proposal().text("policy", id.to_string()).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto policy = own_policy(change, tenant, id);
  if (!policy.ok()) return policy.error();
  if (const auto matches = check_match(match, policy->revision); !matches.ok()) return matches;
  if (auto passes = check_tried(change, tenant, drafts, removing(id)); !passes.ok()) return passes;
  const auto rules = stored(domain::rules_of(change.txn, tenant, id));
  if (!rules.ok()) return rules.error();
  if (!drafts.trial.insists)
    if (auto unused = check_no_grants(change, *rules, "policy " + id.to_string()); !unused.ok())
      return unused;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  if (auto done = delete_grants_of(change, *rules, deleted_by(change, authorized.value())); !done.ok())
    return done;
  const auto deleted = stored(domain::delete_policy(change.write, *policy));
  if (!deleted.ok()) return deleted;
  return append_audit(change, request, authorized.value(), to_audit(*policy, *rules), kNothing);
}

Outcome<std::vector<domain::TenantPolicy>> reorder_policies(Change& change, const domain::TenantId& tenant,
                                                            const std::vector<domain::PolicyId>& ids,
                                                            const RuleDrafts& drafts) {
  auto request = on_tenant(op::reorder_policies, tenant);
  std::vector<std::string> named;
  for (const domain::PolicyId& id : ids) named.push_back(id.to_string());
  request.proposed = Proposal().texts("policies", named).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (std::find(ids.begin(), ids.end(), domain::roles_policy_of(tenant)) != ids.end()) return built_in();
  auto policies = sorted_policies(change, tenant);
  if (!policies.ok()) return policies.error();
  if (const auto wrong = check_order(ids, *policies, "policy of the tenant's own")) return *wrong;
  if (const auto passes = check_tried(change, tenant, drafts, ordering(ids)); !passes.ok())
    return passes.error();
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();

  const std::string before = order_to_audit(*policies);
  std::map<domain::PolicyId, std::int32_t> priorities;
  for (std::size_t i = 0; i < ids.size(); ++i) priorities[ids[i]] = priority_at(i, ids.size());
  for (domain::TenantPolicy& policy : *policies) {
    const std::int32_t priority = priorities[policy.id];
    if (priority == policy.priority) continue;
    policy.priority = priority;
    policy.updated_at = change.now;
    policy.updated_by = change.caller.principal;
    if (const auto put = stored(domain::put_policy(change.write, policy)); !put.ok()) return put.error();
  }
  std::sort(policies->begin(), policies->end(),
            [](const auto& a, const auto& b) { return a.priority > b.priority; });
  const auto noted = append_audit(change, request, authorized.value(), before, order_to_audit(*policies));
  if (!noted.ok()) return noted.error();
  return std::move(policies).value();
}

}  // namespace api
