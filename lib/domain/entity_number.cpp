// The numbers of names, which entity_name.h declares too; what a name is by itself needs no store. In keys it
// is
//
//   [length of the type u8] type id          6 Folder 7
//
// which tells any two apart. Numbers are given in order, each one more than the greatest that is in use.
#include "domain/entity_number.h"

#include "domain/implied.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

Key& append(Key& key, const EntityName& name) {
  return key.u8(static_cast<std::uint8_t>(name.type.size())).bytes(name.type).text(name.id, kMaxEntityId);
}

Key key_of(const TenantId& tenant, const EntityName& name) {
  Key key = Key().uuid(tenant);
  return append(key, name);
}

std::optional<EntityName> read_name(std::string_view bytes) {
  store::KeyReader parts(bytes);
  EntityName name;
  name.type = parts.bytes(parts.u8());
  name.id = parts.text();
  return parts.ok() && is_valid(name) ? std::optional(std::move(name)) : std::nullopt;
}

base::Result<EntityNumber> read_number(const Entry& entry) {
  store::KeyReader parts(entry.value);
  const EntityNumber number = parts.u64();
  if (!parts.complete()) return store::corrupt(Table::kEntityNumber, entry.key, "not a number");
  return number;
}

base::Result<EntityNumber> next_number(const store::ReadTxn& txn, const TenantId& tenant) {
  EntityNumber last = 0;
  base::Result<void> outcome;
  const auto scanned =
      txn.scan_reverse(Table::kEntityName, Key().uuid(tenant), {}, [&](std::string_view key, auto) {
        store::KeyReader parts(key);
        parts.uuid();
        last = parts.u64();
        if (!parts.complete()) outcome = store::corrupt(Table::kEntityName, key, "not a key of this table");
        return false;
      });
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  return last + 1;
}

base::Result<void> put_number(store::WriteTxn& txn, const TenantId& tenant, const NumberedName& named) {
  Key bytes;
  append(bytes, named.name);
  if (auto put = txn.put(Table::kEntityNumber, key_of(tenant, named.name), Key().u64(named.number));
      !put.ok())
    return put;
  return txn.put(Table::kEntityName, Key().uuid(tenant).u64(named.number), bytes);
}

}  // namespace

base::Result<std::optional<EntityNumber>> find_entity_number(const store::ReadTxn& txn,
                                                             const TenantId& tenant, const EntityName& name) {
  if (!is_valid(name)) return {std::nullopt};
  return get_record(txn, Table::kEntityNumber, key_of(tenant, name),
                    [](std::string_view key, std::string_view value) {
                      return read_number({key, value});
                    });
}

base::Result<EntityName> entity_name_of(const store::ReadTxn& txn, const TenantId& tenant,
                                        EntityNumber number) {
  const Key key = Key().uuid(tenant).u64(number);
  const auto value = txn.get(Table::kEntityName, key);
  if (!value.ok()) return value.error();
  auto name = *value ? read_name(**value) : std::nullopt;
  if (!name) return store::corrupt(Table::kEntityName, key, *value ? "not a name" : "not there");
  return *std::move(name);
}

base::Result<void> each_entity_name(const store::ReadTxn& txn, const TenantId& tenant, std::string_view type,
                                    const EntityName* after,
                                    base::FunctionRef<bool(EntityName&&, EntityNumber)> fn) {
  if (type.size() > kMaxEntityType) return {};
  Key prefix = Key().uuid(tenant);
  if (!type.empty()) prefix.u8(static_cast<std::uint8_t>(type.size())).bytes(type);
  const Key from = after ? key_of(tenant, *after) : prefix;
  base::Result<void> outcome;
  const auto visit = [&](std::string_view key, std::string_view value) {
    auto name = read_name(key.substr(sizeof(base::Uuid::Bytes)));
    const auto number = read_number({key, value});
    if (!name) outcome = store::corrupt(Table::kEntityNumber, key, "not a key of this table");
    if (name && !number.ok()) outcome = number.error();
    return outcome.ok() && fn(*std::move(name), *number);
  };
  const auto scanned = txn.scan_from(Table::kEntityNumber, prefix, from, visit);
  return scanned.ok() ? outcome : scanned;
}

base::Result<EntityNumber> claim_entity_number(store::WriteTxn& txn, const TenantId& tenant,
                                               const EntityName& name) {
  if (!is_valid(name))
    return base::Error{base::ErrorCode::kInvalid, "entity: a type of " + std::to_string(name.type.size()) +
                                                      " bytes and an id of " +
                                                      std::to_string(name.id.size()) + " bytes are no name"};
  const auto there = find_entity_number(txn, tenant, name);
  if (!there.ok()) return there.error();
  if (*there) return **there;
  const auto number = next_number(txn, tenant);
  if (!number.ok()) return number;
  if (auto put = put_number(txn, tenant, {name, *number}); !put.ok()) return put.error();
  return number;
}

base::Result<void> give_number_back(store::WriteTxn& txn, const TenantId& tenant, const NumberedName& was) {
  const auto has = find_entity_number(txn, tenant, was.name);
  if (!has.ok()) return has.error();
  const auto is_taken = txn.get(Table::kEntityName, Key().uuid(tenant).u64(was.number));
  if (!is_taken.ok()) return is_taken.error();
  if (*has || *is_taken) return {};
  return put_number(txn, tenant, was);
}

base::Result<void> free_entity_number(store::WriteTxn& txn, const TenantId& tenant, EntityNumber number) {
  const auto name = entity_name_of(txn, tenant, number);
  if (!name.ok()) return name.error();
  if (auto gone = txn.del(Table::kEntityNumber, key_of(tenant, *name)); !gone.ok()) return gone.error();
  const auto gone = txn.del(Table::kEntityName, Key().uuid(tenant).u64(number));
  return gone.ok() ? base::Result<void>() : gone.error();
}

base::Result<void> implied_by_entity_number(const Entry& entry, Implied& implied) {
  const auto number = read_number(entry);
  if (!number.ok()) return number.error();
  constexpr std::size_t kTenantBytes = sizeof(base::Uuid::Bytes);
  if (entry.key.size() < kTenantBytes || !read_name(entry.key.substr(kTenantBytes)))
    return store::corrupt(Table::kEntityNumber, entry.key, "not a key of this table");
  implied.entry(Table::kEntityName, {Key().bytes(entry.key.substr(0, kTenantBytes)).u64(*number),
                                     entry.key.substr(kTenantBytes)});
  implied.needs_tenant_of(entry.key);
  return {};
}

}  // namespace domain
