#pragma once
#include <chrono>
#include <cstddef>

#include "api/context.h"

namespace api {

// What one page may still cost, by the limits that stand in api/limits.h. A page has its first row whatever
// that costs, so that whoever goes on by its cursor gets to the end.
class PageBudget {
 public:
  // The time begins to run. REQUIRES: read outlives this
  PageBudget(const Read& read, const PageRequest& page);

  // Whether one more row may be looked at; it is counted then.
  bool look();

  // Whether there is room for a row of so many bytes; it is taken then.
  bool take(std::size_t bytes);

  // Of a list that should have come whole: kInvalidInput, that `limit` must be given, and why.
  Error too_much() const;

  bool is_whole() const { return is_whole_; }

 private:
  const PageLimits& limits_;
  const base::MonotonicClock& ticks_;
  const bool is_whole_;
  const std::size_t most_bytes_;
  const std::chrono::nanoseconds begun_;
  std::size_t looked_at_ = 0, taken_ = 0, bytes_ = 0;
  bool is_too_large_ = false;
};

}  // namespace api
