#include "authz/tenant_schemas.h"

#include <algorithm>
#include <utility>

#include "authz/tenant_schema.h"
#include "domain/decision_settings.h"
#include "domain/tenant_schema.h"

namespace authz {

SchemaPtr TenantSchemas::look_up(const domain::TenantId& tenant, std::uint64_t revision) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.revision == revision && kept.tenant == tenant;
  });
  return found == kept_.end() ? nullptr : found->schema;
}

void TenantSchemas::keep(Kept read) {
  std::list<Kept> gone;  // ends after the lock
  const std::lock_guard lock(mutex_);
  const auto take_out = [&](std::list<Kept>::iterator it) {
    bytes_ -= it->bytes;
    gone.splice(gone.begin(), kept_, it);
  };
  for (auto it = kept_.begin(); it != kept_.end();) {
    const auto next = std::next(it);
    if (it->tenant == read.tenant) {
      if (it->revision >= read.revision) return;  // it was read meanwhile, or is newer
      take_out(it);
    }
    it = next;
  }
  bytes_ += read.bytes;
  kept_.push_front(std::move(read));
  while (bytes_ > most_bytes_ && kept_.size() > 1) take_out(std::prev(kept_.end()));
}

base::Result<TenantSchemas::Read> TenantSchemas::read(const store::ReadTxn& txn,
                                                      const domain::TenantId& tenant) const {
  const auto decisions = domain::get_decisions(txn, tenant);
  if (!decisions.ok()) return decisions.error();
  const std::uint64_t revision = decisions->schema_revision;
  if (revision == 0) return Read();
  if (auto known = look_up(tenant, revision)) return Read{revision, std::move(known), 0};
  const auto stored = domain::get_schema(txn, tenant);
  if (!stored.ok()) return stored.error();
  const std::string name = "the schema of tenant " + tenant.to_string();
  if (!*stored) return base::Error{base::ErrorCode::kCorrupt, name + " is missing"};
  auto schema = parse_tenant_schema((*stored)->text, "schema");
  if (!schema.ok())
    return base::Error{base::ErrorCode::kCorrupt, name + " can't be read: " + schema.error().message};
  constexpr std::size_t kOfEach = 1'000;  // what the directory's types take, and the rest
  return Read{revision, std::move(schema).value(), (*stored)->text.size() + kOfEach};
}

base::Result<SchemaPtr> TenantSchemas::get(const store::ReadTxn& txn, const domain::TenantId& tenant) {
  auto found = read(txn, tenant);
  if (!found.ok()) return found.error();
  if (found->bytes > 0) keep({tenant, found->revision, found->schema, found->bytes});
  return std::move(found->schema);
}

base::Result<SchemaPtr> TenantSchemas::get_unkept(const store::ReadTxn& txn,
                                                  const domain::TenantId& tenant) const {
  auto found = read(txn, tenant);
  if (!found.ok()) return found.error();
  return std::move(found->schema);
}

}  // namespace authz
