// What goes in a step, and in which order: only what nothing refers to any more, noun after noun, by the
// functions of each. What can't be decoded goes by its key alone. deletion.cpp has the whole.
#include "domain/deletion_step.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "domain/counts.h"
#include "domain/credential.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/group.h"
#include "domain/idempotency.h"
#include "domain/index.h"
#include "domain/membership.h"
#include "domain/policy_test.h"
#include "domain/project.h"
#include "domain/role.h"
#include "domain/rule.h"
#include "domain/service_user.h"
#include "domain/subgroup.h"
#include "domain/tenant_policy.h"
#include "domain/user.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

// The tables whose keys begin with the tenant, and whose entries go with the nouns above.
constexpr Table kTenantTables[] = {
    Table::kCredentialByTenant,
    Table::kCredentialByOwner,
    Table::kRole,
    Table::kRoleSlug,
    Table::kGroup,
    Table::kGroupName,
    Table::kUser,
    Table::kUserEmail,
    Table::kServiceUser,
    Table::kMemberOf,
    Table::kMembers,
    Table::kGroupIn,
    Table::kSubgroups,
    Table::kMapping,
    Table::kMappingByRole,
    Table::kMappingById,
    Table::kMappingOn,
    Table::kCount,
    Table::kRoleCount,
    Table::kRoleTime,
    Table::kNameLook,
    Table::kNameClash,
    Table::kPolicy,
    Table::kRule,
    Table::kPolicyTest,
    Table::kSchema,
    Table::kDecisions,
    Table::kEntityNumber,
    Table::kEntityName,
    Table::kEntity,
    Table::kEntityParent,
    Table::kEntityChild,
    Table::kProject,
    Table::kProjectSlug,
    Table::kGrant,
    Table::kGrantOf,
    Table::kGrantOn,
    Table::kGrantByRule,
    Table::kNameWord,
    Table::kMappingByExpiry,
    Table::kDisabledGroup,
};

// What a mapping or grant of a thing counts for in a step, in keys that are removed: its entry in the audit
// log is five keys that are written, and two hashes.
constexpr std::size_t kCostOfHolding = 20;
constexpr std::size_t kCostOfChild = 4;  // its record is written anew

Principal principal_of(const Deleted& what) {
  return {static_cast<PrincipalKind>(what.kind), what.id};
}

}  // namespace

Key key_of_mappings(const TenantId& tenant, const Deleted& principal) {
  return Key().uuid(tenant).u8(static_cast<std::uint8_t>(principal.kind)).uuid(principal.id);
}

base::Result<NamesInGrants> names_in_grants(const store::ReadTxn& txn, const PendingDeletion& deletion) {
  const auto named = [id = deletion.what.id.to_string()](std::string_view type) {
    return std::string(type) + ":" + id;
  };
  switch (deletion.what.kind) {
    case DeletedKind::kUser:
      return NamesInGrants{named(kUserType), named(kUserType)};
    case DeletedKind::kServiceUser:
      return NamesInGrants{named(kServiceUserType), named(kServiceUserType)};
    case DeletedKind::kGroup:
      return NamesInGrants{named(kGroupType), group_resource(GroupId(deletion.what.id))};
    case DeletedKind::kProject:
      return NamesInGrants{named(kProjectType), project_resource(ProjectId(deletion.what.id))};
    case DeletedKind::kEntity: {
      // An entity under a stored user's name adds to the user, whom the grants go on to name.
      const auto name = parse_entity_name(deletion.entity);
      const auto user = name ? user_of(*name) : std::nullopt;
      const auto stored = user ? get_user(txn, deletion.tenant, *user) : std::optional<User>();
      if (!stored.ok()) return stored.error();
      if (stored->has_value()) return NamesInGrants();
      return NamesInGrants{deletion.entity, deletion.entity};
    }
    case DeletedKind::kRole:
    case DeletedKind::kRule:
      break;
  }
  return NamesInGrants();
}

base::Result<void> DeletionStep::each(Table table, std::string_view prefix, std::size_t cost, Remove remove) {
  std::vector<std::string> keys;
  const std::size_t most = left_ / cost + (left_ % cost == 0 ? 0 : 1);
  if (most == 0) return {};
  const auto scanned = txn_.scan(table, prefix, [&](std::string_view key, std::string_view) {
    keys.emplace_back(key);
    return keys.size() < most;
  });
  if (!scanned.ok()) return scanned;
  for (const std::string& key : keys) {
    if (left_ == 0) return {};
    if (auto done = remove(key); !done.ok()) return done;
    if (left_ == 0) return {};  // not all that depends on it is gone
    if (auto done = del(txn_, table, key); !done.ok()) return done;
    left_ -= std::min(left_, cost);
  }
  return {};
}

base::Result<void> DeletionStep::answers_of(const base::Uuid& caller) {
  const auto removed = delete_idempotent_answers(txn_, caller, left_);
  if (!removed.ok()) return removed.error();
  left_ -= std::min(left_, *removed);
  return {};
}

