#include "api/policies.h"

#include "api/audit.h"
#include "api/decision_settings.h"
#include "api/rules.h"
#include "authz/tenant_policies.h"
#include "domain/audit.h"
#include "tests/support/api_world.h"

namespace {

using C = api::Change;
using R = api::Read;

const std::string kPermit = "permit (principal, action, resource);";

// Acme, and whoever may do everything with its policies.
struct Scene {
  ApiWorld world;
  const domain::TenantId acme = world.acme();
  const api::Caller keeper = world.caller(acme, {"organization:policymanage"});

  template <typename Fn>
  auto change(const Fn& fn) {
    return world.change(keeper, fn);
  }
  template <typename Fn>
  auto read(const Fn& fn) {
    return world.read(keeper, fn);
  }

  api::PolicyView make(const std::string& name, std::int32_t priority, std::vector<std::string> texts = {}) {
    api::NewPolicy policy{name, {}, true, priority, {}};
    for (const std::string& text : texts) policy.rules.push_back({text});
    return ApiWorld::must(change([&](C& c) { return api::create_policy(c, acme, policy); }));
  }
  domain::RuleId add(const domain::PolicyId& policy, const std::string& text) {
    return ApiWorld::must(change([&](C& c) { return api::create_rule(c, acme, policy, {text}); })).rule.id;
  }

  std::string names() {
    std::string all;
    for (const auto& view : ApiWorld::must(read([&](const R& r) {
                              return api::list_policies(r, acme, {0, ""});
                            })).data)
      all += (all.empty() ? "" : " ") + view.policy.name + (view.policy.enabled ? "" : "-");
    return all;
  }
  std::string texts(const domain::PolicyId& policy) {
    std::string all;
    for (const auto& view :
         ApiWorld::must(read([&](const R& r) { return api::get_policy(r, acme, policy); })).rules)
      all += std::to_string(view.rule.ordinal) + " " + view.rule.text + "\n";
    return all;
  }
  std::size_t tiers() {
    return ApiWorld::must(read([&](const R& r) -> api::Outcome<std::size_t> {
      return api::stored(r.policies->get(r.txn, acme)).value()->tiers.size();
    }));
  }
};

}  // namespace

TEST_CASE("policies are listed in the order in which they are asked, the built-in one last", "[api]") {
  Scene s;
  CHECK(s.names() == "roles");
  s.make("low", -1);
  s.make("high", 10);
  s.make("second", 0);
  s.make("third", 0);
  CHECK(s.names() == "high second third low roles");
}

TEST_CASE("the built-in policy can be disabled, and nothing else of it changes", "[api]") {
  Scene s;
  const domain::PolicyId roles = domain::roles_policy_of(s.acme);
  const std::string built_in =
      "built_in: policy roles: is built in; it can be enabled and disabled, and nothing else of it changes";
  const auto patch = [&](const api::PolicyPatch& with, const api::IfMatch& match = {}) {
    return to_text(s.change([&](C& c) { return api::update_policy(c, s.acme, roles, with, match); }));
  };
  CHECK(patch({"x", {}, {}, {}}) == built_in);
  CHECK(patch({{}, std::optional<std::string>(), {}, {}}) == built_in);
  CHECK(patch({{}, {}, false, 1}) == built_in);
  CHECK(patch({{}, {}, true, {}}) == "ok");
  CHECK(s.names() == "roles");
  CHECK(patch({{}, {}, false, {}}, {true, false, {7}}).starts_with("precondition_failed: "));
  CHECK(patch({{}, {}, false, {}}, {true, false, {0}}) == "ok");
  CHECK(s.names() == "roles-");
  CHECK(to_text(s.change([&](C& c) { return api::delete_policy(c, s.acme, roles, {}); })) == built_in);
  CHECK(to_text(s.change([&](C& c) { return api::create_rule(c, s.acme, roles, {kPermit}); })) == built_in);
  CHECK(to_text(s.change([&](C& c) { return api::reorder_policies(c, s.acme, {roles}); })) == built_in);
  CHECK(
      ApiWorld::must(s.read([&](const R& r) { return api::list_rules(r, s.acme, roles, {}); })).data.empty());
  const auto view = ApiWorld::must(s.read([&](const R& r) { return api::get_policy(r, s.acme, roles); }));
  CHECK(view.is_built_in);
  CHECK_FALSE(view.policy.enabled);
  // Another tenant's is none of this tenant's.
  const domain::PolicyId other = domain::roles_policy_of(s.world.globex());
  CHECK(to_text(s.read([&](const R& r) { return api::get_policy(r, s.acme, other); })) ==
        "not_found: policy " + other.to_string() + ": not found");
}

