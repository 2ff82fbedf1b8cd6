#include "domain/tenant_policy.h"

#include "domain/counts.h"
#include "domain/decision_settings.h"
#include "domain/implied.h"
#include "domain/record.h"
#include "domain/rule.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& policy) {
                           codec.member("name", policy.name);
                           codec.optional("description", policy.description);
                           codec.optional("enabled", policy.enabled, true);
                           codec.optional("priority", policy.priority);
                           codec.member("next_ordinal", policy.next_ordinal);
                           codec.optional("created_by", policy.created_by);
                           codec.optional("updated_by", policy.updated_by);
                           codec.member("created_at", policy.created_at);
                           codec.member("updated_at", policy.updated_at);
                           codec.member("revision", policy.revision);
                         }};

base::Result<TenantPolicy> decode(std::string_view key, std::string_view value) {
  TenantPolicy policy;
  store::KeyReader parts(key);
  policy.tenant = TenantId(parts.uuid());
  policy.id = PolicyId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kPolicy, key, "not a key of this table");
  if (auto read = unseal_record(Table::kPolicy, key, value, kLayout, policy); !read.ok()) return read.error();
  return policy;
}

}  // namespace

base::Result<std::optional<TenantPolicy>> get_policy(const store::ReadTxn& txn, const TenantId& tenant,
                                                     const PolicyId& id) {
  return get_record(txn, Table::kPolicy, Key().uuid(tenant).uuid(id), decode);
}

base::Result<void> put_policy(store::WriteTxn& txn, TenantPolicy& policy) {
  policy.revision = txn.revision();
  if (auto touched = touch_policies(txn, policy.tenant); !touched.ok()) return touched;
  return put_counted(txn, Counted::kPolicies, Table::kPolicy, policy.tenant,
                     Key().uuid(policy.tenant).uuid(policy.id), seal_record(kLayout, policy));
}

base::Result<void> delete_policy(store::WriteTxn& txn, const TenantPolicy& policy) {
  if (auto done = delete_rules(txn, policy.tenant, policy.id); !done.ok()) return done;
  if (auto touched = touch_policies(txn, policy.tenant); !touched.ok()) return touched;
  return delete_policy_at(txn, Key().uuid(policy.tenant).uuid(policy.id));
}

base::Result<void> delete_policy_at(store::WriteTxn& txn, std::string_view key) {
  return del_counted(txn, Counted::kPolicies, Table::kPolicy, TenantId(store::KeyReader(key).uuid()), key);
}

base::Result<void> each_policy(const store::ReadTxn& txn, const TenantId& tenant, const PolicyId* after,
                               base::FunctionRef<bool(TenantPolicy&&)> fn) {
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_record(txn, Table::kPolicy, prefix, from, decode, fn);
}

base::Result<void> implied_by_policy(const Entry& entry, Implied& implied) {
  if (const auto policy = decode(entry.key, entry.value); !policy.ok()) return policy.error();
  implied.needs_tenant_of(entry.key);
  implied.needs(Table::kDecisions, entry.key.substr(0, 16));
  return {};
}

}  // namespace domain
