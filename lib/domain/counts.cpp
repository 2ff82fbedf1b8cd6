// The mappings in force are counted without looking at them. Of each role, tenant and kind of holder the
// table role_count has how many were in force and how many were yet to begin at one moment, as_of; role_time
// has, for each moment at which some of them begin or end, how many do. In force now are then
//
//   those at as_of, plus those that begin in (as_of, now], less those that end in it
//
// and the other way round where the clock went back. A mapping without times is in no row of role_time, so
// that mostly one record is read. Whenever the count is written, as_of goes on to now, in steps of kMoments;
// so a reader passes by only what has begun or ended since. A mapping that ends before it begins is never in
// force, and in no row either.
//
//   role_count  as_of u64, all u64, in_force u64, later u64, timed u64 (those with rows in role_time)
//   role_time   begin u64, end u64
#include "domain/counts.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/credential.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/mapping.h"
#include "domain/pending_deletion.h"
#include "domain/record.h"
#include "store/key.h"
#include "store/record.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::size_t kMoments = 1'000;   // passed by a reader, or by one write
constexpr std::uint64_t kLeft = 1'000;    // mappings of what is being deleted that a reader looks at
constexpr std::uint8_t kMembersOf = 100;  // beside the numbers of Counted; a group's id follows

base::Result<std::uint64_t> get(const store::ReadTxn& txn, std::string_view key) {
  const auto value = txn.get(Table::kCount, key);
  if (!value.ok()) return value.error();
  if (!*value) return std::uint64_t{0};
  store::KeyReader reader(**value);
  const std::uint64_t count = reader.u64();
  if (!reader.complete()) return store::corrupt(Table::kCount, key, "not a count");
  return count;
}

base::Result<void> add(store::WriteTxn& txn, std::string_view key, int change) {
  const auto before = get(txn, key);
  if (!before.ok()) return before.error();
  if (change < 0 && *before < static_cast<std::uint64_t>(-change))
    return store::corrupt(Table::kCount, key, "counts less than there is");
  const std::uint64_t after = *before + static_cast<std::uint64_t>(static_cast<std::int64_t>(change));
  return after == 0 ? del(txn, Table::kCount, key) : txn.put(Table::kCount, key, Key().u64(after));
}

Key key_of(const Owner& tenant, Counted what) {
  return Key().uuid(to_stored(tenant)).u8(static_cast<std::uint8_t>(what));
}

Key key_of_members(const TenantId& tenant, const GroupId& group) {
  return Key().uuid(tenant).u8(kMembersOf).uuid(group);
}

Key key_of_holders(const TenantId& tenant, const RoleId& role, PrincipalKind kind) {
  return Key().uuid(tenant).uuid(role).u8(static_cast<std::uint8_t>(kind));
}

std::uint64_t moment(base::Timestamp at) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(at.ms, 0));
}

// The record of role_count.
struct Tally {
  std::uint64_t as_of = 0, all = 0, in_force = 0, later = 0, timed = 0;
};

// The record of role_time.
struct Moment {
  std::uint64_t begin = 0, end = 0;
};

base::Result<Tally> get_tally(const store::ReadTxn& txn, std::string_view key, base::Timestamp now) {
  const auto value = txn.get(Table::kRoleCount, key);
  if (!value.ok()) return value.error();
  Tally tally;
  tally.as_of = moment(now);
  if (!*value) return tally;
  store::KeyReader reader(**value);
  tally.as_of = reader.u64();
  tally.all = reader.u64();
  tally.in_force = reader.u64();
  tally.later = reader.u64();
  tally.timed = reader.u64();
  if (!reader.complete()) return store::corrupt(Table::kRoleCount, key, "not a count");
  return tally;
}

