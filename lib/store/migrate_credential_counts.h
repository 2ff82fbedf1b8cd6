#pragma once
#include "base/result.h"
#include "store/txn.h"

namespace store {

// The step from format 5 to 6, for migrate.cpp.
base::Result<void> count_credentials(WriteTxn&);

}  // namespace store
