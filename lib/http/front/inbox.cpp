// A completion has two ways. While the reactor's thread is inside the handler for a connection, what it posts
// for that connection is put aside for it without a lock: nearly every read takes this way. Everything else
// is put under the lock and the reactor is woken by its eventfd, once for all that came before it looked.
#include "http/front/inbox.h"

#include <sys/eventfd.h>

#include <utility>

namespace http::front {

Inbox::Inbox() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Inbox::wake() const {
  // Ignoring errors on purpose: the counter can only be full, and then the reactor is awake.
  [[maybe_unused]] const int ignored = ::eventfd_write(event_.get(), 1);
}

void Inbox::post(std::unique_ptr<Completion> completion) {
  if (inline_thread_.load(std::memory_order_relaxed) == std::this_thread::get_id() &&
      inline_connection_ == completion->connection) {
    inline_completion_ = std::move(completion);
    return;
  }
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = first_ == nullptr;
    std::unique_ptr<Completion>& end = first ? first_ : last_->next;
    end = std::move(completion);
    last_ = end.get();
  }
  if (first) wake();
}

void Inbox::post(Newcomer newcomer) {
  {
    const std::lock_guard lock(mutex_);
    newcomers_.push_back(std::move(newcomer));
  }
  wake();
}

std::vector<Newcomer> Inbox::take_newcomers() {
  const std::lock_guard lock(mutex_);
  return std::move(newcomers_);
}

std::unique_ptr<Completion> Inbox::take() {
  eventfd_t count = 0;
  // Read before the completions are taken, so that one posted in between wakes again.
  [[maybe_unused]] const int ignored = ::eventfd_read(event_.get(), &count);
  const std::lock_guard lock(mutex_);
  return std::move(first_);
}

// Not by recursion through `next`, which a long list would be too deep for.
Inbox::~Inbox() {
  while (first_) first_ = std::move(first_->next);
}

void Inbox::begin_inline(std::uint64_t connection) {
  inline_connection_ = connection;
  inline_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

std::unique_ptr<Completion> Inbox::end_inline() {
  inline_thread_.store(std::thread::id(), std::memory_order_relaxed);
  return std::move(inline_completion_);
}

}  // namespace http::front
