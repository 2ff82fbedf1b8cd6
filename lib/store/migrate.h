#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "store/txn.h"

namespace store {

// One step from a layout to the next. It runs at open, before anything else sees the store, in the same
// transaction as the steps after it: all are done or none. Its writes are in no change record.
struct Step {
  std::uint32_t from = 0;  // makes a store of format `from` one of format from + 1
  base::Result<void> (*run)(WriteTxn&) = nullptr;
};

// Those this program has, oldest first, each one function in migrate.cpp.
std::span<const Step> steps();

// Runs what lies between two formats. Fails with kInvalid, naming the format, where a step is missing, and
// with the error of a step that fails, after its name.
base::Result<void> migrate(WriteTxn&, std::uint32_t from, std::uint32_t to, std::span<const Step>);

}  // namespace store
