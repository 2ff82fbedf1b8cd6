#include "domain/pending_deletion.h"

#include <utility>

#include "crypto/hash.h"
#include "domain/directory.h"
#include "domain/grant.h"
#include "domain/record.h"
#include "domain/user.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

// What isn't known is left out.
constexpr Layout kLayout{1, [](auto& codec, auto& deletion) {
                           codec.optional("slug", deletion.slug);
                           codec.optional("actor", deletion.by.actor);
                           codec.optional("actor_name", deletion.by.actor_name);
                           codec.optional("policies", deletion.by.policies);
                           codec.optional("request_id", deletion.by.request_id);
                           codec.optional("ip", deletion.by.ip);
                           codec.optional("entity", deletion.entity);
                         }};

constexpr std::string_view kOnGroup = "app/group:", kOnProject = "app/project:";
constexpr std::size_t kUuidBytes = sizeof(base::Uuid::Bytes);

Key key_of(const TenantId& tenant, const Deleted& what) {
  return Key().uuid(tenant).u8(static_cast<std::uint8_t>(what.kind)).uuid(what.id);
}

base::Result<bool> is_noted(const store::ReadTxn& txn, std::string_view key) {
  const auto found = txn.get(Table::kDeletion, key);
  if (!found.ok()) return found.error();
  return found->has_value();
}

// What of the directory the name is, as grants and mappings write it.
std::optional<Deleted> deleted_as(const EntityName& name) {
  const auto uuid = base::Uuid::parse(name.id);
  if (!uuid || uuid->to_string() != name.id) return std::nullopt;
  if (name.type == kUserType) return Deleted(DeletedKind::kUser, *uuid);
  if (name.type == kServiceUserType) return Deleted(DeletedKind::kServiceUser, *uuid);
  if (name.type == kGroupType || name.type == "app/group") return Deleted(DeletedKind::kGroup, *uuid);
  if (name.type == kProjectType || name.type == "app/project") return Deleted(DeletedKind::kProject, *uuid);
  return std::nullopt;
}

}  // namespace

std::string_view name_of(DeletedKind kind) {
  switch (kind) {
    case DeletedKind::kUser:
      return name_of(PrincipalKind::kUser);
    case DeletedKind::kServiceUser:
      return name_of(PrincipalKind::kServiceUser);
    case DeletedKind::kGroup:
      return name_of(PrincipalKind::kGroup);
    case DeletedKind::kRole:
      return "role";
    case DeletedKind::kEntity:
      return "entity";
    case DeletedKind::kProject:
      return "project";
    case DeletedKind::kRule:
      return "rule";
  }
  return "";
}

std::optional<DeletedKind> deleted_kind_of(std::uint8_t number) {
  for (const DeletedKind kind :
       {DeletedKind::kUser, DeletedKind::kServiceUser, DeletedKind::kGroup, DeletedKind::kRole,
        DeletedKind::kEntity, DeletedKind::kProject, DeletedKind::kRule})
    if (static_cast<std::uint8_t>(kind) == number) return kind;
  return std::nullopt;
}

Deleted::Deleted(const EntityName& name)
    : kind(DeletedKind::kEntity),
      id(base::Uuid::from_raw(crypto::raw(crypto::sha256(to_string(name))).substr(0, kUuidBytes))) {}

PendingDeletion deletion_of(const TenantId& tenant, const EntityName& name, const DeletedBy& by) {
  return {tenant, Deleted(name), {}, by, to_string(name)};
}

base::Result<bool> is_being_deleted(const store::ReadTxn& txn, const TenantId& tenant) {
  return is_noted(txn, Key().uuid(tenant));
}

base::Result<bool> is_being_deleted(const store::ReadTxn& txn, const TenantId& tenant, const Deleted& what) {
  return is_noted(txn, key_of(tenant, what));
}

base::Result<void> check_not_being_deleted(const store::ReadTxn& txn, const TenantId& tenant,
                                           const Deleted& what, const std::string& who) {
  const auto going = is_being_deleted(txn, tenant, what);
  if (!going.ok()) return going.error();
  if (!*going) return {};
  return base::Error{base::ErrorCode::kConflict, who + ": what the " + std::string(name_of(what.kind)) +
                                                     " of the same id had is still being removed; try again"};
}

