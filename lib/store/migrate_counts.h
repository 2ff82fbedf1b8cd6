#pragma once
#include "base/result.h"
#include "store/txn.h"

namespace store {

// The step from format 3 to 4, for migrate.cpp.
base::Result<void> add_counts(WriteTxn&);

}  // namespace store
