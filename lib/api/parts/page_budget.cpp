#include "api/parts/page_budget.h"

namespace api {
namespace {

using Extent = PageRequest::Extent;

bool is_whole(const PageRequest& page) {
  return page.limit == 0 && page.extent != Extent::kPiece;
}

std::size_t most_bytes(const PageLimits& limits, const PageRequest& page) {
  if (is_whole(page)) return limits.whole_bytes;
  return page.limit == 0 ? limits.piece_bytes : limits.bytes;
}

}  // namespace

PageBudget::PageBudget(const Read& read, const PageRequest& page)
    : limits_(read.page_limits),
      ticks_(read.ticks),
      is_whole_(api::is_whole(page)),
      most_bytes_(most_bytes(read.page_limits, page)),
      begun_(ticks_.now()) {}

bool PageBudget::look() {
  const bool first = looked_at_ == 0;
  const bool in_time = is_whole_ || ticks_.now() - begun_ < limits_.time;
  if (!first && (looked_at_ >= limits_.rows || !in_time)) return false;
  ++looked_at_;
  return true;
}

bool PageBudget::take(std::size_t bytes) {
  is_too_large_ = taken_ > 0 && (bytes_ > most_bytes_ || bytes > most_bytes_ - bytes_);
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
