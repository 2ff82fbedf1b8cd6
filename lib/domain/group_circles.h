#pragma once
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// Circles of groups in groups, which no call makes (subgroup.h): a store that was damaged, or written by
// somebody else, has them. Each is told once, at the pair of its first group that has `key` in the table
// group_in: the way up from there to the same group again, both included. Of a group, kMaxPairsAbove pairs
// above it are looked at. What can't be read is passed over.
base::Result<void> each_circle(
    const store::ReadTxn&,
    base::FunctionRef<void(std::string_view key, const std::vector<GroupId>& way)> tell);

}  // namespace domain
