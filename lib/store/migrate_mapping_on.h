#pragma once
#include "base/result.h"
#include "store/txn.h"

namespace store {

// The step from format 8 to 9, for migrate.cpp.
base::Result<void> key_mapping_on_by_holder(WriteTxn&);

}  // namespace store
