#include "store/queue.h"

#include <utility>

namespace store {

Queue::Pushed Queue::push(const base::Uuid& tenant, Pending pending) {
  using Turned = decltype(waiting_)::Pushed;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::kClosed;
    const Turned pushed = waiting_.push(tenant, std::move(pending));
    if (pushed != Turned::kYes) return pushed == Turned::kFull ? Pushed::kFull : Pushed::kOverShare;
    if (waiting_.size() > 1) return Pushed::kYes;  // whoever put the first has woken the writer
  }
  filled_.notify_one();
  return Pushed::kYes;
}

std::optional<std::vector<Pending>> Queue::take(std::size_t most) {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return closed_ || woken_ || !waiting_.empty(); });
  if (std::exchange(woken_, false)) return std::vector<Pending>();
  if (waiting_.empty()) return std::nullopt;  // closed
  return waiting_.take_together(most, kMostOfOne);
}

void Queue::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  filled_.notify_one();
}

void Queue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
}

std::size_t Queue::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace store
