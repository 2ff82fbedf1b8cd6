#include "http/front/inbox.h"

#include <sys/eventfd.h>

#include <utility>

namespace http::front {

Inbox::Inbox() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Inbox::wake() const {
  // Ignoring errors on purpose: the counter can only be full, and then the reactor is awake.
  [[maybe_unused]] const int ignored = ::eventfd_write(event_.get(), 1);
}

void Inbox::post(Letter letter) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = letters_.empty();
    letters_.push_back(std::move(letter));
  }
  if (first) wake();
}

std::vector<Letter> Inbox::take() {
  eventfd_t count = 0;
  // Read before the letters are taken, so that one posted in between wakes again.
  [[maybe_unused]] const int ignored = ::eventfd_read(event_.get(), &count);
  std::vector<Letter> letters;
  const std::lock_guard lock(mutex_);
  letters.swap(letters_);
  return letters;
}

void Inbox::begin_inline(std::uint64_t connection, std::string& out) {
  inline_connection_ = connection;
  inline_out_ = &out;
  inline_keep_alive_.reset();
  inline_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

std::optional<bool> Inbox::end_inline() {
  inline_thread_.store(std::thread::id(), std::memory_order_relaxed);
  inline_out_ = nullptr;
  return inline_keep_alive_;
}

std::string* Inbox::inline_output(std::uint64_t connection) {
  if (inline_thread_.load(std::memory_order_relaxed) != std::this_thread::get_id()) return nullptr;
  return inline_connection_ == connection ? inline_out_ : nullptr;
}

}  // namespace http::front
