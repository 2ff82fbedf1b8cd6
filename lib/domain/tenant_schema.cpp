#include "domain/tenant_schema.h"

#include "domain/decision_settings.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& schema) {
                           codec.member("text", schema.text);
                           codec.optional("updated_by", schema.updated_by);
                           codec.member("created_at", schema.created_at);
                           codec.member("updated_at", schema.updated_at);
                           codec.member("revision", schema.revision);
                         }};

base::Result<TenantSchema> decode(std::string_view key, std::string_view value) {
  TenantSchema schema;
  store::KeyReader parts(key);
  schema.tenant = TenantId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kSchema, key, "not a key of this table");
  if (auto read = unseal_record(Table::kSchema, key, value, kLayout, schema); !read.ok()) return read.error();
  return schema;
}

}  // namespace

base::Result<std::optional<TenantSchema>> get_schema(const store::ReadTxn& txn, const TenantId& tenant) {
  return get_record(txn, Table::kSchema, Key().uuid(tenant), decode);
}

base::Result<void> put_schema(store::WriteTxn& txn, TenantSchema& schema) {
  schema.revision = txn.revision();
  if (auto told = note_schema(txn, schema.tenant, schema.revision); !told.ok()) return told;
  return txn.put(Table::kSchema, Key().uuid(schema.tenant), seal_record(kLayout, schema));
}

base::Result<void> delete_schema(store::WriteTxn& txn, const TenantId& tenant) {
  if (auto told = note_schema(txn, tenant, 0); !told.ok()) return told;
  return del(txn, Table::kSchema, Key().uuid(tenant));
}

base::Result<void> implied_by_schema(const Entry& entry, Implied& implied) {
  const auto schema = decode(entry.key, entry.value);
  if (!schema.ok()) return schema.error();
  implied.needs_tenant_of(entry.key);
  implied.entry_that(Table::kDecisions, entry.key, [&](std::string_view decisions) {
    return schema_revision_in({entry.key, decisions}) == schema->revision;
  });
  return {};
}

}  // namespace domain
