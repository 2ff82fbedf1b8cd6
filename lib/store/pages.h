#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "store/txn.h"

namespace store {

struct PagesChecked {
  std::uint64_t used = 0;    // of the snapshot
  std::uint64_t free = 0;    // LMDB will write to them next
  std::uint64_t lost = 0;    // neither, which is no fault: LMDB loses track of some, and they are never read
  std::uint64_t faults = 0;  // those that were not told, too
};

// A sentence on a page: "page 17 (role_slug): its keys are out of order".
using TellPage = base::FunctionRef<bool(std::string&& fault)>;

// Names of tables; none: those of schema.h.
using TableNames = std::span<const std::string_view>;

// Goes through every page that the snapshot is made of, with pread(2) and without LMDB, so that no damage can
// end the process:
//
//   - each page can be read, has its number and its kind, and is used once
//   - its entries fill it exactly, lie where they say, and are in order, also across pages: what a search
//     for a key comes to is where the key is
//   - each tree has the depth, the pages and the entries that its record says, and the tables are ours
//   - no page is free and used at the same time
//
// Each fault is given to `tell` until that returns false. What is under a page that can't be read isn't
// looked at. Takes a bit of memory for each page, and about half a second for a gigabyte that the system has
// in memory. Fails with kIo where the file's first pages can't be read at all, and with
// kConflict once the snapshot is to stop (ReadTxn::end_scans_with).
base::Result<PagesChecked> check_pages(const ReadTxn&, TellPage tell);

// The same of the newest commit in a folder that no Store of this process has open, before LMDB sees it.
// Where another process goes on writing to it, what it overwrites meanwhile is no fault: the walk begins
// anew, and fails with kConflict where it never comes to an end before. `names`: of the tables that may be
// there.
base::Result<PagesChecked> check_pages(const std::string& dir, TellPage tell, TableNames names = {});

}  // namespace store