base::Result<void> put_tally(store::WriteTxn& txn, std::string_view key, const Tally& tally) {
  if (tally.all == 0) return del(txn, Table::kRoleCount, key);
  // Without times one moment is as good as another, and a change that writes the same is shorter.
  const std::uint64_t as_of = tally.timed == 0 ? 0 : tally.as_of;
  const Key value = Key().u64(as_of).u64(tally.all).u64(tally.in_force).u64(tally.later).u64(tally.timed);
  return txn.put(Table::kRoleCount, key, value);
}

base::Result<Moment> read_moment(const Entry& entry) {
  store::KeyReader reader(entry.value);
  const Moment at{reader.u64(), reader.u64()};
  if (!reader.complete()) return store::corrupt(Table::kRoleTime, entry.key, "not two counts");
  return at;
}

// Brings the tally from its moment to another. Passes at most kMoments by, and answers whether it got there.
base::Result<bool> bring_to(const store::ReadTxn& txn, const Key& key, std::uint64_t now, Tally& tally) {
  if (tally.timed == 0) tally.as_of = now;
  if (tally.as_of == now) return true;
  const bool forwards = tally.as_of < now;
  std::size_t passed = 0;
  base::Result<void> outcome;
  const auto pass = [&](std::string_view at_key, std::string_view value) {
    store::KeyReader reader(at_key.substr(std::min(at_key.size(), key.view().size())));
    const std::uint64_t at = reader.u64();
    if (forwards ? at > now : at <= now) return false;
    if (++passed > kMoments) return false;
    const auto passing = read_moment({at_key, value});
    if (!passing.ok() || !reader.complete()) {
      outcome = passing.ok() ? store::corrupt(Table::kRoleTime, at_key, "not a key of this table")
                             : passing.error();
      return false;
    }
    if (forwards) {
      tally.in_force += passing->begin - passing->end;
      tally.later -= passing->begin;
      tally.as_of = at;
    } else {
      tally.in_force -= passing->begin - passing->end;
      tally.later += passing->begin;
      tally.as_of = at - 1;
    }
    return true;
  };
  const Key from = Key(key).u64(tally.as_of);
  const auto scanned = forwards
                           ? txn.scan_from(Table::kRoleTime, key, from, pass)
                           : txn.scan_reverse(Table::kRoleTime, key, Key(key).u64(tally.as_of + 1), pass);
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  if (passed > kMoments) return false;
  tally.as_of = now;
  return true;
}

base::Result<void> add_moment(store::WriteTxn& txn, const Key& key, std::uint64_t begin, std::uint64_t end) {
  const auto value = txn.get(Table::kRoleTime, key);
  if (!value.ok()) return value.error();
  Moment at;
  if (*value) {
    const auto read = read_moment({key, **value});
    if (!read.ok()) return read.error();
    at = *read;
  }
  at.begin += begin;
  at.end += end;
  if (at.begin == 0 && at.end == 0) return del(txn, Table::kRoleTime, key);
  return txn.put(Table::kRoleTime, key, Key().u64(at.begin).u64(at.end));
}

// Of a role's mappings, those that are left of principals of the kind; the first kLeft of them.
base::Result<MappingCount> count_left(const store::ReadTxn& txn, const TenantId& tenant, const RoleId& role,
                                      PrincipalKind kind, base::Timestamp now) {
  MappingCount left;
  base::Result<void> outcome;
  const auto count = [&](std::string_view key, std::string_view value) {
    const auto holding = holding_by_role({key, value});
    if (!holding.ok()) {
      outcome = holding.error();
      return false;
    }
    const auto &from = holding->valid_from, &until = holding->expires_at;
    ++left.all;
    if (holding->in_force(now)) ++left.in_force;
    if (from && *from > now && (!until || *from < *until)) ++left.later;
    return left.all < kLeft;
  };
  const auto count_of = [&](const base::Uuid& id) {
    const auto scanned = txn.scan(Table::kMappingByRole, key_of_holders(tenant, role, kind).uuid(id), count);
    if (!scanned.ok()) outcome = scanned;
    return outcome.ok() && left.all < kLeft;
  };
  const auto each = each_being_deleted(txn, tenant, static_cast<DeletedKind>(kind), count_of);
  if (!each.ok() || !outcome.ok()) return each.ok() ? outcome.error() : each.error();
  return left;
}

}  // namespace

