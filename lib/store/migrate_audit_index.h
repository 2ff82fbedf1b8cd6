#pragma once
#include "base/result.h"
#include "store/txn.h"

namespace store {

// The step from format 4 to 5, for migrate.cpp.
base::Result<void> index_audit(WriteTxn&);

}  // namespace store
