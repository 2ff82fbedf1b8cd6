#pragma once
#include "base/result.h"
#include "store/txn.h"

namespace store {

// The step from format 11 to 12.
base::Result<void> index_searches(WriteTxn&);

}  // namespace store
