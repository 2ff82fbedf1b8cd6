#include "domain/membership.h"

#include <utility>

#include "domain/counts.h"
#include "domain/implied.h"
#include "domain/pending_deletion.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& membership) {
                           codec.choice("source", membership.source, parse_source);
                           codec.member("joined_at", membership.joined_at);
                           codec.optional("revision", membership.revision);
                         }};

base::Result<Membership> decode(std::string_view key, std::string_view value) {
  Membership membership;
  store::KeyReader parts(key);
  membership.tenant = TenantId(parts.uuid());
  membership.user = UserId(parts.uuid());
  membership.group = GroupId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kMemberOf, key, "not a key of this table");
  if (auto read = unseal_record(Table::kMemberOf, key, value, kLayout, membership); !read.ok())
    return read.error();
  return membership;
}

// The last of the three ids of every key under the prefix.
template <typename Last, typename Second>
base::Result<void> each_last_id(const store::ReadTxn& txn, Table table, const TenantId& tenant,
                                const Second& second, const Last* after,
                                base::FunctionRef<bool(const Last&)> fn) {
  base::Result<void> outcome;
  const Key prefix = Key().uuid(tenant).uuid(second);
  const auto visit = [&](std::string_view key, std::string_view) {
    if (key.size() == 48) return fn(Last::from_raw(key.substr(32)));
    outcome = store::corrupt(table, key, "not a key of this table");
    return false;
  };
  const auto scanned =
      after ? txn.scan_from(table, prefix, Key(prefix).uuid(*after), visit) : txn.scan(table, prefix, visit);
  return scanned.ok() ? outcome : scanned;
}

// Whether what is between the two is left of one that is being deleted.
base::Result<bool> is_left(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group,
                           const UserId& user) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  auto of_group = leftovers->has(group);
  if (!of_group.ok() || *of_group) return of_group;
  return leftovers->has(user);
}

// fn for each id that each_last_id() gives, but for those of what is being deleted; none where `second` is.
template <typename Last, typename Second>
base::Result<void> each_present_id(const store::ReadTxn& txn, Table table, const TenantId& tenant,
                                   const Second& second, const Last* after,
                                   base::FunctionRef<bool(const Last&)> fn) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  if (!leftovers->any()) return each_last_id<Last>(txn, table, tenant, second, after, fn);
  const auto all_left = leftovers->has(second);
  if (!all_left.ok()) return all_left.error();
  if (*all_left) return {};
  base::Result<void> outcome;
  const auto scanned = each_last_id<Last>(txn, table, tenant, second, after, [&](const Last& last) {
    const auto left = leftovers->has(last);
    if (!left.ok()) outcome = left.error();
    return outcome.ok() && (*left || fn(last));
  });
  return scanned.ok() ? outcome : scanned;
}

base::Result<std::optional<Membership>> get_stored(const store::ReadTxn& txn, const TenantId& tenant,
                                                   const GroupId& group, const UserId& user) {
  return get_record(txn, Table::kMemberOf, Key().uuid(tenant).uuid(user).uuid(group), decode);
}

}  // namespace

base::Result<std::optional<Membership>> get_membership(const store::ReadTxn& txn, const TenantId& tenant,
                                                       const GroupId& group, const UserId& user) {
  auto membership = get_stored(txn, tenant, group, user);
  if (!membership.ok() || !*membership) return membership;
  const auto left = is_left(txn, tenant, group, user);
  if (!left.ok()) return left.error();
  if (*left) return {std::nullopt};
  return membership;
}

base::Result<void> put_membership(store::WriteTxn& txn, Membership m) {
  m.revision = txn.revision();
  const Key key = Key().uuid(m.tenant).uuid(m.group).uuid(m.user);
  const auto there = txn.get(Table::kMembers, key);
  if (!there.ok()) return there.error();
  if (!*there) {
    if (auto counted = count_member(txn, m.tenant, m.group, 1); !counted.ok()) return counted;
    if (auto done = txn.put(Table::kMembers, key, {}); !done.ok()) return done;
  }
  return put_counted(txn, Counted::kMemberships, Table::kMemberOf, m.tenant,
                     Key().uuid(m.tenant).uuid(m.user).uuid(m.group), seal_record(kLayout, m));
}

