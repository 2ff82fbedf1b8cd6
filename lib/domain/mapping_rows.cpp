#include "domain/mapping_rows.h"

#include <algorithm>
#include <string>
#include <utility>

namespace domain::mapping_rows {
namespace {

constexpr std::size_t kHolderBytes = 1 + 2 * sizeof(base::Uuid::Bytes);  // kind, principal, role

}  // namespace

Key key_of(const TenantId& tenant, const Principal& who) {
  return Key().uuid(tenant).u8(static_cast<std::uint8_t>(who.kind)).uuid(who.id);
}

Key key_of(const TenantId& tenant, const MappingKey& key) {
  return key_of(tenant, key.principal).uuid(key.role).text(key.resource, kMaxResourceText);
}

Key key_by_role(const TenantId& tenant, const MappingKey& key) {
  return Key()
      .uuid(tenant)
      .uuid(key.role)
      .u8(static_cast<std::uint8_t>(key.principal.kind))
      .uuid(key.principal.id)
      .text(key.resource, kMaxResourceText);
}

Key keys_on(const TenantId& tenant, std::string_view resource, PrincipalKind kind) {
  return Key().uuid(tenant).text(resource, kMaxResourceText).u8(static_cast<std::uint8_t>(kind));
}

Key key_on(const TenantId& tenant, const MappingKey& key) {
  return keys_on(tenant, key.resource, key.principal.kind).uuid(key.principal.id).uuid(key.role);
}

bool is_kind_at(std::string_view key, std::size_t at) {
  return at >= key.size() || static_cast<std::uint8_t>(key[at]) <= static_cast<std::uint8_t>(kHolders[2]);
}

bool is_on(std::string_view key, std::string_view resource) {
  return key.size() == sizeof(base::Uuid::Bytes) + resource.size() + kHolderBytes;
}

std::optional<Parts> parts_of(Table table, std::string_view key) {
  Parts parts;
  store::KeyReader reader(key);
  parts.tenant = TenantId(reader.uuid());
  constexpr std::size_t kAround = sizeof(base::Uuid::Bytes) + kHolderBytes;
  if (table == Table::kMappingOn) parts.resource = reader.bytes(key.size() - std::min(key.size(), kAround));
  if (table == Table::kMappingByRole) parts.role = RoleId(reader.uuid());
  const auto kind = principal_kind_of(reader.u8());
  parts.principal.id = reader.uuid();
  if (table != Table::kMappingByRole) parts.role = RoleId(reader.uuid());
  if (table != Table::kMappingOn) parts.resource = reader.text();
  if (!reader.complete() || !kind) return std::nullopt;
  parts.principal.kind = *kind;
  return parts;
}

MappingKey mapping_key(const Parts& parts) {
  return {parts.principal, parts.role, std::string(parts.resource)};
}

base::Error wrong_key(Table table, std::string_view key) {
  return store::corrupt(table, key, "not a key of this table");
}

base::Result<Mapping> decode(std::string_view key, std::string_view value) {
  const auto parts = parts_of(Table::kMapping, key);
  if (!parts) return wrong_key(Table::kMapping, key);
  Mapping mapping;
  mapping.tenant = parts->tenant;
  mapping.principal = parts->principal;
  mapping.role = parts->role;
  mapping.resource = parts->resource;
  if (auto read = unseal_record(Table::kMapping, key, value, kLayout, mapping); !read.ok())
    return read.error();
  return mapping;
}

base::Result<Mapping> follow(const store::ReadTxn& txn, const Entry& by_id) {
  auto mapping = get_record(txn, Table::kMapping, by_id.value, decode);
  if (!mapping.ok()) return mapping.error();
  if (!*mapping)
    return store::corrupt(Table::kMappingById, by_id.key, "the mapping that it names is not there");
  return **std::move(mapping);
}

base::Result<Holding> decode_holding(Table table, const Entry& entry) {
  const std::string_view key = entry.key;
  const auto parts = parts_of(table, key);
  if (!parts) return wrong_key(table, key);
  const auto json = unseal_json(table, key, entry.value, kTimesLayout.version);
  if (!json.ok()) return json.error();
  Holding holding;
  RecordReader reader(json.value());
  kTimes(reader, holding);
  if (!reader.ok()) return store::corrupt(table, key, reader.problem());
  holding.principal = parts->principal;
  holding.role = parts->role;
  holding.resource = parts->resource;
  return holding;
}

}  // namespace domain::mapping_rows
