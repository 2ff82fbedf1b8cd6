#pragma once
#include <memory>

#include "base/work_pool.h"
#include "dialects/change_waits.h"
#include "dialects/revision_waits.h"

namespace dialects {

// Threads for what takes too long for a reactor.
struct WorkPools {
  std::unique_ptr<base::WorkPool> slow;     // a piece of work takes milliseconds, such as a page of a list
  std::unique_ptr<base::WorkPool> lengthy;  // takes minutes, such as a backup
  std::unique_ptr<ChangeWaits> changes;     // of those who follow what changes
  std::unique_ptr<RevisionWaits> waits;     // of reads that name a revision which the store hasn't yet
  std::unique_ptr<base::WorkPool> past;  // looks back: a piece takes a second and much memory, so one thread
};

}  // namespace dialects
