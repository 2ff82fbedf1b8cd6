// A copy that is behind may be told of a hundred revisions before it comes to the first. Two of these are
// kept: the next that it has to come to, so that a primary which never stops changing doesn't make it look
// ever older, and the newest, which takes that place then.
#include "following/currency.h"

#include <algorithm>
#include <utility>

namespace following {

using std::chrono::milliseconds;

void Currency::begin_at(base::Timestamp time) {
  const Moment here = now();
  const std::lock_guard lock(mutex_);
  if (time > here.time) return;
  current_ = {here.ticks - milliseconds(here.time.ms - time.ms), time};
}

void Currency::note(store::Revision primary, store::Revision copy) {
  const Moment here = now();
  const std::lock_guard lock(mutex_);
  settle(copy);
  if (primary <= copy) {
    current_ = here;
    next_.reset();
    last_.reset();
  } else if (!next_) {
    next_ = Said{primary, here};
  } else {
    last_ = Said{primary, here};
  }
}

void Currency::settle(store::Revision copy) const {
  while (next_ && next_->revision <= copy) {
    current_ = next_->at;
    next_ = std::exchange(last_, std::nullopt);
  }
}

std::optional<milliseconds> Currency::age(store::Revision copy) const {
  const Moment here = now();
  const std::lock_guard lock(mutex_);
  settle(copy);
  if (!current_) return std::nullopt;
  const auto by_ticks = std::chrono::duration_cast<milliseconds>(here.ticks - current_->ticks);
  const milliseconds by_time(here.time.ms - current_->time.ms);
  return std::max({by_ticks, by_time, milliseconds(0)});
}

std::optional<base::Timestamp> Currency::last_current(store::Revision copy) const {
  const std::lock_guard lock(mutex_);
  settle(copy);
  if (!current_) return std::nullopt;
  return current_->time;
}

}  // namespace following
