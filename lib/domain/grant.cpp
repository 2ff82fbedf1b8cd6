// A grant lies under its id, and is found by what it names in three indexes. Two names don't fit into one
// key, so there they stand as the first bytes of their SHA-256:
//
//   grant          [tenant][id]                               the record
//   grant_of       [tenant][principal #][resource #][rule]    the id
//   grant_on       [tenant][resource #][principal #][rule]    the id
//   grant_by_rule  [tenant][rule][id]                         -
//
// A decision has a few names of the subject and those above it, and a few of the resource, each of which may
// have a million grants. So the grants on a resource are gone through by leaps: of the subject's names and of
// the principals that hold something there the next is looked for in turn, so that it matters only how many
// the fewer of both are.
//
// All four and the count are written by put_grant() and delete_grant() alone.
#include "domain/grant.h"

#include <algorithm>
#include <vector>

#include "crypto/hash.h"
#include "domain/counts.h"
#include "domain/directory.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/pending_deletion.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& grant) {
                           codec.optional("valid_from", grant.valid_from);
                           codec.optional("expires_at", grant.expires_at);
                           codec.member("policy", grant.policy);
                           codec.member("rule", grant.rule);
                           codec.optional("principal", grant.principal);
                           codec.optional("resource", grant.resource);
                           codec.optional("reason", grant.reason);
                           codec.optional("created_by", grant.created_by);
                           codec.member("created_at", grant.created_at);
                           codec.member("revision", grant.revision);
                         }};

constexpr std::size_t kIdBytes = sizeof(base::Uuid::Bytes);
constexpr std::size_t kHashBytes = sizeof(GrantNameHash);
constexpr std::size_t kIndexKeyBytes = kIdBytes + 2 * kHashBytes + kIdBytes;

std::string_view view(const GrantNameHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Key key_of(const TenantId& tenant, const GrantId& id) {
  return Key().uuid(tenant).uuid(id);
}

Key keys_of(const TenantId& tenant, const GrantsOf& of) {
  return Key().uuid(tenant).bytes(view(grant_name_hash(of.principal)));
}

Key keys_of(const TenantId& tenant, const GrantsOn& on) {
  return Key().uuid(tenant).bytes(view(grant_name_hash(on.resource)));
}

Key keys_of(const TenantId& tenant, const RuleId& rule) {
  return Key().uuid(tenant).uuid(rule);
}

constexpr Table table_of(const GrantsOf&) {
  return Table::kGrantOf;
}
constexpr Table table_of(const GrantsOn&) {
  return Table::kGrantOn;
}
constexpr Table table_of(const RuleId&) {
  return Table::kGrantByRule;
}

Key key_in_of(const TenantId& tenant, const GrantKey& key) {
  return keys_of(tenant, GrantsOf{key.principal}).bytes(view(grant_name_hash(key.resource))).uuid(key.rule);
}

Key key_in_on(const TenantId& tenant, const GrantKey& key) {
  return keys_of(tenant, GrantsOn{key.resource}).bytes(view(grant_name_hash(key.principal))).uuid(key.rule);
}

Key key_by_rule(const Grant& grant) {
  return keys_of(grant.tenant, grant.rule).uuid(grant.id);
}

GrantKey names_of(const Grant& grant) {
  return {grant.principal, grant.resource, grant.rule};
}

std::string shown(const Grant& grant) {
  return "grant of rule " + grant.rule.to_string() + " to " + grant.principal +
         (grant.resource.empty() ? "" : " on " + grant.resource);
}

base::Result<Grant> decode(std::string_view key, std::string_view value) {
  Grant grant;
  store::KeyReader parts(key);
  grant.tenant = TenantId(parts.uuid());
  grant.id = GrantId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kGrant, key, "not a key of this table");
  if (auto read = unseal_record(Table::kGrant, key, value, kLayout, grant); !read.ok()) return read.error();
  return grant;
}

base::Result<std::optional<Grant>> get_stored(const store::ReadTxn& txn, const TenantId& tenant,
                                              const GrantId& id) {
  return get_record(txn, Table::kGrant, key_of(tenant, id), decode);
}

