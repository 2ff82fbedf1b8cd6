// Each step removes whole nouns with their indexes and counts, and only what nothing refers to any more, so
// that the store is consistent after every step, but for the tenant itself, which went first:
//
//   tenant, slug       ->  deletion [tenant]                  in delete_tenant()
//   credentials, grants, mappings, memberships                in steps, in this order
//   policies with their rules, tests of them                  in steps
//   entities and what they are in                             in steps
//   users, service users, groups, projects, roles             in steps
//   whatever else lies under the tenant, then the deletion    in steps; of a sound store nothing else
//
// A user, service user, group, project or role to which too much belongs for one change goes likewise, and
// whoever reads what is left passes it by (pending_deletion.h):
//
//   group, name        ->  deletion [tenant][kind][group]     in delete_group()
//   mappings, mappings on it, memberships, then the deletion  in steps
//
// A step begins where the last one ended by looking at what is there, so a crash costs nothing. What can't be
// decoded is removed by its key alone. The audit chain stays. Each mapping of a thing has an entry in it,
// which is written in the step that removes the mapping: whoever asks for steps does that (GoesWith).
// The mappings of a tenant have none.
#include "domain/deletion.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "domain/counts.h"
#include "domain/credential.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/grant.h"
#include "domain/group.h"
#include "domain/idempotency.h"
#include "domain/index.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/policy_test.h"
#include "domain/project.h"
#include "domain/role.h"
#include "domain/rule.h"
#include "domain/service_user.h"
#include "domain/subgroup.h"
#include "domain/tenant_policy.h"
#include "domain/user.h"
#include "store/key.h"

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
};

// What a mapping or grant of a thing counts for in a step, in keys that are removed: its entry in the audit
// log is five keys that are written, and two hashes.
constexpr std::size_t kCostOfHolding = 20;
constexpr std::size_t kCostOfChild = 4;  // its record is written anew
constexpr std::size_t kNoEnd = std::numeric_limits<std::size_t>::max();

// What is being deleted: a tenant, or one thing in it.
struct Deletion {
  TenantId tenant;
  std::optional<Deleted> what;

  Key key() const {
    Key key = Key().uuid(tenant);
    return what ? key.u8(static_cast<std::uint8_t>(what->kind)).uuid(what->id) : key;
  }
  std::string name() const {
    return what ? std::string(name_of(what->kind)) + " " + what->id.to_string()
                : "tenant " + tenant.to_string();
  }
};

std::optional<Deletion> parse_deletion(std::string_view key) {
  store::KeyReader parts(key);
  Deletion deletion{TenantId(parts.uuid()), std::nullopt};
  if (parts.complete()) return deletion;
  const auto kind = deleted_kind_of(parts.u8());
  const base::Uuid id = parts.uuid();
  if (!parts.complete() || !kind) return std::nullopt;
  deletion.what = Deleted(*kind, id);
  return deletion;
}

Key key_of_mappings(const TenantId& tenant, const Deleted& principal) {
  return Key().uuid(tenant).u8(static_cast<std::uint8_t>(principal.kind)).uuid(principal.id);
}

// How grants name it; the empty text names nothing.
struct NamesInGrants {
  std::string principal;
  ResourceText resource;
};

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

Principal principal_of(const Deleted& what) {
  return {static_cast<PrincipalKind>(what.kind), what.id};
}

// One step of one deletion, or all that belongs to a thing at once.
class Step {
 public:
  Step(store::WriteTxn& txn, const TenantId& tenant, std::size_t most)
      : txn_(txn), tenant_(tenant), left_(most) {}

  std::size_t left() const { return left_; }
  base::Result<void> remove_all();
  base::Result<void> remove_belongings(const PendingDeletion&, GoesWith);

 private:
  using Remove = base::FunctionRef<base::Result<void>(std::string_view key)>;

  // Removes keys with the prefix while there is room, each of which counts for `cost` records; `remove` takes
  // what belongs to it along.
  base::Result<void> each(Table, std::string_view prefix, std::size_t cost, Remove remove);
  base::Result<void> each_of_tenant(Table table, std::size_t cost, Remove remove) {
    return each(table, Key().uuid(tenant_), cost, remove);
  }
  base::Result<void> answers_of(const base::Uuid& caller);

  // As many mappings, or grants, as there is room for, by a function that answers how many they were.
  template <typename Delete>
  base::Result<void> holdings(const Delete&);

