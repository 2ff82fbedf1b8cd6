#pragma once
#include "api/idempotency.h"
#include "dialects/reply.h"

namespace dialects {

// A reply as it is kept for a repetition by Idempotency-Key: status, ETag, Location and the body to repeat.
// Of other headers a change's reply has none.
api::KeptAnswer to_kept(const Reply&);
Reply from_kept(api::KeptAnswer);

}  // namespace dialects