template <typename Delete>
base::Result<void> DeletionStep::holdings(const Delete& remove_up_to) {
  const std::size_t most = left_ / kCostOfHolding + (left_ % kCostOfHolding == 0 ? 0 : 1);
  const base::Result<std::size_t> removed = remove_up_to(most);
  if (!removed.ok()) return removed.error();
  left_ -= std::min(left_, *removed * kCostOfHolding);
  return {};
}

base::Result<void> DeletionStep::credentials(Table table, std::string_view prefix) {
  return each(table, prefix, 4, [&](std::string_view key) -> base::Result<void> {
    if (key.size() != prefix.size() + sizeof(base::Uuid::Bytes)) return {};  // no key of it: goes by itself
    const CredentialId id = CredentialId::from_raw(key.substr(prefix.size()));
    if (auto done = answers_of(id); !done.ok() || left_ == 0) return done;
    return remove(get_stored_credential(txn_, id), delete_credential);
  });
}

// By either of their tables; what isn't a key of it goes by itself.
base::Result<void> DeletionStep::memberships(Table table, std::string_view prefix) {
  return each(table, prefix, 2, [&](std::string_view key) -> base::Result<void> {
    store::KeyReader parts(key);
    parts.uuid();
    const base::Uuid one = parts.uuid(), other = parts.uuid();
    if (!parts.complete()) return {};
    return table == Table::kMembers ? delete_membership(txn_, tenant_, GroupId(one), UserId(other))
                                    : delete_membership(txn_, tenant_, GroupId(other), UserId(one));
  });
}

base::Result<void> DeletionStep::relations() {
  const auto grant = [&](std::string_view key) { return delete_grant_at(txn_, key); };
  if (auto done = each_of_tenant(Table::kGrant, 4, grant); !done.ok()) return done;
  const auto mapping = [&](std::string_view key) { return delete_mapping_at(txn_, key); };
  if (auto done = each_of_tenant(Table::kMapping, 4, mapping); !done.ok()) return done;
  const auto subgroup = [&](std::string_view key) -> base::Result<void> {
    store::KeyReader parts(key);
    parts.uuid();
    const GroupId member(parts.uuid()), group(parts.uuid());
    return parts.complete() ? delete_subgroup(txn_, tenant_, group, member) : base::Result<void>();
  };
  if (auto done = each_of_tenant(Table::kGroupIn, 2, subgroup); !done.ok()) return done;
  const auto rule = [&](std::string_view key) { return delete_rule_at(txn_, key); };
  if (auto done = each_of_tenant(Table::kRule, 2, rule); !done.ok()) return done;
  const auto policy = [&](std::string_view key) { return delete_policy_at(txn_, key); };
  if (auto done = each_of_tenant(Table::kPolicy, 2, policy); !done.ok()) return done;
  const auto test = [&](std::string_view key) { return delete_policy_test_at(txn_, key); };
  if (auto done = each_of_tenant(Table::kPolicyTest, 2, test); !done.ok()) return done;
  return memberships(Table::kMemberOf, Key().uuid(tenant_));
}

base::Result<void> DeletionStep::entities() {
  struct Part {
    Table table;
    std::size_t cost;
  };
  for (const auto& [table, cost] :
       {Part{Table::kEntityParent, 2}, Part{Table::kEntity, 1}, Part{Table::kEntityNumber, 2}}) {
    const auto remove = [&, at = table](std::string_view key) { return delete_entity_key(txn_, at, key); };
    if (auto done = each_of_tenant(table, cost, remove); !done.ok() || left_ == 0) return done;
  }
  return {};
}

base::Result<void> DeletionStep::principals() {
  const auto user = [&](std::string_view key) -> base::Result<void> {
    const UserId id = UserId::from_raw(key.substr(16));
    if (auto done = answers_of(id); !done.ok() || left_ == 0) return done;
    return remove(get_user(txn_, tenant_, id), delete_user);
  };
  if (auto done = each_of_tenant(Table::kUser, 2, user); !done.ok()) return done;
  const auto service_user = [&](std::string_view key) -> base::Result<void> {
    const ServiceUserId id = ServiceUserId::from_raw(key.substr(16));
    if (auto done = answers_of(id); !done.ok() || left_ == 0) return done;
    if (auto done = remove(get_service_user(txn_, tenant_, id), delete_service_user); !done.ok()) return done;
    return del(txn_, Table::kServiceUserById, Key().uuid(id).uuid(tenant_));
  };
  if (auto done = each_of_tenant(Table::kServiceUser, 2, service_user); !done.ok()) return done;
  const auto group = [&](std::string_view key) {
    return remove(get_group(txn_, tenant_, GroupId::from_raw(key.substr(16))), delete_group);
  };
  if (auto done = each_of_tenant(Table::kGroup, 2, group); !done.ok()) return done;
  const auto project = [&](std::string_view key) -> base::Result<void> {
    const ProjectId id = ProjectId::from_raw(key.substr(16));
    if (auto done = remove(get_project(txn_, tenant_, id), delete_project); !done.ok()) return done;
    return del(txn_, Table::kProjectById, Key().uuid(id).uuid(tenant_));
  };
  if (auto done = each_of_tenant(Table::kProject, 3, project); !done.ok()) return done;
  return each_of_tenant(Table::kRole, 2, [&](std::string_view key) {
    return remove(get_role(txn_, tenant_, RoleId::from_raw(key.substr(16))), delete_role);
  });
}