  // The noun of a key, by `get`, removed by `del`; nothing where it is gone or can't be decoded, and then its
  // key alone will go.
  template <typename Noun>
  base::Result<void> remove(const base::Result<std::optional<Noun>>& found,
                            base::Result<void> (*del)(store::WriteTxn&, const Noun&)) {
    if (found.ok()) return *found ? del(txn_, **found) : base::Result<void>();
    return found.error().code == base::ErrorCode::kCorrupt ? base::Result<void>() : found.error();
  }

  base::Result<void> credentials(Table, std::string_view prefix);
  base::Result<void> memberships(Table, std::string_view prefix);
  base::Result<void> relations();
  base::Result<void> entities();
  base::Result<void> principals();
  base::Result<void> grants(const PendingDeletion&, GrantGoes);
  base::Result<void> of_principal(const Deleted&, MappingGoes);
  base::Result<void> of_actor(const Deleted&);
  base::Result<void> children(const std::string& entity);
  base::Result<void> on_resource(const ResourceText&, MappingGoes);

  store::WriteTxn& txn_;
  const TenantId& tenant_;
  std::size_t left_;
};

base::Result<void> Step::each(Table table, std::string_view prefix, std::size_t cost, Remove remove) {
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

base::Result<void> Step::answers_of(const base::Uuid& caller) {
  const auto removed = delete_idempotent_answers(txn_, caller, left_);
  if (!removed.ok()) return removed.error();
  left_ -= std::min(left_, *removed);
  return {};
}

template <typename Delete>
base::Result<void> Step::holdings(const Delete& remove_up_to) {
  const std::size_t most = left_ / kCostOfHolding + (left_ % kCostOfHolding == 0 ? 0 : 1);
  const base::Result<std::size_t> removed = remove_up_to(most);
  if (!removed.ok()) return removed.error();
  left_ -= std::min(left_, *removed * kCostOfHolding);
  return {};
}

base::Result<void> Step::credentials(Table table, std::string_view prefix) {
  return each(table, prefix, 4, [&](std::string_view key) -> base::Result<void> {
    if (key.size() != prefix.size() + sizeof(base::Uuid::Bytes)) return {};  // no key of it: goes by itself
    const CredentialId id = CredentialId::from_raw(key.substr(prefix.size()));
    if (auto done = answers_of(id); !done.ok() || left_ == 0) return done;
    return remove(get_stored_credential(txn_, id), delete_credential);
  });
}

// By either of their tables; what isn't a key of it goes by itself.
base::Result<void> Step::memberships(Table table, std::string_view prefix) {
  return each(table, prefix, 2, [&](std::string_view key) -> base::Result<void> {
    store::KeyReader parts(key);
    parts.uuid();
    const base::Uuid one = parts.uuid(), other = parts.uuid();
    if (!parts.complete()) return {};
    return table == Table::kMembers ? delete_membership(txn_, tenant_, GroupId(one), UserId(other))
                                    : delete_membership(txn_, tenant_, GroupId(other), UserId(one));
  });
}

base::Result<void> Step::relations() {
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

base::Result<void> Step::entities() {
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

base::Result<void> Step::principals() {
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

base::Result<void> Step::remove_all() {
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

base::Result<void> Step::of_principal(const Deleted& who, MappingGoes goes) {
  return holdings(
      [&](std::size_t most) { return delete_mappings_of(txn_, tenant_, principal_of(who), most, goes); });
}

base::Result<void> Step::on_resource(const ResourceText& resource, MappingGoes goes) {
  return holdings([&](std::size_t most) { return delete_mappings_on(txn_, tenant_, resource, most, goes); });
}

base::Result<void> Step::grants(const PendingDeletion& deletion, GrantGoes goes) {
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
base::Result<void> Step::of_actor(const Deleted& who) {
  const Key owned = key_of_mappings(tenant_, who);  // [tenant][kind][id], as in the table mapping
  if (auto done = credentials(Table::kCredentialByOwner, owned); !done.ok() || left_ == 0) return done;
  return answers_of(who.id);
}

base::Result<void> Step::remove_belongings(const PendingDeletion& deletion, GoesWith goes_with) {
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

base::Result<void> Step::children(const std::string& entity) {
  const auto name = parse_entity_name(entity);
  if (!name) return {};  // its record can't be read: nothing tells which they are
  const std::size_t most = left_ / kCostOfChild + (left_ % kCostOfChild == 0 ? 0 : 1);
  const auto detached = detach_children(txn_, tenant_, *name, most);
  if (!detached.ok()) return detached.error();
  left_ -= std::min(left_, *detached * kCostOfChild);
  return {};
}

// Counts keys, up to a number, whatever they are.
class Rows {
 public:
  Rows(const store::ReadTxn& txn, std::uint64_t most) : txn_(txn), most_(most) {}

  bool too_many() const { return count_ > most_; }
  std::uint64_t count() const { return count_; }
  base::Result<void> add(Table table, std::string_view prefix) {
    return add_each(table, prefix, [](std::string_view) { return base::Result<void>(); });
  }

  // The mappings on a resource, those that are left of something too.
  base::Result<void> add_on(const TenantId& tenant, std::string_view resource) {
    if (too_many()) return {};
    const auto on_it = count_stored_on(txn_, tenant, resource, most_ - count_ + 1);
    if (!on_it.ok()) return on_it.error();
    count_ += *on_it;
    return {};
  }

  base::Result<void> add_children(const TenantId& tenant, std::string_view entity) {
    const auto name = parse_entity_name(entity);
    if (too_many() || !name) return {};
    const auto children = count_children(txn_, tenant, *name, most_ - count_ + 1);
    if (!children.ok()) return children.error();
    count_ += *children;
    return {};
  }

  template <typename By>
  base::Result<void> add_grants(const TenantId& tenant, const By& by) {
    if (too_many()) return {};
    const auto grants = count_grants(txn_, tenant, by, most_ - count_ + 1);
    if (!grants.ok()) return grants.error();
    count_ += *grants;
    return {};
  }

  template <typename Fn>
  base::Result<void> add_each(Table table, std::string_view prefix, const Fn& fn) {
    if (too_many()) return {};
    base::Result<void> outcome;
    const auto scanned = txn_.scan(table, prefix, [&](std::string_view key, std::string_view) {
      ++count_;
      outcome = fn(key);
      return outcome.ok() && !too_many();
    });
    return scanned.ok() ? outcome : scanned;
  }

 private:
  const store::ReadTxn& txn_;
  const std::uint64_t most_;
  std::uint64_t count_ = 0;
};

base::Result<void> count_grants_of(const store::ReadTxn& txn, const PendingDeletion& deletion, Rows& rows) {
  if (deletion.what.kind == DeletedKind::kRule)
    return rows.add_grants(deletion.tenant, RuleId(deletion.what.id));
  const auto names = names_in_grants(txn, deletion);
  if (!names.ok()) return names.error();
  if (names->principal.empty()) return {};
  if (auto done = rows.add_grants(deletion.tenant, GrantsOf{names->principal}); !done.ok()) return done;
  return rows.add_grants(deletion.tenant, GrantsOn{names->resource});
}

base::Result<void> count_belongings(const store::ReadTxn& txn, const PendingDeletion& deletion, Rows& rows) {
  const TenantId& tenant = deletion.tenant;
  const Deleted& what = deletion.what;
  if (auto done = count_grants_of(txn, deletion, rows); !done.ok()) return done;
  if (what.kind == DeletedKind::kRule) return {};
  if (what.kind == DeletedKind::kEntity) {
    if (auto done = rows.add_on(tenant, deletion.entity); !done.ok()) return done;
    return rows.add_children(tenant, deletion.entity);
  }
  if (what.kind == DeletedKind::kRole)
    return rows.add(Table::kMappingByRole, Key().uuid(tenant).uuid(what.id));
  const auto add_on = [&](const ResourceText& resource) {
    return rows.add(Table::kMappingOn, Key().uuid(tenant).text(resource, kMaxResourceText));
  };
  if (what.kind == DeletedKind::kProject) return add_on(project_resource(ProjectId(what.id)));
  const Key owned = key_of_mappings(tenant, what), related = Key().uuid(tenant).uuid(what.id);
  if (auto done = rows.add(Table::kMapping, owned); !done.ok()) return done;
  if (what.kind == DeletedKind::kGroup) {
    if (auto done = add_on(group_resource(GroupId(what.id))); !done.ok()) return done;
    return rows.add(Table::kMembers, related);
  }
  if (auto done = rows.add(Table::kIdempotency, Key().uuid(what.id)); !done.ok()) return done;
  const auto answers = [&](std::string_view key) {
    return rows.add(Table::kIdempotency, key.substr(key.size() - sizeof(base::Uuid::Bytes)));
  };
  if (auto done = rows.add_each(Table::kCredentialByOwner, owned, answers); !done.ok()) return done;
  return what.kind == DeletedKind::kUser ? rows.add(Table::kMemberOf, related) : base::Result<void>();
}

base::Result<std::optional<Deletion>> first_deletion(const store::ReadTxn& txn, const std::string& behind) {
  std::optional<Deletion> first;
  const auto scanned =
      txn.scan_from(Table::kDeletion, {}, behind, [&](std::string_view key, std::string_view) {
        first = parse_deletion(key);
        return !first;
      });
  if (!scanned.ok()) return scanned.error();
  return first;
}

}  // namespace

base::Result<bool> goes_in_steps(const store::ReadTxn& txn, const TenantId& tenant, const Deleted& what) {
  Rows rows(txn, kMostAtOnce);
  if (auto counted = count_belongings(txn, {tenant, what, {}, {}}, rows); !counted.ok())
    return counted.error();
  return rows.too_many();
}

base::Result<std::uint64_t> count_grants_naming(const store::ReadTxn& txn, const PendingDeletion& deletion,
                                                std::uint64_t most) {
  if (most == 0) return std::uint64_t{0};
  Rows rows(txn, most - 1);
  if (auto counted = count_grants_of(txn, deletion, rows); !counted.ok()) return counted.error();
  return rows.count();
}

base::Result<void> delete_belongings(store::WriteTxn& txn, const PendingDeletion& deletion,
                                     std::uint64_t most, GoesWith goes_with) {
  Rows rows(txn, most);
  if (auto counted = count_belongings(txn, deletion, rows); !counted.ok()) return counted;
  if (rows.too_many()) return begin_deletion(txn, deletion);
  return Step(txn, deletion.tenant, kNoEnd).remove_belongings(deletion, goes_with);
}

base::Result<std::uint64_t> count_memberships_left(const store::ReadTxn& txn, const TenantId& tenant) {
  std::uint64_t all = 0;
  base::Result<void> outcome;
  const auto each = each_being_deleted(txn, tenant, DeletedKind::kGroup, [&](const base::Uuid& group) {
    const auto count = count_stored_members(txn, tenant, GroupId(group));
    if (count.ok())
      all += *count;
    else
      outcome = count.error();
    return outcome.ok();
  });
  if (!each.ok() || !outcome.ok()) return each.ok() ? outcome.error() : each.error();
  return all;
}

base::Result<bool> has_deletions(const store::ReadTxn& txn, const DeletionPlace& place) {
  const auto first = first_deletion(txn, place.behind);
  if (!first.ok()) return first.error();
  return first->has_value();
}

namespace {

base::Result<void> run_step(store::WriteTxn& txn, const Deletion& deletion, std::size_t& most,
                            GoesWith goes_with) {
  Step step(txn, deletion.tenant, most);
  if (!deletion.what) {
    if (auto done = step.remove_all(); !done.ok()) return done;
  } else {
    const auto pending = get_pending_deletion(txn, deletion.tenant, *deletion.what);
    if (!pending.ok() && pending.error().code != base::ErrorCode::kCorrupt) return pending.error();
    const PendingDeletion its =
        pending.ok() && *pending ? **pending : PendingDeletion{deletion.tenant, *deletion.what, {}, {}};
    if (auto done = step.remove_belongings(its, goes_with); !done.ok()) return done;
  }
  most = step.left();
  return most == 0 ? base::Result<void>() : del(txn, Table::kDeletion, deletion.key());
}

}  // namespace

base::Result<bool> continue_deletions(store::WriteTxn& txn, std::size_t most, GoesWith goes_with,
                                      DeletionPlace& place) {
  while (most > 0) {
    place.at.clear();
    const auto deletion = first_deletion(txn, place.behind);
    if (!deletion.ok()) return deletion.error();
    if (!*deletion) return false;
    place.at = std::string((*deletion)->key().view());
    if (auto done = run_step(txn, **deletion, most, goes_with); !done.ok())
      return base::Error{done.error().code,
                         "what is left of " + (*deletion)->name() + ": " + done.error().message};
  }
  return has_deletions(txn, place);
}

base::Result<bool> continue_deletions(store::WriteTxn& txn, std::size_t most, GoesWith goes_with) {
  DeletionPlace from_the_first;
  return continue_deletions(txn, most, goes_with, from_the_first);
}

}  // namespace domain