base::Result<void> delete_membership(store::WriteTxn& txn, const TenantId& tenant, const GroupId& group,
                                     const UserId& user) {
  const auto gone = txn.del(Table::kMembers, Key().uuid(tenant).uuid(group).uuid(user));
  if (!gone.ok()) return gone.error();
  if (*gone)
    if (auto counted = count_member(txn, tenant, group, -1); !counted.ok()) return counted;
  return del_counted(txn, Counted::kMemberships, Table::kMemberOf, tenant,
                     Key().uuid(tenant).uuid(user).uuid(group));
}

base::Result<void> each_group_of(const store::ReadTxn& txn, const TenantId& tenant, const UserId& user,
                                 base::FunctionRef<bool(const GroupId& group)> fn) {
  return each_present_id<GroupId>(txn, Table::kMemberOf, tenant, user, nullptr, fn);
}

base::Result<bool> is_member(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group,
                             const base::Uuid& who) {
  const auto found = txn.get(Table::kMemberOf, Key().uuid(tenant).uuid(who).uuid(group));
  if (!found.ok()) return found.error();
  if (!*found) return false;
  const auto left = is_left(txn, tenant, group, UserId(who));
  if (!left.ok()) return left.error();
  return !*left;
}

base::Result<void> each_user_in(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group,
                                base::FunctionRef<bool(const UserId& user)> fn) {
  return each_user_in(txn, tenant, group, nullptr, fn);
}

base::Result<void> each_user_in(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group,
                                const UserId* after, base::FunctionRef<bool(const UserId& user)> fn) {
  return each_present_id<UserId>(txn, Table::kMembers, tenant, group, after, fn);
}

base::Result<void> each_membership(const store::ReadTxn& txn, const TenantId& tenant, const GroupId& group,
                                   const UserId* after, base::FunctionRef<bool(Membership&&)> fn) {
  const Key prefix = Key().uuid(tenant).uuid(group);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  const auto all_left = leftovers->has(group);
  if (!all_left.ok()) return all_left.error();
  if (*all_left) return {};
  const auto decode_member = [&](std::string_view key, std::string_view) -> base::Result<Membership> {
    if (key.size() != 48) return store::corrupt(Table::kMembers, key, "not a key of this table");
    auto membership = get_stored(txn, tenant, group, UserId::from_raw(key.substr(32)));
    if (!membership.ok()) return membership.error();
    if (!*membership)
      return store::corrupt(Table::kMembers, key, "the membership that it names is not there");
    return **std::move(membership);
  };
  base::Result<void> outcome;
  const auto pass = [&](Membership&& membership) {
    const auto left = leftovers->has(membership.user);
    if (!left.ok()) outcome = left.error();
    return outcome.ok() && (*left || fn(std::move(membership)));
  };
  const auto read = each_record(txn, Table::kMembers, prefix, from, decode_member, pass);
  return read.ok() ? outcome : read;
}

base::Result<void> implied_by_membership(const Entry& entry, Implied& implied) {
  if (const auto membership = decode(entry.key, entry.value); !membership.ok()) return membership.error();
  const std::string_view tenant = entry.key.substr(0, 16), user = entry.key.substr(16, 16),
                         group = entry.key.substr(32);
  implied.entry(Table::kMembers, {Key().bytes(tenant).bytes(group).bytes(user), {}});
  implied.needs(Table::kUser, Key().bytes(tenant).bytes(user));
  implied.needs(Table::kGroup, Key().bytes(tenant).bytes(group));
  return {};
}

}  // namespace domain
