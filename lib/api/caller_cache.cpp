#include "api/caller_cache.h"

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

CallerCache::CallerPtr CallerCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const CallerPtr* const found = callers_.find(key);
  return found ? *found : nullptr;
}

void CallerCache::keep(std::string key, CallerPtr caller) {
  decltype(callers_.put({}, {}, 1)) forgotten;  // which ends after the lock
  const std::lock_guard lock(mutex_);
  // Another thread may have asked on a later snapshot.
  if (const CallerPtr* const kept = callers_.find(key);
      kept && (*kept)->cached->revision > caller->cached->revision)
    return;
  forgotten = callers_.put(std::move(key), std::move(caller), 1);
}

Outcome<std::shared_ptr<const Caller>> CallerCache::authenticate(
    const store::ReadTxn& txn, const std::shared_ptr<const domain::Catalogue>& catalogue,
    const Presented& presented, base::Timestamp now) {
  if (is_of_session(presented.scheme)) {  // few, and what ends one is in no table that is followed
    auto caller = api::authenticate(txn, presented, now);
    if (!caller.ok()) return caller.error();
    return std::shared_ptr<const Caller>(std::make_shared<Caller>(std::move(caller).value()));
  }
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
