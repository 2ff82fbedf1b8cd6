#pragma once
#include <cstdint>

#include "api/impact.h"
#include "dialects/reply.h"

namespace dialects {

// What `?dry_run=true` answers: what the change would, and what would come of it, at a revision.
//
//   {"would": <the change's answer, or null>, "impact": {"gain": {…}, "lose": {…}, "flips": {…},
//   "recorded": {…}}, "revision": 42}
Reply foreseen_reply(const Reply& would, const api::Impact&, std::uint64_t revision);

}  // namespace dialects
