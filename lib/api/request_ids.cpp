#include "api/request_ids.h"

#include <algorithm>

namespace api {

std::string RequestIds::next() {
  std::array<std::uint8_t, kBits> bits;
  {
    const std::lock_guard lock(mutex_);
    if (used_ == drawn_.size()) {
      random_.fill(drawn_);
      used_ = 0;
    }
    std::copy_n(drawn_.begin() + static_cast<std::ptrdiff_t>(used_), kBits, bits.begin());
    used_ += kBits;
  }
  return base::Uuid::make_v7(clock_.now(), bits).to_string();
}

}  // namespace api
