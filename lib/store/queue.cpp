#include "store/queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace store {

Queue::Pushed Queue::push(Pending pending) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::kClosed;
    if (waiting_.size() >= limit_) return Pushed::kFull;
    waiting_.push_back(std::move(pending));
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
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
  std::vector<Pending> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return taken;
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
