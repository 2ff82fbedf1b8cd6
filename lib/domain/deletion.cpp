// Each step removes whole nouns with their indexes and counts, and only what nothing refers to any more, so
// that the store is consistent after every step, but for the tenant itself, which went first:
//
//   tenant, slug       ->  deletion [tenant]                  in delete_tenant()
//   credentials, mappings, memberships                        in steps, in this order
//   users, service users, groups, roles                       in steps
//   whatever else lies under the tenant, then the deletion    in steps; of a sound store nothing else
//
// A group whose members are too many for one change goes likewise. What it gave goes with the first step, so
// that its memberships mean nothing any more; each_group_of() passes them by:
//
//   group, name, mappings  ->  deletion [tenant][group]       in delete_group()
//   memberships, then the deletion                            in steps
//
// A step begins where the last one ended by looking at what is there, so a crash costs nothing. What can't be
// decoded is removed by its key alone. The audit chain stays. Mappings are not put off: each has an entry in
// the audit log, which is written in the change that deletes what it is of.
#include "domain/deletion.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "domain/counts.h"
#include "domain/credential.h"
#include "domain/group.h"
#include "domain/idempotency.h"
#include "domain/index.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/role.h"
#include "domain/service_user.h"
#include "domain/subgroup.h"
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
};

// What is being deleted: a tenant, or one group of it.
struct Deletion {
  TenantId tenant;
  std::optional<GroupId> group;

  Key key() const { return group ? Key().uuid(tenant).uuid(*group) : Key().uuid(tenant); }
};

std::optional<Deletion> parse_deletion(std::string_view key) {
  store::KeyReader parts(key);
  Deletion deletion{TenantId(parts.uuid()), std::nullopt};
  if (!parts.complete()) deletion.group = GroupId(parts.uuid());
  return parts.complete() ? std::optional(deletion) : std::nullopt;
}

// One step of one deletion.
class Step {
 public:
  Step(store::WriteTxn& txn, const Deletion& deletion, std::size_t most)
      : txn_(txn), deletion_(deletion), tenant_(deletion.tenant), left_(most) {}

  std::size_t left() const { return left_; }
  base::Result<void> run();

 private:
  using Remove = base::FunctionRef<base::Result<void>(std::string_view key)>;

  // Removes keys of the tenant or group while there is room, each of which counts for `cost` records;
  // `remove` takes what belongs to it along.
  base::Result<void> each(Table, std::size_t cost, Remove remove);
  base::Result<void> answers_of(const base::Uuid& caller);

  // The noun of a key, by `get`, removed by `del`; nothing where it is gone or can't be decoded, and then its
  // key alone will go.
  template <typename Noun>
  base::Result<void> remove(const base::Result<std::optional<Noun>>& found,
                            base::Result<void> (*del)(store::WriteTxn&, const Noun&)) {
    if (found.ok()) return *found ? del(txn_, **found) : base::Result<void>();
    return found.error().code == base::ErrorCode::kCorrupt ? base::Result<void>() : found.error();
  }

  base::Result<void> credentials();
  base::Result<void> relations();
  base::Result<void> principals();
  base::Result<void> members();
  base::Result<void> everything();

  store::WriteTxn& txn_;
  const Deletion& deletion_;
  const TenantId& tenant_;
  std::size_t left_;
};

