#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/entity.h"
#include "domain/grant.h"
#include "domain/rule.h"
#include "domain/tenant_policy.h"
#include "store/store.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_random.h"

// A tenant's policies and entities, put into a store as they are, so that tests of decisions need no calls.
class TenantRules {
 public:
  TenantRules(store::Store& store, const domain::TenantId& tenant) : store_(store), tenant_(tenant) {}

  // A policy with these rules.
  domain::PolicyId add(const std::vector<std::string>& texts, std::int32_t priority = 0) {
    domain::TenantPolicy policy;
    policy.id = domain::PolicyId(random_.uuid({1'000}));
    policy.tenant = tenant_;
    policy.name = "policy";
    policy.priority = priority;
    write([&](store::WriteTxn& txn) -> base::Result<void> {
      if (auto put = domain::put_policy(txn, policy); !put.ok()) return put;
      std::uint64_t ordinal = 0;
      for (const std::string& text : texts) {
        domain::Rule rule;
        rule.id = domain::RuleId(random_.uuid({1'000}));
        rule.tenant = tenant_;
        rule.policy = policy.id;
        rule.ordinal = ++ordinal;
        rule.text = text;
        if (auto put = domain::put_rule(txn, rule); !put.ok()) return put;
      }
      return {};
    });
    return policy.id;
  }

  void add_entity(const domain::EntityName& name, const std::string& attrs = "{}",
                  std::vector<domain::EntityName> parents = {}) {
    domain::StoredEntity entity;
    entity.tenant = tenant_;
    entity.name = name;
    entity.attrs = attrs;
    entity.parents = std::move(parents);
    write([&](store::WriteTxn& txn) { return domain::put_entity(txn, entity); });
  }

  // A grant of the policy's first rule.
  struct Given {
    std::string principal, resource;  // as stored
    std::optional<std::int64_t> from{}, until{};
  };
  domain::GrantId grant(const domain::PolicyId& policy, const Given& given) {
    domain::Grant grant;
    grant.id = domain::GrantId(random_.uuid({1'000}));
    grant.tenant = tenant_;
    grant.policy = policy;
    grant.principal = given.principal;
    grant.resource = given.resource;
    if (given.from) grant.valid_from = base::Timestamp{*given.from};
    if (given.until) grant.expires_at = base::Timestamp{*given.until};
    write([&](store::WriteTxn& txn) -> base::Result<void> {
      const auto rules = domain::rules_of(txn, tenant_, policy);
      if (!rules.ok()) return rules.error();
      grant.rule = rules->front().id;
      return domain::put_grant(txn, grant);
    });
    return grant.id;
  }

  template <typename Fn>
  void write(Fn fn) {
    const auto written = store_.write(fn);
    INFO((written.ok() ? "" : written.error().message));
    REQUIRE(written.ok());
  }

 private:
  store::Store& store_;
  const domain::TenantId tenant_;
  SeededRandom random_;
};
