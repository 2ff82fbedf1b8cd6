#include "authz/tenant_policies.h"

#include <thread>

#include "domain/rule.h"
#include "domain/tenant_policy.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

using PoliciesPtr = std::shared_ptr<const authz::TenantPolicies>;

PoliciesPtr must(const base::Result<PoliciesPtr>& got) {
  INFO((got.ok() ? "" : got.error().message));
  REQUIRE(got.ok());
  return *got;
}

// Puts a policy with those rules, whose ids are the policy's and a digit more.
void put(TestStore& store, std::uint64_t n, std::int32_t priority, const std::vector<std::string>& texts,
         bool enabled = true, const TenantId& tenant = kTenant) {
  store.change([&](auto& txn) -> base::Result<void> {
    TenantPolicy policy = make_policy(tenant, id(n), "p");
    policy.priority = priority;
    policy.enabled = enabled;
    if (auto done = put_policy(txn, policy); !done.ok()) return done;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      Rule rule = make_rule(policy, id(10 * n + i), i + 1);
      rule.text = texts[i];
      if (auto done = put_rule(txn, rule); !done.ok()) return done;
    }
    return {};
  });
}

// "10: 11/110 11/111 | 0: 12/120": priorities, and policies and rules by the last digits of their ids.
std::string shown(const authz::TenantPolicies& policies) {
  std::string text;
  for (const authz::Tier& tier : policies.tiers) {
    text += (text.empty() ? "" : " | ") + std::to_string(tier.priority) + ":";
    REQUIRE(tier.rules.size() == tier.policies.size());
    for (std::size_t i = 0; i < tier.rules.size(); ++i) {
      const authz::TenantRule& rule = tier.rules[i];
      CHECK(tier.policies.heads()[i].id == rule.rule.to_string());
      const auto digits = [](const std::string& id) {
        const std::string end = id.substr(24);
        return end.substr(end.find_first_not_of('0'));
      };
      text += " " + digits(rule.policy.to_string()) + "/" + digits(rule.rule.to_string());
    }
  }
  return text;
}

const std::string kPermit = "permit (principal, action, resource);";

}  // namespace

TEST_CASE("a tenant's policies are compiled tier by tier", "[authz]") {
  TestStore store;
  put(store, 1, 0, {kPermit, "forbid (principal, action, resource) when { context.a };"});
  put(store, 2, 10, {kPermit});
  put(store, 3, -5, {});
  put(store, 4, 10, {kPermit});
  put(store, 5, 99, {kPermit}, false);
  put(store, 6, 7, {"permit (principal == ?principal, action, resource);"});
  put(store, 7, 50, {kPermit}, true, kOther);
  const PoliciesPtr policies = must(authz::compile_policies(store.read(), kTenant));
  CHECK(shown(*policies) == "10: 2/14 4/28 | 7: | 0: 1/a 1/b");  // that of 7 has a template alone
  CHECK(policies->roles_decide);
  CHECK(policies->roles_policy == roles_policy_of(kTenant));
  CHECK(policies->settings == DecisionSettings());
  CHECK(policies->schema == nullptr);
}

TEST_CASE("rules bring their notices and obligations", "[authz]") {
  TestStore store;
  put(store, 1, 0,
      {R"(@notice("Ask Ann.") @obligation_log("{\"type\":\"audit\",\"properties\":{\"to\":[1]}}")
          @obligation_b("{\"type\":\"mfa\"}") permit (principal, action, resource);)",
       kPermit});
  const PoliciesPtr policies = must(authz::compile_policies(store.read(), kTenant));
  REQUIRE(policies->tiers.size() == 1);
  const authz::TenantRule &rule = policies->tiers[0].rules[0], &plain = policies->tiers[0].rules[1];
  CHECK(rule.notice == "Ask Ann.");
  REQUIRE(rule.obligations.size() == 2);
  CHECK(rule.obligations[0].id == "log");
  CHECK(rule.obligations[0].type == "audit");
  CHECK(to_text(rule.obligations[0].properties) == R"({"to":[1]})");
  CHECK(rule.obligations[1].type == "mfa");
  CHECK(to_text(rule.obligations[1].properties) == "{}");
  CHECK(plain.notice.empty());
  CHECK(plain.obligations.empty());
}

