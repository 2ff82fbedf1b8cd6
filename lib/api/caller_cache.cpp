#include "api/caller_cache.h"

#include <iterator>
#include <utility>

#include "api/limits.h"
#include "authz/cached_principal.h"
#include "crypto/hash.h"

namespace api {
namespace {

// The secret itself is never kept. Without an id any scheme will do, as authenticate() has it.
std::string key_of(const Presented& presented) {
  std::string key(crypto::raw(crypto::sha256(presented.secret)));
  if (presented.scheme == Scheme::kBasic) key.append(":").append(presented.id);
  return key;
}

}  // namespace

std::shared_ptr<const Caller> CallerCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.end(), entries_, found->second);
  return found->second->caller;
}

void CallerCache::keep(std::string key, std::shared_ptr<const Caller> caller) {
  std::list<Entry> entry, forgotten;  // which end after the lock
  entry.push_back({std::move(key), std::move(caller)});
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(entry.front().key);
  if (found != by_key_.end()) {
    // Another thread may have asked on a later snapshot.
    auto& kept = found->second->caller;
    if (kept->cached->revision <= entry.front().caller->cached->revision) kept.swap(entry.front().caller);
    return;
  }
  if (entries_.size() == most_) {
    by_key_.erase(entries_.front().key);
    forgotten.splice(forgotten.end(), entries_, entries_.begin());
  }
  entries_.splice(entries_.end(), entry);
  by_key_.emplace(entries_.back().key, std::prev(entries_.end()));
}

Outcome<std::shared_ptr<const Caller>> CallerCache::authenticate(
    const store::ReadTxn& txn, const std::shared_ptr<const domain::Catalogue>& catalogue,
    const Presented& presented, base::Timestamp now) {
  const bool keepable = !presented.secret.empty() && presented.secret.size() <= kMaxSecret;
  std::string key = keepable ? key_of(presented) : std::string();
  if (keepable)
    if (auto found = find(key); found && found->cached->holds(txn, *catalogue, now)) return found;

  auto known = api::authenticate(txn, presented, now);
  if (!known.ok()) return known.error();
  auto made = std::make_shared<Caller>(std::move(known).value());
  auto cached = stored(authz::make_cached_principal(txn, catalogue, changes_, *made, now));
  if (!cached.ok()) return cached.error();
  made->cached = std::move(cached).value();
  const std::shared_ptr<const Caller> caller = std::move(made);
  if (caller->cached) keep(std::move(key), caller);
  return caller;
}

}  // namespace api