TEST_CASE("a change of policies is in force for the first who asks after it", "[api]") {
  Scene s;
  CHECK(s.tiers() == 0);
  const auto policy = s.make("p", 0, {kPermit}).policy;
  CHECK(s.tiers() == 1);
  const auto enable = [&](bool enabled) {
    ApiWorld::must(s.change([&](C& c) {
      return api::update_policy(c, s.acme, policy.id, {{}, {}, enabled, {}}, {});
    }));
  };
  enable(false);
  CHECK(s.tiers() == 0);
  enable(true);
  CHECK(s.tiers() == 1);
  ApiWorld::must(s.change([&](C& c) { return api::delete_policy(c, s.acme, policy.id, {}); }));
  CHECK(s.tiers() == 0);
}

TEST_CASE("rules keep their order, and can be put in another", "[api]") {
  Scene s;
  const domain::PolicyId policy = s.make("p", 0, {kPermit}).policy.id;
  const domain::RuleId second = s.add(policy, "forbid (principal, action, resource) when { context.b };");
  const domain::RuleId third = s.add(policy, "forbid (principal, action, resource) when { context.c };");
  ApiWorld::must(s.change([&](C& c) { return api::delete_rule(c, s.acme, {policy, second}, {}); }));
  const domain::RuleId fourth = s.add(policy, "forbid (principal, action, resource) when { context.d };");
  CHECK(s.texts(policy) == "1 " + kPermit +
                               "\n3 forbid (principal, action, resource) when { context.c };\n"
                               "4 forbid (principal, action, resource) when { context.d };\n");
  const auto first = ApiWorld::must(s.read([&](const R& r) {
    return api::list_rules(r, s.acme, policy, {1, ""});
  }));
  const domain::RuleId one = first.data.at(0).rule.id;
  const auto order = [&](std::vector<domain::RuleId> ids) {
    return to_text(s.change([&](C& c) { return api::reorder_rules(c, s.acme, policy, ids); }));
  };
  CHECK(order({fourth, one, third}) == "ok");
  CHECK(s.texts(policy) == "1 forbid (principal, action, resource) when { context.d };\n2 " + kPermit +
                               "\n3 forbid (principal, action, resource) when { context.c };\n");
  CHECK(order({fourth, one}).starts_with("invalid_input: ids: must name every rule of the policy, and "));
  CHECK(order({fourth, one, one, third})
            .starts_with("invalid_input: ids/2: " + one.to_string() + " is named twice"));
  CHECK(order({fourth, one, second, third})
            .starts_with("invalid_input: ids/2: " + second.to_string() + " is no rule of the policy"));
}

TEST_CASE("policies are put in an order by their priorities", "[api]") {
  Scene s;
  const auto a = s.make("a", 5).policy.id, b = s.make("b", 5).policy.id, c = s.make("c", -7).policy.id;
  CHECK(s.names() == "a b c roles");
  const auto order = [&](std::vector<domain::PolicyId> ids) {
    return to_text(s.change([&](C& change) { return api::reorder_policies(change, s.acme, ids); }));
  };
  CHECK(order({c, a, b}) == "ok");
  CHECK(s.names() == "c a b roles");
  CHECK(ApiWorld::must(s.read([&](const R& r) { return api::get_policy(r, s.acme, c); })).policy.priority ==
        3);
  CHECK(order({c, a}).starts_with("invalid_input: ids: must name every policy of the tenant's own"));
}

