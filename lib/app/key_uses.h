#pragma once
#include <memory>
#include <string>

#include "api/key_uses.h"
#include "base/time.h"
#include "store/store.h"

namespace app {

// When credentials were last used, kept beside the store in `dir`. Null where it can't be, which is in the
// log: then nobody learns that, and nothing else is missing.
std::unique_ptr<api::KeyUses> open_key_uses(const std::string& dir, base::Timestamp now);

// Keeps what was noted, and forgets credentials that are gone. Failures are in the log.
void keep_key_uses(api::KeyUses&, const store::Store&);

}  // namespace app
