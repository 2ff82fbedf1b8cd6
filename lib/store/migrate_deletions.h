#pragma once
#include "base/result.h"
#include "store/txn.h"

namespace store {

// The step from format 6 to 7, for migrate.cpp.
base::Result<void> name_deletions(WriteTxn&);

}  // namespace store
