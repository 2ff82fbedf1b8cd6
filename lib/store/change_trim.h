#pragma once
#include <cstddef>

#include "base/result.h"
#include "base/time.h"
#include "store/schema.h"
#include "store/txn.h"

// Change records are kept for a time, and then go from the front.
namespace store {

// Which records may go: those made before `since`, and those up to `up_to`, be they as young as they may.
struct ChangesKept {
  base::Timestamp since, now;
  Revision up_to = 0;
};

// How many of the oldest records may go, and are looked at, `most` at most. The newest one always stays.
base::Result<std::size_t> changes_to_trim(const ReadTxn&, const ChangesKept&, std::size_t most);

// Removes these; answers how many. That is no change and has no revision and no record: of several machines
// each trims its own. REQUIRES: the change that calls this writes nothing else
base::Result<std::size_t> trim_changes(WriteTxn&, const ChangesKept&, std::size_t most);

}  // namespace store
