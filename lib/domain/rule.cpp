#include "domain/rule.h"

#include <algorithm>
#include <utility>

#include "domain/counts.h"
#include "domain/decision_settings.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& rule) {
                           codec.member("ordinal", rule.ordinal);
                           codec.member("text", rule.text);
                           codec.member("created_at", rule.created_at);
                           codec.member("updated_at", rule.updated_at);
                           codec.member("revision", rule.revision);
                         }};

base::Result<Rule> decode(std::string_view key, std::string_view value) {
  Rule rule;
  store::KeyReader parts(key);
  rule.tenant = TenantId(parts.uuid());
  rule.policy = PolicyId(parts.uuid());
  rule.id = RuleId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kRule, key, "not a key of this table");
  if (auto read = unseal_record(Table::kRule, key, value, kLayout, rule); !read.ok()) return read.error();
  return rule;
}

Key key_of(const Rule& rule) {
  return Key().uuid(rule.tenant).uuid(rule.policy).uuid(rule.id);
}

base::Result<RuleSizes> sizes_below(const store::ReadTxn& txn, std::string_view prefix) {
  RuleSizes sizes;
  const auto scanned = txn.scan(Table::kRule, prefix, [&](std::string_view, std::string_view value) {
    ++sizes.rules;
    sizes.bytes += value.size();
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  return sizes;
}

}  // namespace

base::Result<std::optional<Rule>> get_rule(const store::ReadTxn& txn, const TenantId& tenant,
                                           const PolicyId& policy, const RuleId& id) {
  return get_record(txn, Table::kRule, Key().uuid(tenant).uuid(policy).uuid(id), decode);
}

base::Result<std::optional<Rule>> find_rule(const store::ReadTxn& txn, const TenantId& tenant,
                                            const RuleId& id) {
  std::optional<PolicyId> policy;
  base::Result<void> outcome;
  const auto look = [&](std::string_view key, std::string_view) {
    const auto rule = txn.get(Table::kRule, Key().bytes(key).uuid(id));
    if (!rule.ok()) outcome = rule.error();
    if (rule.ok() && *rule) policy = PolicyId::from_raw(key.substr(sizeof(base::Uuid::Bytes)));
    return outcome.ok() && !policy;
  };
  const auto scanned = txn.scan(Table::kPolicy, Key().uuid(tenant), look);
  if (!scanned.ok() || !outcome.ok()) return scanned.ok() ? outcome.error() : scanned.error();
  if (!policy) return {std::nullopt};
  return get_rule(txn, tenant, *policy, id);
}

base::Result<void> put_rule(store::WriteTxn& txn, Rule& rule) {
  rule.revision = txn.revision();
  if (auto touched = touch_policies(txn, rule.tenant); !touched.ok()) return touched;
  return put_counted(txn, Counted::kRules, Table::kRule, rule.tenant, key_of(rule),
                     seal_record(kLayout, rule));
}

base::Result<void> delete_rule(store::WriteTxn& txn, const Rule& rule) {
  if (auto touched = touch_policies(txn, rule.tenant); !touched.ok()) return touched;
  return delete_rule_at(txn, key_of(rule));
}

base::Result<void> delete_rule_at(store::WriteTxn& txn, std::string_view key) {
  return del_counted(txn, Counted::kRules, Table::kRule, TenantId(store::KeyReader(key).uuid()), key);
}

base::Result<void> delete_rules(store::WriteTxn& txn, const TenantId& tenant, const PolicyId& policy) {
  return drain(txn, Table::kRule, Key().uuid(tenant).uuid(policy),
               [&](std::string_view key) { return delete_rule_at(txn, key); });
}

base::Result<std::vector<Rule>> rules_of(const store::ReadTxn& txn, const TenantId& tenant,
                                         const PolicyId& policy) {
  std::vector<Rule> rules;
  const auto read = each_record(txn, Table::kRule, Key().uuid(tenant).uuid(policy), {}, decode,
                                [&](Rule&& rule) { return rules.push_back(std::move(rule)), true; });
  if (!read.ok()) return read.error();
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) {
    return std::pair(a.ordinal, a.id) < std::pair(b.ordinal, b.id);
  });
  return rules;
}

base::Result<RuleSizes> sizes_of_rules(const store::ReadTxn& txn, const TenantId& tenant,
                                       const PolicyId& policy) {
  return sizes_below(txn, Key().uuid(tenant).uuid(policy));
}

base::Result<RuleSizes> sizes_of_rules(const store::ReadTxn& txn, const TenantId& tenant) {
  return sizes_below(txn, Key().uuid(tenant));
}

base::Result<void> implied_by_rule(const Entry& entry, Implied& implied) {
  if (const auto rule = decode(entry.key, entry.value); !rule.ok()) return rule.error();
  implied.needs_tenant_of(entry.key);
  implied.needs(Table::kPolicy, entry.key.substr(0, 32));
  return {};
}

}  // namespace domain
