#include "domain/tenant_policy.h"

#include <limits>

#include "domain/counts.h"
#include "domain/decision_settings.h"
#include "domain/quota.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

std::uint64_t used(const TestStore& store, Quota quota) {
  return get_used(store.read(), kTenant, quota).value();
}

std::string ordinals(const TestStore& store, const PolicyId& policy) {
  std::string text;
  for (const Rule& rule : rules_of(store.read(), kTenant, policy).value())
    text += (text.empty() ? "" : " ") + std::to_string(rule.ordinal);
  return text;
}

}  // namespace

TEST_CASE("policies and rules come back as they were put", "[domain]") {
  TestStore store;
  TenantPolicy policy = make_policy(kTenant, id(1), kOdd);
  policy.description = "";
  policy.enabled = false;
  policy.priority = std::numeric_limits<std::int32_t>::min();
  policy.next_ordinal = 3;
  policy.created_by = as_user(id(9));
  Rule second = make_rule(policy, id(11), 2), first = make_rule(policy, id(12), 1);
  first.text = kOdd;
  store.change([&](auto& txn) { return put_policy(txn, policy); });
  const store::Revision revision = store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = put_rule(txn, second); !done.ok()) return done;
    return put_rule(txn, first);
  });
  CHECK(found(get_policy(store.read(), kTenant, id(1))) == policy);
  CHECK(policy.revision == revision - 1);
  CHECK(found(get_rule(store.read(), kTenant, id(1), id(12))) == first);
  CHECK(first.revision == revision);
  CHECK(rules_of(store.read(), kTenant, id(1)).value() == std::vector<Rule>{first, second});
  CHECK(absent(get_policy(store.read(), kOther, id(1))));
  CHECK(absent(get_rule(store.read(), kTenant, id(2), id(12))));
  CHECK(store.tables() == "policy:1 rule:2 decisions:1");
  CHECK(used(store, Quota::kPolicies) == 1);
  CHECK(used(store, Quota::kRules) == 2);
  CHECK(sizes_of_rules(store.read(), kTenant, id(1))->rules == 2);
  CHECK(sizes_of_rules(store.read(), kTenant)->bytes > kOdd.size());
  CHECK(sizes_of_rules(store.read(), kOther)->rules == 0);
}

TEST_CASE("a policy is deleted with its rules, and with no other's", "[domain]") {
  TestStore store;
  TenantPolicy policy = make_policy(kTenant, id(1), "A"), other = make_policy(kTenant, id(2), "B");
  store.change([&](auto& txn) -> base::Result<void> {
    for (TenantPolicy* each : {&policy, &other}) {
      if (auto done = put_policy(txn, *each); !done.ok()) return done;
      for (std::uint64_t n = 1; n <= 3; ++n) {
        Rule rule = make_rule(*each, id(10 * n), n);
        if (auto done = put_rule(txn, rule); !done.ok()) return done;
      }
    }
    return {};
  });
  store.change([&](auto& txn) { return delete_rule(txn, *get_rule(txn, kTenant, id(1), id(20)).value()); });
  CHECK(ordinals(store, id(1)) == "1 3");
  store.change([&](auto& txn) { return delete_policy(txn, policy); });
  CHECK(absent(get_policy(store.read(), kTenant, id(1))));
  CHECK(ordinals(store, id(1)) == "");
  CHECK(ordinals(store, id(2)) == "1 2 3");
  CHECK(store.tables() == "policy:1 rule:3 decisions:1");
  CHECK(used(store, Quota::kRules) == 3);
}

TEST_CASE("each change of policies, rules and settings is a revision of the tenant's policies", "[domain]") {
  TestStore store;
  TenantPolicy policy = make_policy(kTenant, id(1), "A");
  Rule rule = make_rule(policy, id(2), 1);
  const auto revision = [&] { return get_decisions(store.read(), kTenant)->policies_revision; };
  CHECK(revision() == 0);
  const store::Change changes[] = {
      [&](auto& txn) { return put_policy(txn, policy); },
      [&](auto& txn) { return put_rule(txn, rule); },
      [&](auto& txn) { return delete_rule(txn, rule); },
      [&](auto& txn) { return delete_policy(txn, policy); },
      [&](auto& txn) {
        auto decisions = get_decisions(txn, kTenant).value();
        decisions.roles_enabled = false;
        return put_decisions(txn, decisions);
      },
  };
  for (const store::Change& change : changes) {
    const store::Revision made = store.change(change);
    CHECK(revision() == made);
    store.change([&](auto& txn) {
      Group group = make_group(kTenant, id(100 + made), std::to_string(made));
      return put_group(txn, group);
    });
    CHECK(revision() == made);
    CHECK(get_decisions(store.read(), kOther)->policies_revision == 0);
  }
  CHECK_FALSE(get_decisions(store.read(), kTenant)->roles_enabled);
}

