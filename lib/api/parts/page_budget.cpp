#include "api/parts/page_budget.h"

namespace api {

PageBudget::PageBudget(const Read& read, const PageRequest& page)
    : limits_(read.page_limits), ticks_(read.ticks), is_whole_(page.limit == 0), begun_(ticks_.now()) {}

bool PageBudget::look() {
  const bool first = looked_at_ == 0;
  const bool in_time = is_whole_ || ticks_.now() - begun_ < limits_.time;
  if (!first && (looked_at_ >= limits_.rows || !in_time)) return false;
  ++looked_at_;
  return true;
}

bool PageBudget::take(std::size_t bytes) {
  const std::size_t most = is_whole_ ? limits_.whole_bytes : limits_.bytes;
  is_too_large_ = taken_ > 0 && (bytes_ > most || bytes > most - bytes_);
  if (is_too_large_) return false;
  ++taken_;
  bytes_ += bytes;
  return true;
}

Error PageBudget::too_much() const {
  const std::string than = is_too_large_ ? std::to_string(limits_.whole_bytes >> 20U) + " MiB"
                                         : std::to_string(limits_.rows) + " rows";
  return invalid("limit", "must be given, from 1 to " + std::to_string(kMaxPage) +
                              ", since the list has more than " + than);
}

}  // namespace api