base::Result<std::uint64_t> get_count(const store::ReadTxn& txn, const Owner& tenant, Counted what) {
  return get(txn, key_of(tenant, what));
}

base::Result<std::uint64_t> count_stored_members(const store::ReadTxn& txn, const TenantId& tenant,
                                                 const GroupId& group) {
  return get(txn, key_of_members(tenant, group));
}

base::Result<std::uint64_t> count_members(const store::ReadTxn& txn, const TenantId& tenant,
                                          const GroupId& group) {
  auto count = count_stored_members(txn, tenant, group);
  if (!count.ok() || *count == 0) return count;
  base::Result<void> outcome;
  const auto each = each_being_deleted(txn, tenant, DeletedKind::kUser, [&](const base::Uuid& user) {
    const auto found = txn.get(Table::kMembers, Key().uuid(tenant).uuid(group).uuid(user));
    if (!found.ok()) outcome = found.error();
    if (found.ok() && *found) --*count;
    return outcome.ok() && *count > 0;
  });
  if (!each.ok() || !outcome.ok()) return each.ok() ? outcome.error() : each.error();
  return count;
}

base::Result<MappingCount> count_mappings(const store::ReadTxn& txn, const TenantId& tenant,
                                          const RoleId& role, PrincipalKind kind, base::Timestamp now) {
  const Key key = key_of_holders(tenant, role, kind);
  auto tally = get_tally(txn, key, now);
  if (!tally.ok()) return tally.error();
  const auto there = bring_to(txn, key, moment(now), *tally);
  if (!there.ok()) return there.error();
  MappingCount left;
  if (tally->all > 0) {
    const auto counted = count_left(txn, tenant, role, kind, now);
    if (!counted.ok()) return counted.error();
    left = *counted;
  }
  const std::uint64_t all = tally->all - std::min(tally->all, left.all);
  if (!*there) return MappingCount{all, all, 0, true};
  return MappingCount{all, tally->in_force - std::min(tally->in_force, left.in_force),
                      tally->later - std::min(tally->later, left.later), false};
}

base::Result<std::uint64_t> count_mappings(const store::ReadTxn& txn, const TenantId& tenant,
                                           const RoleId& role) {
  std::uint64_t all = 0;
  for (std::uint8_t n = 1; const auto kind = principal_kind_of(n); ++n) {
    const auto tally = get_tally(txn, key_of_holders(tenant, role, *kind), {});
    if (!tally.ok()) return tally.error();
    if (tally->all == 0) continue;
    const auto left = count_left(txn, tenant, role, *kind, {});
    if (!left.ok()) return left.error();
    all += tally->all - std::min(tally->all, left->all);
  }
  return all;
}

base::Result<void> put_counted(store::WriteTxn& txn, Counted what, store::Table table, const Owner& tenant,
                               std::string_view key, std::string_view value) {
  const auto before = txn.get(table, key);
  if (!before.ok()) return before.error();
  if (!*before)
    if (auto counted = add(txn, key_of(tenant, what), 1); !counted.ok()) return counted;
  return txn.put(table, key, value);
}

base::Result<void> del_counted(store::WriteTxn& txn, Counted what, store::Table table, const Owner& tenant,
                               std::string_view key) {
  const auto gone = txn.del(table, key);
  if (!gone.ok()) return gone.error();
  return *gone ? add(txn, key_of(tenant, what), -1) : base::Result<void>();
}

base::Result<void> count_member(store::WriteTxn& txn, const TenantId& tenant, const GroupId& group,
                                int change) {
  return add(txn, key_of_members(tenant, group), change);
}