// The id of what an entry of an index stands for.
base::Result<GrantId> id_in(Table table, const Entry& entry) {
  const std::string_view id = table == Table::kGrantByRule && entry.key.size() == 3 * kIdBytes
                                  ? entry.key.substr(2 * kIdBytes)
                                  : entry.value;
  const bool is_whole = table == Table::kGrantByRule || entry.key.size() == kIndexKeyBytes;
  if (!is_whole || id.size() != kIdBytes)
    return store::corrupt(table, entry.key, "not an entry of this table");
  return GrantId::from_raw(id);
}

// The record that an entry of an index names.
base::Result<Grant> follow(const store::ReadTxn& txn, const TenantId& tenant, Table table,
                           const Entry& entry) {
  const auto id = id_in(table, entry);
  if (!id.ok()) return id.error();
  auto grant = get_stored(txn, tenant, *id);
  if (!grant.ok()) return grant.error();
  if (!*grant) return store::corrupt(table, entry.key, "the grant that it names is not there");
  return **std::move(grant);
}

// Gives fn those that aren't left of what was deleted.
template <typename Decode>
base::Result<void> each_present(const store::ReadTxn& txn, const TenantId& tenant, Table table,
                                std::string_view prefix, std::string_view after, const Decode& decode_entry,
                                base::FunctionRef<bool(Grant&&)> fn) {
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  base::Result<void> outcome;
  const auto pass = [&](Grant&& grant) {
    const auto left = leftovers->has(grant);
    if (!left.ok()) outcome = left.error();
    return outcome.ok() && (*left || fn(std::move(grant)));
  };
  const auto read = each_record(txn, table, prefix, after, decode_entry, pass);
  return read.ok() ? outcome : read;
}

template <typename By>
base::Result<void> each_by(const store::ReadTxn& txn, const TenantId& tenant, const By& by,
                           base::FunctionRef<bool(Grant&&)> fn) {
  const Table table = table_of(by);
  const auto decode_entry = [&](std::string_view key, std::string_view value) {
    return follow(txn, tenant, table, {key, value});
  };
  return each_present(txn, tenant, table, keys_of(tenant, by), {}, decode_entry, fn);
}

template <typename By>
base::Result<std::uint64_t> count_by(const store::ReadTxn& txn, const TenantId& tenant, const By& by,
                                     std::uint64_t most) {
  std::uint64_t count = 0;
  if (most == 0) return count;
  const auto scanned =
      txn.scan(table_of(by), keys_of(tenant, by), [&](auto, auto) { return ++count < most; });
  if (!scanned.ok()) return scanned.error();
  return count;
}

// They are found first, since nothing may be written during a scan.
template <typename By>
base::Result<std::size_t> delete_by(store::WriteTxn& txn, const TenantId& tenant, const By& by,
                                    std::size_t most, GrantGoes goes) {
  struct Found {
    std::string key, value;
  };
  const Table table = table_of(by);
  std::vector<Found> found;
  if (most == 0) return found.size();
  const auto scanned =
      txn.scan(table, keys_of(tenant, by), [&](std::string_view key, std::string_view value) {
        found.push_back({std::string(key), std::string(value)});
        return found.size() < most;
      });
  if (!scanned.ok()) return scanned.error();
  for (const Found& entry : found) {
    const auto grant = follow(txn, tenant, table, {entry.key, entry.value});
    if (!grant.ok() && grant.error().code != base::ErrorCode::kCorrupt) return grant.error();
    if (grant.ok()) {
      if (auto told = goes(*grant); !told.ok()) return told.error();
      if (auto done = delete_grant(txn, *grant); !done.ok()) return done.error();
    }
    if (auto done = del(txn, table, entry.key); !done.ok()) return done.error();
  }
  return found.size();
}

}  // namespace

GrantNameHash grant_name_hash(std::string_view text) {
  const crypto::Sha256 whole = crypto::sha256(text);
  GrantNameHash hash{};
  std::copy_n(whole.begin(), hash.size(), hash.begin());
  return hash;
}