base::Result<void> Step::each(Table table, std::size_t cost, Remove remove) {
  std::vector<std::string> keys;
  const std::size_t most = left_ / cost + (left_ % cost == 0 ? 0 : 1);
  if (most == 0) return {};
  const auto scanned = txn_.scan(table, deletion_.key(), [&](std::string_view key, std::string_view) {
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

base::Result<void> Step::credentials() {
  return each(Table::kCredentialByTenant, 4, [&](std::string_view key) -> base::Result<void> {
    const CredentialId id = CredentialId::from_raw(key.substr(16));
    if (auto done = answers_of(id); !done.ok() || left_ == 0) return done;
    return remove(get_credential(txn_, id), delete_credential);
  });
}

base::Result<void> Step::relations() {
  const auto mapping = [&](std::string_view key) { return delete_mapping_at(txn_, key); };
  if (auto done = each(Table::kMapping, 4, mapping); !done.ok()) return done;
  const auto subgroup = [&](std::string_view key) {
    return delete_subgroup(txn_, tenant_, GroupId::from_raw(key.substr(32)),
                           GroupId::from_raw(key.substr(16, 16)));
  };
  if (auto done = each(Table::kGroupIn, 2, subgroup); !done.ok()) return done;
  return each(Table::kMemberOf, 2, [&](std::string_view key) {
    return delete_membership(txn_, tenant_, GroupId::from_raw(key.substr(32)),
                             UserId::from_raw(key.substr(16, 16)));
  });
}

base::Result<void> Step::principals() {
  const auto user = [&](std::string_view key) -> base::Result<void> {
    const UserId id = UserId::from_raw(key.substr(16));
    if (auto done = answers_of(id); !done.ok() || left_ == 0) return done;
    return remove(get_user(txn_, tenant_, id), delete_user);
  };
  if (auto done = each(Table::kUser, 2, user); !done.ok()) return done;
  const auto service_user = [&](std::string_view key) -> base::Result<void> {
    const ServiceUserId id = ServiceUserId::from_raw(key.substr(16));
    if (auto done = answers_of(id); !done.ok() || left_ == 0) return done;
    if (auto done = remove(get_service_user(txn_, tenant_, id), delete_service_user); !done.ok()) return done;
    return del(txn_, Table::kServiceUserById, Key().uuid(id).uuid(tenant_));
  };
  if (auto done = each(Table::kServiceUser, 2, service_user); !done.ok()) return done;
  const auto group = [&](std::string_view key) {
    return remove(get_group(txn_, tenant_, GroupId::from_raw(key.substr(16))), delete_group);
  };
  if (auto done = each(Table::kGroup, 2, group); !done.ok()) return done;
  return each(Table::kRole, 2, [&](std::string_view key) {
    return remove(get_role(txn_, tenant_, RoleId::from_raw(key.substr(16))), delete_role);
  });
}

base::Result<void> Step::members() {
  return each(Table::kMembers, 2, [&](std::string_view key) -> base::Result<void> {
    const std::string_view user = key.substr(32);
    if (user.size() != sizeof(base::Uuid::Bytes)) return {};
    return delete_membership(txn_, tenant_, *deletion_.group, UserId::from_raw(user));
  });
}

base::Result<void> Step::everything() {
  for (const auto part : {&Step::credentials, &Step::relations, &Step::principals}) {
    if (auto done = (this->*part)(); !done.ok()) return done;
    if (left_ == 0) return {};
  }
  for (const Table table : kTenantTables)
    if (auto done = each(table, 1, [](std::string_view) { return base::Result<void>(); }); !done.ok())
      return done;
  return {};
}

base::Result<void> Step::run() {
  if (auto done = deletion_.group ? members() : everything(); !done.ok() || left_ == 0) return done;
  return del(txn_, Table::kDeletion, deletion_.key());
}

base::Result<std::optional<Deletion>> first_deletion(const store::ReadTxn& txn) {
  std::optional<Deletion> first;
  const auto scanned = txn.scan(Table::kDeletion, {}, [&](std::string_view key, std::string_view) {
    first = parse_deletion(key);
    return !first;
  });
  if (!scanned.ok()) return scanned.error();
  return first;
}

}  // namespace

base::Result<bool> is_being_deleted(const store::ReadTxn& txn, const TenantId& tenant) {
  const auto found = txn.get(Table::kDeletion, Key().uuid(tenant));
  if (!found.ok()) return found.error();
  return found->has_value();
}

base::Result<bool> is_being_deleted(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group) {
  const auto found = txn.get(Table::kDeletion, Key().uuid(tenant).uuid(group));
  if (!found.ok()) return found.error();
  return found->has_value();
}

base::Result<bool> has_group_deletions(const store::ReadTxn& txn, const TenantId& tenant) {
  bool any = false;
  const auto scanned =
      txn.scan(Table::kDeletion, Key().uuid(tenant), [&](std::string_view key, std::string_view) {
        any = key.size() > sizeof(base::Uuid::Bytes);
        return !any;
      });
  if (!scanned.ok()) return scanned.error();
  return any;
}

base::Result<std::uint64_t> count_memberships_left(const store::ReadTxn& txn, const TenantId& tenant) {
  std::uint64_t all = 0;
  base::Result<void> outcome;
  const auto add = [&](std::string_view key, std::string_view) {
    const auto deletion = parse_deletion(key);
    if (!deletion || !deletion->group) return true;
    const auto count = count_members(txn, tenant, *deletion->group);
    if (count.ok())
      all += *count;
    else
      outcome = count.error();
    return outcome.ok();
  };
  const auto scanned = txn.scan(Table::kDeletion, Key().uuid(tenant), add);
  if (!scanned.ok() || !outcome.ok()) return scanned.ok() ? outcome.error() : scanned.error();
  return all;
}

base::Result<void> begin_deletion(store::WriteTxn& txn, const TenantId& tenant, const GroupId& group) {
  return txn.put(Table::kDeletion, Key().uuid(tenant).uuid(group), {});
}

base::Result<bool> has_deletions(const store::ReadTxn& txn) {
  const auto first = first_deletion(txn);
  if (!first.ok()) return first.error();
  return first->has_value();
}

base::Result<bool> continue_deletions(store::WriteTxn& txn, std::size_t most) {
  while (most > 0) {
    const auto deletion = first_deletion(txn);
    if (!deletion.ok()) return deletion.error();
    if (!*deletion) return false;
    Step step(txn, **deletion, most);
    if (auto done = step.run(); !done.ok()) return done.error();
    most = step.left();
  }
  return has_deletions(txn);
}

}  // namespace domain