TEST_CASE("what isn't an obligation is told", "[authz]") {
  struct Row {
    const char* json;
    const char* error;
  };
  const Row rows[] = {
      {R"({"type":"t"})", ""},
      {R"({"type":"t","properties":{"a":{}}})", ""},
      {"", "its text must be JSON: line 1, column 1: "},
      {"[]", "its JSON must be an object"},
      {"{}", "its JSON must have a `type`"},
      {R"({"type":""})", "`type` must be a text that isn't empty"},
      {R"({"type":1})", "`type` must be a text that isn't empty"},
      {R"({"type":"t","properties":[]})", "`properties` must be an object"},
      {R"({"type":"t","more":1})", "its JSON has `type` and `properties`, and nothing else"},
      {R"({"type":"t","type":"u"})", "its text must be JSON: "},
  };
  for (const Row& row : rows) {
    const auto obligation = authz::parse_obligation({"x", row.json});
    INFO(row.json);
    CHECK_THAT((obligation.ok() ? "" : obligation.error().message), ContainsSubstring(row.error));
    CHECK(obligation.ok() == (*row.error == '\0'));
  }
  CHECK_FALSE(authz::parse_obligation({"", R"({"type":"t"})"}).ok());
  const auto rule =
      authz::parse_rule("// one\n@obligation_x(\"1\")\npermit (principal, action, resource);", "r");
  REQUIRE_FALSE(rule.ok());
  CHECK(rule.error().message ==
        "r:2:1: `@obligation_x`: its JSON must be an object\n  2 | @obligation_x(\"1\")\n    | ^");
}

TEST_CASE("a rule is one statement", "[authz]") {
  CHECK(authz::parse_rule(kPermit, "r").ok());
  CHECK(authz::parse_rule("// nothing", "r").error().message ==
        "r:1:1: a rule is one statement, and there is none\n  1 | // nothing\n    | ^");
  CHECK_THAT(authz::parse_rule(kPermit + "\n" + kPermit, "r").error().message,
             ContainsSubstring("r:2:1: a rule is one statement, and this is another"));
}

TEST_CASE("compiled policies are those of the snapshot", "[authz]") {
  TestStore store;
  authz::TenantPolicyCache cache;
  const auto none = must(cache.get(store.read(), kTenant));
  CHECK(none->tiers.empty());
  CHECK(none->revision == 0);
  put(store, 1, 0, {kPermit});
  const auto before = store.read();
  const PoliciesPtr first = must(cache.get(before, kTenant));
  CHECK(shown(*first) == "0: 1/a");
  CHECK(must(cache.get(store.read(), kTenant)) == first);
  CHECK(must(cache.find(store.read(), kTenant)) == first);

  // What is another tenant's, or no policy, changes nothing.
  put(store, 2, 0, {kPermit}, true, kOther);
  store.change([](auto& txn) {
    Group group = make_group(kTenant, id(9), "G");
    return put_group(txn, group);
  });
  CHECK(must(cache.get(store.read(), kTenant)) == first);

  put(store, 3, 5, {kPermit});
  CHECK(must(cache.find(store.read(), kTenant)) == nullptr);
  const PoliciesPtr second = must(cache.get(store.read(), kTenant));
  CHECK(shown(*second) == "5: 3/1e | 0: 1/a");
  // The old snapshot still has what it had, and gives it to nobody else.
  CHECK(shown(*must(cache.get(before, kTenant))) == "0: 1/a");
  CHECK(must(cache.get(store.read(), kTenant)) == second);
}

TEST_CASE("the cache of policies is bounded, and forgets who asked longest ago", "[authz]") {
  TestStore store;
  std::vector<TenantId> tenants;
  const std::string text = kPermit + " // " + std::string(2000, 'x');
  for (std::uint64_t n = 1; n <= 5; ++n) {
    tenants.push_back(id(1000 + n));
    put(store, n, 0, {text}, true, tenants.back());
  }
  const std::size_t one = text.size() + authz::TenantPolicyCache::kBytesOfTenant;
  authz::TenantPolicyCache cache(3 * one);
  const auto is_there = [&](std::size_t n) { return must(cache.find(store.read(), tenants[n])) != nullptr; };
  for (std::size_t n = 0; n < 3; ++n) must(cache.get(store.read(), tenants[n]));
  CHECK(cache.bytes() == 3 * one);
  must(cache.get(store.read(), tenants[0]));
  must(cache.get(store.read(), tenants[3]));
  CHECK(cache.bytes() == 3 * one);
  CHECK(is_there(0));
  CHECK_FALSE(is_there(1));
  CHECK(is_there(2));
  CHECK(is_there(3));
  authz::TenantPolicyCache small(10);
  CHECK(shown(*must(small.get(store.read(), tenants[0]))) == "0: 1/a");
  CHECK(must(small.find(store.read(), tenants[0])) != nullptr);  // one is always kept
}

