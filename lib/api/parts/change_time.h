#pragma once
#include <chrono>

#include "api/context.h"
#include "api/error.h"
#include "api/parts/test_runs.h"

namespace api {

// How long a change of many things may take. Others' changes wait for the writer, in which a thousand
// mappings take 35 ms. A rehearsal makes nobody wait, and has less of the processors.
class ChangeTime {
 public:
  static constexpr std::chrono::milliseconds kInWriter{300}, kInPool{500};

  // The time begins to run. REQUIRES: the change outlives this
  ChangeTime(const Change& change, TriedIn here)
      : ticks_(change.ticks), until_(ticks_.now() + (here == TriedIn::kWriter ? kInWriter : kInPool)) {}
  explicit ChangeTime(const Change& change)
      : ChangeTime(change, change.is_rehearsal() ? TriedIn::kPool : TriedIn::kWriter) {}

  bool is_over() const { return ticks_.now() > until_; }

 private:
  const base::MonotonicClock& ticks_;
  const std::chrono::nanoseconds until_;
};

}  // namespace api
