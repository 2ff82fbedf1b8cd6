#include "domain/permission.h"

#include <algorithm>

#include "crypto/hash.h"
#include "domain/index.h"
#include "domain/record.h"

namespace domain {
namespace {

using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& permission) {
                           codec.member("scope", permission.scope);
                           codec.member("title", permission.title);
                           codec.optional("description", permission.description);
                           codec.choice("risk", permission.risk, parse_risk);
                           codec.member("implies", permission.implies);
                           codec.optional_json("metadata", permission.metadata, "{}");
                           codec.member("created_at", permission.created_at);
                           codec.member("updated_at", permission.updated_at);
                         }};

base::Result<Permission> decode(std::string_view key, std::string_view value) {
  Permission stored;
  if (auto read = unseal_record(Table::kPermission, key, value, kLayout, stored); !read.ok())
    return read.error();
  const auto name = names::parse_permission_name(stored.scope);
  if (!name.ok()) return store::corrupt(Table::kPermission, key, "scope: not a permission's name");
  Permission permission = make_permission(*name);
  permission.title = std::move(stored.title);
  permission.description = std::move(stored.description);
  permission.risk = stored.risk;
  permission.implies = std::move(stored.implies);
  permission.metadata = std::move(stored.metadata);
  permission.created_at = stored.created_at;
  permission.updated_at = stored.updated_at;
  permission.is_builtin = false;
  return permission;
}

}  // namespace

Permission make_permission(const names::PermissionName& name) {
  Permission permission;
  permission.scope = name.to_scope();
  permission.slug = name.to_slug();
  permission.id = permission_id(permission.scope);
  permission.service = name.service;
  permission.resource = name.resource;
  permission.verb = name.verb;
  return permission;
}

PermissionId permission_id(std::string_view scope) {
  const crypto::Sha256 hash = crypto::sha256({"permission:", scope});
  base::Uuid::Bytes bytes{};
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  bytes[6] = static_cast<std::uint8_t>(0x80U | (bytes[6] & 0x0FU));
  bytes[8] = static_cast<std::uint8_t>(0x80U | (bytes[8] & 0x3FU));
  return PermissionId(base::Uuid(bytes));
}

base::Result<std::vector<Permission>> list_stored_permissions(const store::ReadTxn& txn) {
  std::vector<Permission> permissions;
  const auto collect = [&](Permission&& permission) {
    permissions.push_back(std::move(permission));
    return true;
  };
  if (auto read = each_record(txn, Table::kPermission, {}, {}, decode, collect); !read.ok())
    return read.error();
  return permissions;
}

base::Result<void> put_permission(store::WriteTxn& txn, const Permission& permission) {
  if (auto checked = check_object(permission.metadata, "permission " + permission.scope); !checked.ok())
    return checked;
  return txn.put(Table::kPermission, permission.slug, seal_record(kLayout, permission));
}

base::Result<void> delete_permission(store::WriteTxn& txn, const Permission& permission) {
  return del(txn, Table::kPermission, permission.slug);
}

}  // namespace domain
