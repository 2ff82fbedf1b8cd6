#pragma once
#include "api/change_records.h"
#include "dialects/route.h"

namespace dialects::v1 {

// Answers `GET /v1/change-records`: records of changes as they are kept, for a copy of the store, in frames
// (store/change_frames.h). With `follow` it goes on, with a beat each second in which there was none.
Answer read_change_records(const Call&, const api::Read&, const ServerState&);

}  // namespace dialects::v1