TEST_CASE("a rule that can't be is told with its place, and nothing of its policy is made", "[api]") {
  Scene s;
  const auto create = [&](std::vector<std::string> texts) {
    api::NewPolicy policy{"p", {}, true, 0, {}};
    for (const std::string& text : texts) policy.rules.push_back({text});
    return to_text(s.change([&](C& c) { return api::create_policy(c, s.acme, policy); }));
  };
  const std::string both =
      create({kPermit, "permit (pricipal, action, resource);", "permit (principal, action, resource)"});
  CHECK_THAT(both, ContainsSubstring(" | /rules/1/policy_text: policy_text:1:9: expected `principal`, found "
                                     "`pricipal`; did you mean `principal`?\n"
                                     "  1 | permit (pricipal, action, resource);\n    |         ^"));
  CHECK_THAT(both, ContainsSubstring(" | /rules/2/policy_text: policy_text:1:37: expected `when`"));
  CHECK(s.names() == "roles");
  CHECK(create({std::string(domain::kMaxRuleText, ' ') + kPermit})
            .starts_with("invalid_input: rules/0/policy_text: must be at most 65536 bytes, and has 65573"));
  CHECK(
      create({"@obligation_a(\"x\") " + kPermit})
          .starts_with(
              "invalid_input: rules/0/policy_text: policy_text:1:1: `@obligation_a`: its text must be JSON"));
}

TEST_CASE("a rule is given as text or as parts, and changed by either", "[api]") {
  Scene s;
  const domain::PolicyId policy = s.make("p", 0).policy.id;
  api::GivenRule given;
  given.parts.effect = "permit";
  given.parts.principal = {"in", "group", "7"};
  given.parts.action = {"eq", {"view"}};
  given.parts.conditions = "when { context.a < \"1\" }";
  const auto made =
      ApiWorld::must(s.change([&](C& c) { return api::create_rule(c, s.acme, policy, given); }));
  CHECK(made.rule.text ==
        "permit (\n  principal in group::\"7\",\n  action == Action::\"view\",\n  resource\n)\n"
        "when { context.a < \"1\" };");
  CHECK(made.parts == given.parts);
  REQUIRE(made.warnings.size() == 1);
  CHECK_THAT(made.warnings[0],
             ContainsSubstring("policy_text:6:20: this is a string, which can't stand here"));
  const api::RulePlace place{policy, made.rule.id};
  const auto update = [&](const api::RulePatch& patch) {
    return s.change([&](C& c) { return api::update_rule(c, s.acme, place, patch, {}); });
  };
  api::RulePatch patch;
  patch.effect = "forbid";
  patch.principal.scope_type = "any";
  patch.conditions = std::optional<std::string>();
  patch.notice = std::optional<std::string>("Not you.");
  const auto changed = ApiWorld::must(update(patch));
  CHECK(changed.rule.text ==
        "@notice(\"Not you.\")\nforbid (\n  principal,\n  action == Action::\"view\",\n  resource\n);");
  CHECK(changed.rule.ordinal == 1);
  patch = {};
  patch.policy_text = kPermit;
  CHECK(ApiWorld::must(update(patch)).rule.text == kPermit);
  patch = {};
  patch.resource.entity_id = std::optional<std::string>("7");
  CHECK(to_text(update(patch)).starts_with("invalid_input: resource_entity_id: must be null"));
  CHECK(to_text(s.change([&](C& c) {
          return api::create_rule(c, s.acme, policy, {});
        })).starts_with("invalid_input: effect: must be permit or forbid"));
}

TEST_CASE("drafts that are of another rule than there is now are made anew", "[api]") {
  Scene s;
  const auto policy = s.make("p", 0, {kPermit});
  const api::RulePlace place{policy.policy.id, policy.rules[0].rule.id};
  api::RulePatch notice, effect;
  notice.notice = std::optional<std::string>("N");
  effect.effect = "forbid";
  const auto drafts =
      ApiWorld::must(s.read([&](const R& r) { return api::draft_rule(r, s.acme, place, notice, {}); }));
  ApiWorld::must(s.change([&](C& c) { return api::update_rule(c, s.acme, place, effect, {}); }));
  const auto now =
      ApiWorld::must(s.change([&](C& c) { return api::update_rule(c, s.acme, place, notice, {}, drafts); }));
  CHECK(now.rule.text == "@notice(\"N\")\nforbid (principal, action, resource);");
}

