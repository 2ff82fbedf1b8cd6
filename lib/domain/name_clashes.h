#pragma once
#include <cstdint>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "store/txn.h"

namespace domain {

// Names that no call would let anybody have any more, and that a store has from before: two of a kind and
// tenant that fold alike (domain/name_index.h), and those that mix scripts and look like another. Each is
// told as a sentence until `tell` returns false. Nothing is wrong with such a store. Reads every group and
// user, and answers how many there are. kCorrupt where a record can't be read.
base::Result<std::uint64_t> name_clashes(const store::ReadTxn&,
                                         base::FunctionRef<bool(std::string_view)> tell);

}  // namespace domain
