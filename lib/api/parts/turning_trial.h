#pragma once
#include <vector>

#include "api/context.h"
#include "api/parts/explained_case.h"
#include "api/turning_change.h"
#include "base/result.h"
#include "store/txn.h"

namespace api {

struct Explanation;

// Tries each idea by itself and adds to the explanation those after which the answer is the other one, up to
// kMostTurningChanges: written over the snapshot in memory, the question asked anew, and undone. Where so
// much was changed since then that nothing can be tried, that is told of.
Outcome<void> tell_what_turns(const ExplainedCase&, std::vector<TurningChange> ideas, Explanation&);

// Writes what the call would, without asking anybody: into a transaction that changes nothing
// (WriteTxn::over). Fails where it can't be written, such as by a limit, or since it is there already.
base::Result<void> try_call(store::WriteTxn&, const domain::TenantId&, const TurningCall&);

}  // namespace api
