#pragma once
#include <optional>

#include "api/context.h"
#include "api/recorded_flips.h"
#include "authz/flips.h"
#include "authz/impact.h"
#include "domain/owner.h"

namespace api {

// What a change would do to who may what.
struct Impact {
  authz::Impact held;
  bool lists_held = true;  // else nobody is named, since the caller may not list mappings (mapping:list_all)

  // Of a change of what the tenant decides its own questions by; nothing where it is none, or the caller may
  // not ask what others may (decision:search).
  std::optional<authz::Flips> flips;
  std::optional<RecordedFlips> recorded;  // likewise, and nothing where it may not read the decision log
};

// Compares the store without the change and with it (Service::foresee). Takes seconds where much is
// concerned. `user_ids`: how kept decisions name people.
Outcome<Impact> impact_of(const Read& before, const Change& after, const domain::Owner& tenant,
                          UserIds user_ids = UserIds::kUuid);

}  // namespace api