base::Result<void> DeletionStep::remove_all() {
  if (auto done = credentials(Table::kCredentialByTenant, Key().uuid(tenant_)); !done.ok() || left_ == 0)
    return done;
  if (auto done = relations(); !done.ok() || left_ == 0) return done;
  if (auto done = entities(); !done.ok() || left_ == 0) return done;
  if (auto done = principals(); !done.ok() || left_ == 0) return done;
  for (const Table table : kTenantTables)
    if (auto done = each_of_tenant(table, 1, [](std::string_view) { return base::Result<void>(); });
        !done.ok())
      return done;
  return {};
}

base::Result<void> DeletionStep::of_principal(const Deleted& who, MappingGoes goes) {
  return holdings(
      [&](std::size_t most) { return delete_mappings_of(txn_, tenant_, principal_of(who), most, goes); });
}

base::Result<void> DeletionStep::on_resource(const ResourceText& resource, MappingGoes goes) {
  return holdings([&](std::size_t most) { return delete_mappings_on(txn_, tenant_, resource, most, goes); });
}

base::Result<void> DeletionStep::grants(const PendingDeletion& deletion, GrantGoes goes) {
  if (deletion.what.kind == DeletedKind::kRule)
    return holdings(
        [&](std::size_t most) { return delete_grants(txn_, tenant_, RuleId(deletion.what.id), most, goes); });
  const auto names = names_in_grants(txn_, deletion);
  if (!names.ok()) return names.error();
  if (names->principal.empty()) return {};
  const auto of_it = holdings(
      [&](std::size_t most) { return delete_grants(txn_, tenant_, GrantsOf{names->principal}, most, goes); });
  if (!of_it.ok() || left_ == 0) return of_it;
  return holdings(
      [&](std::size_t most) { return delete_grants(txn_, tenant_, GrantsOn{names->resource}, most, goes); });
}

// Of one who calls: credentials first.
base::Result<void> DeletionStep::of_actor(const Deleted& who) {
  const Key owned = key_of_mappings(tenant_, who);  // [tenant][kind][id], as in the table mapping
  if (auto done = credentials(Table::kCredentialByOwner, owned); !done.ok() || left_ == 0) return done;
  return answers_of(who.id);
}

base::Result<void> DeletionStep::remove_belongings(const PendingDeletion& deletion, GoesWith goes_with) {
  const Deleted& what = deletion.what;
  const auto goes = [&](const Mapping& mapping) { return goes_with(&mapping, deletion.by); };
  const auto grant_goes = [&](const Grant& grant) { return goes_with(&grant, deletion.by); };
  if (auto done = grants(deletion, grant_goes); !done.ok() || left_ == 0) return done;
  switch (what.kind) {
    case DeletedKind::kUser:
      if (auto done = of_actor(what); !done.ok() || left_ == 0) return done;
      if (auto done = of_principal(what, goes); !done.ok() || left_ == 0) return done;
      return memberships(Table::kMemberOf, Key().uuid(tenant_).uuid(what.id));
    case DeletedKind::kServiceUser:
      if (auto done = of_actor(what); !done.ok() || left_ == 0) return done;
      return of_principal(what, goes);
    case DeletedKind::kGroup: {
      if (auto done = of_principal(what, goes); !done.ok() || left_ == 0) return done;
      const auto on_it = on_resource(group_resource(GroupId(what.id)), goes);
      if (!on_it.ok() || left_ == 0) return on_it;
      return memberships(Table::kMembers, Key().uuid(tenant_).uuid(what.id));
    }
    case DeletedKind::kProject:
      return on_resource(project_resource(ProjectId(what.id)), goes);
    case DeletedKind::kRole:
      return holdings([&](std::size_t most) {
        return delete_mappings_by_role(txn_, tenant_, RoleId(what.id), most, goes);
      });
    case DeletedKind::kEntity: {
      const auto on_it = holdings(
          [&](std::size_t most) { return delete_mappings_on(txn_, tenant_, deletion.entity, most, goes); });
      if (!on_it.ok() || left_ == 0) return on_it;
      return children(deletion.entity);
    }
    case DeletedKind::kRule:
      return {};
  }
  return {};
}

base::Result<void> DeletionStep::children(const std::string& entity) {
  const auto name = parse_entity_name(entity);
  if (!name) return {};  // its record can't be read: nothing tells which they are
  const std::size_t most = left_ / kCostOfChild + (left_ % kCostOfChild == 0 ? 0 : 1);
  const auto detached = detach_children(txn_, tenant_, *name, most);
  if (!detached.ok()) return detached.error();
  left_ -= std::min(left_, *detached * kCostOfChild);
  return {};
}

}  // namespace domain