base::Result<void> count_credential(store::WriteTxn& txn, const Owner& tenant, int change) {
  return add(txn, key_of(tenant, Counted::kCredentials), change);
}

base::Result<void> count_mapping(store::WriteTxn& txn, const Mapping& mapping, int change) {
  assert(change == 1 || change == -1);
  const auto by =
      static_cast<std::uint64_t>(static_cast<std::int64_t>(change));  // -1 wraps, as sums of it do
  const Key key = key_of_holders(mapping.tenant, mapping.role, mapping.principal.kind);
  auto tally = get_tally(txn, key, txn.now());
  if (!tally.ok()) return tally.error();
  if (const auto there = bring_to(txn, key, moment(txn.now()), *tally); !there.ok()) return there.error();
  tally->all += by;
  const auto &from = mapping.valid_from, &until = mapping.expires_at;
  if (!from || !until || moment(*from) < moment(*until)) {
    const bool begun = !from || moment(*from) <= tally->as_of;
    const bool ended = until && moment(*until) <= tally->as_of;
    if (begun && !ended) tally->in_force += by;
    if (!begun) tally->later += by;
    if (from || until) tally->timed += by;
    if (from)
      if (auto added = add_moment(txn, Key(key).u64(moment(*from)), by, 0); !added.ok()) return added;
    if (until)
      if (auto added = add_moment(txn, Key(key).u64(moment(*until)), 0, by); !added.ok()) return added;
  }
  return put_tally(txn, key, *tally);
}

namespace {

// Of each run of keys that begin with the same bytes: these, and how many there are.
base::Result<void> each_run(const store::ReadTxn& txn, Table table, std::size_t bytes,
                            base::FunctionRef<void(std::string_view prefix, std::uint64_t count)> fn) {
  std::string prefix;
  std::uint64_t count = 0;
  const auto scanned = txn.scan(table, {}, [&](std::string_view key, std::string_view) {
    if (key.substr(0, bytes) != prefix) {
      if (count > 0) fn(prefix, count);
      prefix = key.substr(0, bytes);
      count = 0;
    }
    ++count;
    return true;
  });
  if (scanned.ok() && count > 0) fn(prefix, count);
  return scanned;
}

// Those of the table credential_by_tenant that aren't revoked, which their records say.
base::Result<void> implied_credential_counts(const store::ReadTxn& txn, Implied& implied) {
  std::string tenant;
  std::uint64_t count = 0;
  const auto tell = [&] {
    if (count == 0) return;
    implied.entry(Table::kCount, {Key().bytes(tenant).u8(static_cast<std::uint8_t>(Counted::kCredentials)),
                                  Key().u64(count)});
  };
  const auto scanned = txn.scan(Table::kCredentialByTenant, {}, [&](std::string_view key, std::string_view) {
    if (key.size() != 32) return true;  // whoever reads the table says so
    if (key.substr(0, 16) != tenant) {
      tell();
      tenant = key.substr(0, 16);
      count = 0;
    }
    const auto credential = get_stored_credential(txn, CredentialId::from_raw(key.substr(16)));
    if (credential.ok() && *credential && !(*credential)->revoked_at) ++count;
    return true;
  });
  if (scanned.ok()) tell();
  return scanned;
}

// What role_count and role_time have to say of one role, tenant and kind of holder, from the mappings alone.
class HolderCount {
 public:
  explicit HolderCount(std::string_view key) : key_(key) {}

  std::string_view key() const { return key_; }

  void add(const Holding& holding) {
    ++all_;
    const Span span{holding.valid_from ? moment(*holding.valid_from) : 0,
                    holding.expires_at ? moment(*holding.expires_at) : kForEver};
    if (!holding.valid_from && !holding.expires_at) {
      ++always_;
    } else if (!holding.valid_from || !holding.expires_at || span.begin < span.end) {
      timed_.push_back(span);
      if (holding.valid_from) ++moments_[span.begin].begin;
      if (holding.expires_at) ++moments_[span.end].end;
    }
  }

