#include "domain/policy_test.h"

#include "domain/counts.h"
#include "domain/decision_settings.h"
#include "domain/implied.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& test) {
                           codec.member("name", test.name);
                           codec.json("request", test.request);
                           codec.optional("decision", test.decision);
                           codec.optional("policies", test.policies);
                           codec.optional("created_by", test.created_by);
                           codec.optional("updated_by", test.updated_by);
                           codec.member("created_at", test.created_at);
                           codec.member("updated_at", test.updated_at);
                           codec.member("revision", test.revision);
                         }};

base::Result<PolicyTest> decode(std::string_view key, std::string_view value) {
  PolicyTest test;
  store::KeyReader parts(key);
  test.tenant = TenantId(parts.uuid());
  test.id = PolicyTestId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kPolicyTest, key, "not a key of this table");
  if (auto read = unseal_record(Table::kPolicyTest, key, value, kLayout, test); !read.ok())
    return read.error();
  return test;
}

Key key_of(const PolicyTest& test) {
  return Key().uuid(test.tenant).uuid(test.id);
}

}  // namespace

base::Result<std::optional<PolicyTest>> get_policy_test(const store::ReadTxn& txn, const TenantId& tenant,
                                                        const PolicyTestId& id) {
  return get_record(txn, Table::kPolicyTest, Key().uuid(tenant).uuid(id), decode);
}

base::Result<void> put_policy_test(store::WriteTxn& txn, PolicyTest& test) {
  const std::string who = "policy test " + test.id.to_string();
  if (auto checked = check_object(test.request, who, "request"); !checked.ok()) return checked;
  test.revision = txn.revision();
  if (auto told = note_tests(txn, test.tenant); !told.ok()) return told;
  return put_counted(txn, Counted::kPolicyTests, Table::kPolicyTest, test.tenant, key_of(test),
                     seal_record(kLayout, test));
}

base::Result<void> delete_policy_test(store::WriteTxn& txn, const PolicyTest& test) {
  if (auto told = note_tests(txn, test.tenant); !told.ok()) return told;
  return delete_policy_test_at(txn, key_of(test));
}

base::Result<void> delete_policy_test_at(store::WriteTxn& txn, std::string_view key) {
  return del_counted(txn, Counted::kPolicyTests, Table::kPolicyTest, TenantId(store::KeyReader(key).uuid()),
                     key);
}

base::Result<void> each_policy_test(const store::ReadTxn& txn, const TenantId& tenant,
                                    const PolicyTestId* after, base::FunctionRef<bool(PolicyTest&&)> fn) {
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_record(txn, Table::kPolicyTest, prefix, from, decode, fn);
}

base::Result<void> implied_by_policy_test(const Entry& entry, Implied& implied) {
  if (const auto test = decode(entry.key, entry.value); !test.ok()) return test.error();
  implied.needs_tenant_of(entry.key);
  implied.needs(Table::kDecisions, entry.key.substr(0, 16));
  return {};
}

}  // namespace domain