base::Result<std::optional<PendingDeletion>> get_pending_deletion(const store::ReadTxn& txn,
                                                                  const TenantId& tenant,
                                                                  const Deleted& what) {
  const auto decode = [&](std::string_view key, std::string_view value) -> base::Result<PendingDeletion> {
    PendingDeletion deletion{tenant, what, {}, {}};
    if (value.empty()) return deletion;  // a group's, of before format 7
    if (auto read = unseal_record(Table::kDeletion, key, value, kLayout, deletion); !read.ok())
      return read.error();
    return deletion;
  };
  return get_record(txn, Table::kDeletion, key_of(tenant, what), decode);
}

base::Result<void> each_being_deleted(const store::ReadTxn& txn, const TenantId& tenant, DeletedKind kind,
                                      base::FunctionRef<bool(const base::Uuid& id)> fn) {
  const Key prefix = Key().uuid(tenant).u8(static_cast<std::uint8_t>(kind));
  base::Result<void> outcome;
  std::size_t seen = 0;
  const auto scanned = txn.scan(Table::kDeletion, prefix, [&](std::string_view key, std::string_view) {
    store::KeyReader rest(key.substr(prefix.view().size()));
    const base::Uuid id = rest.uuid();
    if (rest.complete()) return fn(id) && ++seen < kMostPendingSeen;
    outcome = store::corrupt(Table::kDeletion, key, "not a key of this table");
    return false;
  });
  return scanned.ok() ? outcome : scanned;
}

base::Result<void> begin_deletion(store::WriteTxn& txn, const PendingDeletion& deletion) {
  return txn.put(Table::kDeletion, key_of(deletion.tenant, deletion.what), seal_record(kLayout, deletion));
}

base::Result<Leftovers> Leftovers::of(const store::ReadTxn& txn, const TenantId& tenant) {
  bool any = false;
  const auto scanned =
      txn.scan(Table::kDeletion, Key().uuid(tenant), [&](std::string_view key, std::string_view) {
        any = key.size() > sizeof(base::Uuid::Bytes);
        return !any;
      });
  if (!scanned.ok()) return scanned.error();
  return Leftovers(txn, tenant, any);
}

base::Result<bool> Leftovers::has(const Deleted& what) const {
  if (!any_) return false;
  return is_being_deleted(*txn_, tenant_, what);
}

base::Result<bool> Leftovers::has(const Principal& who, const RoleId& role, std::string_view resource) const {
  if (!any_) return false;
  if (auto of_principal = has(Deleted(who)); !of_principal.ok() || *of_principal) return of_principal;
  if (auto of_role = has(role); !of_role.ok() || *of_role) return of_role;
  if (resource.starts_with(kOnGroup)) {
    const auto group = GroupId::parse(resource.substr(kOnGroup.size()));
    // Another spelling is another resource.
    if (group && group_resource(*group) == resource) return has(*group);
  }
  if (resource.starts_with(kOnProject)) {
    const auto project = ProjectId::parse(resource.substr(kOnProject.size()));
    if (project && project_resource(*project) == resource) return has(*project);
  }
  const auto entity = parse_entity_name(resource);
  return entity ? has(Deleted(*entity)) : false;
}

base::Result<bool> Leftovers::has(const Grant& grant) const {
  if (!any_) return false;
  if (auto of_rule = has(grant.rule); !of_rule.ok() || *of_rule) return of_rule;
  if (auto of_principal = has_named(grant.principal); !of_principal.ok() || *of_principal)
    return of_principal;
  return has_named(grant.resource);
}

// An entity under a stored user's name adds to the user: what names the user outlives it.
base::Result<bool> Leftovers::has_named(std::string_view text) const {
  const auto name = parse_entity_name(text);
  if (!name) return false;
  if (const auto what = deleted_as(*name))
    if (auto left = has(*what); !left.ok() || *left) return left;
  if (is_reeves_type(name->type) && name->type != kUserType) return false;
  if (auto left = has(Deleted(*name)); !left.ok() || !*left) return left;
  const auto user = user_of(*name);
  if (!user) return true;
  const auto stored = get_user(*txn_, tenant_, *user);
  if (!stored.ok()) return stored.error();
  return !stored->has_value();
}

base::Result<bool> Leftovers::any_entity() const {
  bool any = false;
  if (!any_) return any;
  const Key prefix = Key().uuid(tenant_).u8(static_cast<std::uint8_t>(DeletedKind::kEntity));
  const auto scanned = txn_->scan(Table::kDeletion, prefix, [&](auto, auto) {
    any = true;
    return false;
  });
  if (!scanned.ok()) return scanned.error();
  return any;
}

}  // namespace domain
