// Each step removes whole nouns with their indexes and counts, and only what nothing refers to any more, so
// that the store is consistent after every step, but for the tenant itself, which went first:
//
//   tenant, slug       ->  deletion [tenant]                  in delete_tenant()
//   credentials, mappings, memberships                        in steps, in this order
//   users, service users, groups, roles                       in steps
//   whatever else lies under the tenant, then the deletion    in steps; of a sound store nothing else
//
// A step begins where the last one ended by looking at what is there, so a crash costs nothing. What can't be
// decoded is removed by its key alone. The audit chain stays.
#include "domain/deletion.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "domain/credential.h"
#include "domain/group.h"
#include "domain/idempotency.h"
#include "domain/index.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/role.h"
#include "domain/service_user.h"
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

// One step of the deletion of one tenant.
class Step {
 public:
  Step(store::WriteTxn& txn, const TenantId& tenant, std::size_t most)
      : txn_(txn), tenant_(tenant), left_(most) {}

  std::size_t left() const { return left_; }
  base::Result<void> run();

 private:
  using Remove = base::FunctionRef<base::Result<void>(std::string_view key)>;

  // Removes keys of the tenant while there is room, each of which counts for `cost` records; `remove` takes
  // what belongs to it along.
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

  store::WriteTxn& txn_;
  const TenantId& tenant_;
  std::size_t left_;
};

base::Result<void> Step::each(Table table, std::size_t cost, Remove remove) {
  std::vector<std::string> keys;
  const std::size_t most = left_ / cost + (left_ % cost == 0 ? 0 : 1);
  if (most == 0) return {};
  const auto scanned = txn_.scan(table, Key().uuid(tenant_), [&](std::string_view key, std::string_view) {
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

base::Result<void> Step::run() {
  for (const auto part : {&Step::credentials, &Step::relations, &Step::principals}) {
    if (auto done = (this->*part)(); !done.ok()) return done;
    if (left_ == 0) return {};
  }
  for (const Table table : kTenantTables)
    if (auto done = each(table, 1, [](std::string_view) { return base::Result<void>(); }); !done.ok())
      return done;
  if (left_ == 0) return {};
  return del(txn_, Table::kDeletion, Key().uuid(tenant_));
}

base::Result<std::optional<TenantId>> first_deletion(const store::ReadTxn& txn) {
  std::optional<TenantId> first;
  const auto scanned = txn.scan(Table::kDeletion, {}, [&](std::string_view key, std::string_view) {
    if (key.size() == 16) first = TenantId::from_raw(key);
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

base::Result<bool> has_deletions(const store::ReadTxn& txn) {
  const auto first = first_deletion(txn);
  if (!first.ok()) return first.error();
  return first->has_value();
}

base::Result<bool> continue_deletions(store::WriteTxn& txn, std::size_t most) {
  while (most > 0) {
    const auto tenant = first_deletion(txn);
    if (!tenant.ok()) return tenant.error();
    if (!*tenant) return false;
    Step step(txn, **tenant, most);
    if (auto done = step.run(); !done.ok()) return done.error();
    most = step.left();
  }
  return has_deletions(txn);
}

}  // namespace domain