  void tell(const store::ReadTxn& txn, Implied& implied) const {
    // The moment is the writer's choice; the rest follows from it.
    const auto stored = get_tally(txn, key_, {});
    const std::uint64_t as_of = stored.ok() ? stored->as_of : 0;
    std::uint64_t in_force = always_, later = 0;
    for (const Span& span : timed_) {
      if (span.begin > as_of) ++later;
      if (span.begin <= as_of && as_of < span.end) ++in_force;
    }
    implied.entry(Table::kRoleCount,
                  {key_, Key().u64(as_of).u64(all_).u64(in_force).u64(later).u64(timed_.size())});
    for (const auto& [at, moment] : moments_)
      implied.entry(Table::kRoleTime, {Key().bytes(key_).u64(at), Key().u64(moment.begin).u64(moment.end)});
  }

 private:
  static constexpr std::uint64_t kForEver = UINT64_MAX;
  struct Span {
    std::uint64_t begin, end;
  };

  const std::string key_;
  std::uint64_t all_ = 0, always_ = 0;
  std::vector<Span> timed_;
  std::map<std::uint64_t, Moment> moments_;
};

base::Result<void> implied_holder_counts(const store::ReadTxn& txn, Implied& implied) {
  constexpr std::size_t kKeyBytes = 33;  // tenant, role, kind
  std::optional<HolderCount> holders;
  const auto scanned = txn.scan(Table::kMappingByRole, {}, [&](std::string_view key, std::string_view value) {
    const auto holding = holding_by_role({key, value});
    if (!holding.ok()) return true;  // whoever reads the table says so
    if (!holders || holders->key() != key.substr(0, kKeyBytes)) {
      if (holders) holders->tell(txn, implied);
      holders.emplace(key.substr(0, kKeyBytes));
    }
    holders->add(*holding);
    return true;
  });
  if (scanned.ok() && holders) holders->tell(txn, implied);
  return scanned;
}

}  // namespace

base::Result<void> implied_counts(const store::ReadTxn& txn, Implied& implied) {
  constexpr std::pair<Table, Counted> kCounted[] = {{Table::kRole, Counted::kRoles},
                                                    {Table::kGroup, Counted::kGroups},
                                                    {Table::kUser, Counted::kUsers},
                                                    {Table::kServiceUser, Counted::kServiceUsers},
                                                    {Table::kMapping, Counted::kMappings},
                                                    {Table::kMemberOf, Counted::kMemberships},
                                                    {Table::kGroupIn, Counted::kSubgroups},
                                                    {Table::kPolicy, Counted::kPolicies},
                                                    {Table::kRule, Counted::kRules},
                                                    {Table::kEntity, Counted::kEntities},
                                                    {Table::kProject, Counted::kProjects},
                                                    {Table::kGrant, Counted::kGrants},
                                                    {Table::kPolicyTest, Counted::kPolicyTests}};
  for (const auto& [table, what] : kCounted) {
    const auto tell = [&, number = static_cast<std::uint8_t>(what)](std::string_view tenant,
                                                                    std::uint64_t n) {
      implied.entry(Table::kCount, {Key().bytes(tenant).u8(number), Key().u64(n)});
    };
    if (auto counted = each_run(txn, table, 16, tell); !counted.ok()) return counted;
  }
  const auto tell_members = [&](std::string_view group, std::uint64_t n) {
    const Key key = Key().bytes(group.substr(0, 16)).u8(kMembersOf).bytes(group.substr(16));
    implied.entry(Table::kCount, {key, Key().u64(n)});
  };
  if (auto counted = each_run(txn, Table::kMembers, 32, tell_members); !counted.ok()) return counted;
  if (auto counted = implied_credential_counts(txn, implied); !counted.ok()) return counted;
  return implied_holder_counts(txn, implied);
}

}  // namespace domain
