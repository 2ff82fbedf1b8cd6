#include "authz/authority_cache.h"

#include <functional>

#include "domain/user.h"

namespace authz {
namespace {

std::size_t weight_of(const std::string& text) {
  return sizeof(std::string) + (text.size() > 15 ? text.size() + 1 : 0);  // 15 bytes need no allocation
}

// What it takes in memory, roughly.
std::size_t weight_of(const KnownPerson& person) {
  constexpr std::size_t kOfEntry = 256;  // its places in the list and in the table, and what allocating takes
  std::size_t bytes = kOfEntry + sizeof person;
  bytes += person.places.size() * sizeof(LastChanged::Place);
  bytes += person.held.roles.size() * sizeof(domain::RoleId);
  bytes += person.held.groups.size() * sizeof(domain::GroupId);
  for (const std::string& scope : person.held.scopes) bytes += weight_of(scope);
  for (const ScopeEnd& end : person.held.ends) bytes += weight_of(end.scope) + sizeof end.at;
  return bytes;
}

}  // namespace

std::size_t AuthorityCache::KeyHash::operator()(const Key& key) const {
  return std::hash<domain::TenantId>()(key.first) * 31 + std::hash<domain::UserId>()(key.second);
}

AuthorityCache::AuthorityCache(std::shared_ptr<const LastChanged> changes, std::size_t most_bytes)
    : changes_(std::move(changes)), shards_{Shard(most_bytes / 8), Shard(most_bytes / 8),
                                            Shard(most_bytes / 8), Shard(most_bytes / 8),
                                            Shard(most_bytes / 8), Shard(most_bytes / 8),
                                            Shard(most_bytes / 8), Shard(most_bytes / 8)} {}

base::Result<std::shared_ptr<const KnownPerson>> AuthorityCache::get(const store::ReadTxn& txn,
                                                                     const domain::Catalogue& catalogue,
                                                                     const domain::TenantId& tenant,
                                                                     const domain::UserId& id,
                                                                     base::Timestamp now) {
  const bool is_kept = txn.shows_the_store();
  const Key key{tenant, id};
  Shard& shard = shards_[KeyHash()(key) / 64 % shards_.size()];  // the lowest bits are the table's
  PersonPtr known;
  {
    const std::lock_guard lock(shard.mutex);
    if (const PersonPtr* const found = shard.people.find(key)) known = *found;
  }
  if (known && is_kept && known->holds(txn, catalogue, now)) return known;

  const auto user = domain::get_user(txn, tenant, id);
  if (!user.ok()) return user.error();
  if (!*user) return PersonPtr();
  const Subject subject{id, tenant, {}};
  auto held = authority_of(txn, catalogue, subject, tenant, now);
  if (!held.ok()) return held.error();
  auto validity = validity_of(txn, catalogue.shared_from_this(), changes_, subject, *held, now);
  PersonPtr made = std::make_shared<KnownPerson>(
      KnownPerson{std::move(validity), (*user)->active, std::move(held).value()});
  if (!is_kept) return made;
  decltype(shard.people.put({}, {}, 1)) forgotten;  // which ends after the lock
  const std::lock_guard lock(shard.mutex);
  // Another thread may have asked on a later snapshot.
  if (const PersonPtr* const kept = shard.people.find(key); kept && (*kept)->revision > made->revision)
    return made;
  forgotten = shard.people.put(key, made, weight_of(*made));
  return made;
}

std::size_t AuthorityCache::bytes() const {
  std::size_t bytes = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    bytes += shard.people.weight();
  }
  return bytes;
}

}  // namespace authz
