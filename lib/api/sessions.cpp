#include "api/sessions.h"

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

bool is_good(const Caller& caller, base::Timestamp now) {
  return caller.cached->from <= now && now < caller.cached->until &&
         (!caller.expires_at || now < *caller.expires_at);
}

}  // namespace

bool Sessions::at(store::Revision revision, const std::shared_ptr<const domain::Catalogue>& catalogue) {
  if (revision < revision_) return false;
  if (revision > revision_ || catalogue != catalogue_) {
    callers_.clear();
    revision_ = revision;
    catalogue_ = catalogue;
  }
  return true;
}

Outcome<std::shared_ptr<const Caller>> Sessions::authenticate(
    const store::ReadTxn& txn, const std::shared_ptr<const domain::Catalogue>& catalogue,
    const Presented& presented, base::Timestamp now) {
  const bool keepable = !presented.secret.empty() && presented.secret.size() <= kMaxSecret;
  const std::string key = keepable ? key_of(presented) : std::string();
  if (keepable) {
    const std::lock_guard lock(mutex_);
    if (at(txn.revision(), catalogue)) {
      const auto found = callers_.find(key);
      if (found != callers_.end() && is_good(*found->second, now)) return found->second;
    }
  }

  auto known = api::authenticate(txn, presented, now);
  if (!known.ok()) return known.error();
  auto caller = std::make_shared<Caller>(std::move(known).value());
  auto cached = stored(authz::make_cached_principal(txn, catalogue, *caller, now));
  if (!cached.ok()) return cached.error();
  caller->cached = std::move(cached).value();
  if (!caller->cached) return std::shared_ptr<const Caller>(std::move(caller));

  const std::lock_guard lock(mutex_);
  if (at(txn.revision(), catalogue) && callers_.size() < kMaxSessions) callers_.insert_or_assign(key, caller);
  return std::shared_ptr<const Caller>(std::move(caller));
}

}  // namespace api