TEST_CASE("policies and rules have quotas, and bounds on what one of them is", "[api]") {
  Scene s;
  domain::QuotaLimits limits = domain::kNoLimits;
  limits[domain::Quota::kPolicies] = 2;
  limits[domain::Quota::kRules] = 3;
  s.world.set_quotas(limits);
  const auto policy = s.make("a", 0, {kPermit, kPermit}).policy.id;
  const auto create = [&](std::size_t rules) {
    api::NewPolicy given{"b", {}, true, 0, std::vector<api::GivenRule>(rules, api::GivenRule{kPermit})};
    return to_text(s.change([&](C& c) { return api::create_policy(c, s.acme, given); }));
  };
  CHECK(create(2) == "quota_exceeded: quota rules: the tenant may have 3 and has 2; this adds 2");
  CHECK(create(1) == "ok");
  CHECK(create(0) == "quota_exceeded: quota policies: the tenant may have 2 and has 2; this adds 1");
  const auto add = [&](const std::string& text) {
    return to_text(s.change([&](C& c) { return api::create_rule(c, s.acme, policy, {text}); }));
  };
  CHECK(add(kPermit) == "quota_exceeded: quota rules: the tenant may have 3 and has 3; this adds 1");
  s.world.set_quotas(domain::kNoLimits);
  const std::string large = std::string(domain::kMaxRuleText - kPermit.size(), ' ') + kPermit;
  std::size_t added = 0;
  std::string refused;
  for (; added < 100 && (refused = add(large)) == "ok";) ++added;
  CHECK(added == 15);
  CHECK_THAT(refused, ContainsSubstring("quota_exceeded: policy " + policy.to_string() +
                                        ": may have 1048576 bytes of rules, and has "));
  CHECK(
      create(domain::kMaxRulesOfPolicy + 1).starts_with("invalid_input: rules: must be at most 1000 rules"));
}

TEST_CASE("a text is looked at without being saved", "[api]") {
  Scene s;
  const auto look = [&](const std::string& text) {
    const auto checked =
        ApiWorld::must(s.read([&](const R& r) { return api::validate_rules(r, s.acme, {text}); }));
    std::string all;
    for (const auto* findings : {&checked.errors, &checked.warnings})
      for (const api::RuleFinding& finding : *findings)
        all += (findings == &checked.errors ? "error " : "warning ") + std::to_string(finding.place.line) +
               ":" + std::to_string(finding.place.column) + " " + finding.message + "\n";
    return all;
  };
  CHECK(look("") == "");
  CHECK(look(kPermit + kPermit) == "");
  CHECK(look(kPermit + "\npermit (principal, action);") ==
        "error 2:26 expected `,` and `resource`, found `)`\n");
  CHECK(look("@obligation_a(\"{}\") " + kPermit) ==
        "error 1:1 `@obligation_a`: its JSON must have a `type`\n");
  CHECK(look("permit (principal, action, resource) when { 1 };") ==
        "warning 1:45 a condition must be true or false, and this is a long\n");
  CHECK(s.names() == "roles");

  // As many statements as a policy may have, and as many findings as anybody reads.
  const auto many = [](const std::string& statement, std::size_t n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) text += statement + "\n";
    return text;
  };
  CHECK(look(many(kPermit, domain::kMaxRulesOfPolicy)) == "");
  const std::string warned = look(many("permit (principal, action, resource) when { 1 };", 150));
  CHECK(std::count(warned.begin(), warned.end(), '\n') == 100);
  const auto refused = [&](const api::GivenRule& rule) {
    return to_text(s.read([&](const R& r) { return api::validate_rules(r, s.acme, rule); }));
  };
  CHECK(
      refused({many(kPermit, domain::kMaxRulesOfPolicy + 1)}) ==
      "invalid_input: policy_text: must be at most 1000 statements, and has 1001 | /policy_text: must be at "
      "most 1000 statements, and has 1001");
  CHECK(
      refused({std::string(api::kMaxValidatedText + 1, ' ')}) ==
      "invalid_input: policy_text: must be at most 1048576 bytes, and has 1048577 | /policy_text: must be at "
      "most 1048576 bytes, and has 1048577");
}

