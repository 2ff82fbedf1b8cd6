#pragma once
#include "api/turning_change.h"
#include "base/result.h"
#include "store/txn.h"

namespace api {

// Writes what the call would, without asking anybody: into a transaction that changes nothing
// (WriteTxn::over). Fails where it can't be written, such as by a limit, or since it is there already.
base::Result<void> try_call(store::WriteTxn&, const domain::TenantId&, const TurningCall&);

}  // namespace api