base::Result<std::optional<Grant>> get_grant(const store::ReadTxn& txn, const TenantId& tenant,
                                             const GrantId& id) {
  auto grant = get_stored(txn, tenant, id);
  if (!grant.ok() || !*grant) return grant;
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  const auto left = leftovers->has(**grant);
  if (!left.ok()) return left.error();
  if (*left) return {std::nullopt};
  return grant;
}

base::Result<std::optional<Grant>> find_grant(const store::ReadTxn& txn, const TenantId& tenant,
                                              const GrantKey& names) {
  const Key key = key_in_of(tenant, names);
  const auto id = txn.get(Table::kGrantOf, key);
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  const auto found = id_in(Table::kGrantOf, {key, **id});
  if (!found.ok()) return found.error();
  return get_grant(txn, tenant, *found);
}

base::Result<void> put_grant(store::WriteTxn& txn, Grant& grant) {
  const std::string who = shown(grant);
  if (grant.principal.size() > kMaxGrantPrincipal || grant.resource.size() > kMaxResourceText)
    return base::Error{base::ErrorCode::kInvalid, who + ": a name is too long"};
  const auto leftovers = Leftovers::of(txn, grant.tenant);
  if (!leftovers.ok()) return leftovers.error();
  const auto left = leftovers->has(grant);
  if (!left.ok()) return left.error();
  if (*left)
    return base::Error{base::ErrorCode::kConflict, who + ": names what is still being deleted; try again"};
  const Key of = key_in_of(grant.tenant, names_of(grant));
  const auto taken = txn.get(Table::kGrantOf, of);
  if (!taken.ok()) return taken.error();
  if (*taken && **taken != grant.id.raw())
    return base::Error{base::ErrorCode::kConflict, who + ": already exists"};
  const auto before = get_stored(txn, grant.tenant, grant.id);
  if (!before.ok()) return before.error();
  if (*before)
    if (auto gone = delete_grant(txn, **before); !gone.ok()) return gone;

  grant.revision = txn.revision();
  if (auto put = txn.put(Table::kGrantOf, of, grant.id.raw()); !put.ok()) return put;
  if (auto put = txn.put(Table::kGrantOn, key_in_on(grant.tenant, names_of(grant)), grant.id.raw());
      !put.ok())
    return put;
  if (auto put = txn.put(Table::kGrantByRule, key_by_rule(grant), {}); !put.ok()) return put;
  return put_counted(txn, Counted::kGrants, Table::kGrant, grant.tenant, key_of(grant.tenant, grant.id),
                     seal_record(kLayout, grant));
}

base::Result<void> delete_grant(store::WriteTxn& txn, const Grant& grant) {
  if (auto done = del(txn, Table::kGrantOf, key_in_of(grant.tenant, names_of(grant))); !done.ok())
    return done;
  if (auto done = del(txn, Table::kGrantOn, key_in_on(grant.tenant, names_of(grant))); !done.ok())
    return done;
  if (auto done = del(txn, Table::kGrantByRule, key_by_rule(grant)); !done.ok()) return done;
  return del_counted(txn, Counted::kGrants, Table::kGrant, grant.tenant, key_of(grant.tenant, grant.id));
}

base::Result<void> delete_grant_at(store::WriteTxn& txn, std::string_view key) {
  const auto grant = get_record(txn, Table::kGrant, key, decode);
  if (!grant.ok())
    return grant.error().code == base::ErrorCode::kCorrupt ? base::Result<void>() : grant.error();
  return *grant ? delete_grant(txn, **grant) : base::Result<void>();
}

base::Result<void> each_grant(const store::ReadTxn& txn, const TenantId& tenant, const GrantId* after,
                              base::FunctionRef<bool(Grant&&)> fn) {
  const Key from = after ? key_of(tenant, *after) : Key();
  return each_present(txn, tenant, Table::kGrant, Key().uuid(tenant), from, decode, fn);
}

