#pragma once
#include <algorithm>

#include "api/api_keys.h"
#include "api/key_uses.h"
#include "base/json.h"

namespace dialects::v1 {

// The members that say when a credential was last used, and from when on that is known: null where it isn't.
inline void write_use(base::JsonWriter& w, const domain::Credential& credential, const api::KeyUses* uses) {
  std::optional<base::Timestamp> last, since;
  if (uses) {
    const auto found = uses->last_use(credential.id);
    if (found.ok()) last = *found;
    if (found.ok()) since = std::max(uses->since(), credential.created_at);
  }
  w.member("last_used_at", last).member("uses_known_since", since);
}

}  // namespace dialects::v1