TEST_CASE("threads that ask at once get the same policies", "[authz]") {
  TestStore store;
  std::vector<std::string> texts(200, kPermit);
  put(store, 1, 0, texts);
  authz::TenantPolicyCache cache;
  std::vector<PoliciesPtr> got(8);
  std::vector<store::ReadTxn> snapshots;
  for (std::size_t i = 0; i < got.size(); ++i) snapshots.push_back(store.read());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < got.size(); ++i)
    threads.emplace_back([&cache, &mine = got[i], &snapshot = snapshots[i]] {
      auto policies = cache.get(snapshot, kTenant);
      if (policies.ok()) mine = *policies;
    });
  for (std::thread& thread : threads) thread.join();
  REQUIRE(got[0] != nullptr);
  for (const PoliciesPtr& mine : got) CHECK(mine == got[0]);
}

TEST_CASE("a stored rule that can't be read is damage", "[authz]") {
  TestStore store;
  put(store, 1, 0, {"permit"});
  const auto compiled = authz::compile_policies(store.read(), kTenant);
  REQUIRE_FALSE(compiled.ok());
  CHECK(compiled.error().code == base::ErrorCode::kCorrupt);
  CHECK_THAT(compiled.error().message,
             ContainsSubstring("rule " + id(10).to_string() + " of policy " + id(1).to_string()));
}

TEST_CASE("of a tenant's policies only the tiers that changed are compiled anew", "[authz]") {
  TestStore store;
  authz::TenantPolicyCache cache;
  const auto tiers = [&] {
    std::vector<const void*> programs;
    for (const authz::Tier& tier : must(cache.get(store.read(), kTenant))->tiers)
      programs.push_back(&tier.policies.program());
    return programs;
  };
  put(store, 1, 10, {kPermit});
  put(store, 2, 0, {kPermit, "permit (principal == ?principal, action, resource);"});
  const auto before = tiers();
  REQUIRE(before.size() == 2);
  put(store, 1, 10, {"forbid (principal, action, resource);"});
  const auto changed = tiers();
  CHECK(changed[0] != before[0]);
  CHECK(changed[1] == before[1]);
  // One that goes elsewhere is still the same.
  put(store, 2, 20, {kPermit, "permit (principal == ?principal, action, resource);"});
  const auto moved = tiers();
  CHECK(moved[0] == before[1]);
  CHECK(moved[1] == changed[0]);
  CHECK(must(cache.get(store.read(), kTenant))->tiers[0].priority == 20);
  // A template that came is a change.
  put(store, 2, 20, {kPermit, "permit (principal == ?principal, action, resource in ?resource);"});
  CHECK(tiers()[0] != moved[0]);
}

TEST_CASE("the schema in force is that of the snapshot, and goes with the policies", "[authz]") {
  TestStore store;
  authz::TenantPolicyCache cache;
  TenantSchema schema = make_schema(kTenant);
  const auto has = [&](const PoliciesPtr& policies) {
    return policies->schema && policies->schema->find_entity_type(cedar::Name::unchecked("Doc"));
  };
  const auto without = store.read();
  CHECK(must(cache.get(without, kTenant))->schema == nullptr);
  store.change([&](auto& txn) { return put_schema(txn, schema); });
  const auto with = store.read();
  CHECK(has(must(cache.get(with, kTenant))));
  CHECK(cache.schemas().get(with, kTenant).value() == must(cache.get(with, kTenant))->schema);
  CHECK(must(cache.get(without, kTenant))->schema == nullptr);
  CHECK(must(cache.get(with, kOther))->schema == nullptr);
  store.change([&](auto& txn) { return delete_schema(txn, kTenant); });
  CHECK(must(cache.get(store.read(), kTenant))->schema == nullptr);
}