base::Result<void> each_grant(const store::ReadTxn& txn, const TenantId& tenant, const GrantsOf& of,
                              base::FunctionRef<bool(Grant&&)> fn) {
  return each_by(txn, tenant, of, fn);
}

base::Result<void> each_grant(const store::ReadTxn& txn, const TenantId& tenant, const GrantsOn& on,
                              base::FunctionRef<bool(Grant&&)> fn) {
  return each_by(txn, tenant, on, fn);
}

base::Result<std::uint64_t> count_grants(const store::ReadTxn& txn, const TenantId& tenant,
                                         const GrantsOf& of, std::uint64_t most) {
  return count_by(txn, tenant, of, most);
}

base::Result<std::uint64_t> count_grants(const store::ReadTxn& txn, const TenantId& tenant,
                                         const GrantsOn& on, std::uint64_t most) {
  return count_by(txn, tenant, on, most);
}

base::Result<std::uint64_t> count_grants(const store::ReadTxn& txn, const TenantId& tenant,
                                         const RuleId& rule, std::uint64_t most) {
  return count_by(txn, tenant, rule, most);
}

base::Result<std::size_t> delete_grants(store::WriteTxn& txn, const TenantId& tenant, const GrantsOf& of,
                                        std::size_t most, GrantGoes goes) {
  return delete_by(txn, tenant, of, most, goes);
}

base::Result<std::size_t> delete_grants(store::WriteTxn& txn, const TenantId& tenant, const GrantsOn& on,
                                        std::size_t most, GrantGoes goes) {
  return delete_by(txn, tenant, on, most, goes);
}

base::Result<std::size_t> delete_grants(store::WriteTxn& txn, const TenantId& tenant, const RuleId& rule,
                                        std::size_t most, GrantGoes goes) {
  return delete_by(txn, tenant, rule, most, goes);
}

base::Result<void> each_granted_on(const store::ReadTxn& txn, const TenantId& tenant,
                                   std::span<const GrantNameHash> principals, const GrantNameHash& resource,
                                   base::FunctionRef<void(const GrantFound&)> fn) {
  const Key all = Key().uuid(tenant).bytes(view(resource));
  base::Result<void> outcome;
  bool leaps = true;
  for (auto next = principals.begin(); leaps && next != principals.end();) {
    leaps = false;
    const auto visit = [&](std::string_view key, std::string_view value) {
      const auto id = id_in(Table::kGrantOn, {key, value});
      if (!id.ok()) {
        outcome = id.error();
        return false;
      }
      const std::string_view held = key.substr(kIdBytes + kHashBytes, kHashBytes);
      if (held != view(*next)) {
        next = std::lower_bound(next, principals.end(), held,
                                [](const GrantNameHash& a, std::string_view b) { return view(a) < b; });
        leaps = next != principals.end() && view(*next) != held;
        if (leaps || next == principals.end()) return false;
      }
      fn({RuleId::from_raw(key.substr(kIdBytes + 2 * kHashBytes)), *id});
      return true;
    };
    // Behind this key there are only those of this principal and of the ones that follow it.
    const auto scanned = txn.scan_from(Table::kGrantOn, all, Key(all).bytes(view(*next)), visit);
    if (!scanned.ok() || !outcome.ok()) return scanned.ok() ? outcome : scanned;
  }
  return {};
}

base::Result<void> implied_by_grant(const Entry& entry, Implied& implied) {
  const auto grant = decode(entry.key, entry.value);
  if (!grant.ok()) return grant.error();
  implied.entry(Table::kGrantOf, {key_in_of(grant->tenant, names_of(*grant)), grant->id.raw()});
  implied.entry(Table::kGrantOn, {key_in_on(grant->tenant, names_of(*grant)), grant->id.raw()});
  implied.entry(Table::kGrantByRule, {key_by_rule(*grant), {}});
  implied.needs_tenant_of(entry.key);
  implied.needs(Table::kRule, Key().uuid(grant->tenant).uuid(grant->policy).uuid(grant->rule));
  return {};
}

}  // namespace domain