TEST_CASE("a text is right only where it could be saved", "[api]") {
  Scene s;
  const auto policy = s.make("a", 0, {}).policy.id;
  const auto said = [&](const api::GivenRule& rule) {
    const auto checked = s.read([&](const R& r) { return api::validate_rules(r, s.acme, rule); });
    if (!checked.ok()) return to_text(checked);
    return checked->errors.empty() ? std::string("ok") : checked->errors.front().message;
  };
  const auto saved = [&](const api::GivenRule& rule) {
    return to_text(s.change([&](C& c) { return api::create_rule(c, s.acme, policy, rule); }));
  };
  const auto padded = [](std::size_t size) { return std::string(size - kPermit.size(), ' ') + kPermit; };
  const auto of_parts = [](std::size_t size) {
    api::GivenRule rule;
    rule.parts.effect = "permit";
    rule.parts.conditions = "when { context.a == \"" + std::string(size, 'x') + "\" }";
    return rule;
  };
  struct Row {
    api::GivenRule rule;
    bool is_right;
  };
  for (const Row& row : {Row{{padded(domain::kMaxRuleText)}, true},
                         {{padded(domain::kMaxRuleText + 1)}, false},
                         {of_parts(domain::kMaxRuleText / 2), true},
                         {of_parts(domain::kMaxRuleText), false}}) {
    CHECK((saved(row.rule) == "ok") == row.is_right);
    CHECK((said(row.rule) == "ok") == row.is_right);
  }
  CHECK(said(of_parts(domain::kMaxRuleText)) == saved(of_parts(domain::kMaxRuleText)));
  CHECK(said({padded(domain::kMaxRuleText + 1)}) ==
        "a rule must be at most 65536 bytes, and this one has 65537");
  // Of several each is looked at, without what stands between them.
  CHECK(said({padded(domain::kMaxRuleText) + padded(domain::kMaxRuleText)}) == "ok");
  CHECK(said({kPermit + "permit (principal, action, resource) when { context.a == \"" +
              std::string(domain::kMaxRuleText, 'x') + "\" };"}) ==
        "a rule must be at most 65536 bytes, and this one has 65598");
}

TEST_CASE("how a tenant decides is set whole", "[api]") {
  Scene s;
  const auto set = [&](const domain::DecisionSettings& given, const api::IfMatch& match = {}) {
    return s.change([&](C& c) { return api::set_decision_settings(c, s.acme, given, match); });
  };
  const auto get = [&] {
    return ApiWorld::must(s.read([&](const R& r) { return api::get_decision_settings(r, s.acme); }));
  };
  CHECK(get().settings == domain::DecisionSettings());
  const domain::DecisionSettings some{domain::OnError::kCedar, domain::Reasons::kUser, {{"urn:doc", "Doc"}}};
  CHECK(to_text(set(some)) == "ok");
  CHECK(get().settings == some);
  const std::uint64_t revision = get().revision;
  CHECK(to_text(set(some)) == "ok");  // as it is: nothing changes
  CHECK(get().revision == revision);
  CHECK(to_text(set({}, {true, false, {revision + 1}})).starts_with("precondition_failed: "));
  CHECK(to_text(set({}, {true, false, {revision}})) == "ok");
  CHECK(get().settings == domain::DecisionSettings());
  CHECK(
      to_text(set({{}, {}, {{"a", "no name"}, {"b", "Doc"}, {"c", "Doc"}, {"d", "X::Action"}}})) ==
      "invalid_input: type_names/a: must be a name of Cedar's, such as Doc or App::Doc, of at most 128 bytes "
      "(and 2 more) | /type_names/a: must be a name of Cedar's, such as Doc or App::Doc, of at most 128 bytes | "
      "/type_names/c: is what `b` is called already | /type_names/d: must not be the type of actions");
}

TEST_CASE("the audit log keeps what policies and rules said", "[api]") {
  Scene s;
  const auto policy = s.make("p", 3, {kPermit});
  ApiWorld::must(s.change([&](C& c) { return api::delete_policy(c, s.acme, policy.policy.id, {}); }));
  const auto entries = ApiWorld::must(s.world.read(s.world.platform(), [&](const R& r) {
                         return api::list_audit(r, s.acme, {}, {2, ""});
                       })).data;
  const std::string rule = policy.rules[0].rule.id.to_string();
  const std::string text = R"({"description":null,"enabled":true,"name":"p","priority":3,"rules":[{"id":")" +
                           rule + R"(","policy_text":"permit (principal, action, resource);"}]})";
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].action == "policy:delete");
  CHECK(base::parse_json(entries[0].before).value() == base::parse_json(text).value());
  CHECK(entries[0].after == "null");
  CHECK(entries[1].action == "policy:create");
  CHECK(base::parse_json(entries[1].after).value() == base::parse_json(text).value());
  CHECK(entries[1].resource_id == policy.policy.id.to_string());
}