TEST_CASE("settings of deciding come back, and a tenant has defaults and a policy of its own", "[domain]") {
  TestStore store;
  const Decisions before = get_decisions(store.read(), kTenant).value();
  CHECK(before == Decisions(kTenant));
  CHECK(before.settings.on_error == OnError::kDeny);
  CHECK(before.settings.reasons == Reasons::kNone);
  CHECK(before.roles_enabled);
  CHECK(before.roles_policy == roles_policy_of(kTenant));
  CHECK(before.roles_policy != roles_policy_of(kOther));
  Decisions set = before;
  set.settings = {OnError::kCedar, Reasons::kAdmin, {{kOdd, "Doc"}, {"user", "Person"}}};
  set.settings_revision = 1;
  store.change([&](auto& txn) { return put_decisions(txn, set); });
  CHECK(get_decisions(store.read(), kTenant).value() == set);
  CHECK(get_decisions(store.read(), kOther).value() == Decisions(kOther));
}

TEST_CASE("names of settings are read back", "[domain]") {
  for (const OnError on_error : {OnError::kDeny, OnError::kCedar})
    CHECK(parse_on_error(name_of(on_error)) == on_error);
  for (const Reasons reasons : {Reasons::kNone, Reasons::kUser, Reasons::kAdmin, Reasons::kTrace})
    CHECK(parse_reasons(name_of(reasons)) == reasons);
  CHECK_FALSE(parse_on_error("Deny"));
  CHECK_FALSE(parse_reasons(""));
}

TEST_CASE("a schema comes back as it was put, and what decisions are made by says which it is", "[domain]") {
  TestStore store;
  TenantSchema schema = make_schema(kTenant);
  schema.text = kOdd;
  schema.updated_by = as_user(id(9));
  const auto decisions = [&] { return get_decisions(store.read(), kTenant).value(); };
  CHECK(absent(get_schema(store.read(), kTenant)));
  const store::Revision put = store.change([&](auto& txn) { return put_schema(txn, schema); });
  CHECK(found(get_schema(store.read(), kTenant)) == schema);
  CHECK(schema.revision == put);
  CHECK(decisions().schema_revision == put);
  CHECK(decisions().policies_revision == put);
  CHECK(absent(get_schema(store.read(), kOther)));
  const store::Revision gone = store.change([&](auto& txn) { return delete_schema(txn, kTenant); });
  CHECK(absent(get_schema(store.read(), kTenant)));
  CHECK(decisions().schema_revision == 0);
  CHECK(decisions().policies_revision == gone);
}

TEST_CASE("tests of policies are kept, counted, and no part of what decisions are made by", "[domain]") {
  TestStore store;
  PolicyTest first = make_policy_test(kTenant, id(1)), second = make_policy_test(kTenant, id(2));
  first.request = R"({"subject":{"type":"user","id":"1"}})";
  first.policies = {"a", "b"};
  first.decision = true;
  store.change([&](auto& txn) { return put_policy_test(txn, first); });
  const store::Revision put = store.change([&](auto& txn) { return put_policy_test(txn, second); });
  CHECK(found(get_policy_test(store.read(), kTenant, id(1))) == first);
  CHECK(absent(get_policy_test(store.read(), kOther, id(1))));
  CHECK(used(store, Quota::kPolicyTests) == 2);
  CHECK(get_decisions(store.read(), kTenant)->tests_revision == put);
  CHECK(get_decisions(store.read(), kTenant)->policies_revision == 0);
  std::string ids;
  const PolicyTestId after = id(1);
  REQUIRE(each_policy_test(store.read(), kTenant, &after, [&](PolicyTest&& test) {
            return ids += test.id.to_string(), true;
          }).ok());
  CHECK(ids == second.id.to_string());
  const store::Revision gone = store.change([&](auto& txn) { return delete_policy_test(txn, first); });
  CHECK(absent(get_policy_test(store.read(), kTenant, id(1))));
  CHECK(used(store, Quota::kPolicyTests) == 1);
  CHECK(get_decisions(store.read(), kTenant)->tests_revision == gone);
}
